"""Documents as evidence: who may keep, read and remove them, and that nothing else gets them out."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import FileResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cdmo_portal import settings as shipped
from cdmo_portal.documents.limits import LARGEST_FILE
from cdmo_portal.events.models import Event
from partners.actions import claim_codes, claim_decisions, stored_files
from partners.models import Audience, Capability, Certificate, Claim, Site, StoredFile
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import ClaimFactory, PartnerFactory, SiteFactory
from tests.factories.regulatory import CertificateFactory
from tests.factories.stored_files import PDF, StoredFileFactory
from tests.partners.documents import backing, keep
from tests.partners.editors import House, house, signed_in
from tests.partners.editors import operator as an_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_on_a_disk")]


def pdf(name: str = "GMP 2026.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def list_url(home: House) -> str:
    return reverse("partners:file_list", args=[home.site.slug])


def attach_url(home: House, row: Certificate | Capability) -> str:
    kind = "capabilities" if isinstance(row, Capability) else "certificates"
    return reverse("partners:file_attach", args=[home.site.slug, kind, row.uid])


def bytes_of(answer: object) -> bytes:
    assert isinstance(answer, FileResponse)
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def status_of(client: Client, url: str) -> int:
    """Of a download, which is read to its end, so that its file is closed."""
    answer = client.get(url)
    if answer.status_code == 200:
        bytes_of(answer)
    return answer.status_code


def test_upload_when_it_is_a_document_then_it_is_kept_under_a_random_name_outside_of_what_is_served(
    files_on_a_disk: Path,
) -> None:
    home = house()

    answer = signed_in(home.editor).post(
        list_url(home), {"file": pdf("../../static/évil name?.PDF"), "audience": "public"}, follow=True
    )

    row = StoredFile.objects.get()
    stored = Path(row.file.path)
    assert "is kept." in answer.text
    assert (row.name, row.content_type, row.size) == ("évil name.pdf", "application/pdf", len(PDF))
    assert stored.parent == files_on_a_disk / "documents"
    assert len(stored.name) == 32
    assert stored.suffix == ""
    assert stored.read_bytes() == PDF
    event = Event.objects.get(kind="file.kept")
    assert "vil" not in str(event.data)


def test_documents_when_asked_for_by_their_place_on_the_disk_then_are_neither_served_nor_static() -> None:
    home = house()
    client = signed_in(home.editor)
    client.post(list_url(home), {"file": pdf("ours.pdf"), "audience": "public"})
    stored = StoredFile.objects.get().file.name
    root = Path(shipped.MEDIA_ROOT)

    assert not root.is_relative_to(shipped.STATIC_ROOT)
    assert not any(root.is_relative_to(folder) for folder in shipped.STATICFILES_DIRS)
    for path in (f"/media/{stored}", f"/{stored}", f"{shipped.STATIC_URL}{stored}"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("page.pdf", b"<html><script>alert(1)</script>"), "not a .pdf file"),
        (("page.html", b"<html>"), "Only .pdf"),
        (("large.pdf", PDF + b" " * LARGEST_FILE), "larger than 5 MB"),
        (("empty.pdf", b""), "empty"),
        (("nul.exe\x00.pdf", b"MZ"), "not a .pdf file"),
    ],
)
def test_upload_when_it_is_refused_then_the_reason_is_said_and_nothing_is_kept(
    file: tuple[str, bytes], words: str, files_on_a_disk: Path
) -> None:
    home = house()

    answer = signed_in(home.editor).post(list_url(home), {"file": pdf(*file), "audience": "public"})

    assert answer.status_code == 422
    assert words in answer.text
    assert not StoredFile.objects.exists()
    assert not list(files_on_a_disk.rglob("*"))


@pytest.mark.parametrize("given", [{}, {"file": "text, not a file"}, {"file": pdf(), "audience": "everyone"}])
def test_upload_when_the_form_is_wrong_then_it_comes_back(given: dict[str, object]) -> None:
    home = house()

    answer = signed_in(home.editor).post(list_url(home), given)

    assert answer.status_code == 422
    assert not StoredFile.objects.exists()


def test_upload_when_the_same_comes_twice_then_it_is_kept_once(files_on_a_disk: Path) -> None:
    home = house()
    client = signed_in(home.editor)

    for _time in range(2):
        client.post(list_url(home), {"file": pdf(), "audience": "sponsors"})

    assert StoredFile.objects.count() == 1
    assert len(list((files_on_a_disk / "documents").iterdir())) == 1


def test_upload_when_there_is_no_room_then_it_is_said_how_much_is_kept(
    monkeypatch: pytest.MonkeyPatch, files_on_a_disk: Path
) -> None:
    home = house()
    monkeypatch.setattr(stored_files, "MOST_BYTES", len(PDF) - 1)

    answer = signed_in(home.editor).post(list_url(home), {"file": pdf(), "audience": "sponsors"})

    assert answer.status_code == 422
    assert "MB of documents already" in answer.text
    assert not list(files_on_a_disk.rglob("*"))


def test_upload_when_the_row_cannot_be_written_then_no_bytes_are_left(
    monkeypatch: pytest.MonkeyPatch, files_on_a_disk: Path
) -> None:
    home = house()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(stored_files, "record", fail)
    with pytest.raises(RuntimeError):
        stored_files.keep(facts=stored_files.FileFacts(name="a.pdf", data=PDF), by=home.actor, site=home.site)

    assert not StoredFile.objects.exists()
    assert not list((files_on_a_disk / "documents").iterdir())


def test_download_when_allowed_then_it_is_saved_and_never_shown() -> None:
    home = house()
    row = backing(home, name="Zertifikat für Köln.pdf")

    answer = signed_in(home.editor).get(row.get_absolute_url())

    assert bytes_of(answer) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "utf-8''Zertifikat" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"


def sponsor(_home: House) -> Client:
    return signed_in(MemberFactory.create())


def other_cdmo(_home: House) -> Client:
    return signed_in(MemberFactory.create(cdmo=True))


def operator(_home: House) -> Client:
    client = Client()
    client.force_login(UserFactory.create(operator=True))
    return client


def pending(_home: House) -> Client:
    return signed_in(MemberFactory.create(organisation__state="pending"))


READERS: dict[Callable[[House], Client], set[str]] = {
    (lambda home: signed_in(home.editor)): {"public", "sponsors", "agreement", "matching"},
    (lambda home: signed_in(home.viewer)): {"public", "sponsors", "agreement", "matching"},
    sponsor: {"public", "sponsors"},
    operator: {"public", "sponsors"},
    other_cdmo: {"public"},
    pending: {"public"},
}


@pytest.mark.parametrize("audience", Audience.values)
@pytest.mark.parametrize(
    "reader", READERS, ids=["editor", "viewer", "sponsor", "operator", "cdmo", "pending"]
)
def test_download_when_asked_by_each_reader_then_the_audience_decides(
    reader: Callable[[House], Client], audience: str
) -> None:
    home = house()
    row = backing(home, audience=audience)

    status = status_of(reader(home), row.get_absolute_url())

    assert status == (200 if audience in READERS[reader] else 404)


def test_download_when_a_visitor_asks_then_they_are_sent_to_sign_in_whether_or_not_it_is_there() -> None:
    row = backing(house(), audience=Audience.PUBLIC)
    nowhere = reverse("partners:file_download", args=["00000000-0000-4000-8000-000000000000"])

    for url in (row.get_absolute_url(), nowhere):
        answer = Client().get(url)
        assert answer.status_code == 302
        assert "login" in answer.headers["Location"]


def test_download_when_it_backs_nothing_then_only_its_own_organisation_reads_it() -> None:
    home = house()
    row = keep(home, audience=Audience.PUBLIC)

    assert status_of(sponsor(home), row.get_absolute_url()) == 404
    assert status_of(signed_in(home.viewer), row.get_absolute_url()) == 200


def test_download_when_the_statement_is_for_fewer_readers_than_its_document_then_it_decides() -> None:
    home = house()
    row = keep(home, audience=Audience.PUBLIC)
    statement = CapabilityFactory.create(site=home.site, document=row, audience=Audience.MATCHING)
    client = sponsor(home)
    hidden = status_of(client, row.get_absolute_url())
    Capability.objects.filter(pk=statement.pk).update(audience=Audience.SPONSORS)

    assert (hidden, status_of(client, row.get_absolute_url())) == (404, 200)


def test_page_of_the_site_when_read_then_it_links_only_what_the_reader_may_download() -> None:
    home = house()
    shown = backing(home, name="shown.pdf", audience=Audience.SPONSORS)
    hidden = backing(home, name="hidden.pdf", audience=Audience.MATCHING)

    page = sponsor(home).get(home.site.get_absolute_url()).text

    assert shown.get_absolute_url() in page
    assert hidden.get_absolute_url() not in page
    assert "hidden.pdf" not in page
    assert "shown.pdf" not in other_cdmo(home).get(home.site.get_absolute_url()).text


def test_download_when_removed_then_nobody_reads_it_until_it_is_put_back() -> None:
    home = house()
    row = backing(home)
    client = signed_in(home.editor)
    client.post(reverse("partners:file_remove", args=[row.uid]))
    gone = [status_of(each, row.get_absolute_url()) for each in (client, sponsor(home))]

    page = client.post(reverse("partners:file_restore", args=[row.uid]), follow=True)

    assert gone == [404, 404]
    assert "is back, with all that it backs" in page.text
    assert status_of(sponsor(home), row.get_absolute_url()) == 200


def test_download_when_the_bytes_are_lost_then_it_is_not_found_and_no_error(files_on_a_disk: Path) -> None:
    home = house()
    row = backing(home)
    row.file.delete(save=False)

    assert status_of(signed_in(home.editor), row.get_absolute_url()) == 404


def test_attach_when_a_new_document_comes_with_it_then_it_is_kept_and_stands_behind_the_certificate() -> None:
    home = house()
    certificate = CertificateFactory.create(site=home.site)

    answer = signed_in(home.editor).post(
        attach_url(home, certificate), {"document": "", "file": pdf(), "audience": "public"}, follow=True
    )

    certificate.refresh_from_db()
    assert certificate.document == StoredFile.objects.get()
    assert "GMP 2026.pdf" in answer.text
    assert Event.objects.filter(kind="certificate.document_attached").count() == 1


def test_attach_when_one_is_chosen_and_then_none_then_it_stands_there_and_no_more() -> None:
    home = house()
    row, statement = keep(home), CapabilityFactory.create(site=home.site)
    client = signed_in(home.editor)

    client.post(attach_url(home, statement), {"document": str(row.uid), "audience": "public"})
    statement.refresh_from_db()
    assert statement.document == row
    client.post(attach_url(home, statement), {"document": "", "audience": "public"})

    assert Capability.objects.get().document is None
    assert StoredFile.objects.present().count() == 1


def test_attach_when_the_document_is_of_another_site_or_organisation_then_it_is_refused() -> None:
    home = house()
    certificate = CertificateFactory.create(site=home.site)
    elsewhere = StoredFileFactory.create(
        site=SiteFactory.create(partner=home.partner), organisation=home.organisation
    )
    for foreign in (elsewhere, keep(house())):
        answer = signed_in(home.editor).post(
            attach_url(home, certificate), {"document": str(foreign.uid), "audience": "public"}
        )
        assert answer.status_code == 422

    certificate.refresh_from_db()
    assert certificate.document is None


def test_attach_when_a_regulator_published_the_certificate_then_there_is_no_such_page() -> None:
    home = house()
    certificate = CertificateFactory.create(site=home.site, origin="regulator")

    assert signed_in(home.editor).get(attach_url(home, certificate)).status_code == 404


def test_viewer_reads_the_list_and_is_refused_everything_else() -> None:
    home = house()
    row = backing(home)
    client = signed_in(home.viewer)
    posts = [
        reverse(f"partners:{name}", args=[row.uid]) for name in ("file_update", "file_remove", "file_restore")
    ]
    posts += [list_url(home), attach_url(home, home.site.certificates.get())]

    assert row.name in client.get(list_url(home)).text
    assert [client.post(url, {"file": pdf(), "audience": "public"}).status_code for url in posts] == [403] * 5
    assert StoredFile.objects.present().get() == row


@pytest.mark.parametrize("stranger", [other_cdmo, sponsor, operator])
def test_stranger_finds_none_of_the_pages(stranger: Callable[[House], Client]) -> None:
    home = house()
    row = backing(home)
    client = stranger(home)
    posts = [
        reverse(f"partners:{name}", args=[row.uid]) for name in ("file_update", "file_remove", "file_restore")
    ]

    assert [client.post(url, {"audience": "public"}).status_code for url in posts] == [404] * 3
    assert client.get(list_url(home)).status_code == 404
    assert client.get(attach_url(home, home.site.certificates.get())).status_code == 404


def test_claim_when_a_document_proves_it_then_operators_and_claimants_read_it_and_nobody_else() -> None:
    claimant = MemberFactory.create(cdmo=True)
    site = SiteFactory.create(registered_only=True)
    client = signed_in(claimant)

    client.post(
        reverse("partners:site_claim", args=[site.slug]),
        {"proof": "We run it.", "address": "", "document": pdf("register.pdf")},
    )

    claim = Claim.objects.get()
    assert claim.document is not None
    url = claim.document.get_absolute_url()
    home = house()
    decide = operator(home).get(reverse("partners:claim_decide", args=[claim.uid]))
    assert url in decide.text
    readers = [client, operator(home), sponsor(home), signed_in(home.editor)]
    assert [status_of(each, url) for each in readers] == [200, 200, 404, 404]


def test_claim_when_withdrawn_then_its_document_goes_and_no_longer_counts() -> None:
    client = signed_in(MemberFactory.create(cdmo=True))
    site = SiteFactory.create(registered_only=True)
    client.post(
        reverse("partners:site_claim", args=[site.slug]),
        {"proof": "We run it.", "address": "", "document": pdf("register.pdf")},
    )

    client.post(reverse("partners:claim_withdraw", args=[Claim.objects.get().uid]))

    file = StoredFile.objects.get()
    assert file.removed_at is not None
    assert status_of(client, file.get_absolute_url()) == 404


def test_claim_when_its_document_is_refused_then_the_form_says_why_and_no_claim_is_made() -> None:
    site = SiteFactory.create(registered_only=True)

    answer = signed_in(MemberFactory.create(cdmo=True)).post(
        reverse("partners:site_claim", args=[site.slug]),
        {"proof": "We run it.", "document": pdf("register.pdf", b"<html>")},
    )

    assert answer.status_code == 422
    assert "not a .pdf file" in answer.text
    assert not Claim.objects.exists()


def test_claim_when_it_is_refused_at_its_end_then_no_bytes_of_its_document_are_left(
    monkeypatch: pytest.MonkeyPatch, files_on_a_disk: Path
) -> None:
    site = SiteFactory.create(registered_only=True)
    monkeypatch.setattr(claim_codes, "MOST_A_DAY", 0)

    answer = signed_in(MemberFactory.create(cdmo=True)).post(
        reverse("partners:site_claim", args=[site.slug]),
        {"proof": "We run it.", "address": "qa@nordwerk.example", "document": pdf("register.pdf")},
    )

    assert answer.status_code == 409
    assert not Claim.objects.exists()
    assert not list(files_on_a_disk.rglob("*"))


def test_claim_when_there_is_no_room_for_its_document_then_the_form_says_so_and_no_claim_is_made(
    monkeypatch: pytest.MonkeyPatch, files_on_a_disk: Path
) -> None:
    site = SiteFactory.create(registered_only=True)
    monkeypatch.setattr(stored_files, "MOST_BYTES", 1)

    answer = signed_in(MemberFactory.create(cdmo=True)).post(
        reverse("partners:site_claim", args=[site.slug]),
        {"proof": "We run it.", "document": pdf("register.pdf")},
    )

    assert answer.status_code == 422
    assert "MB of documents already" in answer.text
    assert not Claim.objects.exists()
    assert not list(files_on_a_disk.rglob("*"))


def test_claim_when_it_gives_the_site_away_then_documents_of_its_old_keeper_back_nothing_of_the_new() -> None:
    home, new = house(), house()
    row = backing(home, audience=Audience.PUBLIC)
    CapabilityFactory.create(site=home.site, document=row)
    claim = ClaimFactory.create(
        contest=True,
        partner=None,
        site=home.site,
        keeper=home.organisation,
        organisation=new.organisation,
        made_by=new.editor.user,
        answer_until=timezone.now() - dt.timedelta(days=1),
    )

    claim_decisions.accept(claim=Claim.objects.get(pk=claim.pk), by=an_operator())

    assert not Certificate.objects.exclude(document=None).exists()
    assert not Capability.objects.exclude(document=None).exists()
    readers = [signed_in(home.editor), signed_in(new.editor), sponsor(home)]
    assert [status_of(each, row.get_absolute_url()) for each in readers] == [200, 404, 404]


def test_others_when_a_site_was_lost_then_its_documents_are_listed_read_removed_and_put_back() -> None:
    home = house()
    row = keep(home, name="Audit of the lost site.pdf")
    Site.objects.filter(pk=home.site.pk).update(partner=PartnerFactory.create())
    client, url = signed_in(home.editor), reverse("partners:file_others")

    page = client.get(url).content.decode()
    assert "Audit of the lost site.pdf" in page
    assert "which you keep no longer" in page
    assert status_of(client, row.get_absolute_url()) == 200

    answer = client.post(reverse("partners:file_remove", args=[row.uid]))
    assert answer.headers["Location"] == url
    assert "can be put back until" in client.get(url).content.decode()
    client.post(reverse("partners:file_restore", args=[row.uid]))
    assert StoredFile.objects.present().get() == row


def test_others_when_it_proves_an_open_claim_then_it_stays_until_that_is_decided() -> None:
    home = house()
    row = StoredFileFactory.create(site=None, organisation=home.organisation)
    claim = ClaimFactory.create(organisation=home.organisation, document=row)
    client, remove = signed_in(home.editor), reverse("partners:file_remove", args=[row.uid])

    assert "Withdraw the claim first" in client.post(remove, follow=True).content.decode()
    assert StoredFile.objects.present().get() == row

    Claim.objects.filter(pk=claim.pk).update(state=Claim.State.REFUSED)
    client.post(remove)
    assert not StoredFile.objects.present().exists()


def test_others_when_viewers_and_strangers_ask_then_those_only_read_and_these_see_nothing() -> None:
    home = house()
    row = StoredFileFactory.create(site=None, organisation=home.organisation, name="Deed.pdf")
    url, remove = reverse("partners:file_others"), reverse("partners:file_remove", args=[row.uid])

    page = signed_in(home.viewer).get(url).content.decode()
    assert "Deed.pdf" in page
    assert remove not in page
    assert signed_in(home.viewer).post(remove).status_code == 403
    assert "Deed.pdf" not in other_cdmo(home).get(url).content.decode()
    assert other_cdmo(home).post(remove).status_code == 404
    assert sponsor(home).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_list_when_more_documents_are_kept_then_it_takes_no_more_queries() -> None:
    home = house()
    client = signed_in(home.editor)
    CapabilityFactory.create(site=home.site, document=backing(home, uploaded_by=home.editor.user))
    with CaptureQueriesContext(connection) as few:
        client.get(list_url(home))
    for _number in range(3):
        CapabilityFactory.create(site=home.site, document=backing(home, uploaded_by=home.viewer.user))

    with CaptureQueriesContext(connection) as many:
        client.get(list_url(home))

    assert len(many) == len(few)


def test_certificate_when_deleted_then_its_document_is_kept_but_no_longer_read_by_others() -> None:
    home = house()
    row = backing(home)
    certificate = home.site.certificates.get()

    signed_in(home.editor).post(
        reverse("partners:certificate_delete", args=[home.site.slug, certificate.uid])
    )

    assert status_of(sponsor(home), row.get_absolute_url()) == 404
    assert status_of(signed_in(home.editor), row.get_absolute_url()) == 200
