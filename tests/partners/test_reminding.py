"""Reminders of what grows old: who is told what, once, and how it is stopped."""

import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Delivery, Event
from partners import reminding
from partners.actions import claim_decisions
from partners.models import Certificate, ProfileWatch, ReminderStop
from partners.reminder_mail import STOPPING
from partners.reminding import REMINDERS, look_at, remind_due
from partners.review_items import review_items
from partners.tasks import remind_keepers
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import ClaimFactory
from tests.factories.regulatory import CertificateFactory
from tests.partners.editors import House, house, lyophilisation, operator, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

OLD = dt.date(2024, 1, 5)


def verified(member: Member) -> Member:
    EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
    return member


def home_with_old_statement() -> House:
    home = house()
    verified(home.editor)
    verified(home.viewer)
    CapabilityFactory.create(site=home.site, term=lyophilisation(), confirmed_on=OLD)
    return home


def pass_days(days: int) -> None:
    """As time makes it, for the watches."""
    for watch in ProfileWatch.objects.all():
        watch.next_due_at -= dt.timedelta(days=days)
        watch.told_at = watch.told_at and watch.told_at - dt.timedelta(days=days)
        watch.save()


def subjects() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("subject", flat=True))


def test_reminder_when_a_statement_no_longer_counts_then_editors_hear_of_it_once() -> None:
    home = home_with_old_statement()

    for _week in range(3):
        remind_keepers()
        pass_days(8)

    mail = Delivery.objects.get()
    assert mail.recipient == home.editor.user
    assert mail.subject == f"{home.partner.name}: 1 statement no longer counts"
    assert f"- Lyophilisation ({home.site.name}): counted until 5 January 2026" in mail.body
    assert reverse("partners:review") in mail.body
    assert mail.unsubscribe_url in mail.body
    assert Event.objects.get(kind="profile.reminded").organisation_id == home.organisation.pk


def test_reminder_when_there_is_no_broker_then_the_pump_sends_it() -> None:
    home = home_with_old_statement()

    call_command("pump")

    assert Delivery.objects.get().recipient == home.editor.user


def test_reminder_when_more_grows_old_within_the_week_then_it_waits_and_is_told_then() -> None:
    home = home_with_old_statement()
    remind_keepers()
    CertificateFactory.create(site=home.site, expires_on=timezone.localdate() + dt.timedelta(days=80))
    pass_days(1)
    remind_keepers()
    assert len(subjects()) == 1

    pass_days(7)
    remind_keepers()

    assert subjects()[1:] == [f"{home.partner.name}: 1 statement grows old"]
    assert "Lyophilisation" not in Delivery.objects.latest("pk").body


@pytest.mark.parametrize(
    ("left", "step"), [(91, ""), (90, "90"), (31, "90"), (30, "30"), (7, "7"), (-1, "over")]
)
def test_certificate_when_its_end_comes_nearer_then_each_step_is_told(left: int, step: str) -> None:
    home = house()
    verified(home.editor)
    row = CertificateFactory.create(site=home.site, expires_on=timezone.localdate() + dt.timedelta(days=left))

    remind_keepers()

    told = ProfileWatch.objects.get().told
    said = step if step == "over" else f"{row.expires_on} {step}"
    assert told == ({f"certificate-{row.uid}": said} if step else {})
    assert len(subjects()) == (1 if step else 0)


def test_certificate_when_weeks_pass_then_it_is_told_at_each_step_and_over_is_told_once() -> None:
    home = house()
    verified(home.editor)
    row = CertificateFactory.create(site=home.site)

    for left in (80, 60, 25, 5, -3, -40):
        row.expires_on = timezone.localdate() + dt.timedelta(days=left)
        row.save()
        ProfileWatch.objects.update(told=as_of(row, left))
        remind_keepers()
        pass_days(8)

    assert len(subjects()) == 4


def as_of(row: Certificate, left: int) -> dict[str, str]:
    """What was told so far, as if the days had passed and the certificate's end had stayed where it was."""
    key, ends = f"certificate-{row.uid}", timezone.localdate() + dt.timedelta(days=left)
    told = ProfileWatch.objects.values_list("told", flat=True).first() or {}
    return {key: re.sub(r"^[0-9-]{10}", str(ends), told[key])} if key in told else {}


def test_reminder_when_confirmed_and_old_again_then_it_is_told_again() -> None:
    home = home_with_old_statement()
    remind_keepers()
    row = home.site.capabilities.get()
    row.confirmed_on = timezone.localdate()
    row.save()
    pass_days(8)
    remind_keepers()
    assert ProfileWatch.objects.get().told == {}
    row.confirmed_on = OLD
    row.save()
    pass_days(8)

    remind_keepers()

    assert len(subjects()) == 2


def test_reminder_when_nobody_has_confirmed_an_address_then_it_stays_news_until_somebody_has() -> None:
    home = house()
    CapabilityFactory.create(site=home.site, confirmed_on=OLD)
    remind_keepers()
    assert not subjects()
    verified(home.editor)
    pass_days(1)

    remind_keepers()

    assert len(subjects()) == 1


@pytest.mark.parametrize("state", ["pending", "suspended"])
def test_reminder_when_the_organisation_is_not_approved_then_nobody_is_told(state: str) -> None:
    home = home_with_old_statement()
    home.organisation.state = state
    home.organisation.save()

    remind_keepers()

    assert not subjects()


def test_reminder_when_the_profile_was_given_away_then_only_its_new_keepers_are_told() -> None:
    home = home_with_old_statement()
    remind_due(seconds=0)
    new = verified(MemberFactory.create(cdmo=True))
    home.partner.organisation = new.organisation
    home.partner.save()

    remind_keepers()

    assert [mail.recipient for mail in Delivery.objects.all()] == [new.user]


def test_reminder_when_a_claim_gave_the_profile_away_then_new_keepers_hear_what_the_old_were_told() -> None:
    home = home_with_old_statement()
    remind_keepers()
    new = verified(MemberFactory.create(cdmo=True))
    claim = ClaimFactory.create(
        contest=True,
        partner=home.partner,
        organisation=new.organisation,
        made_by=new.user,
        answer_until=timezone.now() - dt.timedelta(days=1),
    )
    claim_decisions.accept(claim=claim, by=operator())

    remind_keepers()

    assert Delivery.objects.latest("pk").recipient == new.user
    assert subjects()[-1] == f"{home.partner.name}: 1 statement no longer counts"


def test_reminder_when_many_look_at_once_then_each_profile_is_told_once() -> None:
    for _number in range(4):
        home_with_old_statement()
    barrier = threading.Barrier(3)

    def look() -> None:
        barrier.wait()
        try:
            remind_due(seconds=20)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        for each in [pool.submit(look) for _number in range(3)]:
            each.result()

    assert len(subjects()) == 4
    assert ProfileWatch.objects.count() == 4


def test_reminder_when_whoever_looked_was_frozen_past_the_lease_then_it_is_told_once() -> None:
    home_with_old_statement()
    remind_due(seconds=0)
    (frozen,) = REMINDERS.claim()
    ProfileWatch.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    (awake,) = REMINDERS.claim()

    look_at(awake)
    look_at(frozen)

    assert len(subjects()) == 1


def test_reminder_when_it_dies_before_the_end_then_nothing_is_told_and_the_next_look_tells_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home_with_old_statement()

    def die(*args: object, **kwargs: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(ProfileWatch, "save", die)
        with pytest.raises(SystemExit):
            remind_keepers()
    assert not subjects()
    ProfileWatch.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))

    remind_keepers()

    assert len(subjects()) == 1


def test_profile_when_our_own_code_fails_on_it_then_it_is_put_off_and_others_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, good = home_with_old_statement(), home_with_old_statement()

    def fail_for_one(sites: object, today: dt.date) -> object:
        found = list(sites)  # type: ignore[call-overload]
        if bad.site in found:
            raise ValueError("broken")
        return review_items(found, today)

    monkeypatch.setattr(reminding, "review_items", fail_for_one)

    remind_keepers()

    assert [mail.recipient for mail in Delivery.objects.all()] == [good.editor.user]
    watch = ProfileWatch.objects.get(partner=bad.partner)
    assert (watch.attempts, watch.last_error) == (1, "ValueError: broken")
    assert watch.next_due_at > timezone.now()


def test_link_of_the_mail_when_opened_then_only_a_post_stops_the_mails_of_that_member() -> None:
    home = home_with_old_statement()
    colleague = verified(MemberFactory.create(organisation=home.organisation))
    remind_keepers()
    url = Delivery.objects.get(recipient=home.editor.user).unsubscribe_url
    visitor = Client()

    opened = visitor.get(url)
    assert "Stop these reminders?" in opened.text
    assert not ReminderStop.objects.exists()
    stopped = [visitor.post(url), visitor.post(url)]

    assert all("No more reminders" in each.text for each in stopped)
    assert ReminderStop.objects.get().user == home.editor.user
    CertificateFactory.create(site=home.site, expires_on=timezone.localdate())
    pass_days(8)
    remind_keepers()
    assert Delivery.objects.latest("pk").recipient == colleague.user
    assert Delivery.objects.count() == 3


@pytest.mark.parametrize("token", ["nonsense", "1-1:forged", STOPPING.sign("1-1")[:-1]])
def test_link_when_it_is_not_ours_then_it_says_so(token: str) -> None:
    answer = Client().get(reverse("partners:reminder_stop", args=[token]))

    assert answer.status_code == 404
    assert "This link does not work" in answer.text


def test_switch_when_pressed_then_it_is_for_the_one_who_pressed_it() -> None:
    home = home_with_old_statement()
    client = signed_in(home.editor)
    url = reverse("partners:reminder_switch")

    client.post(url, {"wanted": "0"})
    assert "You get no mails" in client.get("/profile/review/").text
    assert (
        "You get a mail"
        in signed_in(MemberFactory.create(organisation=home.organisation)).get("/profile/review/").text
    )
    client.post(url, {"wanted": "1"})

    assert not ReminderStop.objects.exists()
    kinds = Event.objects.filter(kind__startswith="reminders.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["reminders.stopped", "reminders.resumed"]
    assert signed_in(MemberFactory.create()).post(url).status_code == 404
