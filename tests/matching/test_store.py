"""The facts that a process keeps: current after every commit, at a cost in proportion to the change."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from matching.ranking.index import Directory
from matching.ranking.store import FactStore
from matching.scoring.facts import SiteFacts
from partners.changes import mark_changed
from partners.models import Hazard, Site
from tests.factories.capabilities import CapabilityFactory, HazardFactory
from tests.factories.partners import CampusFactory, SiteFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(settings: Settings) -> FactStore:
    settings.MATCHING_KEEPS_FACTS = True
    return FactStore()


@contextmanager
def somebody_else() -> Iterator[psycopg.Connection]:
    """A second connection as the application's role, in a transaction of its own."""
    database = connection.settings_dict
    with psycopg.connect(
        host=database["HOST"],
        port=database["PORT"] or None,
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"] or None,
    ) as other:
        yield other


def rename(other: psycopg.Connection, site: Site, name: str) -> None:
    other.execute("UPDATE partners_site SET name = %s WHERE id = %s", [name, site.pk])
    other.execute("INSERT INTO partners_sitechange (site_id) VALUES (%s)", [site.pk])


def names(store: FactStore) -> set[str]:
    """As the columns have them, which must be as the facts have them."""
    known = store.known()
    found = column_names(known.directory)
    assert sorted(found) == sorted(facts.name for facts in known.sites.values())
    return set(found)


def column_names(directory: Directory) -> list[str]:
    return [
        name
        for part in directory.parts
        for name, is_current in zip(part.segment.sites.names, part.is_current, strict=True)
        if is_current
    ]


def test_known_when_a_site_changed_then_the_next_question_has_it(store: FactStore) -> None:
    site = SiteFactory.create(name="Before")
    assert names(store) == {"Before"}

    with somebody_else() as other:
        rename(other, site, "After")

    assert names(store) == {"After"}


def test_known_when_a_change_is_not_committed_then_it_is_not_there(store: FactStore) -> None:
    site = SiteFactory.create(name="Before")
    assert names(store) == {"Before"}

    with somebody_else() as other:
        rename(other, site, "Never")
        assert names(store) == {"Before"}
        other.rollback()

    assert names(store) == {"Before"}


def test_known_when_a_change_commits_after_a_later_one_then_neither_is_missed(store: FactStore) -> None:
    slow_site, quick_site = SiteFactory.create(name="Slow"), SiteFactory.create(name="Quick")
    assert names(store) == {"Slow", "Quick"}

    with somebody_else() as slow, somebody_else() as quick:
        rename(slow, slow_site, "Slow after")
        rename(quick, quick_site, "Quick after")
        quick.commit()
        seen_while_slow_runs = names(store)
        slow.commit()

    assert seen_while_slow_runs == {"Slow", "Quick after"}
    assert names(store) == {"Slow after", "Quick after"}


def test_known_when_asked_by_who_rolls_back_then_keeps_nothing_of_it(store: FactStore) -> None:
    site = SiteFactory.create(name="Before")
    assert names(store) == {"Before"}

    with transaction.atomic():
        Site.objects.filter(pk=site.pk).update(name="Given up")
        mark_changed(site)
        names(store)
        transaction.set_rollback(True)

    assert names(store) == {"Before"}


def test_known_when_a_site_is_marked_and_deleted_then_it_is_gone(store: FactStore) -> None:
    site, _ = SiteFactory.create(name="Closed"), SiteFactory.create(name="Open")
    assert names(store) == {"Closed", "Open"}

    with transaction.atomic():
        mark_changed(site)
        site.delete()

    assert names(store) == {"Open"}


def test_known_when_a_neighbour_on_the_campus_states_a_hazard_then_the_site_knows(store: FactStore) -> None:
    campus = CampusFactory.create()
    site, neighbour = SiteFactory.create_batch(2, campus=campus, partner=campus.partner)
    assert campus_hazards(store, site) == set()

    with transaction.atomic():
        HazardFactory.create(site=neighbour, term__code="haz.cytotoxic", scope=Hazard.Scope.SITE)
        mark_changed(neighbour)

    assert campus_hazards(store, site) == {"haz.cytotoxic"}


def test_known_when_a_neighbour_with_a_hazard_is_gone_then_the_site_is_free_of_it(store: FactStore) -> None:
    campus = CampusFactory.create()
    site, neighbour = SiteFactory.create_batch(2, campus=campus, partner=campus.partner)
    SiteFactory.create_batch(20)
    HazardFactory.create(site=neighbour, term__code="haz.cytotoxic", scope=Hazard.Scope.SITE)
    assert campus_hazards(store, site) == {"haz.cytotoxic"}

    with transaction.atomic():
        mark_changed(neighbour)
        neighbour.delete()

    assert column_hazards(store, site) == set()


def campus_hazards(store: FactStore, site: Site) -> set[str]:
    found = {hazard.term for hazard in store.known().sites[site.pk].campus_hazards}
    assert column_hazards(store, site) == found
    return found


def column_hazards(store: FactStore, site: Site) -> set[str]:
    known = store.known()
    found = known.directory.find(site.pk)
    assert found is not None
    part, position = found
    marks = part.segment.marks
    terms = marks.term[(marks.site == position) & marks.is_of_neighbour].tolist()
    return {code for code, number in known.book.terms.numbers.items() if number in terms}


def test_known_when_one_of_many_sites_changed_then_only_it_is_read_again(store: FactStore) -> None:
    sites = SiteFactory.create_batch(20)
    before = store.known().sites
    whole = store.known().directory
    mark_changed(sites[7])

    after = store.known().sites
    parts = store.known().directory.parts

    # The very same objects stand for the other nineteen.
    assert {pk for pk in after if after[pk] is not before[pk]} == {sites[7].pk}
    assert [part.segment.site_count for part in parts] == [20, 1]
    assert parts[0].segment is whole.parts[0].segment


def test_known_when_nothing_changed_then_asks_a_handful_of_questions(store: FactStore) -> None:
    SiteFactory.create_batch(20)
    names(store)

    with CaptureQueriesContext(connection) as asked:
        assert store.known().directory.site_count == 20

    assert len(asked) <= 3


def test_known_when_few_or_many_sites_changed_then_asks_as_often(store: FactStore) -> None:
    sites = SiteFactory.create_batch(12)
    for site in sites:
        CapabilityFactory.create(site=site)
    names(store)

    counts = []
    for changed in (sites[:1], sites):
        mark_changed(*changed)
        with CaptureQueriesContext(connection) as asked:
            names(store)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_known_when_held_by_a_reader_then_a_later_change_does_not_alter_it(store: FactStore) -> None:
    site = SiteFactory.create(name="Before")
    held = store.known()
    assert (held.sites[site.pk].name, column_names(held.directory)) == ("Before", ["Before"])

    with somebody_else() as other:
        rename(other, site, "After")
    assert names(store) == {"After"}

    assert (held.sites[site.pk].name, column_names(held.directory)) == ("Before", ["Before"])


def test_known_when_facts_are_not_kept_then_reads_what_this_transaction_wrote(
    settings: Settings,
) -> None:
    settings.MATCHING_KEEPS_FACTS = False
    store = FactStore()

    with transaction.atomic():
        site = SiteFactory.create(name="Uncommitted")
        found: SiteFacts = store.known().sites[site.pk]
        explained = store.facts_of([site.pk])
        columns = column_names(store.known().directory)

    assert found.name == explained[site.pk].name == "Uncommitted"
    assert columns == ["Uncommitted"]
