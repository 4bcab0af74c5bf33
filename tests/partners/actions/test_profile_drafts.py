"""Drafts: nobody else learns of them, and they are published together or not at all."""

import datetime as dt
from typing import Any

import pytest

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.events.models import Event
from partners.actions import profiles
from partners.actions.editing import AlreadyThere, ChangedMeanwhile, NotAllowed
from partners.actions.profile_drafts import (
    Intended,
    NotPublished,
    discard_draft,
    keep_draft,
    part_of_draft,
    publish,
    seen_mark,
)
from partners.actions.profile_values import values_of_capability, values_of_capability_facts
from partners.actions.profiles import CapabilityFacts
from partners.actions.restoring import present
from partners.models import (
    Audience,
    Basis,
    Capability,
    ProfileChange,
    ProfileDraft,
    Site,
    SiteChange,
    Subject,
    Term,
)
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import House, house, lyophilisation

pytestmark = pytest.mark.django_db


def of_new(term: Term, **given: Any) -> Intended:
    told: dict[str, Any] = {"line": None, "is_offered": True, "basis": Basis.CLAIMED, **given}
    facts = CapabilityFacts(term=term, confirmed_on=dt.date(2026, 1, 5), audience=Audience.PUBLIC, **told)
    return Intended(Subject.CAPABILITY, term.label, values_of_capability_facts(facts))


def of_row(row: Capability, **changed: object) -> Intended:
    values = {**values_of_capability(row), **changed}
    return Intended(Subject.CAPABILITY, row.term.label, values, str(row.uid))


def taking_back(row: Capability) -> Intended:
    return Intended(Subject.CAPABILITY, row.term.label, None, str(row.uid))


def seen_of(site: Site) -> dict[str, str]:
    return {
        str(draft.uid): seen_mark(draft, present(part_of_draft(draft, site))) for draft in site.drafts.all()
    }


def drafted(home: House) -> tuple[Capability, Capability]:
    """One statement to be changed, one to be taken back, and one that is new."""
    kept = CapabilityFactory.create(
        site=home.site, term=lyophilisation(), note="", confirmed_on=dt.date(2026, 1, 5)
    )
    going = CapabilityFactory.create(site=home.site, term=TermFactory.create(code="op.bfs"))
    keep_draft(site=home.site, intended=of_row(kept, note="Hall 2"), by=home.actor)
    keep_draft(site=home.site, intended=taking_back(going), by=home.actor)
    keep_draft(site=home.site, intended=of_new(TermFactory.create(code="op.ffs")), by=home.actor)
    return kept, going


def test_draft_when_kept_then_the_profile_its_changes_and_what_matching_reads_stay() -> None:
    home = house()
    marks = SiteChange.objects.count()

    kept, going = drafted(home)

    kept.refresh_from_db()
    assert kept.note == ""
    assert set(home.site.capabilities.all()) == {kept, going}
    assert SiteChange.objects.count() == marks
    assert not ProfileChange.objects.exists()
    assert not Event.objects.filter(kind__startswith="capability").exists()


def test_publish_when_all_is_as_seen_then_all_of_it_stands_with_its_history() -> None:
    home = house()
    kept, _going = drafted(home)

    assert publish(site=home.site, seen=seen_of(home.site), by=home.actor) == 3

    kept.refresh_from_db()
    assert kept.note == "Hall 2"
    assert set(home.site.capabilities.values_list("term__code", flat=True)) == {"op.lyophilisation", "op.ffs"}
    assert ProfileChange.objects.count() == 3
    assert not ProfileDraft.objects.exists()
    assert Event.objects.filter(kind="profile.published", data__drafts=3).exists()


def test_publish_when_one_was_changed_meanwhile_then_none_is_published_and_it_is_named() -> None:
    home = house()
    kept, _going = drafted(home)
    seen = seen_of(home.site)
    profiles.confirm_capability(capability=kept, by=home.actor)

    with pytest.raises(NotPublished) as refused:
        publish(site=home.site, seen=seen, by=home.actor)

    assert list(refused.value.reasons) == [str(ProfileDraft.objects.get(key=str(kept.uid)).uid)]
    assert home.site.capabilities.count() == 2
    assert ProfileDraft.objects.count() == 3


def test_publish_when_only_one_is_chosen_then_the_others_stay_drafts() -> None:
    home = house()
    drafted(home)
    uid, mark = next(iter(seen_of(home.site).items()))

    publish(site=home.site, seen={uid: mark}, by=home.actor)

    assert ProfileDraft.objects.count() == 2


def test_publish_when_two_press_at_once_then_the_second_is_told_that_they_are_gone() -> None:
    home = house()
    drafted(home)
    seen = seen_of(home.site)
    publish(site=home.site, seen=seen, by=home.actor)

    with pytest.raises(NotPublished) as refused:
        publish(site=home.site, seen=seen, by=home.actor)

    assert len(refused.value.reasons) == 3


def test_publish_when_one_is_taken_back_for_another_of_the_same_term_then_both_go_through() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, term=lyophilisation())
    keep_draft(site=home.site, intended=of_new(row.term, is_offered=False), by=home.actor)
    keep_draft(site=home.site, intended=taking_back(row), by=home.actor)

    publish(site=home.site, seen=seen_of(home.site), by=home.actor)

    assert home.site.capabilities.get().is_offered is False


def test_publish_when_the_term_is_stated_there_by_now_then_refuse() -> None:
    home = house()
    term = lyophilisation()
    keep_draft(site=home.site, intended=of_new(term), by=home.actor)
    CapabilityFactory.create(site=home.site, term=term)

    with pytest.raises(NotPublished, match="Nothing was published"):
        publish(site=home.site, seen=seen_of(home.site), by=home.actor)


def test_draft_when_there_is_one_of_the_same_thing_then_refuse_a_second() -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, term=lyophilisation())
    keep_draft(site=home.site, intended=of_row(row, note="Hall 2"), by=home.actor)

    with pytest.raises(AlreadyThere):
        keep_draft(site=home.site, intended=taking_back(row), by=home.actor)
    with pytest.raises(AlreadyThere):
        keep_draft(site=home.site, intended=of_new(row.term), by=home.actor)


def test_draft_when_a_colleague_saved_it_meanwhile_then_neither_change_nor_discard_it() -> None:
    home = house()
    intended = of_new(lyophilisation())
    draft = keep_draft(site=home.site, intended=intended, by=home.actor)
    keep_draft(site=home.site, intended=intended, by=home.actor, draft=draft, version="1")

    with pytest.raises(ChangedMeanwhile):
        keep_draft(site=home.site, intended=intended, by=home.actor, draft=draft, version="1")
    with pytest.raises(ChangedMeanwhile):
        discard_draft(draft=draft, version="1", by=home.actor)
    discard_draft(draft=draft, version="2", by=home.actor)
    assert not ProfileDraft.objects.exists()


def test_draft_when_the_site_changes_hands_then_its_new_keeper_never_sees_it() -> None:
    home, other = house(), house()
    keep_draft(site=home.site, intended=of_new(lyophilisation()), by=home.actor)
    Site.objects.filter(pk=home.site.pk).update(partner=other.partner)
    site = Site.objects.get(pk=home.site.pk)

    assert not ProfileDraft.objects.of_site(site, other.actor).exists()
    with pytest.raises(NotPublished):
        publish(site=site, seen=seen_of(site), by=other.actor)
    assert not site.capabilities.exists()


def test_draft_when_viewers_and_strangers_try_then_they_are_refused() -> None:
    home = house()
    draft = keep_draft(site=home.site, intended=of_new(lyophilisation()), by=home.actor)
    stranger = actor_of_member(MemberFactory.create(cdmo=True, editor=True))

    for actor in (actor_of_member(home.viewer), stranger):
        with pytest.raises(NotAllowed):
            keep_draft(site=home.site, intended=of_new(TermFactory.create(code="op.bfs")), by=actor)
        with pytest.raises(NotAllowed):
            publish(site=home.site, seen=seen_of(home.site), by=actor)
        with pytest.raises(NotAllowed):
            discard_draft(draft=draft, version="1", by=actor)
    assert not ProfileDraft.objects.visible_to(stranger).exists()
