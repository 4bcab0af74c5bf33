"""The scores that evaluators agree on together, once they see each other's."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cdmo_portal.accounts.actors import Actor
from matching.actions.briefs import BriefActionRefused
from matching.actions.scorecards import Answer, write_answers
from matching.actions.scoring_rounds import card_of, check_runs, locked_round
from matching.actions.shortlist_changes import State, note
from matching.models import CriterionScore, ScoringRound, ShortlistChange, ShortlistEntry

Kind = ShortlistChange.Kind


class ScoringIsAlone(BriefActionRefused):
    pass


class AgreedChangedMeanwhile(BriefActionRefused):
    pass


@transaction.atomic
def agree(
    *, by: Actor, entry: ShortlistEntry, version: int, answers: Mapping[int, Answer]
) -> ShortlistChange | None:
    """Enter what was agreed on for one partner; `version` as `agreed_version` gave it with the form."""
    check_runs(by, entry.brief)
    scoring = locked_round(entry.brief)
    uids = dict(entry.brief.scoring_criteria.current().filter(pk__in=answers).values_list("pk", "uid"))
    wanted = {str(uids[key]): _plain(answers[key]) for key in sorted(uids)}
    stands = agreed_now(entry)
    after = {uid: each for uid, each in wanted.items() if stands.get(uid, _plain(Answer())) != each}
    if not after:
        return None
    if version != agreed_version(entry):
        raise AgreedChangedMeanwhile("A colleague entered agreed scores while you were doing so.")
    return set_agreed(by, scoring, entry, after)


def set_agreed(
    by: Actor,
    scoring: ScoringRound,
    entry: ShortlistEntry,
    after: State,
    *,
    undoes: ShortlistChange | None = None,
) -> ShortlistChange:
    if scoring.opened_at is None:
        raise ScoringIsAlone("The scorecards are not open yet: each scores alone first.")
    card = card_of(scoring.brief, None)
    stands = agreed_now(entry)
    before = {uid: stands.get(uid, _plain(Answer())) for uid in after}
    keys = {str(uid): key for key, uid in scoring.brief.scoring_criteria.values_list("pk", "uid")}
    write_answers(card, entry, {keys[uid]: Answer(**each) for uid, each in after.items() if uid in keys})
    return note(
        scoring.brief,
        Kind.AGREED,
        before,
        after,
        by=by,
        version=scoring.version,
        entry=entry,
        undoes=undoes,
    )


def agreed_now(entry: ShortlistEntry) -> dict[str, dict[str, Any]]:
    """What is agreed on for the partner, by the criteria's uids."""
    rows = CriterionScore.objects.filter(entry=entry, scorecard__evaluator__isnull=True)
    return {
        str(row.criterion.uid): _plain(Answer(row.value, row.cannot_judge, row.comment))
        for row in rows.select_related("criterion")
    }


def agreed_version(entry: ShortlistEntry) -> int:
    """Moves on with every change of what is agreed on for this partner."""
    latest = entry.changes.filter(kind=Kind.AGREED).values_list("pk", flat=True).first()
    return latest or 0


def _plain(answer: Answer) -> dict[str, Any]:
    return {"value": answer.value, "cannot_judge": answer.cannot_judge, "comment": answer.comment}
