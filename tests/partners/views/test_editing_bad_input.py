"""Nonsense in every form: 422 with the field and what was typed, and nothing written."""

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from cdmo_portal.events.models import Event
from partners.models import Capability, CapacityWindow, Certificate, Line, SiteChange
from tests.factories.capacity import LineFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import House, house, lyophilisation, signed_in, vessel_volume

pytestmark = pytest.mark.django_db

HUGE = "9" * 100_000
RTL_OVERRIDE = "Cork\u202egnp.exe"
STATEMENT = {
    "term": "Lyophilisation",
    "is_offered": "yes",
    "basis": "claimed",
    "confirmed_on": "2026-01-05",
    "audience": "public",
    "measures-TOTAL_FORMS": "1",
    "measures-INITIAL_FORMS": "0",
}
LINE = {"name": "Filling line 2", "capacity_unit": "batches", "capacity_audience": "matching"}
WINDOW = {"quarter": "", "state": "open", "quantity": "3", "confidence": "firm"}
CERTIFICATE = {"term": "cer.gmp-certificate"}


def client_of(home: House) -> Client:
    return signed_in(home.editor)


def assert_refused(home: House, url: str, data: dict[str, str], field: str, model: type[Model]) -> str:
    answer = client_of(home).post(url, data)

    assert answer.status_code == 422, answer.content.decode()[:300]
    assert field in answer.context["form"].errors
    assert not model._default_manager.exists()
    assert not Event.objects.exists()
    assert not SiteChange.objects.exists()
    return answer.content.decode()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("term", ""),
        ("term", "Lyophilisaton"),
        ("term", "x" * 5_000),
        ("term", "Lyo\x00philisation"),
        ("term", "🧪"),
        ("is_offered", "perhaps"),
        ("place", "not-a-line"),
        ("stages", "stg.nowhere"),
        ("basis", "inspected"),
        ("basis", "certificate"),
        ("source", "x" * 301),
        ("source", RTL_OVERRIDE),
        ("note", "a\x00b"),
        ("note", HUGE),
        ("confirmed_on", ""),
        ("confirmed_on", "soon"),
        ("confirmed_on", "0000-01-01"),
        ("confirmed_on", "0001-01-01"),
        ("confirmed_on", "9999-12-31"),
        ("confirmed_on", "2026-02-30"),
        ("audience", "nobody"),
    ],
)
def test_capability_with_nonsense_in_a_field_is_refused_there(field: str, typed: str) -> None:
    home = house()
    lyophilisation()
    url = reverse("partners:capability_create", args=[home.site.slug])

    assert_refused(home, url, {**STATEMENT, field: typed}, field, Capability)


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        ("", "L"),
        ("plenty", "L"),
        ("-5", "L"),
        ("900–500", "L"),
        ("5", "furlongs"),
        ("5 L", "mL"),
        ("1.500", "L"),
        ("0 × 5", "L"),
        ("1e99", "L"),
        ("9" * 70, "L"),
        ("9" * 90, "L"),
        ("٣", "L"),
        ("5\x00", "L"),
        ("NaN", "L"),
        ("∞", ""),
        ("🧪", "🧪"),
    ],
)
def test_capability_with_a_bad_number_is_refused_with_its_row_and_keeps_what_was_typed(
    number: str, unit: str
) -> None:
    home = house()
    lyophilisation(), vessel_volume()
    url = reverse("partners:capability_create", args=[home.site.slug])
    row = {"measures-0-term": "sc.bioreactor-l", "measures-0-number": number, "measures-0-unit": unit}

    page = assert_refused(home, url, {**STATEMENT, **row}, "__all__", Capability)

    assert "Number 1, " in page
    assert 'value="sc.bioreactor-l"' in page


@pytest.mark.parametrize("rows", [{}, {"measures-TOTAL_FORMS": "9999999", "measures-INITIAL_FORMS": "-1"}])
def test_capability_with_broken_row_counts_is_refused(rows: dict[str, str]) -> None:
    home = house()
    lyophilisation()
    url = reverse("partners:capability_create", args=[home.site.slug])
    data = {name: value for name, value in STATEMENT.items() if not name.startswith("measures")}

    assert_refused(home, url, {**data, **rows}, "__all__", Capability)


def test_unknown_word_names_the_nearest_labels_and_stays_typed() -> None:
    home = house()
    lyophilisation()
    url = reverse("partners:capability_create", args=[home.site.slug])

    page = assert_refused(home, url, {**STATEMENT, "term": "Lyophilisaton"}, "term", Capability)

    assert "Did you mean: Lyophilisation" in page
    assert 'value="Lyophilisaton"' in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "Line\x00"),
        ("name", RTL_OVERRIDE),
        ("external_id", "x" * 81),
        ("building", "not-a-building"),
        ("building", "-1"),
        ("capacity_unit", ""),
        ("nominal_per_quarter", "-1"),
        ("nominal_per_quarter", "many"),
        ("nominal_per_quarter", "NaN"),
        ("nominal_per_quarter", "Infinity"),
        ("nominal_per_quarter", "1e400"),
        ("nominal_per_quarter", HUGE),
        ("days_per_batch", "0.001"),
        ("lead_time_weeks", "1000000"),
        ("capacity_audience", "the world"),
        ("nominal_batch", "0"),
        ("nominal_batch", "-1"),
        ("nominal_batch_unit", "x" * 31),
        ("slot_means", "x" * 201),
        ("capacity_valid_days", "0"),
        ("capacity_valid_days", "61"),
        ("capacity_valid_days", "1.5"),
    ],
)
def test_line_with_nonsense_in_a_field_is_refused_there(field: str, typed: str) -> None:
    home = house()
    url = reverse("partners:line_create", args=[home.site.slug])

    assert_refused(home, url, {**LINE, field: typed}, field, Line)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"nominal_batch": "200"}, "nominal_batch_unit"), ({"nominal_batch_unit": "L"}, "nominal_batch")],
)
def test_line_with_half_a_nominal_batch_is_refused_at_the_missing_half(
    typed: dict[str, str], field: str
) -> None:
    home = house()
    url = reverse("partners:line_create", args=[home.site.slug])

    assert_refused(home, url, {**LINE, **typed}, field, Line)


def test_line_with_campaigns_turned_round_is_refused() -> None:
    home = house()
    url = reverse("partners:line_create", args=[home.site.slug])
    data = {**LINE, "smallest_campaign": "9", "largest_campaign": "3"}

    assert_refused(home, url, data, "largest_campaign", Line)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "first_day"),
        ({"quarter": "Q9 2027"}, "quarter"),
        ({"first_day": "2027-01-01"}, "last_day"),
        ({"first_day": "2027-04-01", "last_day": "2027-01-01"}, "last_day"),
        ({"first_day": "0000-01-01", "last_day": "2027-01-01"}, "first_day"),
        ({"first_day": "2001-01-01", "last_day": "2027-01-01"}, "first_day"),
        ({"first_day": "2027-01-01", "last_day": "9999-12-31"}, "last_day"),
        ({"first_day": "2027-01-01", "last_day": "2049-12-31"}, "last_day"),
        ({"state": "closed"}, "state"),
        ({"quantity": ""}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "lots"}, "quantity"),
        ({"quantity": HUGE}, "quantity"),
        ({"confidence": "sure"}, "confidence"),
        ({"valid_until": "9999-12-31"}, "valid_until"),
        ({"held_until": "2027-02-01"}, "held_until"),
        ({"note": "a\x00b"}, "note"),
        ({"reason": "x" * 121}, "reason"),
    ],
)
def test_window_with_nonsense_is_refused_at_the_field(changes: dict[str, str], field: str) -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    url = reverse("partners:window_create", args=[home.site.slug, line.uid])

    assert_refused(home, url, {**WINDOW, **changes}, field, CapacityWindow)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("term", "Nobel prize"),
        ("authority", "The neighbours"),
        ("number", "x" * 81),
        ("inspected_on", "9999-12-31"),
        ("issued_on", "0000-00-00"),
        ("expires_on", "9999-12-31"),
        ("source_url", "javascript:alert(1)"),
        ("source_url", "https://" + "x" * 300 + ".example"),
    ],
)
def test_certificate_with_nonsense_in_a_field_is_refused_there(field: str, typed: str) -> None:
    home = house()
    TermFactory.create(code="cer.gmp-certificate", facet__code="certificate")
    url = reverse("partners:certificate_create", args=[home.site.slug])

    assert_refused(home, url, {**CERTIFICATE, field: typed}, field, Certificate)


def test_certificate_that_expires_before_it_was_issued_is_refused() -> None:
    home = house()
    TermFactory.create(code="cer.gmp-certificate", facet__code="certificate")
    url = reverse("partners:certificate_create", args=[home.site.slug])
    data = {**CERTIFICATE, "issued_on": "2025-01-01", "expires_on": "2024-01-01"}

    assert_refused(home, url, data, "expires_on", Certificate)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("country", "ZZ"),
        ("country", "Ireland"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("postal_code", "x" * 41),
    ],
)
def test_site_with_nonsense_in_a_field_is_refused_there(field: str, typed: str) -> None:
    home = house()
    address = {"name": "Cork", "city": "Cork", "country": "IE", "time_zone": "UTC", "version": "1"}

    answer = client_of(home).post(
        reverse("partners:site_update", args=[home.site.slug]), {**address, field: typed}
    )

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Event.objects.exists()


@pytest.mark.parametrize("empty", ["capability_create", "line_create", "certificate_create"])
def test_form_sent_empty_is_refused(empty: str) -> None:
    home = house()

    answer = client_of(home).post(reverse(f"partners:{empty}", args=[home.site.slug]))

    assert answer.status_code == 422
    assert "Nothing was saved" in answer.content.decode()


def test_names_in_other_scripts_are_kept_as_written() -> None:
    home = house()
    url = reverse("partners:line_create", args=[home.site.slug])

    for name in ("خط التعبئة", "製造ライン 🧪"):
        assert client_of(home).post(url, {**LINE, "name": name}).status_code == 302
        assert Line.objects.filter(name=name).exists()
