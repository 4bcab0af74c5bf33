"""Where a site must, must not or should lie, sentence by sentence."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from matching.interpreting import interpret, lexicon
from matching.reading.findings import PlaceRole
from matching.reading.passages import Sentence
from matching.reading.places import places_of

CORPUS = Path(__file__).parent / "corpora" / "places.yaml"
AS_OF = date(2026, 3, 2)
AGREEMENT = 0.95
Places = set[tuple[str, str]]

CLEAR = [
    ("EU only, please.", "must_in: geo.eu"),
    ("US or Canada only.", "must_in: geo.us geo.canada"),
    ("Location: EU, UK or Switzerland", "must_in: geo.eu geo.uk geo.switzerland"),
    ("Where: EU or UK.", "must_in: geo.eu geo.uk"),
    ("Site region | US or Canada | must", "must_in: geo.us geo.canada"),
    ("Site location: [ ] Asia [x] EU [ ] US", "must_in: geo.eu"),
    ("The plant has to sit in the EEA.", "must_in: geo.eea"),
    ("We need a US contract manufacturer.", "must_in: geo.us"),
    ("Sites outside of North America will not be considered.", "must_in: geo.north-america"),
    ("Nothing outside Europe, please.", "must_in: geo.europe"),
    ("Non-EU sites are out.", "must_in: geo.eu"),
    ("Only Danish or Swedish plants may bid.", "must_in: DK SE"),
    ("US/EU, no Asia.", "must_in: geo.us geo.eu; must_not_in: geo.apac"),
    ("North America or Western Europe, not in India, where a rival lost a year.",
     "must_in: geo.north-america geo.europe; must_not_in: geo.india"),
    ("Location: open, but not China.", "must_not_in: geo.china"),
    ("Anywhere but Russia and Belarus.", "must_not_in: RU BY"),
    ("Ex-China, ex-India; otherwise open.", "must_not_in: geo.china geo.india"),
    ("We would not go to India for this.", "must_not_in: geo.india"),
    ("Suppliers from sanctioned countries (Russia, Iran) cannot be accepted.", "must_not_in: RU IR"),
    ("Chinese sites are a no-go.", "must_not_in: geo.china"),
    ("Location | EU | preferred", "prefer_in: geo.eu"),
    ("Ideally the site is in Ireland.", "prefer_in: IE"),
    ("A plant in Canada would be a plus.", "prefer_in: geo.canada"),
    ("US preferred, Canada acceptable.", "must_in: geo.us geo.canada; prefer_in: geo.us"),
    ("Must be in the EU, ideally in Germany.", "must_in: geo.eu; prefer_in: DE"),
    ("India is acceptable only with an FDA-inspected campus.", ""),
    ("The Phase II study runs in Poland and Spain.", ""),
    ("Annual demand: 60 % for the EU, 30 % for the US.", ""),
    ("A current EU GMP certificate is mandatory.", ""),
    ("Kits are shipped to a depot in Singapore.", ""),
    ("The current site in Portugal closes in 2027.", ""),
    ("Our CRO in Belgium runs the bioanalysis.", ""),
    ("The API is made by a contractor in India and shipped to you.", ""),
    ("Brightwater Bio, Cambridge, United Kingdom", ""),
    ("EU release is by our own QP.", ""),
    ("Do you also have a plant in North America?", ""),
    ("A plant in the US is not required.", ""),
    ("Released drug product must be in Sydney, Australia by 1 May.", ""),
]  # fmt: skip


def corpus() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))
    return entries


def read(text: str) -> Places:
    return {(place.role.value, place.id) for place in interpret(text, AS_OF).places}


def without_contained(places: Iterable[tuple[str, str]]) -> Places:
    """As `reading` prunes: Ireland says nothing beside the European Union."""
    groups = lexicon().countries
    found = set(places)
    return {
        (role, code)
        for role, code in found
        if not any(
            role == other and groups.get(code, frozenset({code})) < groups.get(wider, frozenset())
            for other, wider in found
        )
    }


def expected(entry: dict[str, Any]) -> Places:
    return without_contained((role.value, str(code)) for role in PlaceRole for code in entry[role.value])


def test_corpus_when_read_then_most_sentences_agree() -> None:
    entries = corpus()

    right = sum(read(entry["text"]) == expected(entry) for entry in entries)

    assert right / len(entries) >= AGREEMENT


def test_sentences_without_a_place_of_a_site_when_read_then_almost_none_gates() -> None:
    silent = [entry["text"] for entry in corpus() if not expected(entry)]

    wrong = [text for text in silent if read(text)]

    assert len(wrong) / len(silent) <= 0.01, wrong


@pytest.mark.parametrize(("text", "places"), CLEAR)
def test_clear_sentence_when_read_then_its_places_are_found(text: str, places: str) -> None:
    wanted = {
        (role.strip(), code)
        for part in places.split(";")
        if part
        for role, _, codes in [part.partition(":")]
        for code in codes.split()
    }

    assert read(text) == wanted


@pytest.mark.parametrize(
    ("lead", "text", "role"),
    [
        ("Where must the plant be?", "-> Netherlands", PlaceRole.MUST_IN),
        ("Is there a location we rule out?", "Yes: Netherlands.", PlaceRole.MUST_NOT_IN),
        ("Preferred countries", "- Netherlands", PlaceRole.PREFER_IN),
    ],
)
def test_places_when_a_line_before_asks_for_them_then_it_gives_the_role(
    lead: str, text: str, role: PlaceRole
) -> None:
    found = places_of(Sentence(text, 0, len(text)), lexicon().gazetteer, lead=lead)

    assert [(place.id, place.role) for place in found] == [("NL", role)]


PIECES = st.sampled_from(
    [
        "EU",
        "US,",
        "not in",
        "China",
        "(",
        ")",
        "site",
        "only",
        "|",
        "Location:",
        "outside",
        "preferred",
        ";",
        "Swiss",
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=200))
def test_places_when_text_is_arbitrary_then_spans_lie_within_it(text: str) -> None:
    sentence = Sentence(text, 0, len(text))

    found = places_of(sentence, lexicon().gazetteer)

    assert all(0 <= place.span.start < place.span.end <= len(text) for place in found)


@given(st.sampled_from(["Japan", "Denmark", "the EU", "Mexico"]))
def test_place_when_it_is_excluded_in_any_usual_way_then_it_is_never_demanded(place: str) -> None:
    for text in (f"No sites in {place}.", f"Anywhere but {place}.", f"{place} is excluded."):
        assert {role for role, _ in read(text)} == {"must_not_in"}
