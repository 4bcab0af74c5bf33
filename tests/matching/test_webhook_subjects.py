"""Who is told of what, with which ids: three people everywhere, and no word of anybody's text."""

import json

import pytest
from django.conf import settings

from cdmo_portal.accounts.actors import NOBODY, actor_of_member
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import UntoldEvent, WebhookDelivery, WebhookEndpoint
from cdmo_portal.events.recording import record
from cdmo_portal.people import joining
from matching.actions import briefs, interests
from matching.models import Brief, Interest
from matching.tasks import tell_webhooks
from partners.actions import capacity, profiles
from partners.models import Capability, CapacityWindow, Line
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import (
    BriefColleagueFactory,
    BriefFactory,
    InterestFactory,
    MatchRunFactory,
    ShortlistEntryFactory,
)
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.feeds import FeedFactory
from tests.factories.partners import ClaimFactory
from tests.factories.private_records import PrivateRecordFactory
from tests.factories.webhooks import WebhookEndpointFactory
from tests.matching.asking_interest import Asking
from tests.partners.editors import House, house
from tests.partners.readers import READERS, READS, reader_of

pytestmark = pytest.mark.django_db

SECRET = "planted-never-to-leave"


def told(*endpoints: WebhookEndpoint) -> list[tuple[str, dict[str, object]]]:
    """What waits for these endpoints after telling, oldest first."""
    tell_webhooks()
    assert not UntoldEvent.objects.exists()
    rows = WebhookDelivery.objects.filter(endpoint__in=endpoints).order_by("pk")
    return [(row.type, row.data) for row in rows]


def forget() -> None:
    WebhookDelivery.objects.all().delete()
    UntoldEvent.objects.all().delete()


def bystanders() -> None:
    """A rival sponsor and a rival CDMO that want to hear everything, and may hear nothing."""
    WebhookEndpointFactory.create()
    WebhookEndpointFactory.create(member__cdmo=True)


def of_others(*endpoints: WebhookEndpoint) -> int:
    return WebhookDelivery.objects.exclude(endpoint__in=endpoints).count()


def test_brief_when_it_changes_then_its_organisation_is_told_with_ids_alone() -> None:
    member = MemberFactory.create()
    endpoint = WebhookEndpointFactory.create(member=member)
    bystanders()

    fields = {"title": SECRET, "text": SECRET}
    brief = briefs.create(by=actor_of_member(member), fields=fields, steps=[])

    assert told(endpoint) == [
        (
            "brief.changed",
            {"brief": str(brief.uid), "url": f"{settings.PUBLIC_URL}/api/v1/briefs/{brief.uid}/"},
        )
    ]
    assert of_others(endpoint) == 0
    assert SECRET not in json.dumps(list(WebhookDelivery.objects.values()), default=str)


def test_brief_when_it_is_for_named_colleagues_then_only_endpoints_of_those_are_told() -> None:
    owner = MemberFactory.create()
    named, other = MemberFactory.create_batch(2, organisation=owner.organisation, editor=True)
    brief = BriefFactory.create(organisation=owner.organisation, named=True)
    BriefColleagueFactory.create(brief=brief, member=named, role="editor")
    of_owner, of_named, of_other = (
        WebhookEndpointFactory.create(member=each) for each in (owner, named, other)
    )
    orphan = WebhookEndpointFactory.create(member=owner)
    WebhookEndpoint.objects.filter(pk=orphan.pk).update(member=None)

    record("brief.updated", by=actor_of_member(owner), about=brief)

    assert told(of_other, orphan) == []
    assert len(told(of_owner, of_named)) == 2


def test_brief_when_it_is_deleted_then_that_is_told() -> None:
    endpoint = WebhookEndpointFactory.create()
    brief = BriefFactory.create(organisation=endpoint.organisation, deleted=True)

    record("brief.deleted", by=NOBODY, about=brief, organisation_id=brief.organisation_id)

    assert [code for code, _data in told(endpoint)] == ["brief.changed"]


def test_match_run_when_it_is_kept_then_the_run_is_told_after_the_brief_in_one_lane() -> None:
    endpoint = WebhookEndpointFactory.create()
    bystanders()
    brief = BriefFactory.create(organisation=endpoint.organisation, open=True)
    run = MatchRunFactory.create(brief=brief)

    for about, kind in ((brief, "brief.opened"), (run, "match_run.made")):
        record(kind, by=NOBODY, about=about, organisation_id=brief.organisation_id)

    first, (code, data) = told(endpoint)
    assert first[0] == "brief.changed"
    assert (code, data["match_run"], data["brief"]) == ("match_run.changed", str(run.uid), str(brief.uid))
    assert len(set(WebhookDelivery.objects.values_list("lane", flat=True))) == 1
    assert of_others(endpoint) == 0


def test_shortlist_when_it_changes_then_brief_and_partner_are_told() -> None:
    endpoint = WebhookEndpointFactory.create()
    bystanders()
    entry = ShortlistEntryFactory.create(brief__organisation=endpoint.organisation, note=SECRET)

    record(
        "shortlist.added",
        by=NOBODY,
        about=entry.brief,
        data={"partner": entry.partner_id},
        organisation_id=endpoint.organisation_id,
    )

    ((code, data),) = told(endpoint)
    assert code == "shortlist.changed"
    assert (data["brief"], data["partner"]) == (str(entry.brief.uid), str(entry.partner.uid))
    assert of_others(endpoint) == 0


def test_interest_when_asked_and_answered_then_each_side_is_told_its_own_and_no_ids_of_the_other() -> None:
    asking = Asking()
    sponsor = WebhookEndpointFactory.create(member=asking.member)
    partner = WebhookEndpointFactory.create(member=asking.house.editor)
    bystanders()
    brief = Brief.objects.get(title="Ours")
    interest = InterestFactory.create(brief=brief, partner=asking.house.partner)
    interests._note_for_sponsor("interest.asked", interest, asking.actor)
    interests._note_for_partner("interest.asked", interest, NOBODY)

    assert told(sponsor) == []
    ((code, data),) = told(partner)
    assert (code, data["interest"]) == ("interest.asked", str(interest.uid))
    assert str(brief.uid) not in json.dumps(data)
    forget()

    interests.answer(by=asking.house.actor, interest=interest, answer=Interest.Answer.INTERESTED, note=SECRET)

    ((code, data),) = told(sponsor)
    assert (code, data["answer"]) == ("interest.answered", "interested")
    assert (data["brief"], data["partner"]) == (str(brief.uid), str(asking.house.partner.uid))
    assert told(partner) == []
    assert of_others(sponsor, partner) == 0
    assert SECRET not in json.dumps(list(WebhookDelivery.objects.values()), default=str)


def test_interest_when_it_is_withheld_then_the_partner_is_not_told() -> None:
    home = house()
    endpoint = WebhookEndpointFactory.create(member=home.editor)
    interest = InterestFactory.create(partner=home.partner, is_withheld=True)

    record("interest.asked", by=NOBODY, about=interest, organisation_id=home.organisation.pk)

    assert told(endpoint) == []


@pytest.mark.parametrize(
    ("kind", "code", "state"),
    [
        ("feed.failed", "feed.failed", "failing"),
        ("feed.quarantined", "feed.failed", "stopped"),
        ("feed.held", "feed.failed", "held"),
        ("feed.recovered", "feed.recovered", None),
    ],
)
def test_feed_when_it_turns_then_its_cdmo_is_told(kind: str, code: str, state: str | None) -> None:
    home = house()
    endpoint = WebhookEndpointFactory.create(member=home.editor)
    bystanders()
    feed = FeedFactory.create(organisation=home.organisation, partner=home.partner, last_error=SECRET)

    record(kind, by=NOBODY, about=feed, organisation_id=home.organisation.pk)

    ((told_code, data),) = told(endpoint)
    assert (told_code, data["feed"], data.get("state")) == (code, str(feed.uid), state)
    assert of_others(endpoint) == 0


def test_claim_when_decided_then_the_claimant_is_told() -> None:
    endpoint = WebhookEndpointFactory.create(member__cdmo=True)
    bystanders()
    claim = ClaimFactory.create(organisation=endpoint.organisation)

    record("claim.refused", by=NOBODY, about=claim, organisation_id=endpoint.organisation_id)

    ((code, data),) = told(endpoint)
    assert (code, data["claim"], data["state"]) == ("claim.decided", str(claim.uid), "refused")
    assert of_others(endpoint) == 0


def test_member_when_a_role_changes_and_somebody_leaves_then_both_are_told() -> None:
    endpoint = WebhookEndpointFactory.create()
    bystanders()
    member = MemberFactory.create(organisation=endpoint.organisation, viewer=True)
    assert endpoint.member is not None
    owner = actor_of_member(endpoint.member)

    joining.change_role(by=owner, member=member, role="editor")
    ((_code, data),) = told(endpoint)
    assert data["member"] == str(member.uid)
    forget()
    member.refresh_from_db()
    joining.remove(by=owner, member=member)

    assert told(endpoint) == [
        ("member.changed", {"member": None, "url": f"{settings.PUBLIC_URL}/api/v1/members/"})
    ]
    assert of_others(endpoint) == 0


def following(home: House, kind: str) -> WebhookEndpoint:
    """An endpoint of a reader that has the partner on a shortlist."""
    reader: Member = reader_of(home, kind)
    if kind not in ("rival", "own"):
        brief = BriefFactory.create(organisation=reader.organisation)
        ShortlistEntryFactory.create(brief=brief, partner=home.partner)
    endpoint: WebhookEndpoint = WebhookEndpointFactory.create(member=reader)
    return endpoint


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("audience", ["public", "sponsors", "agreement", "matching"])
def test_capacity_when_it_changes_then_it_is_told_to_whom_the_audience_shows_it(
    reader: str, audience: str
) -> None:
    home = house()
    endpoint = following(home, reader)
    line = LineFactory.create(site=home.site, capacity_audience=audience)

    window = capacity.set_window(line=line, facts=_facts(line), by=home.actor)
    of_change = told(endpoint)
    forget()
    capacity.delete_window(window=window, by=home.actor)
    of_closing = told(endpoint)

    is_shown = reader == "own" or (audience in READS[reader] and reader not in ("rival", "excluded", "both"))
    assert bool(of_change) == is_shown
    assert of_change == of_closing
    if is_shown:
        ((code, data),) = of_change
        assert (code, data["partner"]) == ("capacity.changed", str(home.partner.uid))
        assert (data["sites"], data["lines"]) == ([str(home.site.uid)], [str(line.uid)])


def _facts(line: Line) -> capacity.WindowFacts:
    window: CapacityWindow = CapacityWindowFactory.build(line=line)
    return capacity.WindowFacts(
        start=window.period.lower, end=window.period.upper, state="open", quantity=window.quantity
    )


def test_capacity_when_a_hidden_window_stands_beside_a_shown_one_then_no_sponsor_hears_of_the_line() -> None:
    home = house()
    endpoint = following(home, "sponsor")
    line = LineFactory.create(site=home.site, capacity_audience="public")
    CapacityWindowFactory.create(line=line, audience="matching", held=True)

    capacity.set_window(line=line, facts=_facts(line), by=home.actor)

    assert told(endpoint) == []


@pytest.mark.parametrize("is_of_site", [True, False])
def test_capacity_when_a_sponsor_does_not_follow_the_partner_then_it_hears_nothing(is_of_site: bool) -> None:
    home = house()
    follower, stranger = WebhookEndpointFactory.create_batch(2)
    about = {"site": home.site} if is_of_site else {"partner": home.partner, "site": None}
    PrivateRecordFactory.create(organisation=follower.organisation, **about)
    line = LineFactory.create(site=home.site, capacity_audience="public")

    capacity.set_window(line=line, facts=_facts(line), by=home.actor)

    assert len(told(follower)) == 1
    assert told(stranger) == []


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("audience", ["public", "sponsors", "agreement", "matching"])
def test_profile_when_a_statement_goes_then_it_is_told_to_whom_it_was_shown(
    reader: str, audience: str
) -> None:
    home = house()
    endpoint = following(home, reader)
    row: Capability = CapabilityFactory.create(site=home.site, audience=audience, note=SECRET)

    profiles.delete_capability(capability=row, version=str(row.version), by=home.actor)

    heard = told(endpoint)
    assert bool(heard) == (audience in READS[reader] and reader != "rival")
    if heard:
        ((code, data),) = heard
        assert (code, data["site"]) == ("profile.published", str(home.site.uid))
    assert SECRET not in json.dumps(list(WebhookDelivery.objects.values()), default=str)


def test_profile_when_drafts_are_published_then_the_bundle_is_told_to_its_keeper_alone() -> None:
    home = house()
    own = WebhookEndpointFactory.create(member=home.editor)
    sponsor = following(home, "sponsor")

    record("profile.published", by=home.actor, about=home.site, data={"site": home.site.pk, "drafts": 2})

    assert [code for code, _data in told(own)] == ["profile.published"]
    assert told(sponsor) == []


def test_profile_when_many_statements_change_then_one_delivery_tells_of_all() -> None:
    home = house()
    own = WebhookEndpointFactory.create(member=home.editor)
    for row in CapabilityFactory.create_batch(5, site=home.site):
        profiles.delete_capability(capability=row, version=str(row.version), by=home.actor)

    assert len(told(own)) == 1


def test_news_when_what_it_was_about_is_gone_then_nobody_is_told_and_nothing_breaks() -> None:
    WebhookEndpointFactory.create()
    home = house()
    WebhookEndpointFactory.create(member=home.editor)
    for kind in ("brief.updated", "match_run.made", "shortlist.added", "feed.failed", "claim.refused"):
        for side in (WebhookEndpoint.objects.first(), WebhookEndpoint.objects.last()):
            assert side is not None
            record(kind, by=NOBODY, organisation_id=side.organisation_id)
    for kind in ("interest.asked", "interest.answered", "capacity.set", "partner.changed"):
        record(kind, by=NOBODY, organisation_id=home.organisation.pk)

    tell_webhooks()

    assert WebhookDelivery.objects.count() == 0
    assert UntoldEvent.objects.count() == 0


def test_capacity_when_many_windows_come_at_once_then_one_delivery_names_their_lines() -> None:
    home = house()
    own = WebhookEndpointFactory.create(member=home.editor)
    bystanders()
    lines = LineFactory.create_batch(3, site=home.site)

    record("capacity.bulk_set", by=home.actor, data={"lines": [line.pk for line in lines]})

    ((code, data),) = told(own)
    assert (code, data["lines"]) == ("capacity.changed", sorted(str(line.uid) for line in lines))
    assert of_others(own) == 0
