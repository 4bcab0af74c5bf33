"""What a reader found in the text of a brief: proposals with the words they came from, never decisions.

Offsets count characters of the text as it was given, so `text[start:end]` is the evidence.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Strength(StrEnum):
    MUST = "must"
    MUST_NOT = "must_not"
    PREFER = "prefer"
    ASKED = "asked"  # a question to the CDMO: listed, never a gate
    FUTURE = "future"  # needed later: no gate now
    CONTEXT = "context"  # a fact about the project: ranks experience, never a gate


class Relation(StrEnum):
    """How a date binds: `by` has a latest day, `from` an earliest, the others both."""

    BY = "by"
    FROM = "from"
    TARGET = "target"
    WINDOW = "window"


class PlaceRole(StrEnum):
    MUST_IN = "must_in"
    MUST_NOT_IN = "must_not_in"
    PREFER_IN = "prefer_in"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HazardFound:
    code: str
    span: Span


@dataclass(frozen=True, slots=True)
class RequirementFound:
    """`id` is a code of the vocabulary, or plain words where it has no term (`is_named`).

    `narrower` are finer codes that the same words name, `hazards` what must not be handled there, and
    `scope` is line, building, site or campus where the text says so.
    """

    id: str
    strength: Strength
    span: Span
    is_named: bool = False
    scope: str = ""
    narrower: tuple[str, ...] = ()
    hazards: tuple[HazardFound, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class AlternativesFound:
    """At least one of the terms has to be met."""

    ids: tuple[str, ...]
    strength: Strength
    span: Span


@dataclass(frozen=True, slots=True)
class QuantityFound:
    """A number in `unit`: `value`, or a range with one or both ends. `measure`: an `sc.*` code, or words.

    `share` holds a split such as 70/30. `count` vessels of it where the text says so (3 × 2,000 L).
    """

    measure: str
    unit: str
    span: Span
    value: float | None = None
    lo: float | None = None
    hi: float | None = None
    share: str = ""
    per: str = ""
    of: str = ""
    basis: str = ""
    strength: Strength | None = None
    count: int = 1
    is_approximate: bool = False


@dataclass(frozen=True, slots=True)
class DateFound:
    event: str
    relation: Relation
    strength: Strength
    span: Span
    earliest: dt.date | None = None
    latest: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """Where the site must, must not or should lie; `id` is a `geo.*` code or an ISO 3166-1 country code.

    `narrower` is the finer group that the words name, such as the continental United States.
    """

    id: str
    role: PlaceRole
    span: Span
    narrower: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CommercialFound:
    """A term of business that is no capability: a budget, what matters more than what, a payment term."""

    key: str
    value: float | str
    span: Span


@dataclass(frozen=True, slots=True)
class ContradictionFound:
    """Statements that cannot both hold; whoever wrote them is asked."""

    about: str
    spans: tuple[Span, ...]
    question: str


@dataclass(frozen=True, slots=True)
class QuestionFound:
    """A question to the CDMO, as it stands in the text."""

    span: Span


@dataclass(frozen=True, slots=True)
class UnknownWords:
    """Words that look like a technical term and that the vocabulary does not know."""

    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    text: str
    as_of: dt.date
    requirements: tuple[RequirementFound, ...] = ()
    any_of: tuple[AlternativesFound, ...] = ()
    quantities: tuple[QuantityFound, ...] = ()
    dates: tuple[DateFound, ...] = ()
    places: tuple[PlaceFound, ...] = ()
    commercial: tuple[CommercialFound, ...] = ()
    contradictions: tuple[ContradictionFound, ...] = ()
    questions: tuple[QuestionFound, ...] = ()
    not_stated: tuple[str, ...] = ()
    unknown: tuple[UnknownWords, ...] = ()

    def words(self, span: Span) -> str:
        """The evidence: exactly what stands there."""
        return self.text[span.start : span.end]
