"""No pattern may be passed over on a text that it matches: that would lose a word of a brief in silence."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.reading.anchors import Index, anchors_of
from matching.reading.clause_words import cue_words, lowered, spelt_out

CUES = [
    spelt_out(word)
    for reaches in cue_words().values()
    for words in reaches.values()
    for word in words
]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "anchors"),
    [
        ("not needed", {"not needed"}),
        ("out of (?:scope|bounds)", {"scope", "bounds"}),
        (r"(?:will )?be placed", {"be placed"}),
        (r"needs?\b", {"need"}),
        (r"(?P<year>20\d\d)", {"20"}),
        (r"\d+ ?kg", {"kg"}),
        (r"(?!never)\w+ed again", {"ed again"}),
        (r"don[''’]?t", {"don"}),
        (r"(?:a|the) (?:x|y)", set()),
        (r"\w*", set()),
    ],
)
def test_anchors_are_what_a_match_cannot_do_without(pattern: str, anchors: set[str]) -> None:
    assert anchors_of(pattern) == anchors


@given(st.data(), st.sampled_from(CUES))
def test_every_text_that_a_cue_matches_holds_one_of_its_anchors(data: st.DataObject, cue: str) -> None:
    text = data.draw(st.from_regex(re.compile(cue, re.IGNORECASE)))
    anchors = anchors_of(cue)

    assert not anchors or any(anchor in lowered(text) for anchor in anchors)


def test_index_tries_what_may_match_and_little_else() -> None:
    index = Index([anchors_of(cue) for cue in CUES])
    tried = index.worth_trying("we do not need packaging, it is done by our partner in spain")

    assert {CUES.index(cue) for cue in CUES if re.search(cue, "we do not need packaging")} <= set(tried)
    assert len(tried) < len(CUES) / 4
