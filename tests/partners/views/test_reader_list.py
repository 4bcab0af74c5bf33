"""The page on which a CDMO says who reads more and who reads less, and who may do that."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.events.models import Event
from partners.models import Exclusion, ReaderAgreement, SiteChange
from tests.factories.accounts import MemberFactory, OrganisationDomainFactory
from tests.factories.readers import ExclusionFactory, ReaderAgreementFactory
from tests.partners.editors import House, house, signed_in
from tests.partners.sponsors import strangers

pytestmark = pytest.mark.django_db
PAGE = "/profile/readers/"


@pytest.fixture
def home() -> House:
    return house()


@pytest.fixture
def editor(home: House) -> Client:
    return signed_in(home.editor)


def agreement(**values: object) -> dict[str, Any]:
    sent = {"domain": "quill.example", "kind": "cda", "starts_on": "2026-01-01", "ends_on": "", "note": ""}
    return {"form": "agreement", **{f"agreement-{name}": value for name, value in {**sent, **values}.items()}}


def exclusion(domain: str, reason: str = "") -> dict[str, Any]:
    return {"form": "exclusion", "exclusion-domain": domain, "exclusion-reason": reason}


def act(row: ReaderAgreement | Exclusion, verb: str) -> str:
    kind = "exclusions" if isinstance(row, Exclusion) else "agreements"
    return reverse(f"partners:reader_{verb}", args=[kind, row.uid])


@pytest.mark.parametrize("typed", ["quill.example", " @Quill.Example ", "anna@QUILL.example"])
def test_agreement_when_stated_then_is_kept_for_the_domain_in_small_letters(
    editor: Client, home: House, typed: str
) -> None:
    answer = editor.post(PAGE, agreement(domain=typed, kind="msa", note="Signed by Eve"), follow=True)

    row = ReaderAgreement.objects.get()
    assert (row.organisation, row.domain, row.kind, row.ends_on) == (
        home.organisation,
        "quill.example",
        "msa",
        None,
    )
    assert row.made_by == home.editor.user
    page = answer.content.decode()
    assert "quill.example" in page
    assert "Signed by Eve" in page
    assert "this is your own word" in page.lower()


def test_domain_when_somebody_here_has_it_or_nobody_then_the_answer_is_the_same(editor: Client) -> None:
    OrganisationDomainFactory.create(domain="known.example", verified_at=timezone.now())
    pages = []
    for domain in ("known.example", "nobod.example"):
        for sent in (agreement(domain=domain), exclusion(domain)):
            answer = editor.post(PAGE, sent, follow=True)
            assert answer.status_code == 200
        text = answer.content.decode().split("<main")[1]
        for row in (*ReaderAgreement.objects.all(), *Exclusion.objects.all()):
            text = text.replace(str(row.uid), "")
        pages.append(text.replace(domain, "it"))
        for made in (*ReaderAgreement.objects.all(), *Exclusion.objects.all()):
            made.delete()

    assert pages[0].split("csrf")[0] == pages[1].split("csrf")[0]
    assert len(pages[0]) == len(pages[1])


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "GMX.de",
        "",
        "nodots",
        "a b.example",
        "-x.example",
        "http://quill.example",
        "x" * 300,
    ],
)
def test_domain_when_it_is_no_companys_then_nothing_is_kept(editor: Client, domain: str) -> None:
    for sent in (agreement(domain=domain), exclusion(domain)):
        answer = editor.post(PAGE, sent)
        assert answer.status_code == 422
        assert "There is a problem" in answer.content.decode()

    assert not ReaderAgreement.objects.exists()
    assert not Exclusion.objects.exists()


def test_agreement_when_it_would_end_before_it_begins_then_is_refused(editor: Client) -> None:
    answer = editor.post(PAGE, agreement(starts_on="2026-03-01", ends_on="2026-02-01"))

    assert answer.status_code == 422
    assert "The last day is before the first." in answer.content.decode()

    row = ReaderAgreementFactory.create(organisation=signed_organisation(editor))
    late = (row.starts_on - dt.timedelta(days=1)).isoformat()
    editor.post(reverse("partners:reader_agreement_end", args=[row.uid]), {"ends_on": late})
    row.refresh_from_db()
    assert row.ends_on is None


def signed_organisation(client: Client) -> Any:
    return client.get(PAGE).wsgi_request.actor.organisation  # type: ignore[attr-defined]


def test_agreement_when_ended_and_opened_again_then_stands_among_the_others(
    editor: Client, home: House
) -> None:
    row = ReaderAgreementFactory.create(organisation=home.organisation)
    end = reverse("partners:reader_agreement_end", args=[row.uid])
    yesterday = timezone.localdate() - dt.timedelta(days=1)

    page = editor.post(end, {"ends_on": yesterday.isoformat()}, follow=True).content.decode()
    assert "Ended agreements" in page
    assert "No agreement is in force" in page

    page = editor.post(end, {"ends_on": ""}, follow=True).content.decode()
    assert "Ended agreements" not in page
    assert "an open end" in page


@pytest.mark.parametrize("factory", [ReaderAgreementFactory, ExclusionFactory])
def test_row_when_removed_then_can_be_put_back_for_some_days(
    editor: Client, home: House, factory: Any
) -> None:
    row = factory.create(organisation=home.organisation, domain="quill.example")

    page = editor.post(act(row, "remove"), follow=True).content.decode()
    assert "Put back" in page
    page = editor.post(act(row, "restore"), follow=True).content.decode()
    assert "Put back" not in page
    row.refresh_from_db()
    assert row.removed_at is None

    type(row).objects.update(removed_at=timezone.now() - dt.timedelta(days=8))
    assert "Put back" not in editor.get(PAGE).content.decode()
    assert "too long ago" in editor.post(act(row, "restore"), follow=True).content.decode()
    editor.post(act(factory.create(organisation=home.organisation, domain="b.example"), "remove"))
    assert not type(row).objects.filter(pk=row.pk).exists()


def test_exclusion_when_made_twice_then_once(editor: Client, home: House) -> None:
    editor.post(PAGE, exclusion("quill.example", "Competes with our owner"))

    answer = editor.post(PAGE, exclusion("QUILL.example"))

    assert answer.status_code == 422
    assert "excluded already" in answer.content.decode()
    row = Exclusion.objects.get()
    editor.post(act(row, "remove"))
    editor.post(PAGE, exclusion("quill.example"))
    assert "excluded again already" in editor.post(act(row, "restore"), follow=True).content.decode()
    assert Exclusion.objects.present().count() == 1


def test_exclusion_when_made_removed_and_restored_then_the_sites_are_looked_at_again(
    editor: Client, home: House
) -> None:
    def marks() -> int:
        return SiteChange.objects.filter(site=home.site).count()

    editor.post(PAGE, exclusion("quill.example"))
    assert marks() == 1
    row = Exclusion.objects.get()
    editor.post(act(row, "remove"))
    editor.post(act(row, "restore"))
    assert marks() == 3
    editor.post(PAGE, agreement())
    assert marks() == 3


def test_events_when_readers_change_then_are_the_organisations_own_and_name_no_domain(
    editor: Client, home: House
) -> None:
    editor.post(PAGE, agreement(note="Signed by Eve"))
    editor.post(PAGE, exclusion("quill.example", "Competes with our owner"))
    row = ReaderAgreement.objects.get()
    editor.post(reverse("partners:reader_agreement_end", args=[row.uid]), {"ends_on": "2027-01-01"})
    for each in (row, Exclusion.objects.get()):
        editor.post(act(each, "remove"))
        editor.post(act(each, "restore"))

    events = Event.objects.filter(kind__regex="^(reader_agreement|exclusion)")
    assert sorted(events.values_list("kind", flat=True)) == [
        "exclusion.made",
        "exclusion.removed",
        "exclusion.restored",
        "reader_agreement.ended",
        "reader_agreement.removed",
        "reader_agreement.restored",
        "reader_agreement.stated",
    ]
    assert {event.organisation_id for event in events} == {home.organisation.pk}
    assert not any("quill" in str(event.data) for event in events)


def test_page_when_a_viewer_opens_it_then_may_read_and_not_change(home: House) -> None:
    row = ReaderAgreementFactory.create(organisation=home.organisation, domain="quill.example")
    gone = ExclusionFactory.create(organisation=home.organisation, removed_at=timezone.now())
    viewer = signed_in(home.viewer)

    page = viewer.get(PAGE).content.decode()

    assert "quill.example" in page
    assert "<button" not in page.split("<main")[1].split("</main>")[0]
    assert viewer.post(PAGE, agreement()).status_code == 403
    assert viewer.post(PAGE, exclusion("b.example")).status_code == 403
    assert viewer.post(act(row, "remove")).status_code == 403
    assert viewer.post(act(gone, "restore")).status_code == 403
    end = reverse("partners:reader_agreement_end", args=[row.uid])
    assert viewer.post(end, {"ends_on": ""}).status_code == 403


def test_page_when_strangers_ask_then_is_their_own_or_not_there(home: House) -> None:
    row = ReaderAgreementFactory.create(organisation=home.organisation, domain="quill.example")
    shut = ExclusionFactory.create(organisation=home.organisation, domain="shut.example")
    end = reverse("partners:reader_agreement_end", args=[row.uid])

    for who, client in strangers().items():
        answer = client.get(PAGE)
        assert answer.status_code == (200 if who == "a CDMO" else 404)
        assert "quill.example" not in answer.content.decode()
        for url in (act(row, "remove"), act(shut, "remove"), act(row, "restore"), end):
            assert client.post(url, {"ends_on": ""}).status_code == 404
    assert (
        signed_in(home.editor).post("/profile/readers/sites/" + str(row.uid) + "/remove/").status_code == 404
    )


def test_page_when_many_are_kept_then_asks_no_more(editor: Client, home: House) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            editor.get(PAGE)
        return len(asked)

    count()
    few = count()
    for _ in range(20):
        by = MemberFactory.create(organisation=home.organisation).user
        ReaderAgreementFactory.create(organisation=home.organisation, made_by=by)
        ExclusionFactory.create(organisation=home.organisation, made_by=by)

    assert count() == few <= 6 + 2
