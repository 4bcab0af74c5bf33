"""Finding one's own site to claim: by name, FEI, DUNS or city."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.accounts.actors import actor_of_member
from partners.claim_search import asked_by, candidates, first_guess, found_rows
from partners.models import Site, SiteIdentifier
from partners.searching import rebuild_all
from tests.factories.accounts import MemberFactory, OrganisationFactory
from tests.factories.partners import ClaimFactory, SiteFactory, SiteIdentifierFactory
from tests.factories.regulatory import RegistrationFactory
from tests.partners.editors import house


def world() -> Site:
    site: Site = SiteFactory.create(
        registered_only=True, name="Larkfen Oral", city="Nottingham", country="GB"
    )
    SiteIdentifierFactory.create(site=site, value="3001234567")
    SiteIdentifierFactory.create(site=site, scheme=SiteIdentifier.Scheme.DUNS, value="012345678")
    RegistrationFactory.create(site=site, firm_name="OLD MILL WORKS LTD")
    for number in range(3):
        SiteFactory.create(registered_only=True, name=f"Fernlow {number}", city="Cork", country="IE")
    rebuild_all()
    return site


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("larkfen", ""),
        ("Larkfen Orall", ""),
        ("old mill", ""),
        ("nottingham", ""),
        ("larkfen nottingham", "GB"),
        ("FEI: 30 0123 4567", ""),
        ("0003001234567", ""),
        ("DUNS 01-234-5678", ""),
        ("duns number 12345678", ""),
        ("", "GB"),
    ],
)
def test_search_when_asked_by_name_number_or_city_then_the_site_comes_first(text: str, country: str) -> None:
    site = world()

    assert found_rows(text, country)[0].site_id == site.pk


@pytest.mark.django_db
def test_search_when_nothing_fits_or_is_asked_then_it_is_empty() -> None:
    world()

    assert list(found_rows("9999999999", "")) == []
    assert list(found_rows("", "")) == []
    assert list(found_rows("larkfen", "IE")) == []


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["\ufffd", "()", "!!!", "'", "& | !", "-", "<->", "FEI", "👩🏽‍🔬"])
def test_search_when_no_word_is_typed_then_it_finds_nothing_and_does_not_fail(text: str) -> None:
    world()

    assert list(found_rows(text, "")) == []


@pytest.mark.django_db
def test_candidates_say_who_keeps_each_and_what_one_may_do(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    own, other = house(), house()
    free, asked = (SiteFactory.create(registered_only=True) for _site in range(2))
    ClaimFactory.create(partner=None, site=asked, organisation=own.organisation)
    ClaimFactory.create(partner=None, site=free)
    rebuild_all()
    rows = list(found_rows("", "IE"))

    with django_assert_num_queries(4):
        found = {each.site.pk: each for each in candidates(rows, own.actor)}

    told = {pk: (each.standing, each.offer) for pk, each in found.items()}
    assert told[free.pk] == ("free", "new")
    assert told[asked.pk][0] == "asked"
    assert told[own.site.pk] == ("own", None)
    assert told[other.site.pk] == ("kept", "contest")
    viewed = candidates(rows, actor_of_member(own.viewer))
    assert {each.offer for each in viewed} == {None}


@pytest.mark.django_db
def test_first_guess_is_the_name_without_what_every_company_carries() -> None:
    organisation = OrganisationFactory.create(cdmo=True, name="Larkfen Pharma Ltd")

    assert first_guess(actor_of_member(MemberFactory.create(organisation=organisation))) == "larkfen"


@given(st.integers(10_000, 10**13), st.sampled_from(["", "FEI ", "fei: ", "DUNS number ", "D-U-N-S # "]))
def test_number_when_copied_with_its_name_or_zeros_then_its_digits_are_asked_for(
    number: int, named: str
) -> None:
    assert asked_by(f"{named}{number:015d}") == str(number)


@given(st.text(max_size=60))
def test_text_when_anything_is_typed_then_there_is_a_question(text: str) -> None:
    assert asked_by(text) in {text.strip(), "".join(filter(str.isdecimal, text)).lstrip("0")}
