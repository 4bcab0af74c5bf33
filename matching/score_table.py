"""Scorecards read from the database and computed: what the pages and files of the scoring show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q

from cdmo_portal.accounts.actors import Actor
from matching.models import Brief, CriterionScore, Scorecard, ScoringCriterion, ScoringRound, ShortlistEntry
from matching.models.shortlists import SCORED_STAGES
from matching.scoring.score import shown_points
from matching.scoring.scorecards import Panel, Place, Spread, Total, panel_of, places_of, shares_of, total_of

type Given = Mapping[str, int | None]
type OwnAnswers = Mapping[int, Mapping[str, CriterionScore]]


@dataclass(frozen=True, slots=True)
class CriterionShare:
    """A criterion with its share of the weight; `shown` per cents add up to 100."""

    row: ScoringCriterion
    share: Fraction
    shown: float

    @property
    def key(self) -> str:
        return str(self.row.pk)


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion of one partner: what each evaluator gave, how far they are apart, what was agreed."""

    criterion: CriterionShare
    given: Sequence[str]
    spread: Spread | None
    points: float
    agreed: str
    comments: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PartnerScores:
    entry: ShortlistEntry
    panel: Panel
    totals: Sequence[Total | None]
    agreed: Total | None
    place: Place | None
    agreed_place: Place | None
    lines: Sequence[CriterionLine]

    @property
    def spread(self) -> tuple[float, float] | None:
        shown = [each.shown for each in self.totals if each is not None and each.judged]
        return (min(shown), max(shown)) if shown else None


@dataclass(frozen=True, slots=True)
class ScoreTable:
    criteria: Sequence[CriterionShare]
    cards: Sequence[Scorecard]
    partners: Sequence[PartnerScores]

    @property
    def has_agreed(self) -> bool:
        return any(each.agreed for each in self.partners)


def criteria_of(brief: Brief) -> list[CriterionShare]:
    """The current criteria; their points give at least one share, which their form sees to."""
    rows = list(brief.scoring_criteria.current())
    if not rows:
        return []
    shares = shares_of({str(row.pk): _fraction(row.points) for row in rows})
    shown = shown_points([float(100 * share) for share in shares.values()])
    return [
        CriterionShare(row, share, percent)
        for row, share, percent in zip(rows, shares.values(), shown, strict=True)
    ]


def _fraction(points: Decimal) -> Fraction:
    return Fraction(points)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the actor may see of the scorecards. `scores` are by card and entry, then by criterion."""

    criteria: Sequence[CriterionShare]
    cards: Sequence[Scorecard]
    agreed_card: int
    scores: Mapping[tuple[int, int], Mapping[str, CriterionScore]]

    def of(self, card: int, entry: int) -> Mapping[str, CriterionScore]:
        return self.scores.get((card, entry), {})

    def given(self, card: int, entry: int) -> Given:
        return {key: row.value for key, row in self.of(card, entry).items() if is_answered(row)}


def score_table(brief: Brief, actor: Actor) -> ScoreTable:
    """All scorecards that the actor may see, computed, best partner first."""
    read = _read(brief, actor)
    entries = _entries(brief)
    shares = {each.key: each.share for each in read.criteria}
    panels = {
        str(entry.pk): panel_of(shares, {str(card.pk): read.given(card.pk, entry.pk) for card in read.cards})
        for entry in entries
    }
    given = {str(entry.pk): read.given(read.agreed_card, entry.pk) for entry in entries}
    agreed = {key: total_of(shares, each) if each else None for key, each in given.items()}
    places = places_of({key: panel.overall for key, panel in panels.items()})
    agreed_places = places_of(agreed)
    partners = [
        PartnerScores(
            entry,
            panels[key],
            [panels[key].totals.get(str(card.pk)) for card in read.cards],
            agreed[key],
            places.get(key),
            agreed_places.get(key),
            _lines(read, panels[key], entry.pk),
        )
        for key, entry in ((str(entry.pk), entry) for entry in entries)
    ]
    return ScoreTable(read.criteria, read.cards, sorted(partners, key=_by_place))


def round_of(brief: Brief) -> ScoringRound | None:
    return getattr(brief, "scoring_round", None)


def is_open(brief: Brief) -> bool:
    """Whether everybody sees all scorecards."""
    scoring = round_of(brief)
    return scoring is not None and scoring.opened_at is not None


def is_alone(brief: Brief) -> bool:
    """Whether evaluators are scoring, each alone."""
    scoring = round_of(brief)
    return scoring is not None and scoring.opened_at is None


def own_answers(brief: Brief, actor: Actor) -> OwnAnswers:
    """What the actor's own scorecard says so far, by entry and criterion."""
    rows = CriterionScore.objects.filter(brief=brief, scorecard__evaluator_id=actor.user_id or 0)
    found: dict[int, dict[str, CriterionScore]] = {}
    for row in rows:
        found.setdefault(row.entry_id, {})[str(row.criterion_id)] = row
    return found


def total_so_far(criteria: Sequence[CriterionShare], scores: Mapping[str, CriterionScore]) -> Total:
    answers = {key: row.value for key, row in scores.items() if is_answered(row)}
    return total_of({each.key: each.share for each in criteria}, answers)


def is_answered(score: CriterionScore) -> bool:
    return score.cannot_judge or score.value is not None


def _read(brief: Brief, actor: Actor) -> _Read:
    agreed = brief.scorecards.filter(evaluator__isnull=True).values_list("pk", flat=True).first()
    found: dict[tuple[int, int], dict[str, CriterionScore]] = {}
    for row in CriterionScore.objects.visible_to(actor).filter(brief=brief):
        found.setdefault((row.scorecard_id, row.entry_id), {})[str(row.criterion_id)] = row
    cards = sorted(_cards(brief, actor), key=lambda card: (str(card.evaluator), card.pk))
    return _Read(criteria_of(brief), cards, agreed or 0, found)


def _cards(brief: Brief, actor: Actor) -> Iterable[Scorecard]:
    """Those whose scores the actor may see: all that were handed in, or while each is alone the own one."""
    cards = brief.scorecards.of_evaluators().select_related("evaluator")
    if is_open(brief):
        return cards.handed_in()
    return cards.filter(evaluator_id=actor.user_id or 0)


def _entries(brief: Brief) -> list[ShortlistEntry]:
    """Those to be scored, and those that were scored before they were moved elsewhere."""
    was_scored = CriterionScore.objects.filter(
        entry=OuterRef("pk"), scorecard__handed_in_at__isnull=False
    ).answered()
    rows = brief.shortlist.filter(Q(stage__in=SCORED_STAGES) | Exists(was_scored))
    return list(rows.select_related("partner").order_by("partner__name", "pk"))


def _lines(read: _Read, panel: Panel, entry: int) -> list[CriterionLine]:
    shown = {part.criterion: part.shown for part in panel.overall.parts} if panel.overall else {}
    answers = [(str(card.evaluator), read.of(card.pk, entry)) for card in read.cards]
    agreed = read.of(read.agreed_card, entry)
    return [
        CriterionLine(
            each,
            [answer_word(scores.get(each.key)) for _, scores in answers],
            panel.spreads[each.key],
            shown.get(each.key, 0.0),
            answer_word(agreed.get(each.key)),
            [
                (name, scores[each.key].comment)
                for name, scores in answers
                if each.key in scores and scores[each.key].comment
            ],
        )
        for each in read.criteria
    ]


def answer_word(score: CriterionScore | None) -> str:
    """A score, "?" where the evaluator cannot judge, nothing where they did not say."""
    if score is None:
        return ""
    return "?" if score.cannot_judge else "" if score.value is None else str(score.value)


def _by_place(scores: PartnerScores) -> tuple[bool, int, str]:
    place = scores.place
    return (place is None, place.rank if place else 0, scores.entry.partner.name)
