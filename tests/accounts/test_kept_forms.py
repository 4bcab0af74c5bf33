"""What is typed when a session ends is there again after signing in: for that person, on that page."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from cdmo_portal.accounts.kept_forms import KEPT
from cdmo_portal.accounts.models import User
from matching.models import Brief
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db
TITLE = "Capsules “5 mg” & placebo"


def page() -> str:
    return reverse("matching:brief_create")


def browser_of(user: User) -> Client:
    """Somebody whose session has ended in the browser in which they worked."""
    client = Client()
    client.force_login(user)
    client.get(page())
    del client.cookies["sessionid"]
    return client


def send(client: Client, **headers: str) -> str:
    """Where a form that is sent leads."""
    answer = client.post(page(), {"title": TITLE, "steps": ["testing", "release"]}, headers=headers)
    return answer.headers.get("Location") or answer.headers["HX-Redirect"]


def test_form_when_the_session_ended_is_back_on_its_page_after_sign_in() -> None:
    user = MemberFactory.create().user
    client = browser_of(user)

    leads_to = send(client, referer=f"http://testserver{page()}?from=list")
    client.force_login(user)
    answer = client.get(page())

    assert parse_qs(urlsplit(leads_to).query) == {"next": [f"{page()}?from=list"]}
    assert answer.context["kept_form"].fields == [
        ("title", TITLE),
        ("steps", "testing"),
        ("steps", "release"),
    ]
    assert "Capsules “5 mg” &amp; placebo" in answer.content.decode()


def test_form_when_sent_again_is_forgotten() -> None:
    user = MemberFactory.create().user
    client = browser_of(user)
    send(client, referer=f"http://testserver{page()}")
    client.force_login(user)

    client.post(page(), {"title": ""})

    assert client.get(page()).context["kept_form"] is None


def test_form_when_a_colleague_signs_in_at_the_same_browser_is_not_shown() -> None:
    member = MemberFactory.create()
    colleague = MemberFactory.create(organisation=member.organisation)
    client = browser_of(member.user)
    send(client, referer=f"http://testserver{page()}")
    client.force_login(colleague.user)

    answer = client.get(page())

    assert answer.context["kept_form"] is None
    assert TITLE not in answer.content.decode()


def test_form_when_nobody_was_ever_signed_in_here_is_not_kept() -> None:
    client = Client()

    send(client)

    assert KEPT not in client.session


def test_form_when_discarded_is_gone_and_leads_back_to_its_page() -> None:
    user = MemberFactory.create().user
    client = browser_of(user)
    send(client, referer=f"http://testserver{page()}?from=list")
    client.force_login(user)

    answer = client.post(reverse("accounts:kept_form_discard"))

    assert answer.headers["Location"] == f"{page()}?from=list"
    assert client.get(page()).context["kept_form"] is None


def test_form_with_a_password_or_a_secret_is_not_kept() -> None:
    user = MemberFactory.create(cdmo=True).user
    client = browser_of(user)

    client.post(reverse("account_change_password"), {"oldpassword": "heron", "password1": "nine"})
    assert KEPT not in client.session
    client.post(reverse("partners:feed_create"), {"name": "Ours", "header_value": "Bearer heron"})
    assert client.session[KEPT]["fields"] == [["name", "Ours"]]


def test_form_when_its_page_is_older_than_the_last_sign_in_comes_back_and_does_nothing() -> None:
    user = MemberFactory.create().user
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    client.get(page())
    sent = {"title": TITLE, "csrfmiddlewaretoken": "of-an-older-session"}

    answer = client.post(page(), sent, headers={"referer": f"http://testserver{page()}"})
    elsewhere = client.post(page(), sent, headers={"referer": "https://elsewhere.example/"})

    assert answer.headers["Location"] == page()
    assert client.get(page()).context["kept_form"].fields == [("title", TITLE)]
    assert elsewhere.status_code == 403
    assert not Brief.objects.exists()


def test_page_when_asked_by_htmx_after_the_session_ended_moves_as_a_whole() -> None:
    client = browser_of(MemberFactory.create().user)

    answer = client.get(reverse("partners:site_list"), headers={"hx-request": "true"})

    assert answer.headers["HX-Redirect"].startswith("/account/login/?next=")


@pytest.mark.parametrize(
    "referer",
    [
        "https://elsewhere.example/steal/",
        "//elsewhere.example",
        "http://testserver//elsewhere.example/",
        "nonsense",
    ],
)
def test_form_when_the_page_before_is_not_ours_leads_to_its_own_address(referer: str) -> None:
    client = browser_of(MemberFactory.create().user)

    assert parse_qs(urlsplit(send(client, referer=referer)).query) == {"next": [page()]}


def test_form_when_sent_by_htmx_moves_the_whole_page_to_the_sign_in() -> None:
    client = browser_of(MemberFactory.create().user)
    here = f"http://testserver{reverse('matching:brief_list')}"

    leads_to = send(client, hx_request="true", hx_current_url=here)

    assert parse_qs(urlsplit(leads_to).query) == {"next": [reverse("matching:brief_list")]}


def test_form_when_an_hour_old_is_gone(time_machine: object) -> None:
    user = MemberFactory.create().user
    client = browser_of(user)
    time_machine.move_to("2027-03-01T10:00:00Z", tick=False)  # type: ignore[attr-defined]
    send(client, referer=f"http://testserver{page()}")
    client.force_login(user)
    time_machine.move_to("2027-03-01T11:01:00Z", tick=False)  # type: ignore[attr-defined]

    assert client.get(page()).context["kept_form"] is None
