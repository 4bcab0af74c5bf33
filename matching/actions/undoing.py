"""Taking a change of a shortlist back, where nothing later would be overwritten. An undo can be undone."""

from collections.abc import Callable, Mapping

from django.db import transaction

from cdmo_portal.accounts.actors import Actor
from matching.actions.agreed_scores import agreed_now, set_agreed
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.actions.scorecards import set_handed_in
from matching.actions.scoring_rounds import (
    check_runs,
    criteria_now,
    locked_round,
    set_asked,
    set_criteria,
    set_open,
)
from matching.actions.shortlist_changes import OF_ENTRIES, SILENT, State, locked, state_of, write
from matching.actions.shortlists import check_allowed
from matching.models import Brief, Scorecard, ScoringRound, ShortlistChange, ShortlistEntry
from matching.permissions import can_score

Kind = ShortlistChange.Kind


class UndoRefused(BriefActionRefused):
    """`restores` would come back and `stands` would be lost, by the fields in which they differ."""

    def __init__(self, reason: str, restores: State, stands: State) -> None:
        super().__init__(reason)
        self.restores = restores
        self.stands = stands


@transaction.atomic
def undo(*, by: Actor, change: ShortlistChange) -> ShortlistChange:
    """Bring back what stood before the change. Raises UndoRefused if something else stands there by now."""
    if change.kind in OF_ENTRIES:
        return _undo_entry(by, change)
    if change.kind == Kind.AGREED:
        return _undo_agreed(by, change)
    return _UNDO[Kind(change.kind)](by, change.brief, change)


def _undo_entry(by: Actor, change: ShortlistChange) -> ShortlistChange:
    check_allowed(by, change.brief)
    entry = locked(_entry(change))
    if entry.removed_at is not None and "is_followed" not in change.after:
        raise UndoRefused("This partner was taken off the shortlist since. Bring it back first.", {}, {})
    _require_standing(change, state_of(entry))
    return write(entry, Kind(change.kind), change.before, by=by, undoes=change)


def _undo_agreed(by: Actor, change: ShortlistChange) -> ShortlistChange:
    check_runs(by, change.brief)
    scoring = locked_round(change.brief)
    entry = _entry(change)
    _require_standing(change, agreed_now(entry))
    return set_agreed(by, scoring, entry, change.before, undoes=change)


def _undo_criteria(by: Actor, brief: Brief, change: ShortlistChange) -> ShortlistChange:
    """Cards that the change reopened stay so: their evaluators may have gone on with them."""
    check_runs(by, brief)
    scoring = locked_round(brief)
    _require_standing(change, {"criteria": criteria_now(brief)})
    return set_criteria(by, scoring, change.before["criteria"], reopens=False, undoes=change)


def _undo_asked(by: Actor, brief: Brief, change: ShortlistChange) -> ShortlistChange:
    check_runs(by, brief)
    scoring = locked_round(brief)
    user_id = change.before["evaluator"]
    is_asked = Scorecard.objects.filter(brief=brief, evaluator_id=user_id, is_invited=True).exists()
    _require_standing(change, {"evaluator": user_id, "is_asked": is_asked})
    return _done(set_asked(by, scoring, user_id, is_asked=change.before["is_asked"], undoes=change))


def _undo_handed_in(by: Actor, brief: Brief, change: ShortlistChange) -> ShortlistChange:
    card = Scorecard.objects.filter(brief=brief, pk=change.before["scorecard"]).first()
    if card is None or card.evaluator_id != by.user_id or not can_score(by, brief):
        raise NotAllowed("Only who handed a scorecard in can take it back.")
    scoring = locked_round(brief)
    stands = {"scorecard": card.pk, "is_handed_in": _is_handed_in(card)}
    _require_standing(change, stands)
    is_handed_in = change.before["is_handed_in"]
    return _done(set_handed_in(by, scoring, is_handed_in=is_handed_in, undoes=change))


def _undo_opened(by: Actor, brief: Brief, change: ShortlistChange) -> ShortlistChange:
    check_runs(by, brief)
    scoring = locked_round(brief)
    _require_standing(change, {"is_open": _is_open(scoring)})
    return _done(set_open(by, scoring, is_open=change.before["is_open"], undoes=change))


_UNDO: Mapping[Kind, Callable[[Actor, Brief, ShortlistChange], ShortlistChange]] = {
    Kind.CRITERIA: _undo_criteria,
    Kind.EVALUATORS: _undo_asked,
    Kind.HANDED_IN: _undo_handed_in,
    Kind.OPENED: _undo_opened,
}


def _require_standing(change: ShortlistChange, stands: State) -> None:
    """What the change made must still be there."""
    differing = [
        name for name, value in change.after.items() if name not in SILENT and stands.get(name) != value
    ]
    if differing:
        raise UndoRefused(
            "This was changed again since, so taking it back would lose the later change.",
            {name: change.before[name] for name in differing},
            {name: stands.get(name) for name in differing},
        )


def _entry(change: ShortlistChange) -> ShortlistEntry:
    return ShortlistEntry.ever.select_related("brief").get(changes=change)


def _is_handed_in(card: Scorecard) -> bool:
    card.refresh_from_db(fields=["handed_in_at"])
    return card.handed_in_at is not None


def _is_open(scoring: ScoringRound) -> bool:
    return scoring.opened_at is not None


def _done(change: ShortlistChange | None) -> ShortlistChange:
    """What was judged to be still standing cannot be the same as what stood before."""
    if change is None:
        raise UndoRefused("There is nothing to take back.", {}, {})
    return change
