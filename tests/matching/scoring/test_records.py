"""Places, inspections, certificates and registrations: four kinds of fact that never stand for each other."""

import datetime as dt
from collections.abc import Iterable

import pytest

from matching.scoring.facts import CertificateFact, InspectionFact, RegistrationFact, Statement
from matching.scoring.requirements import CertificateAsked, InspectionAsked, PlaceAsked, RegistrationAsked
from tests.matching.scoring.examples import (
    TODAY,
    days_ago,
    months_ago,
    must,
    must_not,
    no,
    site,
    verdict,
    yes,
)

EU = frozenset({"reg.ema"})


@pytest.mark.parametrize(
    ("country", "region", "asked", "status"),
    [
        ("IE", "", {"geo.eu"}, "met"),
        ("CH", "", {"geo.eu"}, "unmet"),
        ("CH", "", {"geo.eu", "CH"}, "met"),
        ("US", "NJ", {"US"}, "met"),
        ("US", "PR", {"US", "US-PR"}, "unmet"),
        ("PR", "", {"US", "PR", "US-PR"}, "unmet"),
        ("US", "US-NJ", {"US", "US-PR"}, "met"),
        ("US", "US-PR", {"US-PR"}, "met"),
        ("US", "NJ", {"US-PR"}, "unmet"),
        ("", "", {"US"}, "unknown"),
    ],
)
def test_place(country: str, region: str, asked: set[str], status: str) -> None:
    facts = site(country=country, region=region)

    assert verdict(must("p", PlaceAsked(frozenset(asked))), facts).status == status


def test_excluded_place() -> None:
    assert verdict(must_not("p", PlaceAsked(frozenset({"CN"}))), site(country="CN")).status == "unmet"


def visit(authority: str, months: int | None, *outcomes: str, covers: Iterable[str] = ()) -> InspectionFact:
    ended = months_ago(months) if months is not None else None
    return InspectionFact(authority, ended, outcomes, frozenset(covers))


@pytest.mark.parametrize(
    ("visits", "status"),
    [
        ([], "unknown"),
        ([visit("reg.hpra", 16)], "met"),
        ([visit("reg.fda", 2)], "unknown"),
        ([visit("reg.ema", 40)], "unmet"),
        ([visit("reg.ema", 40), visit("reg.hpra", 3)], "met"),
        ([visit("reg.ema", None)], "unknown"),
        ([visit("reg.ema", 3, "non-compliant")], "unmet"),
        ([visit("reg.ema", None, "non-compliant")], "unknown"),
        ([visit("reg.ema", 3, "compliant"), visit("reg.ema", 9, "non-compliant")], "met"),
        ([visit("reg.ema", 9, "compliant"), visit("reg.ema", 3, "non-compliant")], "unmet"),
    ],
)
def test_inspection_by_an_eu_authority_within_three_years(visits: list[InspectionFact], status: str) -> None:
    asked = must("i", InspectionAsked(EU, at_most_months=36))

    assert verdict(asked, site(inspections=tuple(visits))).status == status


def test_old_inspection_names_its_age_and_the_limit() -> None:
    found = verdict(must("i", InspectionAsked(EU, 36)), site(inspections=(visit("reg.ema", 40),)))

    assert found.change is not None
    assert found.change.text == "inspection by EU authority 40 months → at most 36 months ago"


def test_inspections_never_go_stale_by_themselves() -> None:
    assert verdict(must("i", InspectionAsked(EU)), site(inspections=(visit("reg.ema", 120),))).status == "met"
    assert (
        verdict(must("i", InspectionAsked(EU)), site(inspections=(visit("reg.ema", None),))).status == "met"
    )


@pytest.mark.parametrize(
    ("covers", "status"),
    [({"df.tablet.film-coated"}, "met"), (set(), "unknown"), ({"df.capsule-hard"}, "unknown")],
)
def test_inspected_is_not_inspected_for_this_operation(covers: set[str], status: str) -> None:
    asked = must("i", InspectionAsked(frozenset({"reg.fda"}), covers="df.tablet"))

    assert verdict(asked, site(inspections=(visit("reg.fda", 9, "NAI", covers=covers),))).status == status


@pytest.mark.parametrize(
    ("stated", "status"),
    [(no("reg.fda"), "unmet"), (no("reg.fda", months_ago(30)), "unknown"), (yes("reg.fda"), "unknown")],
)
def test_without_a_record_only_the_sites_own_no_is_a_no(stated: Statement, status: str) -> None:
    assert verdict(must("i", InspectionAsked(frozenset({"reg.fda"}))), site(stated)).status == status


def test_one_authority_of_several_is_enough() -> None:
    asked = must("i", InspectionAsked(frozenset({"reg.fda", "reg.ema"})))
    visits = (visit("reg.fda", 2, "OAI"), visit("reg.ema", 5, "compliant"))

    assert verdict(asked, site(inspections=visits)).status == "met"


GMP = CertificateFact("cer.gmp-certificate", "reg.hpra", inspected_on=months_ago(16))
ISO = CertificateFact("cer.iso-9001", expires_on=dt.date(2027, 1, 1), issued_on=months_ago(20))


@pytest.mark.parametrize(
    ("asked", "held", "status"),
    [
        (CertificateAsked("cer.gmp-certificate"), GMP, "met"),
        (CertificateAsked("cer.gmp-certificate", "reg.ema"), GMP, "met"),
        (CertificateAsked("cer.gmp-certificate", "reg.fda"), GMP, "unknown"),
        (CertificateAsked("cer.gmp-certificate", at_most_months=12), GMP, "unmet"),
        (
            CertificateAsked("cer.gmp-certificate"),
            CertificateFact("cer.gmp-certificate", inspected_on=months_ago(40)),
            "unmet",
        ),
        (
            CertificateAsked("cer.gmp-certificate"),
            CertificateFact("cer.gmp-certificate", issued_on=TODAY),
            "unknown",
        ),
        (CertificateAsked("cer.iso-9001"), ISO, "met"),
        (CertificateAsked("cer.iso-9001", at_most_months=12), ISO, "unmet"),
        (CertificateAsked("cer.iso-9001", at_most_months=24), ISO, "met"),
        (CertificateAsked("cer.iso-9001"), CertificateFact("cer.iso-9001"), "unknown"),
        (CertificateAsked("cer.iso-9001"), CertificateFact("cer.iso-9001", expires_on=days_ago(1)), "unmet"),
        (CertificateAsked("cer.iso-9001"), CertificateFact("cer.iso-9001", expires_on=TODAY), "met"),
        (CertificateAsked("cer.mia"), CertificateFact("cer.mia"), "met"),
    ],
)
def test_certificate(asked: CertificateAsked, held: CertificateFact, status: str) -> None:
    assert verdict(must("c", asked), site(certificates=(held,))).status == status


@pytest.mark.parametrize(
    ("stated", "status"),
    [([], "unknown"), ([yes("cer.iso-9001")], "unknown"), ([no("cer.iso-9001")], "unmet")],
)
def test_absent_certificate_is_not_non_compliance(stated: list[Statement], status: str) -> None:
    assert verdict(must("c", CertificateAsked("cer.iso-9001")), site(*stated)).status == status


def row(*operations: str, gone: dt.date | None = None) -> RegistrationFact:
    return RegistrationFact("reg.fda", frozenset(operations), days_ago(100), gone)


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([], "unknown"),
        ([row("C82401", "C25391")], "met"),
        ([row("C82401"), row("C25391")], "met"),
        ([row("C82401")], "unmet"),
        ([row("C82401", "C25391", gone=days_ago(9))], "unmet"),
        ([row("C82401", "C25391", gone=days_ago(9)), row("C82401")], "unmet"),
    ],
)
def test_registration_for_all_operations(rows: list[RegistrationFact], status: str) -> None:
    asked = must("r", RegistrationAsked("reg.fda", frozenset({"C82401", "C25391"})))

    assert verdict(asked, site(registrations=tuple(rows))).status == status


def test_vanished_row_is_said_to_be_no_longer_listed() -> None:
    asked = must("r", RegistrationAsked("reg.fda", frozenset()))

    found = verdict(asked, site(registrations=(row("C82401", gone=dt.date(2026, 11, 14)),)))

    assert found.reason == "No longer listed by FDA since 14 November 2026."
