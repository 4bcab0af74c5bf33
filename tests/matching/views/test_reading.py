"""Pasting a brief: what is shown, what is kept when something is wrong, who may, and what is created."""

import logging
import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cdmo_portal.events.models import Event
from matching.models import Brief
from tests.documents.making import pdf, word
from tests.matching.views.conftest import People
from tests.matching.views.sent_forms import fields_of

ADDRESS = "/briefs/read/"
TEXT = "We need lyophilised vials. HPLC is required. EU only."
pytestmark = pytest.mark.usefixtures("vocabulary")


def read(client: Client, text: str = TEXT, **more: Any) -> Any:
    return client.post(ADDRESS, {"text": text, "as_of": "2026-03-02", "do": "read", **more})


def confirm(client: Client, page: Any, **changes: Any) -> Any:
    """What the page shows, sent as it stands but for the changes."""
    sent = fields_of(page.content.decode()) | {"steps": ["drug-product", "testing"], "do": "confirm"}
    return client.post(ADDRESS, sent | changes)


def key_of(page: Any, name: str) -> str:
    """The key of the proposal of this name."""
    found = re.search(
        rf'name="keep" value="(\d+)"[^>]*> <span class="said">{re.escape(name)}<', page.content.decode()
    )
    assert found, name
    return found[1]


def test_text_when_read_is_shown_marked_beside_what_it_asks(people: People) -> None:
    page = read(people.author)

    html = page.content.decode()
    assert page.status_code == 200
    assert re.search(r'<a href="#p\d+"[^>]*data-for="[^"]+"><mark class="must">', html)
    assert "HPLC or UPLC assay and impurities" in html
    assert re.search(r'from <a href="#w-p\d+" dir="auto">“HPLC', html)
    assert not Brief.objects.exists()
    assert not Event.objects.exists()


def test_every_link_between_words_and_findings_leads_somewhere(people: People) -> None:
    html = read(people.author).content.decode()

    ids = set(re.findall(r'id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= ids
    assert len(ids) == len(re.findall(r'id="([^"]+)"', html))


def test_proposals_when_confirmed_make_a_draft_with_the_text(people: People) -> None:
    page = read(people.author)

    answer = confirm(people.author, page, title="Freeze-dried vials")

    brief = Brief.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == brief.get_absolute_url()
    assert (brief.title, brief.text, brief.state, brief.organisation) == (
        "Freeze-dried vials", TEXT, "draft", people.organisation,
    )  # fmt: skip
    asked = {(row.kind, row.strength, str(row.term or row.places)) for row in brief.requirements.all()}
    assert ("term", "must", "HPLC or UPLC assay and impurities") in asked
    assert ("place", "must", "['geo.eu']") in asked
    assert [step.kind for step in brief.steps.all()] == ["drug-product", "testing"]
    assert brief.release_weeks == 4


def test_proposals_when_changed_dropped_and_added_are_kept_so(people: People) -> None:
    page = read(people.author)
    hplc, eu = key_of(page, "HPLC or UPLC assay and impurities"), key_of(page, "European Union member states")
    kept = [key for key in fields_of(page.content.decode())["keep"] if key != eu]

    confirm(
        people.author,
        page,
        keep=kept,
        **{f"strength_{hplc}": "prefer", "added-0-term": "Dissolution testing", "added-0-strength": "must"},
    )

    rows = {str(row.term): row for row in Brief.objects.get().requirements.select_related("term", "step")}
    assert rows["HPLC or UPLC assay and impurities"].strength == "prefer"
    assert rows["HPLC or UPLC assay and impurities"].label.startswith("HPLC")
    assert (rows["Dissolution testing"].strength, str(rows["Dissolution testing"].step)) == (
        "must",
        "Testing",
    )
    assert "None" not in rows


def test_step_when_not_ticked_leaves_its_requirements_to_the_whole_project(people: People) -> None:
    confirm(people.author, read(people.author), steps=["drug-product"])

    row = Brief.objects.get().requirements.get(term__code="an.hplc")
    assert (row.step, row.scope) == (None, "site")


WRONG = [
    ({"title": ""}, "Title"),
    ({"steps": []}, "Work to be done"),
    ({"added-0-term": "unobtainium"}, "Added requirement 1"),
    ({"needed_by": "2027-02-30"}, "Needed by"),
    ({"modality": "philosopher’s stone"}, "Modality"),
    ({"keep": ["0", "999"]}, "Choose from what the page offers"),
    ({"strength_0": "maybe"}, "Choose from what the page offers"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_page_when_something_is_wrong_says_so_and_keeps_what_was_changed(
    people: People, changes: dict[str, Any], said: str
) -> None:
    page = read(people.author)
    hplc = key_of(page, "HPLC or UPLC assay and impurities")
    mine = {
        "title": "Mine",
        f"strength_{hplc}": "must_not",
        "keep": [hplc],
        "added-1-term": "Dissolution testing",
    }

    answer = confirm(people.author, page, **(mine | changes))

    html = answer.content.decode()
    sent = fields_of(html)
    assert answer.status_code == 422
    assert said in html[html.index("error-summary") : html.index("</main>")]
    assert not Brief.objects.exists()
    assert sent["text"] == TEXT
    assert sent[f"strength_{hplc}"] == (
        "must_not" if "strength_0" not in changes else sent[f"strength_{hplc}"]
    )
    assert sent["added-1-term"] == "Dissolution testing"
    assert hplc in sent["keep"] or "keep" in changes


def test_text_when_changed_but_not_read_again_creates_nothing(people: People) -> None:
    page = read(people.author)

    answer = confirm(people.author, page, text="We need dissolution testing.", title="Mine")

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing is kept: look again." in html
    assert "Dissolution testing" in html
    assert fields_of(html)["title"] == "Mine"
    assert not Brief.objects.exists()


def test_text_when_read_again_keeps_the_title_and_what_was_added(people: People) -> None:
    sent = fields_of(read(people.author).content.decode())

    again = people.author.post(
        ADDRESS,
        sent | {"text": "We need dissolution.", "title": "Mine", "added-0-term": "an.gc", "do": "read"},
    )

    sent = fields_of(again.content.decode())
    assert again.status_code == 200
    assert (sent["title"], sent["text"], sent["added-0-term"]) == ("Mine", "We need dissolution.", "an.gc")


def test_word_without_a_term_when_one_is_chosen_becomes_a_requirement(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matching.reading.findings import Reading, Span, UnknownWords  # noqa: PLC0415 - beside its one use

    monkeypatch.setattr(
        "matching.views.reading.interpret",
        lambda text, as_of: Reading(text, as_of, unknown=(UnknownWords(Span(8, 25)),)),
    )
    page = read(people.author, "We need a lyofilised vial.")
    assert "Lyophilised vial" in page.content.decode()

    confirm(people.author, page, word_0="df.inj.lyo-vial", word_strength_0="must")

    row = Brief.objects.get().requirements.get()
    assert (str(row.term), row.strength, row.label) == ("Lyophilised vial", "must", "a lyofilised vial")


@pytest.mark.parametrize(
    ("name", "data"), [("brief.docx", word(TEXT)), ("brief.pdf", pdf(TEXT)), ("brief.txt", TEXT.encode())]
)
def test_file_when_sent_is_read_as_if_pasted(people: People, name: str, data: bytes) -> None:
    page = read(people.author, "", document=SimpleUploadedFile(name, data))

    assert fields_of(page.content.decode())["text"] == TEXT
    assert "HPLC or UPLC assay and impurities" in page.content.decode()


BAD: Mapping[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "Paste a text, or choose a file"),
    "only spaces": ({"text": " \r\n\t "}, "Paste a text, or choose a file"),
    "both": ({"text": "x", "document": SimpleUploadedFile("a.txt", b"x")}, "not both"),
    "too long": ({"text": "x" * 200_001}, "at most 200000 characters"),
    "NUL": ({"text": "a\x00b"}, "NUL"),
    "binary": ({"text": "\ufffd\ufffd\ufffdx" * 50}, "does not look like text"),
    "program": ({"document": SimpleUploadedFile("a.pdf", b"MZ\x90\x00" * 99)}, "not a .pdf file"),
    "10 MB": ({"document": SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * 10_000_000)}, "larger than 5 MB"),
    "no day": ({"text": "x", "as_of": "yesterday"}, "Written on"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_paste_when_it_cannot_be_read_says_why(people: People, case: str) -> None:
    fields, said = BAD[case]
    for each in fields.values():
        if isinstance(each, SimpleUploadedFile):
            each.seek(0)

    answer = people.author.post(ADDRESS, {"as_of": "2026-03-02", "do": "read", **fields})

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_paste_of_ten_megabytes_is_refused_before_it_is_read(people: People) -> None:
    answer = people.author.post(ADDRESS, {"text": "x" * 10_000_000, "as_of": "2026-03-02"})

    assert answer.status_code == 413
    assert "larger than 6 MB" in answer.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "نحتاج إلى قوارير مجففة بالتجميد و HPLC \u202e في الاتحاد الأوروبي",
        "Wir benötigen lyophilisierte Vials，需要HPLC, et une sous-traitance en UE. 👩🏽‍🔬",
        "<script>alert(1)</script> & \"HPLC\" 'EU' {{ csrf }} {% now %}",
        "HPLC, dissolution, lyophilisation and spray drying. " * 1_000,
        "\n".join(f"{number} vials, {number} mL" for number in range(2_000)),
        "((((" * 5_000,
    ],
)
def test_text_when_strange_or_huge_is_read_and_shown_whole(people: People, text: str) -> None:
    page = read(people.author, text)

    html = page.content.decode()
    assert page.status_code == 200
    assert fields_of(html)["text"] == text.strip()
    assert "<script>alert" not in html


def test_page_of_two_written_pages_is_light_and_asks_the_database_little(people: People) -> None:
    text = (TEXT + " We also ask for dissolution, spray drying and a stability study in Ireland. ") * 50

    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = read(people.author, text[:6_000])

    assert len(page.content) < 150_000
    assert len(queries) < 25


def test_page_when_asked_by_others_is_refused(people: People) -> None:
    for client in (people.colleague, people.cdmo):
        assert client.get(ADDRESS).status_code == 403
        assert read(client).status_code == 403
    assert Client().get(ADDRESS).status_code == 302
    assert people.stranger.get(ADDRESS).status_code == 200


def test_draft_when_created_is_the_authors_organisations_alone(people: People) -> None:
    confirm(people.author, read(people.author))

    page = reverse("matching:brief_detail", args=[Brief.objects.get().uid])
    assert people.colleague.get(page).status_code == 200
    assert people.stranger.get(page).status_code == 404


def test_nothing_pasted_reaches_a_log_an_event_or_a_session(
    people: People, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "Codename Zugspitze"
    page = read(people.author, f"{secret}: we need HPLC.")
    confirm(people.author, page, title="")
    confirm(people.author, page, title=secret)

    people.author.post(
        ADDRESS, {"document": SimpleUploadedFile(f"{secret}.pdf", secret.encode()), "as_of": "2026-03-02"}
    )

    told = capfd.readouterr()
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    events = [str(each) for each in Event.objects.values_list("kind", "data")]
    logged = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert Brief.objects.get().text.startswith(secret)
    assert [each for each in (told.out, told.err, *logged, *sessions, *events) if "Zugspitze" in each] == []


def test_links_to_the_page_stand_where_briefs_begin(people: People) -> None:
    for name in ("matching:brief_list", "matching:brief_create"):
        assert f'href="{ADDRESS}"' in people.author.get(reverse(name)).content.decode()
    assert f'href="{ADDRESS}"' not in people.colleague.get(reverse("matching:brief_list")).content.decode()


def test_form_when_it_comes_from_elsewhere_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post(ADDRESS, {"text": TEXT})

    assert answer.status_code == 403
    assert "reload the page and send it again" in answer.content.decode()
