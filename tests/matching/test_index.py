"""The columns of a process over many changes: few segments, the same answers, never half of a change."""

import datetime as dt
import threading
from collections.abc import Callable

import numpy as np
import pytest
from django.db import connection, transaction
from pytest_django import Settings

from matching.ranking.index import Directory
from matching.ranking.store import FactStore, Known
from matching.scoring.columns.grounds import Ground
from matching.scoring.columns.judging import column_of
from matching.scoring.contexts import context_for
from matching.scoring.facts import Scope
from matching.scoring.requirements import Requirement, Strength, TermAsked, TimeFrame
from partners.changes import mark_changed
from partners.models import Capability, Site, Term
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory
from tests.matching.test_store import column_names, names, rename, somebody_else

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store(settings: Settings) -> FactStore:
    settings.MATCHING_KEEPS_FACTS = True
    return FactStore()


def levels(known: Known) -> dict[int, int]:
    """By site, how a term stands, asked of every part."""
    asked = Requirement("r", Strength.MUST, (TermAsked("op.asked"),), Scope.SITE)
    context = context_for(dt.date.today(), known.vocabulary, TimeFrame())  # noqa: DTZ011 - as rows are made
    found: dict[int, int] = {}
    for part in known.directory.parts:
        sites = part.segment.sites
        level = column_of(asked, Ground(part.segment, known.book, context)).level[sites.first_row]
        found |= dict(zip(sites.pk[part.is_current].tolist(), level[part.is_current].tolist(), strict=True))
    return found


def test_directory_when_many_sites_change_one_by_one_then_answers_as_one_loaded_anew(
    store: FactStore,
) -> None:
    sites = SiteFactory.create_batch(40)
    asked = TermFactory.create(code="op.asked")
    most_parts = 0
    for number, site in enumerate([*sites[:30], *sites[10:14]]):
        with transaction.atomic():
            if number % 3 == 2:
                Capability.objects.filter(site=sites[number // 2]).delete()
                mark_changed(sites[number // 2])
            if not Capability.objects.filter(site=site).exists():
                CapabilityFactory.create(site=site, term=asked, is_offered=number % 2 == 0)
            mark_changed(site)
        most_parts = max(most_parts, len(store.known().directory.parts))

    found = levels(store.known())

    assert found == levels(FactStore().known())
    assert len(found) == 40
    assert most_parts <= 4


def test_directory_when_much_of_it_changed_then_holds_little_that_counts_no_more(store: FactStore) -> None:
    sites = SiteFactory.create_batch(40)
    names(store)

    for start in range(0, 40, 4):
        mark_changed(*sites[start : start + 4])
        directory = store.known().directory

        assert directory.masked_share <= 0.25
        assert directory.site_count == 40


def test_directory_when_sites_come_and_go_then_has_those_that_are_there(store: FactStore) -> None:
    SiteFactory.create_batch(9)
    names(store)
    closed = Site.objects.order_by("pk")[3]

    with transaction.atomic():
        mark_changed(closed)
        closed.delete()
        mark_changed(SiteFactory.create(name="New"))

    assert len(names(store)) == 9
    assert "New" in names(store)
    assert store.known().directory.find(0) is None


def test_change_when_told_again_while_another_runs_then_is_loaded_once(store: FactStore) -> None:
    site, waiting = SiteFactory.create(name="Before"), SiteFactory.create(name="Waiting")
    SiteFactory.create_batch(20)
    names(store)

    with somebody_else() as slow, somebody_else() as quick:
        rename(slow, waiting, "Never")
        rename(quick, site, "After")
        quick.commit()
        first = store.known().directory
        second = store.known().directory
        slow.rollback()

    assert "After" in column_names(first)
    assert second is first


def test_site_when_read_with_own_changes_that_are_rolled_back_then_is_read_again(store: FactStore) -> None:
    site = SiteFactory.create(name="Before")
    SiteFactory.create_batch(9)
    names(store)

    with transaction.atomic():
        Site.objects.filter(pk=site.pk).update(city="Given up", name="Given up")
        mark_changed(site)
        with somebody_else() as other:
            other.execute("INSERT INTO partners_sitechange (site_id) VALUES (%s)", [site.pk])
        assert "Given up" in names(store)
        transaction.set_rollback(True)

    assert "Before" in names(store)
    assert "Given up" not in names(store)


def test_readers_when_two_sites_change_together_then_see_both_or_neither(store: FactStore) -> None:
    pair = [SiteFactory.create(name="0"), SiteFactory.create(name="0")]
    SiteFactory.create_batch(30, name="Other")
    names(store)
    seen: list[set[str]] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            seen.append(set(column_names(store.known().directory)) - {"Other"})

    def write() -> None:
        with somebody_else() as other:
            for number in range(1, 30):
                for site in pair:
                    rename(other, site, str(number))
                other.commit()

    together([read, read], until=write, then=is_over.set)

    assert all(len(each) == 1 for each in seen)
    assert names(store) == {"29", "Other"}


def together(
    meanwhile: list[Callable[[], None]], *, until: Callable[[], None], then: Callable[[], None]
) -> None:
    def with_own_connection(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=with_own_connection, args=(work,)) for work in meanwhile]
    for thread in threads:
        thread.start()
    try:
        until()
    finally:
        then()
        for thread in threads:
            thread.join()


def test_vocabulary_when_a_term_changes_then_the_next_question_has_it(store: FactStore) -> None:
    term = TermFactory.create(code="op.asked", label="Old words")
    assert store.known().vocabulary.label("op.asked") == "Old words"
    held = store.known().vocabulary

    Term.objects.filter(pk=term.pk).update(label="New words")

    assert store.known().vocabulary.label("op.asked") == "New words"
    assert held.label("op.asked") == "Old words"
    assert store.known().vocabulary is store.known().vocabulary


def test_vocabulary_when_a_new_term_was_rolled_back_then_is_not_kept(store: FactStore) -> None:
    with transaction.atomic():
        TermFactory.create(code="op.given-up", label="Given up")
        assert store.known().vocabulary.label("op.given-up") == "Given up"
        transaction.set_rollback(True)

    assert store.known().vocabulary.label("op.given-up") == "op.given-up"


def test_facts_of_when_asked_again_then_are_kept_until_the_site_changes(store: FactStore) -> None:
    changing, quiet = SiteFactory.create(name="Before"), SiteFactory.create()
    SiteFactory.create_batch(20)
    first = store.facts_of([changing.pk, quiet.pk])

    with somebody_else() as other:
        rename(other, changing, "After")
    second = store.facts_of([changing.pk, quiet.pk, 0])

    assert first[changing.pk].name == "Before"
    assert second[changing.pk].name == "After"
    assert second[quiet.pk] is first[quiet.pk]
    assert second.keys() == {changing.pk, quiet.pk}


def test_directory_when_nothing_is_there_then_is_empty_and_grows(store: FactStore) -> None:
    assert store.known().directory.site_count == 0

    mark_changed(SiteFactory.create(name="First"))

    assert names(store) == {"First"}


def test_parts_when_some_sites_are_masked_then_the_part_held_before_is_untouched() -> None:
    site = SiteFactory.create()
    SiteFactory.create()
    directory = FactStore().known().directory

    masked = directory.without([site.pk])

    assert (directory.site_count, masked.site_count) == (2, 1)
    assert isinstance(masked, Directory)
    assert np.array_equal(directory.parts[0].is_current, [True, True])
