"""Stating many capabilities at once: found by word or facet, ticked or pasted; all of them or none."""

from decimal import Decimal

import pytest
from django.urls import reverse

from partners.actions.vocabulary import load_vocabulary
from partners.models import Capability, Term
from partners.vocabulary import current_vocabulary
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.partners.editors import House, house, signed_in


@pytest.fixture(autouse=True)
def vocabulary(db: None) -> None:
    load_vocabulary(current_vocabulary())


def url(home: House) -> str:
    return reverse("partners:capability_add", args=[home.site.slug])


def told(**changes: object) -> dict[str, object]:
    return {
        "is_offered": "yes",
        "basis": "claimed",
        "confirmed_on": "2026-01-05",
        "audience": "sponsors",
        **changes,
    }


def test_bulk_when_terms_are_ticked_and_pasted_then_all_are_stated_with_their_numbers() -> None:
    home = house()
    line = LineFactory.create(site=home.site)
    lines = (
        "term; measure; number; unit\n"
        "freeze-drying; Lyophiliser shelf area; 20–30; m²\n"
        "\n"
        "Lyophilisation;sc.batch-units;up to 40000\n"
        "Form-fill-seal"
    )

    answer = signed_in(home.editor).post(
        url(home), told(picks=["op.bfs"], lines=lines, place=str(line.uid), stages=[])
    )

    assert answer.status_code == 302
    stated = {row.term.code: row for row in home.site.capabilities.select_related("term", "line")}
    assert set(stated) == {"op.bfs", "op.lyophilisation", "op.ffs"}
    assert {row.line for row in stated.values()} == {line}
    assert {row.audience for row in stated.values()} == {"sponsors"}
    numbers = {row.term.code: (row.lo, row.hi) for row in stated["op.lyophilisation"].measures.all()}
    assert numbers == {
        "sc.lyo-shelf-m2": (Decimal(20), Decimal(30)),
        "sc.batch-units": (None, Decimal(40_000)),
    }


def test_bulk_when_columns_come_from_a_spreadsheet_then_tabs_part_them() -> None:
    home = house()

    signed_in(home.editor).post(url(home), told(lines="Lyophilisation\tLyophiliser shelf area\t20\tm2\t"))

    assert home.site.capabilities.get().measures.get().lo == Decimal(20)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("Lyophilisation\nLyofilisation of things", "Line 2: “Lyofilisation of things”"),
        ("Lyophilisation; Lyophiliser shelf area; many; m²", "Line 1: Number or range"),
        ("Lyophilisation; Lyophiliser shelf area; 20; kg", "Line 1: Unit"),
        ("Lyophilisation; Lyophiliser shelf area", "Line 1: Number or range"),
        ("Lyophilisation; ; 20; m²", "Line 1: Measure"),
        ("; Lyophiliser shelf area; 20; m²", "Line 1: The term is missing"),
        ("Lyophilisation; a; b; c; d", "Line 1: There are more than four cells"),
        ("haz.beta-lactam", "Line 1"),
        ("Lyophilisation;sc.lyo-shelf-m2;20\n" * 21, "has more than 20 numbers"),
    ],
)
def test_bulk_when_a_line_cannot_be_read_then_say_which_and_save_nothing(lines: str, says: str) -> None:
    home = house()

    answer = signed_in(home.editor).post(url(home), told(picks=["op.bfs"], lines=lines))

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Chosen: 1" in answer.content.decode()
    assert not home.site.capabilities.exists()


def test_bulk_when_a_term_is_stated_there_already_then_name_it_and_save_nothing() -> None:
    home = house()
    CapabilityFactory.create(site=home.site, term=Term.objects.get(code="op.bfs"))
    line = LineFactory.create(site=home.site)
    client = signed_in(home.editor)

    refused = client.post(url(home), told(picks=["op.bfs", "op.ffs"]))
    elsewhere = client.post(url(home), told(picks=["op.bfs", "op.ffs"], place=str(line.uid)))

    assert "Already stated there: Blow-fill-seal" in refused.content.decode()
    assert elsewhere.status_code == 302
    assert Capability.objects.count() == 3


@pytest.mark.parametrize("picks", [[], ["no.such-term"], ["haz.beta-lactam"], ["sc.batch-units"]])
def test_bulk_when_nothing_or_no_capability_is_ticked_then_refuse(picks: list[str]) -> None:
    home = house()

    assert signed_in(home.editor).post(url(home), told(picks=picks)).status_code == 422
    assert not Capability.objects.exists()


def test_bulk_when_more_than_a_hundred_terms_are_ticked_then_refuse() -> None:
    home = house()
    terms = Term.objects.filter(facet__code__in=["analytical", "unit_operation"])
    codes = terms.values_list("code", flat=True)

    answer = signed_in(home.editor).post(url(home), told(picks=list(codes)[:101]))

    assert "At most 100 terms at once" in answer.content.decode()
    assert not Capability.objects.exists()


def test_bulk_when_looking_for_terms_then_ticks_and_words_stay_and_nothing_is_judged() -> None:
    home = house()
    client = signed_in(home.editor)
    typed = {"search": "1", "q": "freeze dr", "picks": ["op.bfs"], "lines": "half a", "note": "Hall 2"}

    page = client.post(url(home), typed).content.decode()
    swapped = client.post(url(home), typed, headers={"HX-Request": "true"}).content.decode()

    assert "There is a problem" not in page
    assert all(word in page for word in ("half a", "Hall 2"))
    for body in (page, swapped):
        assert 'value="op.bfs" checked' in body
        assert 'value="op.lyophilisation"' in body
        assert "also: freeze dr" in body
    assert "<html" not in swapped


def test_bulk_when_a_facet_is_chosen_then_list_it_with_what_is_stated_already() -> None:
    home = house()
    CapabilityFactory.create(site=home.site, term=Term.objects.get(code="op.bfs"))

    page = signed_in(home.editor).get(url(home), {"facet": "unit_operation"}).content.decode()

    assert 'value="op.lyophilisation"' in page
    assert 'value="op.bfs"' not in page
    assert "Stated already" in page


def test_bulk_when_the_reader_may_not_edit_then_viewers_get_403_and_strangers_404() -> None:
    home = house()

    assert signed_in(home.viewer).get(url(home)).status_code == 403
    assert signed_in(home.viewer).post(url(home), told(picks=["op.bfs"])).status_code == 403
    assert signed_in(MemberFactory.create(cdmo=True, editor=True)).get(url(home)).status_code == 404
    assert signed_in(MemberFactory.create(editor=True)).post(url(home)).status_code == 404
    assert not Capability.objects.exists()


def test_bulk_when_a_wrong_table_is_pasted_then_the_first_problems_are_told_and_where_reading_ended() -> None:
    home = house()
    client = signed_in(home.editor)

    wrong = client.post(url(home), told(lines="\n".join(f"gadget {number}" for number in range(300))))
    long = client.post(url(home), told(lines="\n".join(["Lyophilisation"] * 501)))

    assert wrong.status_code == long.status_code == 422
    assert "Line 20: " in wrong.text
    assert "Line 21: " not in wrong.text
    assert "What comes after line 20 was not read yet." in wrong.text
    assert "There are 501 lines; 500 are read at once." in long.text
