"""Asking from the shortlist and answering from the inbox, as pages: by whom, and what no CDMO is told."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.models import Delivery, Event
from matching.models import Brief, Interest, Requirement
from partners.models import Term
from tests.factories.accounts import MemberFactory, OrganisationDomainFactory
from tests.factories.briefs import InterestFactory, RequirementFactory, ShortlistEntryFactory
from tests.factories.partners import PartnerFactory
from tests.factories.private_records import PrivateRecordFactory
from tests.matching.asking_interest import Asking, asking_brief, unkept_entry
from tests.matching.views.conftest import client_of
from tests.matching.views.sent_forms import fields_of
from tests.partners.editors import house

pytestmark = pytest.mark.django_db
INBOX = reverse("matching:inbox")
INTERESTED = {"answer": "interested", "reason": "", "note": ""}


@pytest.fixture
def asking() -> Asking:
    return Asking()


def ask_path(asking: Asking, name: str = "interest_ask") -> str:
    return reverse(f"matching:{name}", args=[asking.brief.uid, asking.entry.uid])


def card_path(asking: Asking) -> str:
    return reverse("matching:shortlist_card", args=[asking.brief.uid, asking.entry.uid])


def own_path(interest: Interest) -> str:
    return reverse("matching:inbox_interest", args=[interest.uid])


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return str(answer.content.decode())


def send(asking: Asking) -> int:
    """The form of the preview, as its page has it."""
    client = client_of(asking.member)
    shown = fields_of(text_of(client, ask_path(asking)))["shown"]
    return int(client.post(ask_path(asking), {"shown": shown}).status_code)


def test_sponsor_when_it_asks_sees_what_is_told_then_the_answer_on_card_and_board(asking: Asking) -> None:
    sponsor, cdmo = client_of(asking.member), client_of(asking.house.editor)
    board = reverse("matching:shortlist", args=[asking.brief.uid])
    assert ask_path(asking) in text_of(sponsor, board)
    assert ask_path(asking) in text_of(sponsor, card_path(asking))

    preview = text_of(sponsor, ask_path(asking))
    assert send(asking) == 302
    interest = Interest.objects.get()
    received = text_of(cdmo, INBOX)
    lines = "<dt>Work</dt><dd>Drug product</dd></div><div><dt>Needed by</dt><dd>Q3 2030</dd>"
    assert lines in preview
    assert lines in received
    assert "No answer yet" in text_of(sponsor, board)

    sent = {"answer": "declined", "reason": "timing", "note": "Not before <May>"}
    assert cdmo.post(own_path(interest), sent).status_code == 302
    card = text_of(sponsor, card_path(asking))
    assert "Declined, on" in card
    assert "The timing does not fit" in card
    assert "Not before &lt;May&gt;" in card
    assert "Declined: The timing does not fit" in text_of(sponsor, board)
    assert ask_path(asking) not in text_of(sponsor, board)


def test_sponsor_when_it_withdraws_may_ask_again_and_the_cdmo_reads_only_that(asking: Asking) -> None:
    send(asking)
    sponsor, cdmo = client_of(asking.member), client_of(asking.house.editor)
    interest = Interest.objects.get()
    cdmo.post(own_path(interest), {**INTERESTED, "note": "Gladly"})

    for _ in range(2):
        assert sponsor.post(ask_path(asking, "interest_withdraw")).status_code == 302

    assert ", withdrawn on" in text_of(sponsor, card_path(asking))
    for page in (text_of(cdmo, INBOX), text_of(cdmo, own_path(interest))):
        assert "The sponsor has withdrawn this question." in page
        assert "Q3 2030" not in page
        assert "Send answer" not in page
    late = cdmo.post(own_path(interest), {"answer": "declined", "reason": "timing"}, follow=True)
    assert "it needs no answer any more" in late.content.decode()
    assert send(asking) == 302
    assert Interest.objects.live().count() == 1


def test_asking_when_clicked_twice_leads_to_the_same_card(asking: Asking) -> None:
    sponsor = client_of(asking.member)
    shown = fields_of(text_of(sponsor, ask_path(asking)))

    answers = [sponsor.post(ask_path(asking), shown) for _ in range(2)]

    assert {answer["Location"] for answer in answers} == {card_path(asking)}
    assert Interest.objects.count() == Delivery.objects.count() == 1
    assert sponsor.get(ask_path(asking))["Location"] == card_path(asking)


def test_asking_when_the_brief_changed_since_shows_it_again(asking: Asking) -> None:
    sponsor = client_of(asking.member)
    shown = fields_of(text_of(sponsor, ask_path(asking)))
    Brief.objects.filter(pk=asking.brief.pk).update(needed_by="2031-02-01")

    again = sponsor.post(ask_path(asking), shown)

    assert again.status_code == 409
    assert "Q1 2031" in again.content.decode()
    assert not Interest.objects.exists()
    assert sponsor.post(ask_path(asking), fields_of(again.content.decode())).status_code == 302


def test_asking_when_it_cannot_be_says_why_on_page_and_card(asking: Asking) -> None:
    sponsor = client_of(asking.member)
    unkept = unkept_entry(asking)
    args = [asking.brief.uid, unkept.uid]
    path = reverse("matching:interest_ask", args=args)

    assert "Nobody keeps this partner’s profile" in text_of(sponsor, path)
    assert "Nobody keeps this partner’s profile" in text_of(
        sponsor, reverse("matching:shortlist_card", args=args)
    )
    assert path not in text_of(sponsor, reverse("matching:shortlist", args=[asking.brief.uid]))
    assert sponsor.post(path, {"shown": ""}).status_code == 422

    PrivateRecordFactory.create(
        blocked=True, organisation=asking.member.organisation, partner=asking.house.partner, site=None
    )
    assert "blocks this partner" in text_of(sponsor, ask_path(asking))
    Brief.objects.filter(pk=asking.brief.pk).update(state="draft")
    assert "This brief is a draft." in text_of(sponsor, card_path(asking))


def test_addresses_when_opened_by_each_person_answer_as_their_side_and_role(asking: Asking) -> None:
    send(asking)
    interest = Interest.objects.get()
    count = reverse("matching:inbox_count")
    withdraw = ask_path(asking, "interest_withdraw")
    ours, theirs = asking.member.organisation, asking.house
    people = {
        "owner": client_of(MemberFactory.create(organisation=ours)),
        "viewer": client_of(MemberFactory.create(organisation=ours, viewer=True)),
        "stranger": client_of(MemberFactory.create()),
        "CDMO": client_of(theirs.editor),
        "CDMO's viewer": client_of(theirs.viewer),
        "stranger CDMO": client_of(house().editor),
        "visitor": Client(),
    }
    gets = {
        ask_path(asking): (302, 403, 404, 404, 404, 404, 302),
        withdraw: (405, 405, 405, 405, 405, 405, 302),
        INBOX: (404, 404, 404, 200, 200, 200, 302),
        count: (404, 404, 404, 200, 200, 200, 302),
        own_path(interest): (404, 404, 404, 200, 200, 404, 302),
    }
    posts = {
        own_path(interest): (404, 404, 404, 302, 403, 404, 302),
        ask_path(asking): (302, 403, 404, 404, 404, 404, 302),
        withdraw: (302, 403, 404, 404, 404, 404, 302),
    }

    got = {path: tuple(client.get(path).status_code for client in people.values()) for path in gets}
    # Withdrawing comes last for those who may, so it is sent from the back.
    sent = {
        path: tuple(client.post(path, INTERESTED).status_code for client in reversed(people.values()))[::-1]
        for path in posts
    }

    assert got == gets
    assert sent == posts
    assert str(interest.uid) not in text_of(people["stranger CDMO"], INBOX)


def test_inbox_when_read_by_a_viewer_has_no_form(asking: Asking) -> None:
    send(asking)

    page = text_of(client_of(asking.house.viewer), INBOX)

    assert "Q3 2030" in page
    assert "Send answer" not in page
    assert "Editors and owners of your organisation answer." in page


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({}, "Your answer: This field is required."),
        ({"answer": "perhaps"}, "Select a valid choice"),
        ({"answer": "declined"}, "Say why"),
        ({"answer": "need_information"}, "Say what you have to know."),
        ({"answer": "interested", "note": "x" * 501}, "at most 500 characters"),
    ],
)
def test_answer_when_half_said_comes_back_with_what_was_typed(
    asking: Asking, sent: dict[str, str], why: str
) -> None:
    send(asking)
    interest = Interest.objects.get()

    answer = client_of(asking.house.editor).post(own_path(interest), sent)

    assert answer.status_code == 422
    assert why in answer.content.decode()
    interest.refresh_from_db()
    assert interest.is_waiting


def test_answer_when_not_declined_has_no_reason(asking: Asking) -> None:
    send(asking)
    interest = Interest.objects.get()

    client_of(asking.house.editor).post(own_path(interest), {"answer": "interested", "reason": "timing"})

    interest.refresh_from_db()
    assert (interest.answer, interest.reason) == ("interested", "")


def test_inbox_when_long_is_paged_with_what_waits_first_by_few_queries(
    asking: Asking, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    partner, cdmo = asking.house.partner, client_of(asking.house.editor)
    for _ in range(15):
        InterestFactory.create(partner=partner)
        InterestFactory.create(partner=partner, declined=True, note="No. " * 100)
        InterestFactory.create(partner=partner, withdrawn=True)

    with django_assert_max_num_queries(10):
        first = text_of(cdmo, INBOX)
    second = text_of(cdmo, f"{INBOX}?page=2")

    assert len(first) < 150_000
    assert (first.count("Send answer"), second.count("Send answer")) == (15, 0)
    assert first.count("<article") == second.count("<article") == 20
    assert text_of(cdmo, reverse("matching:inbox_count")).startswith("15<")


def test_own_profile_when_opened_leads_to_the_inbox(asking: Asking) -> None:
    page = text_of(client_of(asking.house.editor), reverse("partners:own_profile"))

    assert f'href="{INBOX}"' in page
    assert f'hx-get="{reverse("matching:inbox_count")}"' in page


SECRET = "Zyxquorl"


@pytest.mark.usefixtures("vocabulary")
@pytest.mark.parametrize("answered", [True, False])
def test_cdmo_when_asked_reads_nothing_that_tells_whose_project_it_is(*, answered: bool) -> None:
    """Secrets stand in everything that a sponsor types, and in all its names; two of its briefs are told."""
    cdmo = house()
    keeper: Member = MemberFactory.create(organisation=cdmo.organisation, role=Role.OWNER)
    member = MemberFactory.create(
        organisation__name=f"{SECRET} Therapeutics",
        user__full_name=f"Anna {SECRET}",
        user__email=f"anna@{SECRET.lower()}.example",
    )
    OrganisationDomainFactory.create(organisation=member.organisation, domain=f"{SECRET.lower()}.example")
    briefs = [secret_brief(member, number) for number in range(2)]
    for brief in briefs:
        entry = ShortlistEntryFactory.create(
            brief=brief, partner=cdmo.partner, note=f"{SECRET} note", tags=[SECRET]
        )
        path = reverse("matching:interest_ask", args=[brief.uid, entry.uid])
        client = client_of(member)
        assert client.post(path, fields_of(text_of(client, path))).status_code == 302
    first, second = Interest.objects.order_by("pk")
    reader = client_of(keeper)
    if answered:
        reader.post(own_path(first), INTERESTED)
        withdraw = reverse("matching:interest_withdraw", args=[briefs[1].uid, entry.uid])
        client_of(member).post(withdraw)

    pages = [
        INBOX,
        own_path(first),
        own_path(second),
        reverse("matching:inbox_count"),
        reverse("partners:own_profile"),
        f"{reverse('matching:event_list')}?by_itself=1",
        "/api/v1/events/",
    ]
    read = {path: text_of(reader, path) for path in pages}
    mails = Delivery.objects.filter(recipient__in=[keeper.user, cdmo.editor.user])
    read |= {f"mail {mail.pk}": f"{mail.subject}\n{mail.body}" for mail in mails}
    kept = Event.objects.filter(organisation_id=cdmo.organisation.pk)
    fields = ("kind", "user_id", "object_kind", "object_id", "data")
    read["events"] = json.dumps([list(row) for row in kept.values_list(*fields)])

    assert len(mails) == 4
    assert "10,000,000 to 100,000,000 units" in read[own_path(first)]
    secrets = [SECRET, SECRET.lower(), "52341789", "52,341,789", "7654321", "7,654,321", "2030-08-17"]
    secrets += [str(member.organisation.uid), str(member.user.uid), *(str(each.uid) for each in briefs)]
    secrets += [str(row.uid) for brief in briefs for row in brief.requirements.all()]
    leaks = [(path, each) for path, text in read.items() for each in secrets if each in text]
    assert leaks == []
    assert {event.user_id for event in kept} <= {None, keeper.user_id}


def secret_brief(member: Member, number: int) -> Brief:
    brief = asking_brief(member, title=f"{SECRET} tablets {number}", text=f"{SECRET} text, 52341789 tablets")
    asked: dict[str, Any] = {
        "label": f"{SECRET} wording",
        "entered_text": f"{SECRET} 52341789",
        "lo": Decimal(52341789),
        "hi": Decimal(52341789),
        "measure": Term.objects.get(code="sc.batch-units"),
        "relation": "covers",
    }
    RequirementFactory.create(brief=brief, term=Term.objects.get(code="op.lyophilisation"), **asked)
    RequirementFactory.create(
        brief=brief, kind=Requirement.Kind.CAPACITY, term=None, label=SECRET, quantity=Decimal(7654321)
    )
    return brief


def test_teaser_when_the_partner_changes_hands_is_read_by_who_keeps_it_now(asking: Asking) -> None:
    send(asking)
    interest, former = Interest.objects.get(), asking.house.editor
    keeper = MemberFactory.create(cdmo=True)
    partner = asking.house.partner
    partner.organisation = keeper.organisation
    partner.save()

    assert client_of(former).get(own_path(interest)).status_code == 404
    assert "Q3 2030" in text_of(client_of(keeper), own_path(interest))


def test_card_when_a_viewer_reads_it_shows_the_answer_and_no_button(asking: Asking) -> None:
    send(asking)
    viewer = client_of(MemberFactory.create(organisation=asking.member.organisation, viewer=True))

    page = text_of(viewer, card_path(asking))

    assert "No answer yet." in page
    assert "Withdraw the question" not in page
    other = ShortlistEntryFactory.create(brief=asking.brief, partner=PartnerFactory.create())
    path = reverse("matching:shortlist_card", args=[asking.brief.uid, other.uid])
    assert "Not asked." in text_of(viewer, path)
