import pytest
from django.core.management import call_command

from partners import searching
from partners.models import Audience, SearchRow
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import SiteFactory
from tests.factories.regulatory import InspectionFactory, RegistrationFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db


def rows_of(site_id: int) -> dict[str, SearchRow]:
    return {row.reader: row for row in SearchRow.objects.filter(site_id=site_id)}


def test_rebuild_when_statements_have_audiences_then_each_reader_gets_only_their_own() -> None:
    site = SiteFactory.create()
    bits = {}
    for audience in Audience:
        term = TermFactory.create(code=f"op.for-{audience}")
        CapabilityFactory.create(site=site, term=term, audience=audience)
        bits[audience] = term.bit

    searching.rebuild([site.pk])

    rows = rows_of(site.pk)
    assert rows["public"].term_bits == [bits[Audience.PUBLIC]]
    assert rows["sponsors"].term_bits == sorted([bits[Audience.PUBLIC], bits[Audience.SPONSORS]])
    assert (rows["public"].statements, rows["sponsors"].statements) == (1, 2)
    for row in rows.values():
        assert "agreement" not in str(row.words)
        assert "matching" not in str(row.words)


def test_rebuild_when_a_child_is_offered_then_its_parent_counts_too_and_a_no_does_not() -> None:
    parent = TermFactory.create(code="df.tablet", facet__code="dosage_form")
    child = TermFactory.create(code="df.tablet.film", facet__code="dosage_form", parent=parent)
    site = SiteFactory.create()
    CapabilityFactory.create(site=site, term=child)
    CapabilityFactory.create(site=site, term=TermFactory.create(code="op.coating"), is_offered=False)

    searching.rebuild([site.pk])

    assert rows_of(site.pk)["public"].term_bits == sorted([parent.bit, child.bit])
    assert rows_of(site.pk)["public"].statements == 2


def test_rebuild_when_authorities_have_records_then_keeps_registered_and_inspected_apart() -> None:
    site = SiteFactory.create()
    RegistrationFactory.create(site=site, operations=["C82401", "C25391"])
    gone = RegistrationFactory.create(site=site, operations=["C43360"])
    gone.no_longer_listed_on = gone.last_seen.snapshot_on
    gone.save()
    InspectionFactory.create(site=site)

    searching.rebuild([site.pk])

    row = rows_of(site.pk)["public"]
    assert row.operations == ["C25391", "C82401"]
    assert row.inspected_by == ["reg.fda"]


def test_rebuild_when_facts_are_taken_back_then_the_rows_follow() -> None:
    capability = CapabilityFactory.create()
    searching.rebuild([capability.site_id])
    capability.delete()

    searching.rebuild([capability.site_id])

    assert rows_of(capability.site_id)["public"].term_bits == []


def test_rebuild_when_many_sites_are_given_then_queries_do_not_grow(
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    for _ in range(30):
        CapabilityFactory.create()

    with django_assert_max_num_queries(15):  # type: ignore[operator]
        searching.rebuild_all()

    assert SearchRow.objects.count() == 60


def test_rebuild_search_when_called_as_a_command_then_says_what_it_did(
    capsys: pytest.CaptureFixture[str],
) -> None:
    SiteFactory.create()

    call_command("rebuild_search")

    assert "Search rows of 1 sites are up to date." in capsys.readouterr().out
