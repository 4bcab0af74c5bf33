"""What a sponsor notes: who may, what history keeps, what two at once do, and what events never tell."""

import datetime as dt
from collections.abc import Callable

import pytest

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.events.models import Event
from partners.actions import private_records
from partners.actions.editing import AlreadyThere, ChangedMeanwhile, NotAllowed
from partners.actions.private_records import AgreementFacts, FactsAreOfSites, OwnFact, RecordFacts
from partners.models import PrivateAgreement, PrivateChange, PrivateRecord
from tests.factories.accounts import MemberFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.private_records import (
    PrivateAgreementFactory,
    PrivateFactFactory,
    PrivateRecordFactory,
)
from tests.factories.vocabulary import TermFactory
from tests.partners.sponsors import sponsor

pytestmark = pytest.mark.django_db
Status = PrivateRecord.Status


def audited(**more: object) -> OwnFact:
    given = {
        "term": TermFactory.create(code="op.lyophilisation"),
        "is_offered": True,
        "basis": "inspected",
        "source": "our audit 2027",
        "as_of": dt.date(2027, 2, 1),
    }
    return OwnFact(**{**given, **more})  # type: ignore[arg-type]  # the fields' own types


def test_record_when_added_then_it_belongs_to_the_organisation_and_its_events_hold_ids_only() -> None:
    ours, site = sponsor(), SiteFactory.create()

    record = private_records.save_record(
        facts=RecordFacts(name="Secret name", status=Status.BLOCKED, notes="Secret"),
        subject=site,
        by=ours.actor,
    )

    assert (record.organisation, record.site, record.partner) == (ours.organisation, site, None)
    event = Event.objects.get(kind="private_record.added")
    assert (event.object_id, event.organisation_id) == (record.pk, ours.organisation.pk)
    assert event.data == {"fields": []}
    assert [change.what for change in record.changes.all()] == ["added"]


def test_record_when_changed_then_history_tells_each_field_with_both_values_and_by_whom() -> None:
    ours = sponsor()
    record = PrivateRecordFactory.create(organisation=ours.organisation, name="Old")

    saved = private_records.save_record(
        record=record,
        facts=RecordFacts(name="New", status=Status.CONDITIONAL, owner=ours.viewer),
        version="1",
        by=ours.actor,
    )

    told = {each.field: (each.before, each.after) for each in saved.changes.all()}
    assert told == {
        "name": ("Old", "New"),
        "status": ("none", "conditional"),
        "owner": ("", str(ours.viewer.pk)),
    }
    assert {each.made_by for each in saved.changes.all()} == {ours.editor.user}
    assert saved.version == 2
    assert "New" not in str(Event.objects.get(kind="private_record.changed").data)


def test_record_when_saved_without_a_change_then_leaves_no_trace() -> None:
    ours = sponsor()
    record = PrivateRecordFactory.create(organisation=ours.organisation, name="Same")

    saved = private_records.save_record(
        record=record, facts=RecordFacts(name="Same"), version="1", by=ours.actor
    )

    assert saved.version == 1
    assert not saved.changes.exists()


def test_record_when_saved_on_an_older_state_then_is_refused() -> None:
    ours = sponsor()
    record = PrivateRecordFactory.create(organisation=ours.organisation, version=3)

    with pytest.raises(ChangedMeanwhile):
        private_records.save_record(record=record, facts=RecordFacts(name="x"), version="2", by=ours.actor)


@pytest.mark.parametrize("make", [PartnerFactory.create, SiteFactory.create])
def test_record_when_there_is_one_already_then_a_second_is_refused(make: Callable[[], object]) -> None:
    ours, subject = sponsor(), make()
    facts = RecordFacts(name="x")
    private_records.save_record(facts=facts, subject=subject, by=ours.actor)  # type: ignore[arg-type]

    with pytest.raises(AlreadyThere):
        private_records.save_record(facts=facts, subject=subject, by=ours.actor)  # type: ignore[arg-type]

    private_records.save_record(facts=facts, subject=subject, by=sponsor().actor)  # type: ignore[arg-type]


def test_records_when_written_by_a_viewer_a_stranger_or_a_cdmo_then_are_refused() -> None:
    ours = sponsor()
    record = PrivateRecordFactory.create(organisation=ours.organisation)
    agreement = PrivateAgreementFactory.create(record=record)
    cdmo = actor_of_member(MemberFactory.create(cdmo=True))

    for by in (ours.reader, sponsor().actor, cdmo):
        with pytest.raises(NotAllowed):
            private_records.save_record(record=record, facts=RecordFacts(name="x"), version="1", by=by)
        with pytest.raises(NotAllowed):
            private_records.save_agreement(record=record, facts=AgreementFacts(kind="cda"), by=by)
        with pytest.raises(NotAllowed):
            private_records.save_fact(record=record, facts=audited(), by=by)
        with pytest.raises(NotAllowed):
            private_records.remove(row=agreement, version="1", by=by)
    with pytest.raises(NotAllowed):
        private_records.save_record(facts=RecordFacts(name="x"), by=cdmo)


def test_records_when_asked_by_others_then_nothing_is_visible() -> None:
    ours = sponsor()
    record = PrivateRecordFactory.create(organisation=ours.organisation)

    assert PrivateRecord.objects.visible_to(ours.reader).get() == record
    for actor in (sponsor().actor, actor_of_member(MemberFactory.create(cdmo=True))):
        assert not PrivateRecord.objects.visible_to(actor).exists()
        assert not PrivateAgreement.objects.visible_to(actor).exists()
        assert not PrivateChange.objects.visible_to(actor).exists()


def test_row_when_removed_then_undo_puts_it_back_as_it_was() -> None:
    ours = sponsor()
    fact = PrivateFactFactory.create(record__organisation=ours.organisation)

    removed = private_records.remove(row=fact, version="1", by=ours.actor)
    assert not fact.record.facts.present().exists()
    restored = private_records.restore(row=removed, by=ours.actor)

    assert list(fact.record.facts.present()) == [restored]
    assert [each.what for each in fact.record.changes.all()] == ["restored", "removed"]
    with pytest.raises(AlreadyThere):
        private_records.restore(row=restored, by=ours.actor)


def test_record_when_removed_then_another_may_take_its_place_and_undo_says_so() -> None:
    ours, site = sponsor(), SiteFactory.create()
    first = PrivateRecordFactory.create(organisation=ours.organisation, site=site)
    removed = private_records.remove(row=first, version="1", by=ours.actor)

    private_records.save_record(facts=RecordFacts(name="again"), subject=site, by=ours.actor)

    with pytest.raises(AlreadyThere):
        private_records.restore(row=removed, by=ours.actor)
    with pytest.raises(ChangedMeanwhile):
        private_records.save_record(record=first, facts=RecordFacts(name="x"), version="1", by=ours.actor)


def test_fact_when_noted_twice_of_one_term_and_place_then_the_second_is_refused() -> None:
    ours = sponsor()
    record = PrivateRecordFactory.create(organisation=ours.organisation)
    private_records.save_fact(record=record, facts=audited(), by=ours.actor)

    with pytest.raises(AlreadyThere):
        private_records.save_fact(record=record, facts=audited(is_offered=False), by=ours.actor)

    line = LineFactory.create(site=record.site, name="F1")
    on_line = private_records.save_fact(record=record, facts=audited(line=line), by=ours.actor)
    assert on_line.line_name == "F1"


def test_fact_when_noted_of_a_partner_or_of_a_line_elsewhere_then_is_refused() -> None:
    ours = sponsor()
    of_partner = PrivateRecordFactory.create(
        organisation=ours.organisation, site=None, partner=PartnerFactory.create()
    )
    of_site = PrivateRecordFactory.create(organisation=ours.organisation)

    with pytest.raises(FactsAreOfSites):
        private_records.save_fact(record=of_partner, facts=audited(), by=ours.actor)
    with pytest.raises(FactsAreOfSites):
        private_records.save_fact(record=of_site, facts=audited(line=LineFactory.create()), by=ours.actor)


def test_record_when_linked_to_a_profile_then_it_is_of_that_and_not_of_another() -> None:
    ours, site = sponsor(), SiteFactory.create()
    record = PrivateRecordFactory.create(organisation=ours.organisation, unlinked=True)

    linked = private_records.link_record(record=record, subject=site, by=ours.actor)

    assert linked.site == site
    with pytest.raises(AlreadyThere):
        private_records.link_record(record=record, subject=SiteFactory.create(), by=ours.actor)


@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [
        (None, None, "in_force"),
        (None, dt.date(2027, 3, 1), "expiring"),
        (dt.date(2027, 3, 2), None, "coming"),
        (dt.date(2020, 1, 1), dt.date(2027, 2, 28), "expired"),
        (dt.date(2020, 1, 1), dt.date(2027, 5, 30), "expiring"),
        (dt.date(2020, 1, 1), dt.date(2027, 5, 31), "in_force"),
    ],
)
def test_agreement_when_its_dates_are_looked_at_then_its_last_day_counts(
    starts: dt.date | None, ends: dt.date | None, state: str
) -> None:
    agreement = PrivateAgreementFactory.create(starts_on=starts, ends_on=ends)

    assert agreement.state_on(dt.date(2027, 3, 1)) == state
    is_in_force = PrivateAgreement.objects.in_force(dt.date(2027, 3, 1)).exists()
    assert is_in_force == (state in {"in_force", "expiring"})
