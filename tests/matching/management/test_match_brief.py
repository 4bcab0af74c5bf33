"""An operator matches a brief from the command line and gets what the API and the page give."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cdmo_portal.accounts.models import Member, Role
from cdmo_portal.events.models import Event
from matching.models import Brief, MatchRun
from partners.models import Site, Term
from tests.accounts.api.callers import client_of
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import PartnerFactory, SiteFactory

pytestmark = pytest.mark.django_db
STORED, UNSTORED = "/api/v1/briefs/", "/api/v1/briefs/match/"
CHAIN: dict[str, Any] = {
    "title": "An antibody, freeze-dried",
    "steps": ["drug-substance", "drug-product"],
    "stage": "stg.phase1",
    "requirements": [
        {"kind": "term", "step": "drug-substance", "term": "mod.mab", "label": "Antibody"},
        {
            "kind": "term",
            "step": "drug-product",
            "term": "op.lyophilisation",
            "measure": "sc.lyo-shelf-m2",
            "relation": "at_least",
            "value": "0.001",
            "unit": "ft2",
        },
        {"kind": "place", "strength": "prefer", "places": ["geo.eu"]},
        {"kind": "term", "step": "drug-product", "term": "df.inj.solution", "alternative": "a"},
        {"kind": "term", "step": "drug-product", "term": "op.lyophilisation", "alternative": "a"},
    ],
}
ABROAD = [
    {"kind": "place", "places": ["IE"], "label": "Made in Ireland"},
    {"kind": "place", "strength": "must_not", "places": ["geo.eu"], "label": "Outside the EU"},
]


@pytest.fixture
def client() -> Client:
    call_command("load_vocabulary", verbosity=0)
    return client_of(MemberFactory.create(role=Role.EDITOR))


@pytest.fixture
def sites(client: Client) -> dict[str, Site]:
    """One does the antibody, one freeze-dries, one does both; nobody states a shelf area."""
    offers = {
        "Norrvik": {"mod.mab": True, "op.lyophilisation": False},
        "Cloonmore": {"mod.mab": False, "op.lyophilisation": True},
        "Ellsworth": {"mod.mab": True, "op.lyophilisation": True},
    }
    found = {}
    for name, answers in offers.items():
        found[name] = SiteFactory.create(
            partner=PartnerFactory.create(name=f"{name} Ltd"), name=f"{name} works"
        )
        for code, is_offered in answers.items():
            CapabilityFactory.create(
                site=found[name], term=Term.objects.get(code=code), is_offered=is_offered
            )
    return found


def written(folder: Path, body: Any) -> str:
    path = folder / "brief.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body))
    return str(path)


def said(*words: str) -> str:
    out = StringIO()
    call_command("match_brief", *words, stdout=out)
    return out.getvalue()


def refusal(*words: str) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("match_brief", *words, stdout=StringIO())
    return str(refused.value)


def post(client: Client, address: str, body: Any) -> Any:
    return client.post(address, body, content_type="application/json")


def without_keys(value: Any, keys: dict[str, str]) -> Any:
    """With the uids of stored rows replaced by the places of the same rows in a body."""
    text = json.dumps(value)
    for uid, place in keys.items():
        text = text.replace(uid, place)
    return json.loads(text)


def test_file_gives_the_json_of_the_api_and_stores_nothing(
    client: Client, sites: dict[str, Site], tmp_path: Path
) -> None:
    printed = json.loads(said(written(tmp_path, CHAIN), "--json"))
    answered = post(client, UNSTORED, CHAIN)

    assert answered.status_code == 200, answered.content
    assert printed == answered.json()["result"]
    assert printed["coverage"]["covers"]
    assert not Brief.objects.exists()
    assert not MatchRun.objects.exists()
    assert not Event.objects.filter(kind__startswith="brief").exists()


def test_stored_brief_gives_the_json_of_its_matches_and_of_its_body(
    client: Client, sites: dict[str, Site], tmp_path: Path
) -> None:
    stored = post(client, STORED, CHAIN).json()

    printed = json.loads(said(stored["uid"], "--json"))

    assert printed == client.get(f"{STORED}{stored['uid']}/matches/").json()["result"]
    places = {row["uid"]: f"requirements/{number}" for number, row in enumerate(stored["requirements"])}
    unstored = json.loads(said(written(tmp_path, CHAIN), "--json"))
    assert without_keys(printed, places | {stored["uid"]: ""}) == unstored
    assert not MatchRun.objects.exists()


def test_stored_brief_when_an_operator_matches_it_then_its_organisation_can_read_that(
    client: Client, sites: dict[str, Site]
) -> None:
    uid = post(client, STORED, CHAIN).json()["uid"]

    said(uid)

    brief = Brief.objects.get(uid=uid)
    event = Event.objects.get(kind="brief.matched_by_command")
    assert (event.organisation_id, event.object_id, event.user_id) == (brief.organisation_id, brief.pk, None)


def test_text_names_questions_failures_and_who_covers_what(sites: dict[str, Site], tmp_path: Path) -> None:
    text = said(written(tmp_path, CHAIN))

    assert "3 sites looked at" in text
    assert "Eligible (0)" in text
    assert "Ellsworth Ltd, Ellsworth works" in text
    assert "      ask: " in text
    assert "Covered together" in text
    assert "1 partner, 0 hand-overs" in text
    assert "2 partners, 1 hand-over" in text
    assert "Drug product: Cloonmore Ltd, Cloonmore works" in text


def test_weights_and_day_replace_the_briefs_own(sites: dict[str, Site], tmp_path: Path) -> None:
    file = written(tmp_path, CHAIN)

    result = json.loads(said(file, "--json", "--as-of", "2031-01-31", "--weights", "fit=30,quality=10"))

    assert result["as_of"] == "2031-01-31"
    assert result["weights"] == {"fit": 0.75, "quality": 0.25, "timing": 0, "experience": 0, "place": 0}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{", "not JSON that can be read"),
        ("[]", "brief.json: brief: "),
        ("{}", "title: This field is required."),
        (CHAIN | {"colour": "red"}, "colour: There is no such field here."),
        (CHAIN | {"requirements": [{"kind": "term", "term": "op.nothing"}]}, "requirements/0/term: "),
        (CHAIN | {"requirements": ABROAD}, "requirements/1: “Made in Ireland” (must) and “Outside the EU”"),
        (CHAIN | {"weights": {"fit": 1}}, "weights/quality: "),
    ],
)
def test_file_that_cannot_be_used_is_refused_in_one_line_that_names_the_field(
    client: Client, tmp_path: Path, body: Any, sentence: str
) -> None:
    text = refusal(written(tmp_path, body))

    assert sentence in text
    assert "\n" not in text


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refusal(str(tmp_path / "none.json")).endswith("none.json: No such file or directory.")


def test_uid_that_no_brief_has_is_named() -> None:
    uid = "0199a1de-0000-7000-8000-000000000000"

    assert refusal(uid) == f"There is no brief with the uid {uid}."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--as-of", "soon"), "'soon' is not a day in the form YYYY-MM-DD"),
        (("--weights", "price=5"), "'price' is not one of fit"),
        (("--weights", "fit=much"), "fit: 'much' is not a number"),
        (("--weights", "fit=1,fit=2"), "fit stands twice"),
        (("--weights", "fit=-1"), "weights/fit: must not be negative"),
        (("--weights", "fit=nan"), "weights/fit: must be a finite number"),
        (("--weights", "fit=0"), "weights: at least one weight must be above zero"),
    ],
)
def test_words_that_cannot_be_used_are_refused(
    client: Client, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refusal(written(tmp_path, CHAIN), *words)


def test_stored_brief_that_no_site_could_pass_is_refused_with_its_reason(client: Client) -> None:
    stored = post(client, STORED, CHAIN | {"requirements": ABROAD}).json()

    assert "“Made in Ireland” (must) and “Outside the EU” (must not)" in refusal(stored["uid"])


def test_brief_of_any_organisation_is_matched(client: Client) -> None:
    other: Member = MemberFactory.create(role=Role.EDITOR)
    uid = post(client_of(other), STORED, CHAIN).json()["uid"]

    assert json.loads(said(uid, "--json"))["brief"] == uid
