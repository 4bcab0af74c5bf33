"""From a change of capacity to a new run and a note, through the real feed reader and the real task."""

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.models import Delivery, Event
from matching import rerunning
from matching.actions import briefs, match_runs
from matching.models import Brief, BriefWatch, MatchRun, Requirement
from matching.tasks import rerun_outdated, tell_webhooks
from matching.watching import WATCHES, follow_open_briefs, told_since
from partners.actions import private_records
from partners.actions.private_records import RecordFacts
from partners.changes import mark_changed
from partners.models import Capability, CapacityWindow, Line, PrivateRecord, Term
from partners.quarters import Quarter, quarters_from
from partners.refreshing import refresh_due
from tests.events.webhook_receiver import Receiver
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory, StepFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.feeds import FeedFactory
from tests.factories.partners import PartnerFactory, SiteFactory
from tests.factories.vocabulary import TermFactory
from tests.factories.webhooks import SECRET, WebhookEndpointFactory
from tests.partners.feed_server import FeedServer

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = dt.datetime.now(dt.UTC).date()
COMING = quarters_from(Quarter.of(TODAY), 5)


@dataclass(frozen=True)
class Scene:
    """An open brief that was matched, one partner with a feed, and its author."""

    brief: Brief
    member: Member
    term: Term
    line: Line
    server: FeedServer

    @property
    def by(self) -> Actor:
        return Actor(user=self.member.user, organisation=self.member.organisation, role=Role.EDITOR)

    @property
    def watch(self) -> BriefWatch:
        return BriefWatch.objects.select_related("seen_run").get(brief=self.brief)

    @property
    def runs(self) -> list[MatchRun]:
        return list(self.brief.match_runs.all())

    def publish(self, state: str) -> None:
        """The partner's file now says this of three quarters, and it is read."""
        self.server.publish(*(f"S1,L1,{each.start},{each.end},{state},4,batches" for each in COMING[:4]))
        self.line.site.partner.feeds.update(next_due_at=timezone.now())  # type: ignore[union-attr]
        assert refresh_due(seconds=20) == 1

    def add_candidate(self, name: str) -> None:
        """Another partner that can do all that is asked."""
        with transaction.atomic():
            line = made_line(self.term, name)
            for each in COMING[1:4]:
                CapacityWindow.objects.create(
                    site=line.site,
                    line=line,
                    period=(each.start, each.end),
                    state=CapacityWindow.State.OPEN,
                    quantity=4,
                    unit="batches",
                    observed_at=timezone.now(),
                    source=Line.Source.FORM,
                )
            mark_changed(line.site)

    def match_again(self) -> None:
        """As the worker does it, once it is due."""
        BriefWatch.objects.update(next_due_at=timezone.now())
        rerun_outdated()


def made_line(term: Term, name: str, **fields: object) -> Line:
    site = SiteFactory.create(
        partner=fields.pop("partner", None) or PartnerFactory.create(name=name), external_id="S1"
    )
    line: Line = LineFactory.create(
        site=site, lead_time_weeks=1, lead_time_confirmed_on=TODAY, capacity_unit="batches", **fields
    )
    CapabilityFactory.create(site=site, line=line, term=term, confirmed_on=TODAY)
    return line


@pytest.fixture
def scene(settings: Settings) -> Iterator[Scene]:
    member = MemberFactory.create()
    brief = BriefFactory.create(
        organisation=member.organisation,
        created_by=member.user,
        open=True,
        title="Freeze-dried\nantibody",
        contracting_weeks=1,
        needed_by=COMING[3].start,
    )
    step = StepFactory.create(brief=brief)
    term = TermFactory.create(code="op.lyophilisation", label="Lyophilisation")
    RequirementFactory.create(brief=brief, step=step, scope="line", term=term)
    RequirementFactory.create(
        brief=brief,
        step=step,
        scope="line",
        term=None,
        kind=Requirement.Kind.CAPACITY,
        quantity=2,
        quantity_unit="batches",
        label="Two batches",
    )
    with FeedServer().running() as server:
        settings.OUTGOING_ALLOW_LIST = [server.place]
        partner = PartnerFactory.create(name="Larch")
        FeedFactory.create(url=server.url, host="127.0.0.1", partner=partner)
        line = made_line(
            term,
            "Larch",
            partner=partner,
            external_id="L1",
            capacity_source=Line.Source.FEED,
            nominal_per_quarter=12,
        )
        made = Scene(brief, member, term, line, server)
        made.publish("open")
        match_runs.run(by=made.by, brief=brief)
        rerun_outdated()
        yield made


def names(run: MatchRun, *lists: str) -> list[str]:
    return [each["partner_name"] for name in lists for each in run.result[name]]


def test_capacity_when_a_feed_closes_it_then_a_run_is_made_and_the_sponsor_told(scene: Scene) -> None:
    first = scene.runs[0]
    assert names(first, "eligible") == ["Larch"]

    scene.publish("committed")
    scene.match_again()

    run = scene.runs[0]
    assert names(run, "eligible", "open_questions", "near_misses") == []
    assert (run.in_background, run.made_by) == (True, None)
    event = Event.objects.get(kind="match_run.made", object_id=run.pk)
    assert event.data == {"brief": scene.brief.pk, "in_background": True}
    assert (event.user_id, event.organisation_id) == (None, scene.brief.organisation_id)
    opened = COMING[1]
    since = f"{first.made_at.day} {first.made_at:%B}"
    assert told_since(scene.watch) == f"Since {since}: one dropped: its capacity for {opened} closed."
    mail = Delivery.objects.get(subject="Matches changed: Freeze-dried antibody")
    assert mail.recipient == scene.member.user
    assert told_since(scene.watch) in mail.body
    assert f"/briefs/{scene.brief.uid}/matches/" in mail.body


def test_rerun_when_a_run_is_kept_then_a_webhook_tells_of_it_with_ids_alone(
    scene: Scene, settings: Settings
) -> None:
    tell_webhooks()
    with Receiver().running() as receiver:
        settings.OUTGOING_ALLOW_LIST = [scene.server.place, receiver.place]
        WebhookEndpointFactory.create(
            member=scene.member, url=receiver.url, event_types=["match_run.changed"]
        )
        scene.publish("committed")
        scene.match_again()
        # Whoever made the run may end here: another process finds what it left.
        call_command("pump")

    (got,) = receiver.got
    run, public = scene.runs[0], settings.PUBLIC_URL
    assert got.is_signed_by(SECRET)
    assert got.told["type"] == "match_run.changed"
    assert got.told["data"] == {
        "brief": str(scene.brief.uid),
        "match_run": str(run.uid),
        "url": f"{public}/api/v1/match-runs/{run.uid}/",
    }
    assert b"antibody" not in got.body
    assert b"Larch" not in got.body


def test_rerun_when_nothing_changed_then_it_is_only_noted_that_it_was_checked(scene: Scene) -> None:
    before = scene.watch.checked_at

    scene.match_again()

    assert len(scene.runs) == 1
    assert scene.watch.note == ""
    assert before is not None
    assert (scene.watch.checked_at or before) > before


def test_rerun_when_done_twice_then_nothing_more_comes_of_it(scene: Scene) -> None:
    scene.publish("committed")
    scene.match_again()
    note, mails = scene.watch.note, Delivery.objects.count()

    scene.match_again()

    assert len(scene.runs) == 2
    assert (scene.watch.note, Delivery.objects.count()) == (note, mails)


def test_rerun_when_a_change_does_not_alter_the_result_then_no_run_is_kept(scene: Scene) -> None:
    CapabilityFactory.create(site=scene.line.site, term=TermFactory.create(code="op.isolator"))
    mark_changed(scene.line.site)

    scene.match_again()

    assert len(scene.runs) == 1
    assert scene.watch.facts_mark > 0


def test_rerun_when_not_yet_due_then_the_brief_waits(scene: Scene) -> None:
    scene.publish("committed")

    rerun_outdated()

    assert len(scene.runs) == 1
    assert scene.watch.next_due_at > timezone.now()


def test_rerun_when_several_workers_do_it_at_once_then_one_run_is_kept(scene: Scene) -> None:
    scene.publish("committed")
    BriefWatch.objects.update(next_due_at=timezone.now())

    def work() -> None:
        try:
            rerun_outdated()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)

    assert len(scene.runs) == 2
    assert Event.objects.filter(kind="match_run.made", data__in_background=True).count() == 1


def test_rerun_when_the_lease_was_taken_over_then_the_late_one_writes_nothing(scene: Scene) -> None:
    scene.publish("committed")
    BriefWatch.objects.update(next_due_at=timezone.now())
    (lease,) = WATCHES.claim()
    BriefWatch.objects.update(lease_token=lease.token + 1)

    rerunning.look_again(lease)

    assert len(scene.runs) == 1


def test_rerun_when_a_change_commits_after_a_later_one_then_both_are_seen(scene: Scene) -> None:
    with somebody_else() as slow:
        slow.execute(
            "UPDATE partners_capability SET is_offered = false WHERE site_id = %s", [scene.line.site_id]
        )
        slow.execute("INSERT INTO partners_sitechange (site_id) VALUES (%s)", [scene.line.site_id])
        scene.add_candidate("Quick")
        scene.match_again()
        seen_meanwhile = names(scene.runs[0], "eligible")
        slow.commit()
    scene.match_again()

    assert sorted(seen_meanwhile) == ["Larch", "Quick"]
    assert names(scene.runs[0], "eligible") == ["Quick"]


def somebody_else() -> psycopg.Connection:
    database = connection.settings_dict
    return psycopg.connect(
        host=database["HOST"],
        port=database["PORT"] or None,
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"] or None,
    )


def test_note_when_runs_follow_each_other_then_it_tells_all_since_a_person_looked(scene: Scene) -> None:
    scene.add_candidate("Second")
    scene.match_again()
    scene.add_candidate("Third")
    scene.match_again()

    assert len(scene.runs) == 3
    assert scene.watch.note == "two new candidates"
    assert scene.watch.seen_run == scene.runs[-1]


def test_note_when_what_changed_is_undone_then_it_is_taken_back(scene: Scene) -> None:
    scene.publish("committed")
    scene.match_again()
    scene.publish("open")
    scene.match_again()

    assert len(scene.runs) == 3
    assert scene.watch.note == ""


def test_note_when_a_person_matches_again_then_it_is_gone(scene: Scene) -> None:
    scene.publish("committed")
    scene.match_again()

    run = match_runs.run(by=scene.by, brief=scene.brief)

    assert (scene.watch.note, scene.watch.seen_run) == ("", run)


def test_mail_when_more_changes_within_a_day_then_it_waits_and_is_sent_later(scene: Scene) -> None:
    scene.add_candidate("Second")
    scene.match_again()
    scene.add_candidate("Third")
    scene.match_again()
    assert Delivery.objects.count() == 1

    BriefWatch.objects.update(mailed_at=timezone.now() - dt.timedelta(hours=25))
    scene.match_again()

    latest = Delivery.objects.first()
    assert Delivery.objects.count() == 2
    assert latest is not None
    assert "two new candidates" in latest.body


@pytest.mark.parametrize("reason", ["left", "inactive", "suspended", "hidden"])
def test_mail_when_the_author_has_no_more_rights_then_nobody_is_mailed(scene: Scene, reason: str) -> None:
    if reason == "left":
        scene.member.delete()
    elif reason == "inactive":
        type(scene.member.user).objects.update(is_active=False)
    elif reason == "hidden":
        Member.objects.update(role=Role.EDITOR)
        Brief.objects.update(access=Brief.Access.NAMED)
    else:
        type(scene.member.organisation).objects.update(state="suspended")

    scene.publish("committed")
    scene.match_again()

    assert scene.watch.note
    assert Delivery.objects.count() == 0


def test_rerun_when_the_brief_is_closed_then_it_is_not_matched_until_opened_again(scene: Scene) -> None:
    briefs.close(by=scene.by, brief=scene.brief)
    scene.publish("committed")
    scene.match_again()
    assert len(scene.runs) == 1

    briefs.reopen(by=scene.by, brief=Brief.objects.get())
    rerun_outdated()

    assert len(scene.runs) == 2


def test_rerun_when_the_brief_was_never_matched_then_it_is_left_to_people(scene: Scene) -> None:
    BriefFactory.create(open=True)
    BriefFactory.create()

    follow_open_briefs()

    assert BriefWatch.objects.count() == 1


def test_rerun_when_the_brief_cannot_be_scored_then_it_is_given_up_until_it_is_changed(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    Brief.objects.update(weights={"fit": 0, "quality": 0, "timing": 0, "experience": 0, "place": 0})
    scene.publish("committed")
    scene.match_again()
    assert scene.watch.given_up_version == scene.brief.version
    assert "above zero" in scene.watch.last_error
    failures = scene.watch.lease_token
    scene.match_again()
    assert scene.watch.lease_token == failures + 1  # looked at, and not tried

    Brief.objects.update(weights={}, version=scene.brief.version + 1)
    scene.match_again()

    assert len(scene.runs) == 2
    assert scene.watch.last_error == ""
    assert scene.watch.given_up_version is None


def test_rerun_when_one_brief_cannot_be_scored_then_the_others_are(scene: Scene) -> None:
    broken = BriefFactory.create(open=True, organisation=scene.brief.organisation)
    RequirementFactory.create(brief=broken, term=scene.term)
    match_runs.run(by=scene.by, brief=broken)
    Brief.objects.filter(pk=broken.pk).update(weights={"nonsense": 1})
    scene.publish("committed")

    scene.match_again()

    assert len(scene.runs) == 2
    assert BriefWatch.objects.get(brief=broken).given_up_version == broken.version


def test_rerun_when_a_day_has_passed_then_facts_that_grew_old_are_noticed(scene: Scene) -> None:
    old = TODAY - dt.timedelta(days=4 * 365)
    # No change is told: time passes without one.
    BriefWatch.objects.update(facts_mark=2**60)
    Capability.objects.update(confirmed_on=old)
    scene.match_again()
    assert len(scene.runs) == 1

    BriefWatch.objects.update(facts_mark=2**60, as_of=TODAY - dt.timedelta(days=1))
    scene.match_again()

    assert len(scene.runs) == 2
    assert scene.watch.note == "one moved down to open questions: “Lyophilisation” is no longer known"
    assert scene.watch.as_of == TODAY


def test_rerun_when_the_brief_changed_meanwhile_then_that_match_is_thrown_away(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.publish("committed")
    BriefWatch.objects.update(next_due_at=timezone.now())
    mark = scene.watch.facts_mark
    (lease,) = WATCHES.claim()
    watch = WATCHES.held(lease).select_related("brief").get()
    look = rerunning._look(watch)
    Brief.objects.update(version=scene.brief.version + 1)

    rerunning._apply(lease, look)

    assert len(scene.runs) == 1
    assert scene.watch.facts_mark == mark


def test_private_record_when_it_changes_then_open_briefs_of_its_organisation_are_matched_again(
    scene: Scene,
) -> None:
    site = scene.line.site
    private_records.save_record(
        facts=RecordFacts(name="Larch", status=PrivateRecord.Status.BLOCKED), subject=site, by=scene.by
    )

    scene.match_again()

    assert names(scene.runs[0], "eligible", "open_questions", "near_misses") == []
    assert "one dropped" in told_since(scene.watch)


def test_private_record_when_it_is_somebody_elses_then_the_brief_is_not_even_matched(scene: Scene) -> None:
    scene.match_again()
    stranger = MemberFactory.create()
    by = Actor(user=stranger.user, organisation=stranger.organisation, role=Role.EDITOR)
    private_records.save_record(
        facts=RecordFacts(name="Larch", status=PrivateRecord.Status.BLOCKED), subject=scene.line.site, by=by
    )

    with CaptureQueriesContext(connection) as asked:
        scene.match_again()

    assert len(scene.runs) == 1
    assert not [each for each in asked if "partners_capability" in each["sql"]]
