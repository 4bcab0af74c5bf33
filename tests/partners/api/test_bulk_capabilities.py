"""Many statements of capability in one request."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cdmo_portal.events.models import Event
from partners.models import Audience, Basis, Capability, ProfileChange, Site, Term
from tests.accounts.api.callers import client_of, pointers
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.api.bulk import BEST_EFFORT, CAPABILITIES, Plant, plant, send
from tests.partners.editors import lyophilisation, vessel_volume
from tests.partners.locks import until_waiting

pytestmark = pytest.mark.django_db
VOLUME = {"term": "sc.bioreactor-l", "value": "500–2,000", "unit": "L"}


@pytest.fixture
def ours() -> Plant:
    lyophilisation()
    vessel_volume()
    TermFactory.create(code="op.aseptic-filling", label="Aseptic filling")
    TermFactory.create(code="stg.phase1", label="Phase I", facet__code="stage")
    return plant()


def statuses(answer: Any) -> list[str]:
    return [each["status"] for each in answer.json()["results"]]


def test_statements_when_sent_then_are_made_changed_or_left(ours: Plant) -> None:
    line = {"line": str(ours.line.uid)}
    first = send(
        ours.client,
        CAPABILITIES,
        [
            ours.statement(measures=[VOLUME], stages=["stg.phase1"], audience="sponsors"),
            ours.statement(**line),
            ours.statement("op.aseptic-filling", is_offered=False),
        ],
    )
    again = send(
        ours.client,
        CAPABILITIES,
        [
            ours.statement(measures=[VOLUME], stages=["stg.phase1"], audience="sponsors"),
            ours.statement(**line, note="Two chambers"),
            ours.statement("op.aseptic-filling", **line),
        ],
    )

    assert statuses(first) == ["created", "created", "created"], first.content
    assert statuses(again) == ["unchanged", "updated", "created"]
    assert again.json()["results"][0]["uid"] == first.json()["results"][0]["uid"]
    whole = Capability.objects.get(uid=first.json()["results"][0]["uid"])
    assert (whole.line, whole.stages, whole.audience) == (None, ["stg.phase1"], Audience.SPONSORS)
    assert [f"{each.lo:.0f} {each.hi:.0f}" for each in whole.measures.all()] == ["500 2000"]
    of_line = Capability.objects.get(uid=again.json()["results"][1]["uid"])
    assert (of_line.line, of_line.note, of_line.version) == (ours.line, "Two chambers", 2)
    assert Capability.objects.count() == 4


def test_statements_when_made_then_history_and_log_say_so(ours: Plant) -> None:
    Site.objects.update(is_profiled=False)

    send(ours.client, CAPABILITIES, [ours.statement(), ours.statement("op.aseptic-filling")])

    assert Event.objects.filter(kind="capability.stated").count() == 2
    event = Event.objects.get(kind="capability.bulk_stated")
    assert (event.data["created"], event.data["sites"]) == (2, [ours.house.site.pk])
    assert ProfileChange.objects.count() == 2
    assert Site.objects.get(pk=ours.house.site.pk).is_profiled


def test_statements_when_one_is_bad_then_nothing_is_kept_and_all_faults_are_told(ours: Plant) -> None:
    others = LineFactory.create()
    CapabilityFactory.create(site=ours.house.site, term=term("op.aseptic-filling"), basis=Basis.CERTIFICATE)
    rows = [
        ours.statement(),
        ours.statement("op.unknown"),
        ours.statement("sc.bioreactor-l"),
        ours.statement(line=str(others.uid)),
        {**ours.statement(), "site": str(others.site.uid)},
        ours.statement(note="again"),
        ours.statement("op.aseptic-filling", basis="certificate", is_offered=False),
        ours.statement(line=str(ours.line.uid), measures=[VOLUME | {"unit": "kg"}]),
        ["no", "object"],
    ]

    answer = send(ours.client, CAPABILITIES, rows)

    assert answer.status_code == 400
    assert pointers(answer) == [
        "#/1/term",
        "#/2/term",
        "#/3/line",
        "#/4/site",
        "#/5/term",
        "#/6/basis",
        "#/7/measures/0/unit",
        "#/8",
    ]
    assert Capability.objects.count() == 1


def term(code: str) -> Term:
    return Term.objects.get(code=code)


def test_statements_when_the_good_are_wanted_then_those_are_kept(ours: Plant) -> None:
    answer = send(
        ours.client, CAPABILITIES + BEST_EFFORT, [ours.statement("op.unknown"), ours.statement(), {}]
    )

    assert statuses(answer) == ["refused", "created", "refused"]
    assert answer.json()["totals"]["refused"] == 2
    assert Capability.objects.count() == 1


def test_statement_when_only_the_note_of_an_evidenced_one_changes_then_it_keeps_its_basis(
    ours: Plant,
) -> None:
    stands = CapabilityFactory.create(
        site=ours.house.site,
        term=term("op.lyophilisation"),
        basis=Basis.CERTIFICATE,
        is_offered=True,
    )

    answer = send(ours.client, CAPABILITIES, [ours.statement(basis="certificate", note="Seen")])

    assert statuses(answer) == ["updated"], answer.content
    stands.refresh_from_db()
    assert (stands.basis, stands.note) == (Basis.CERTIFICATE, "Seen")


def test_statements_when_a_viewer_or_stranger_sends_them_then_nothing_is_kept(ours: Plant) -> None:
    stranger = client_of(MemberFactory.create(cdmo=True))

    assert send(client_of(ours.house.viewer), CAPABILITIES, [ours.statement()]).status_code == 403
    assert pointers(send(stranger, CAPABILITIES, [ours.statement()])) == ["#/0/site"]
    assert not Capability.objects.exists()


def test_rows_when_they_are_many_then_cost_no_more_statements(ours: Plant) -> None:
    terms = [TermFactory.create(code=f"op.number-{number}") for number in range(30)]

    def statements(of: list[Term]) -> int:
        rows = [ours.statement(each.code, measures=[VOLUME]) for each in of]
        with CaptureQueriesContext(connection) as queries:
            assert send(ours.client, CAPABILITIES, rows).status_code == 200
        return len(queries)

    statements(terms[:1])  # notes that the key was used, and that the site has a profile

    assert statements(terms[1:3]) == statements(terms[3:])


@pytest.mark.django_db(transaction=True)
def test_statements_when_two_calls_say_the_same_then_it_is_stated_once() -> None:
    lyophilisation()
    ours = plant()
    answers: list[Any] = []

    def ask(note: str) -> None:
        try:
            answers.append(send(client_of(ours.house.editor), CAPABILITIES, [ours.statement(note=note)]))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(note,)) for note in ("a", "b")]
    with transaction.atomic():
        Site.objects.select_for_update().get(pk=ours.house.site.pk)
        for thread in threads:
            thread.start()
        until_waiting(2)
    for thread in threads:
        thread.join(20)

    assert sorted(status for answer in answers for status in statuses(answer)) == ["created", "updated"]
    assert Capability.objects.count() == 1
