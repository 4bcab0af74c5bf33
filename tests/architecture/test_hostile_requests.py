"""No input gives a 500: every address of a page, as each of three people, against a table of nonsense."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.architecture.addresses import Address, addresses, page_addresses
from tests.architecture.hostile import (
    NAMES,
    RAW_BODIES,
    RAW_PATHS,
    RAW_QUERIES,
    VALUES,
    WILDEST,
    Fields,
    World,
    world,
)

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
PEOPLE = ("sponsor", "cdmo", "operator")
SHOWN_TO_OTHERS = {
    "accounts:invitation_accept": "answers 410 to the token of nobody",
    "partners:partner_create": "for a CDMO that has no profile yet",
    "matching:brief_update": "leads to the first section that is empty",
    "matching:shortlist_export": "a file",
    "matching:scores_export": "a file",
    "partners:site_export_csv": "a file",
    "partners:site_export_xlsx": "a file",
    "partners:record_export": "a file",
    "partners:capacity_schema": "JSON",
    "partners:term_search": "JSON",
    "partners:import_refused": "a file",
    "partners:import_template": "a file",
    "partners:upload_refused": "a file",
    "partners:upload_template": "a file",
}


@dataclass
class Sweep:
    """Requests that leave nothing behind, and what went wrong with them."""

    world: World
    failures: list[str] = field(default_factory=list)
    count: int = 0

    def get(self, person: str, path: str, query: str = "", what: str = "plain") -> HttpResponse | None:
        address = f"{path}?{query}" if query else path
        return self._ask(f"GET {path} as {person}: {what}", lambda: self._client(person).get(address))

    def post(self, person: str, path: str, body: bytes, kind: str, what: str) -> HttpResponse | None:
        return self._ask(
            f"POST {path} as {person}: {what}",
            lambda: self._client(person).generic("POST", path, body, content_type=kind),
        )

    def _client(self, person: str) -> Client:
        return self.world.people[person]

    def _ask(self, what: str, ask: Callable[[], HttpResponseBase]) -> HttpResponse | None:
        cache.clear()  # or rate limits would answer instead of the page
        self.count += 1
        try:
            with transaction.atomic():
                answer = ask()
                transaction.set_rollback(True)
        except Exception as error:  # noqa: BLE001 - whatever it is, it would have been a 500
            self.failures.append(f"{what}: {error!r:.300}")
            return None
        if answer.status_code >= 500:
            self.failures.append(f"{what}: {answer.status_code}")
        return answer if isinstance(answer, HttpResponse) else None


@pytest.fixture
def sweep() -> Sweep:
    return Sweep(world())


def keepers(sweep: Sweep, address: Address) -> tuple[str, Fields, bool]:
    """Who is shown the page (the first of three), its fields, and whether anybody is."""
    path = sweep.world.path(address)
    for person in PEOPLE:
        answer = sweep.get(person, path)
        if answer is not None and answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            return person, Fields(answer.content.decode()), True
    return "sponsor" if address.name.startswith("matching:") else "cdmo", Fields(""), False


def encoded(names: Iterable[str], value: str) -> str:
    return urlencode(dict.fromkeys(names, value))


def mixtures(names: Sequence[str], how_many: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Every name with another value of the table, turned on a little each time."""
    table = list(VALUES.values())
    step = max(1, len(table) // how_many)
    for turn in range(how_many):
        given = {name: table[(place + turn * step) % len(table)] for place, name in enumerate(names)}
        yield f"mixture {turn}", given


def groups() -> dict[str, list[Address]]:
    """The pages in parts of a like size, so that tests can run beside each other."""
    found: dict[str, list[Address]] = {}
    for address in page_addresses():
        head = address.pattern.partition("/")[0]
        found.setdefault(head or "home", []).append(address)
    return found


@pytest.mark.parametrize("group", groups())
def test_pages_when_asked_with_nonsense_then_never_answer_500(sweep: Sweep, group: str) -> None:
    for place, address in enumerate(groups()[group]):
        path = sweep.world.path(address)
        person, fields, _ = keepers(sweep, address)
        names = [*NAMES, *fields.asked]
        for what, given in mixtures(names, len(VALUES) if fields.asked else 2):
            # Servers refuse longer request lines.
            short = {name: value[: 40_000 // len(names)] for name, value in given.items()}
            sweep.get(person, path, urlencode(short), what)
        for query in RAW_QUERIES if fields.asked else RAW_QUERIES[place % len(RAW_QUERIES) :][:1]:
            sweep.get(person, path, query, query)

    assert sweep.failures == []


@pytest.mark.parametrize("group", groups())
def test_forms_when_sent_nonsense_then_never_answer_500(sweep: Sweep, group: str) -> None:
    for address in groups()[group]:
        path = sweep.world.path(address)
        person, fields, _ = keepers(sweep, address)
        for what, given in mixtures([*NAMES, *fields.sent], 3):
            sweep.post(person, path, urlencode(given).encode(), FORM, what)
        for place, name in enumerate(fields.sent):
            what = WILDEST[place % len(WILDEST)]
            body = urlencode({**fields.sent, name: VALUES[what]}).encode()
            sweep.post(person, path, body, FORM, f"{what} as {name}")

    assert sweep.failures == []


@pytest.mark.parametrize(
    "name",
    [
        "matching:brief_create",
        "matching:requirement_create",
        "partners:capability_create",
        "partners:window_create",
        "partners:feed_create",
    ],
)
def test_form_when_one_value_stands_everywhere_then_never_answers_500(sweep: Sweep, name: str) -> None:
    address = next(each for each in page_addresses() if each.name == name)
    person, fields, _ = keepers(sweep, address)

    for what, value in VALUES.items():
        sweep.post(person, sweep.world.path(address), encoded(fields.sent, value).encode(), FORM, what)

    assert fields.sent
    assert sweep.failures == []


def test_forms_when_the_body_is_no_form_then_never_answer_500(sweep: Sweep) -> None:
    for name in ("matching:brief_create", "partners:own_profile", "account_login", "accounts:key_list"):
        for what, (body, kind) in RAW_BODIES.items():
            for person in PEOPLE:
                sweep.post(person, reverse(name), body, kind, what)

    assert sweep.failures == []


def test_pages_when_asked_by_the_wrong_person_then_never_answer_500(sweep: Sweep) -> None:
    for address in page_addresses():
        path = sweep.world.path(address)
        for person in PEOPLE:
            sweep.get(person, path)
            sweep.post(person, path, b"", FORM, "nothing")

    assert sweep.failures == []


def test_pages_when_swept_then_nearly_all_of_them_are_really_shown(sweep: Sweep) -> None:
    hidden = []
    for address in page_addresses():
        if address.name.startswith(("partners:", "matching:", "accounts:")):
            _, _, is_shown = keepers(sweep, address)
            answer = sweep.get("cdmo", sweep.world.path(address))
            if not is_shown and answer is not None and answer.status_code != 405:
                hidden.append(address.name)

    # Or the sweep would praise a row of 404s. These are for a person without an organisation, or a guest.
    assert set(hidden) <= set(SHOWN_TO_OTHERS)


def test_paths_when_nonsense_then_never_answer_500(sweep: Sweep) -> None:
    for path in RAW_PATHS:
        for person in PEOPLE:
            sweep.get(person, path)

    assert sweep.failures == []


def test_api_when_asked_with_nonsense_then_never_answers_500(sweep: Sweep) -> None:
    for address in addresses():
        if not address.is_api or address.parameters:
            continue
        path = reverse(address.name)
        for what, given in mixtures(("page_size", "cursor"), 6):
            for name, value in given.items():
                sweep.get("sponsor", path, urlencode({name: value[:20_000]}), f"{what} as {name}")

    assert sweep.failures == []
