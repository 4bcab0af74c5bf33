"""How sentences stand to what they name: a corpus with a floor, and sentences that must each be right."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.interpreting import lexicon
from matching.reading.layout import conventions_of
from matching.reading.noticing import Read, read_sentences
from matching.reading.stances import Stance, stance_at

CORPUS: Final = Path(__file__).parent / "corpora" / "stances.yaml"
GATES_FLOOR: Final = 0.92
EXACT_FLOOR: Final = 0.90

CLEAR: Final = (
    ("We cannot do without lyophilisation.", "lyophilisation", Stance.NEEDED),
    ("Film coating is not optional.", "Film coating", Stance.NEEDED),
    ("There is no way around viral clearance.", "viral clearance", Stance.NEEDED),
    (
        "You must offer not only spray drying but also tablet compression.",
        "tablet compression",
        Stance.NEEDED,
    ),
    ("Process validation must not be skipped.", "Process validation", Stance.NEEDED),
    ("A site without an isolator will not be considered.", "isolator", Stance.NEEDED),
    ("No serialisation, no contract.", "serialisation", Stance.NEEDED),
    ("Sterility testing is carried out on every batch by the CDMO.", "Sterility testing", Stance.NEEDED),
    ("The API is supplied by us; you perform roller compaction.", "roller compaction", Stance.NEEDED),
    ("| HPLC | yes | dissolution | yes | LC-MS | no |", "dissolution", Stance.NEEDED),
    ("Is dissolution on your GMP certificate? That is mandatory.", "dissolution", Stance.NEEDED),
    ("Do you offer dissolution? Without it we cannot work with you.", "dissolution", Stance.NEEDED),
    ("Serialisation would be a plus.", "Serialisation", Stance.WISHED),
    ("All else being equal, we favour sites with spray drying.", "spray drying", Stance.WISHED),
    ("An isolator would be our first choice.", "isolator", Stance.WISHED),
    ("Nice to have: hot-melt extrusion.", "hot-melt extrusion", Stance.WISHED),
    ("In-house bioassay would make our life easier.", "bioassay", Stance.WISHED),
    ("Process validation can wait.", "Process validation", Stance.LATER),
    ("At launch, we will need blister packing.", "blister packing", Stance.LATER),
    ("When the time comes, we shall need serialisation.", "serialisation", Stance.LATER),
    ("Serialisation becomes relevant only from 2029.", "Serialisation", Stance.LATER),
    ("As an option please price lyophilisation.", "lyophilisation", Stance.LATER),
    ("If the Phase II data are positive, we add spray drying.", "spray drying", Stance.LATER),
    ("Phase I: HPLC.\nPhase III: process validation.", "process validation", Stance.LATER),
    ("Describe your lyophilisation capacity.", "lyophilisation", Stance.ASKED),
    ("Bidders are invited to describe stability study management.", "stability study", Stance.ASKED),
    ("Do you offer dissolution?", "dissolution", Stance.ASKED),
    ("| 4 | Process validation: number of projects | ______ |", "Process validation", Stance.ASKED),
    ("QP release is done by our affiliate in Ireland.", "QP release", Stance.OTHERS),
    ("Our partner lab executes dissolution.", "dissolution", Stance.OTHERS),
    ("Sponsor performs QP release.", "QP release", Stance.OTHERS),
    ("Fill-finish: us. Dissolution: ours.", "Dissolution", Stance.OTHERS),
    ("HPLC: S; dissolution: C (S = sponsor, C = CDMO)", "HPLC", Stance.OTHERS),
    ("Viral clearance doesn't apply to a peptide.", "Viral clearance", Stance.NOT_NEEDED),
    ("[x] Spray drying  [ ] Hot-melt extrusion", "Hot-melt extrusion", Stance.NOT_NEEDED),
    ("We decided against lyophilisation.", "lyophilisation", Stance.NOT_NEEDED),
    ("Please refrain from offering serialisation.", "serialisation", Stance.NOT_NEEDED),
    ("Lyophilisation? Not needed.", "Lyophilisation", Stance.NOT_NEEDED),
    ("Sites handling penicillins will not be considered.", "penicillins", Stance.EXCLUDED),
    ("Hormones at the site are a red flag for us.", "Hormones", Stance.EXCLUDED),
    ("No cephalosporins may be made in the same building.", "cephalosporins", Stance.EXCLUDED),
    ("Our customers do not tolerate penicillin.", "penicillin", Stance.EXCLUDED),
)


def _reads(text: str) -> list[Read]:
    return read_sentences(text, lexicon())


def _stance(text: str, words: str) -> Stance:
    """Of the notice that covers the words; of the place where nothing is noticed."""
    start = text.index(words)
    end = start + len(words)
    read = next(each for each in _reads(text) if each.sentence.start <= start < each.sentence.end)
    noticed = [each.stance for each in read.notices if each.start < end and start < each.end]
    return max(noticed) if noticed else stance_at(read.scopes, start, end)


def _gate(stance: Stance) -> str:
    return {Stance.NEEDED: "needed", Stance.EXCLUDED: "excluded"}.get(stance, "no gate")


def _labelled() -> Iterator[tuple[Stance, Stance]]:
    for entry in yaml.safe_load(CORPUS.read_text(encoding="utf-8")):
        for words, name in entry["terms"].items():
            yield Stance[name.upper()], _stance(entry["text"], words)


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Stance, Stance]]:
    return list(_labelled())


def test_corpus_when_read_then_most_gates_are_right(pairs: list[tuple[Stance, Stance]]) -> None:
    right = sum(_gate(expected) == _gate(found) for expected, found in pairs)

    assert right / len(pairs) >= GATES_FLOOR


def test_corpus_when_read_then_most_stances_are_right(pairs: list[tuple[Stance, Stance]]) -> None:
    right = sum(expected is found for expected, found in pairs)

    assert right / len(pairs) >= EXACT_FLOOR


@pytest.mark.parametrize(("text", "words", "expected"), CLEAR, ids=[each[0][:50] for each in CLEAR])
def test_sentence_when_clear_then_its_stance_is_right(text: str, words: str, expected: Stance) -> None:
    assert _stance(text, words) is expected


@pytest.mark.parametrize(
    "text",
    [
        "The CDMO shall perform lyophilisation under GMP at its own site.",
        "You will be responsible for spray drying, tabletting and film coating.",
        "All batches must be tested for endotoxin before they leave your site.",
        "Process validation for the commercial launch in 2027 is in scope.",
        "The contractor provides secondary packaging including serialisation.",
        "Vial filling takes place in Grade A under isolator.",
        "Once the contract is signed, spray drying starts at your plant.",
    ],
)
def test_plain_request_when_read_then_all_of_it_is_needed(text: str) -> None:
    assert {notice.stance for read in _reads(text) for notice in read.notices} == {Stance.NEEDED}


def test_legend_when_single_letter_then_it_explains_nothing() -> None:
    assert conventions_of("Kept at T = no more than 25 °C.").legend == {}


def test_heading_when_out_of_scope_then_its_list_is_not_needed() -> None:
    text = "Out of scope:\n- spray drying\n- film coating\n\nScope:\n- tablet compression\n"

    assert _stance(text, "film coating") is Stance.NOT_NEEDED
    assert _stance(text, "tablet compression") is Stance.NEEDED


WORDS: Final = st.sampled_from(
    [
        *("we", "need", "no", "spray drying", ",", ";", ":", "[ ]", "[x]", "yes", "our partner", "does"),
        *("isolator", "by Acme", "and", "not only", "later", "if", "=", "?", ".", "\n", "is", "without"),
    ]
)
CELLS: Final = st.lists(WORDS, max_size=40).map(" ".join) | st.lists(WORDS, max_size=20).map(" | ".join)


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=300), CELLS))
def test_any_text_when_read_then_scopes_lie_within_their_sentence(text: str) -> None:
    for read in _reads(text):
        for scope in read.scopes:
            assert read.sentence.start <= scope.start <= scope.end <= read.sentence.end


@settings(deadline=None, max_examples=50)
@given(CELLS)
def test_any_text_when_read_twice_then_the_same_is_noticed(text: str) -> None:
    assert [read.notices for read in _reads(text)] == [read.notices for read in _reads(text)]
