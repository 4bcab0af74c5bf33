"""What the page shows of a reading: the marked text, and everything found in it, in groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.forms.reading import Review, Words
from matching.proposing import KINDS, Group, Proposal, Proposed
from matching.reading.findings import CommercialFound, Reading, Span
from matching.views.marked_text import Marked, anchor_of, pieces_of
from matching.views.proposal_words import date_words, details_of, name_of
from partners.term_suggestions import MOST_WORDS, suggestions_for

HEADINGS: Final = {
    Group.MUST: gettext_lazy("Must have"),
    Group.MUST_NOT: gettext_lazy("Must not have"),
    Group.PREFER: gettext_lazy("Preferences"),
    Group.ALTERNATIVES: gettext_lazy("One of several"),
    Group.PLACES: gettext_lazy("Places"),
    Group.NUMBERS: gettext_lazy("Numbers"),
    Group.ASKED: gettext_lazy("Questions to the CDMO"),
    Group.FUTURE: gettext_lazy("Later"),
    Group.CONTEXT: gettext_lazy("About the project"),
}
HELP: Final = {
    Group.ALTERNATIVES: gettext_lazy("Of each group, one is enough."),
    Group.NUMBERS: gettext_lazy("Nothing that a site could be asked for follows from these by themselves."),
    Group.ASKED: gettext_lazy("The text asks; no answer excludes anybody. Tick what you require."),
    Group.FUTURE: gettext_lazy("Not needed now. Tick what you require already."),
    Group.CONTEXT: gettext_lazy("Told, not asked. Tick what you require."),
}
MOST_LINES: Final = 100
MOST_PLACES: Final = 4
LONGEST_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand, and what they are."""

    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """Something said, and the places of the text that it came from; `more` of them are not listed."""

    key: str
    text: str
    places: tuple[Place, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal with the fields that change it."""

    line: Line
    key: str
    details: str
    is_kept: bool
    strength: BoundField
    term: BoundField | None


@dataclass(frozen=True, slots=True)
class WordsRow:
    line: Line
    term: BoundField | None
    strength: BoundField


@dataclass(frozen=True, slots=True)
class Part:
    """One group: rows to decide on, then lines to read."""

    key: str
    heading: str
    help: str
    rows: Sequence[Row]
    lines: Sequence[Line]


def words_of(reading: Reading, proposed: Proposed) -> list[Words]:
    """Requirements in plain words, then unknown ones, each with terms that may be meant (one query)."""
    found: dict[str, tuple[str, list[Span]]] = {}
    for named in proposed.named:
        strength = named.strength.value if named.strength.value in {"must", "must_not"} else "prefer"
        found.setdefault(_short(named.id), (strength, []))[1].append(named.span)
    for unknown in reading.unknown:
        found.setdefault(_short(reading.words(unknown.span)), ("prefer", []))[1].append(unknown.span)
    first = list(found.items())[:MOST_WORDS]
    near = suggestions_for([text for text, _rest in first], KINDS)
    return [
        Words(str(number), text, strength, tuple(spans), suggestions)
        for number, ((text, (strength, spans)), suggestions) in enumerate(zip(first, near, strict=True))
    ]


def page_of(reading: Reading, review: Review, words: Sequence[Words]) -> dict[str, Any]:
    """The template's context. Lists of thousands are cut, and the page says so."""
    book = _Book(reading)
    kept = review.choices.kept_keys()
    parts = [part for group in Group if (part := book.part(group, review, kept))]
    context: dict[str, Any] = {
        "parts": parts,
        "words": [book.words_row(each, review) for each in words],
        "contradictions": [
            book.line(f"c{n}", "settle", each.question, each.spans)
            for n, each in enumerate(reading.contradictions[:MOST_LINES])
        ],
        "dates": [
            book.line(f"d{n}", "told", date_words(each), (each.span,))
            for n, each in enumerate(reading.dates[:MOST_LINES])
        ],
        "terms_of_business": [
            book.line(f"m{n}", "told", _business(reading, each), (each.span,))
            for n, each in enumerate(reading.commercial[:MOST_LINES])
        ],
        "questions": [
            book.line(f"q{n}", "settle", _("As the text asks it"), (each.span,))
            for n, each in enumerate(reading.questions[:MOST_LINES])
        ],
        "not_stated": reading.not_stated[:MOST_LINES],
        "left_out": review.proposed.left_out,
    }
    return context | {"pieces": pieces_of(reading.text, book.marks)}


class _Book:
    """Lines of the page, and beside each the mark that leads to it from the text."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.marks: list[Marked] = []

    def line(self, key: str, kind: str, text: str, spans: Sequence[Span]) -> Line:
        self.marks.append(Marked(key, text, kind, tuple(spans)))
        places = [
            Place(anchor_of(key, number), _short(self.reading.words(span)))
            for number, span in enumerate(spans[:MOST_PLACES])
        ]
        return Line(key, text, tuple(places), len(spans) - len(places))

    def part(self, group: Group, review: Review, kept: set[str]) -> Part | None:
        rows = [self.row(each, review, kept) for each in review.proposed.rows if each.group is group]
        notes = [note for note in review.proposed.notes if note.group is group]
        lines = [
            self.line(f"{group.value}-{number}", "told", note.text, note.spans)
            for number, note in enumerate(notes)
        ]
        if not rows and not lines:
            return None
        return Part(group.value, str(HEADINGS[group]), str(HELP.get(group, "")), rows, lines)

    def row(self, proposal: Proposal, review: Review, kept: set[str]) -> Row:
        choices = review.choices
        kind = proposal.row["strength"] if proposal.is_kept else "told"
        details = details_of(proposal.row)
        if alternative := proposal.row.get("alternative"):
            details = f"{alternative.capitalize()} · {details}"
        return Row(
            line=self.line(f"p{proposal.key}", kind, name_of(proposal.row), proposal.spans),
            key=proposal.key,
            details=details,
            is_kept=proposal.key in kept,
            strength=choices[f"strength_{proposal.key}"],
            term=choices[f"term_{proposal.key}"] if proposal.finer else None,
        )

    def words_row(self, words: Words, review: Review) -> WordsRow:
        choices = review.choices
        return WordsRow(
            line=self.line(f"u{words.key}", "settle", words.text, words.spans),
            term=choices[f"word_{words.key}"] if words.suggestions else None,
            strength=choices[f"word_strength_{words.key}"],
        )


def _short(words: str) -> str:
    text = " ".join(words.split())
    text = "".join(sign for sign in text if sign.isprintable())
    return text if len(text) <= LONGEST_WORDS else text[: LONGEST_WORDS - 1].rstrip() + "…"


def _business(reading: Reading, found: CommercialFound) -> str:
    """Its name, and its value where that is not what stands in the text anyway."""
    name = found.key.replace("_", " ").capitalize()
    return name if str(found.value) in reading.words(found.span) else f"{name}: {found.value}"
