"""An evaluator's own scorecard: saved as it is written, handed in, taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.actions.scoring_rounds import asked_cards, card_of, locked_round, require_alone, set_open
from matching.actions.shortlist_changes import note
from matching.merging import Merged, Plain, Values, marks, merge
from matching.models import (
    Brief,
    CriterionScore,
    Scorecard,
    ScoringCriterion,
    ScoringRound,
    ShortlistChange,
    ShortlistEntry,
)
from matching.permissions import can_score

Kind = ShortlistChange.Kind


class ScorecardHandedIn(BriefActionRefused):
    pass


class ScorecardIncomplete(BriefActionRefused):
    pass


class NothingToScore(BriefActionRefused):
    pass


@dataclass(frozen=True, slots=True)
class Answer:
    """A score of 0 to 10, or that one cannot judge, or neither so far."""

    value: int | None = None
    cannot_judge: bool = False
    comment: str = ""


CANNOT = "cannot"


class ScoresConflict(BriefActionRefused):
    """The evaluator saved other answers, in another window, since the form was opened; nothing is written."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__("You saved other scores in another window meanwhile.")
        self.names = names


@transaction.atomic
def save_scores(
    *,
    by: Actor,
    entry: ShortlistEntry,
    answers: Mapping[int, Answer],
    opened: Mapping[str, str] | None = None,
) -> Merged:
    """Keep what the evaluator says of one partner so far, by the criteria's keys.

    `opened` are the marks of what their form started from; without it, what stands there was seen. It leaves
    no line in the history: until it is handed in, a scorecard is its evaluator's alone.
    """
    _check(by, entry.brief)
    card = card_of(entry.brief, by.user_id)
    # Read after the card was locked: who opens the round locks all cards first.
    scoring = ScoringRound.objects.filter(brief=entry.brief).first()
    if scoring is not None:
        require_alone(scoring)
    if card.handed_in_at is not None:
        raise ScorecardHandedIn("Your scorecard is handed in. Take it back to change it.")
    if not entry.brief.shortlist.to_score().filter(pk=entry.pk).exists():
        raise NothingToScore("This partner is no longer among those to be scored.")
    stored = plain_answers(_stored(card, entry, answers))
    seen = marks(stored) if opened is None else {**_unseen(answers), **opened}
    merged = merge(seen, stored, plain_answers(answers))
    if merged.conflicts:
        raise ScoresConflict(merged.conflicts)
    write_answers(card, entry, _answers_in({**stored, **merged.changed}, merged.changed))
    return merged


def _unseen(keys: Iterable[int]) -> dict[str, str]:
    """What a form without marks started from: nothing was answered."""
    return marks(plain_answers({key: Answer() for key in keys}))


def _stored(card: Scorecard, entry: ShortlistEntry, keys: Iterable[int]) -> dict[int, Answer]:
    rows = card.scores.filter(entry=entry)
    found = {row.criterion_id: Answer(row.value, row.cannot_judge, row.comment) for row in rows}
    return {key: found.get(key, Answer()) for key in keys}


def plain_answers(answers: Mapping[int, Answer]) -> dict[str, Plain]:
    """As forms name them: scores by "s" and the criterion's key, comments by "c" and the key."""
    scores = {f"s{key}": CANNOT if each.cannot_judge else each.value for key, each in answers.items()}
    return {**scores, **{f"c{key}": each.comment for key, each in answers.items()}}


def _answers_in(plain: Values, names: Iterable[str]) -> dict[int, Answer]:
    """The whole answers that these names are parts of."""
    keys = sorted({int(name[1:]) for name in names})
    return {key: _answer(plain[f"s{key}"], str(plain[f"c{key}"])) for key in keys}


def _answer(score: Plain, comment: str) -> Answer:
    return Answer(score if isinstance(score, int) else None, score == CANNOT, comment)


def write_answers(card: Scorecard, entry: ShortlistEntry, answers: Mapping[int, Answer]) -> None:
    """Into a locked card. Criteria that are no longer asked are left out."""
    current = ScoringCriterion.objects.filter(brief_id=card.brief_id, pk__in=answers).current()
    CriterionScore.objects.bulk_create(
        [
            CriterionScore(
                organisation_id=card.organisation_id,
                brief_id=card.brief_id,
                scorecard=card,
                entry=entry,
                criterion_id=key,
                value=answers[key].value,
                cannot_judge=answers[key].cannot_judge,
                comment=answers[key].comment,
            )
            for key in current.order_by("pk").values_list("pk", flat=True)
        ],
        update_conflicts=True,
        unique_fields=["scorecard", "entry", "criterion"],
        update_fields=["value", "cannot_judge", "comment"],
    )


@transaction.atomic
def hand_in(*, by: Actor, brief: Brief) -> ShortlistChange | None:
    """Hand in one's scorecard. With the last of those who were asked, everybody sees all of them."""
    _check(by, brief)
    return set_handed_in(by, locked_round(brief), is_handed_in=True)


@transaction.atomic
def take_back(*, by: Actor, brief: Brief) -> ShortlistChange | None:
    """Have one's scorecard back as it was, as long as they are not open to everybody."""
    _check(by, brief)
    return set_handed_in(by, locked_round(brief), is_handed_in=False)


def set_handed_in(
    by: Actor, scoring: ScoringRound, *, is_handed_in: bool, undoes: ShortlistChange | None = None
) -> ShortlistChange | None:
    require_alone(scoring)
    brief = scoring.brief
    card = card_of(brief, by.user_id)
    if (card.handed_in_at is not None) == is_handed_in:
        return None
    if is_handed_in:
        _require_complete(card)
    card.handed_in_at = timezone.now() if is_handed_in else None
    card.save(update_fields=["handed_in_at"])
    turn = (not is_handed_in, is_handed_in)
    before, after = ({"scorecard": card.pk, "is_handed_in": each} for each in turn)
    change = note(brief, Kind.HANDED_IN, before, after, by=by, version=scoring.version, undoes=undoes)
    asked = asked_cards(brief)
    if is_handed_in and asked.exists() and not asked.filter(handed_in_at__isnull=True).exists():
        set_open(by, scoring, is_open=True)
    return change


def _require_complete(card: Scorecard) -> None:
    entries = card.brief.shortlist.to_score()
    criteria = card.brief.scoring_criteria.current()
    wanted = entries.count() * criteria.count()
    if not wanted:
        raise NothingToScore("There is no partner to score yet.")
    answered = card.scores.answered().filter(entry__in=entries, criterion__in=criteria)
    missing = wanted - answered.count()
    if missing:
        raise ScorecardIncomplete(
            f"{missing} of {wanted} scores are missing. Where you cannot judge, say so."
        )


def _check(by: Actor, brief: Brief) -> None:
    if not can_score(by, brief):
        raise NotAllowed("This brief is closed, or you do not score for its organisation.")
