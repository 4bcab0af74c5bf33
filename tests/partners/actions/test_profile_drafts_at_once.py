"""Drafts published and changes restored while a colleague saves, each with a connection of its own."""

import datetime as dt
from collections.abc import Callable

import pytest

from partners.actions import lines, profiles, restoring
from partners.actions.editing import ChangedMeanwhile
from partners.actions.profile_drafts import NotPublished, discard_draft, keep_draft, publish
from partners.models import Audience, Basis, Capability, ProfileChange, ProfileDraft
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.actions.test_profile_drafts import of_new, of_row, seen_of
from tests.partners.editors import House, house, lyophilisation
from tests.partners.locks import ended_together, lock

pytestmark = pytest.mark.django_db(transaction=True)


def saving(home: House, row: Capability) -> Callable[[], object]:
    facts = profiles.CapabilityFacts(
        term=row.term,
        line=None,
        is_offered=False,
        basis=Basis.CLAIMED,
        confirmed_on=dt.date(2026, 1, 6),
        audience=Audience.PUBLIC,
    )
    return lambda: profiles.save_capability(
        site=home.site, facts=facts, by=home.actor, capability=row, version=str(row.version)
    )


def test_publish_while_a_colleague_saves_what_it_changes_then_refuse_and_keep_the_colleagues() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, term=lyophilisation())
    keep_draft(site=home.site, intended=of_row(row, note="Hall 2"), by=home.actor)
    seen = seen_of(home.site)

    ended = ended_together(
        {
            "save": saving(home, row),
            "publish": lambda: publish(site=home.site, seen=seen, by=home.actor),
        },
        behind=lock(row),
    )

    assert isinstance(ended["save"], Capability)
    assert isinstance(ended["publish"], NotPublished)
    row.refresh_from_db()
    assert (row.is_offered, row.note) == (False, "")
    assert ProfileDraft.objects.count() == ProfileChange.objects.count() == 1


def test_restore_while_a_colleague_saves_the_same_then_the_colleague_stands_and_it_is_refused() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, term=lyophilisation(), confirmed_on=dt.date(2026, 1, 5))
    profiles.confirm_capability(capability=row, by=home.actor)
    row.refresh_from_db()
    change = ProfileChange.objects.select_related("site__partner", "partner").get()
    seen = restoring.mark(restoring.present(restoring.part_of(change)))

    ended = ended_together(
        {
            "save": saving(home, row),
            "restore": lambda: restoring.restore(change=change, seen=seen, by=home.actor),
        },
        behind=lock(row),
    )

    assert isinstance(ended["save"], Capability)
    assert isinstance(ended["restore"], ChangedMeanwhile)
    row.refresh_from_db()
    assert row.confirmed_on == dt.date(2026, 1, 6)


def test_publish_while_the_line_of_a_draft_is_removed_then_nothing_is_published() -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    row = CapabilityFactory.create(site=home.site, line=line, term=lyophilisation())
    keep_draft(site=home.site, intended=of_row(row, note="Hall 2"), by=home.actor)
    keep_draft(site=home.site, intended=of_new(TermFactory.create(code="op.bfs"), line=line), by=home.actor)
    seen = seen_of(home.site)

    ended = ended_together(
        {
            "remove": lambda: lines.delete_line(line=line, version=str(line.version), by=home.actor),
            "publish": lambda: publish(site=home.site, seen=seen, by=home.actor),
        },
        behind=lock(row),
    )

    assert ended["remove"] is None
    assert isinstance(ended["publish"], NotPublished)
    assert not Capability.objects.exists()


def test_publish_while_a_colleague_discards_the_draft_then_it_is_not_published() -> None:
    home = house()
    draft = keep_draft(site=home.site, intended=of_new(lyophilisation()), by=home.actor)
    seen = seen_of(home.site)

    ended = ended_together(
        {
            "discard": lambda: discard_draft(draft=draft, version="1", by=home.actor),
            "publish": lambda: publish(site=home.site, seen=seen, by=home.actor),
        },
        behind=lock(draft),
    )

    assert ended["discard"] is None
    assert isinstance(ended["publish"], NotPublished)
    assert not Capability.objects.exists()


def test_draft_when_two_change_it_at_once_then_the_second_is_told_and_writes_nothing() -> None:
    home = house()
    intended = of_new(lyophilisation())
    draft = keep_draft(site=home.site, intended=intended, by=home.actor)

    ended = ended_together(
        {
            name: lambda: keep_draft(
                site=home.site, intended=intended, by=home.actor, draft=draft, version="1"
            )
            for name in ("first", "second")
        },
        behind=lock(home.site),
    )

    assert {type(each) for each in ended.values()} == {ProfileDraft, ChangedMeanwhile}
    draft.refresh_from_db()
    assert draft.version == 2
