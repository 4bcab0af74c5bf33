"""The scoring of a shortlist: its criteria, who is asked, and when everybody sees all scorecards.

Locks are taken on the round first, then on scorecards in the order of their keys.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.recording import enqueue_mail
from matching.actions.briefs import BriefActionRefused, NotAllowed
from matching.actions.shortlist_changes import State, note
from matching.models import (
    Brief,
    CriterionScore,
    Scorecard,
    ScoringCriterion,
    ScoringRound,
    ShortlistChange,
)
from matching.models.scorecards import ScorecardQuerySet
from matching.permissions import can_run_scoring, may_be_evaluators

MOST_CRITERIA = 12
TENTH = Decimal("0.1")
Kind = ShortlistChange.Kind
type Snapshot = Sequence[Mapping[str, Any]]


class ScoringNotSetUp(BriefActionRefused):
    pass


class ScoringIsOpen(BriefActionRefused):
    pass


class ScoringHasNotEnough(BriefActionRefused):
    pass


class CriteriaChangedMeanwhile(BriefActionRefused):
    pass


class CriteriaInUse(BriefActionRefused):
    """Scorecards were handed in by these criteria; changing them has to reopen all."""


class AgreedAlready(BriefActionRefused):
    pass


@dataclass(frozen=True, slots=True)
class CriterionGiven:
    """A criterion as it was said; without `uid` it is a new one."""

    name: str
    points: Decimal
    zero: str = ""
    five: str = ""
    ten: str = ""
    uid: str = ""


@transaction.atomic
def save_criteria(
    *, by: Actor, brief: Brief, version: int, criteria: Sequence[CriterionGiven], reopens: bool = False
) -> ShortlistChange | None:
    """Set the criteria; `version` is that of the round as the person saw it, 0 where there was none.

    Once a scorecard was handed in, only with `reopens`: all are then their evaluators' own again.
    """
    check_runs(by, brief)
    made, _ = ScoringRound.objects.get_or_create(
        brief=brief, defaults={"organisation_id": brief.organisation_id, "version": 0}
    )
    scoring = locked_round(made.brief)
    if scoring.version != version:
        raise CriteriaChangedMeanwhile("A colleague saved the criteria while you were editing them.")
    wanted = _as_kept(brief, criteria)
    if wanted == criteria_now(brief):
        return None
    return set_criteria(by, scoring, wanted, reopens=reopens)


def set_criteria(
    by: Actor,
    scoring: ScoringRound,
    wanted: Snapshot,
    *,
    reopens: bool,
    undoes: ShortlistChange | None = None,
) -> ShortlistChange:
    """As `save_criteria`, for a locked round."""
    require_alone(scoring)
    brief = scoring.brief
    cards = brief.scorecards.handed_in().order_by("pk").select_for_update(of=("self",))
    handed_in = [card.pk for card in cards]
    if handed_in and not reopens:
        raise CriteriaInUse("Scorecards were handed in by these criteria. Changing them reopens all.")
    before = {"criteria": criteria_now(brief)}
    _apply(brief, wanted)
    brief.scorecards.filter(pk__in=handed_in).update(handed_in_at=None)
    after = {"criteria": list(wanted)}
    return _noted(by, scoring, Kind.CRITERIA, before=before, after=after, undoes=undoes)


@transaction.atomic
def ask(*, by: Actor, brief: Brief, member: Member, is_asked: bool) -> ShortlistChange | None:
    """Ask a colleague to score, or no longer. What they have scored so far stays theirs."""
    check_runs(by, brief)
    scoring = locked_round(brief)
    change = set_asked(by, scoring, member.user_id, is_asked=is_asked)
    if change is not None and is_asked and member.user_id != by.user_id:
        _mail_to_asked(brief, member)
    return change


def _mail_to_asked(brief: Brief, member: Member) -> None:
    link = settings.PUBLIC_URL + reverse("matching:scoring", args=[brief.uid])
    enqueue_mail(
        event=None,
        to_user=member.user,
        # On one line, as a header has to be.
        subject=f"You are asked to score partners: {' '.join(brief.title.split())}",
        body=f"A colleague asks you to score the partners on the shortlist of this brief.\n\n{link}\n\n"
        "You score alone; all scorecards are shown to everybody once they are opened.",
    )


def set_asked(
    by: Actor,
    scoring: ScoringRound,
    user_id: int,
    *,
    is_asked: bool,
    undoes: ShortlistChange | None = None,
) -> ShortlistChange | None:
    require_alone(scoring)
    if is_asked and not may_be_evaluators(scoring.brief).filter(user_id=user_id).exists():
        raise NotAllowed("This person does not see the brief.")
    card = card_of(scoring.brief, user_id)
    if card.is_invited == is_asked:
        return None
    card.is_invited = is_asked
    card.save(update_fields=["is_invited"])
    before, after = ({"evaluator": user_id, "is_asked": each} for each in (not is_asked, is_asked))
    return _noted(by, scoring, Kind.EVALUATORS, before=before, after=after, undoes=undoes)


@transaction.atomic
def open_round(*, by: Actor, brief: Brief) -> ShortlistChange | None:
    """Show all scorecards that were handed in to everybody who sees the brief."""
    check_runs(by, brief)
    return set_open(by, locked_round(brief), is_open=True)


@transaction.atomic
def close_round(*, by: Actor, brief: Brief) -> ShortlistChange | None:
    """Each alone again; refused once something was agreed on."""
    check_runs(by, brief)
    return set_open(by, locked_round(brief), is_open=False)


def set_open(
    by: Actor, scoring: ScoringRound, *, is_open: bool, undoes: ShortlistChange | None = None
) -> ShortlistChange | None:
    """All scorecards are locked as well, so that none is written while they become visible."""
    if (scoring.opened_at is not None) == is_open:
        return None
    cards = list(scoring.brief.scorecards.order_by("pk").select_for_update(of=("self",)))
    if is_open and not any(card.handed_in_at for card in cards):
        raise ScoringHasNotEnough("Nobody has handed in a scorecard yet.")
    if not is_open and has_agreed(scoring.brief):
        raise AgreedAlready("Agreed scores were entered since the scorecards were opened.")
    scoring.opened_at = timezone.now() if is_open else None
    scoring.opened_by = by.user if is_open else None
    before, after = {"is_open": not is_open}, {"is_open": is_open}
    return _noted(by, scoring, Kind.OPENED, before=before, after=after, undoes=undoes)


def check_runs(by: Actor, brief: Brief) -> None:
    if not can_run_scoring(by, brief):
        raise NotAllowed("This brief is closed, or your role may not run the scoring.")


def locked_round(brief: Brief) -> ScoringRound:
    found = ScoringRound.objects.select_for_update(of=("self",)).filter(brief=brief).first()
    if found is None:
        raise ScoringNotSetUp("The criteria have not been set yet.")
    found.brief = brief
    return found


def require_alone(scoring: ScoringRound) -> None:
    if scoring.opened_at is not None:
        raise ScoringIsOpen("The scorecards are open to everybody, so they cannot be changed.")


def card_of(brief: Brief, user_id: int | None) -> Scorecard:
    """The evaluator's card (without a user, the agreed one), made if need be, locked."""
    made, _ = Scorecard.objects.get_or_create(
        brief=brief, evaluator_id=user_id, defaults={"organisation_id": brief.organisation_id}
    )
    return Scorecard.objects.select_for_update(of=("self",)).get(pk=made.pk)


def asked_cards(brief: Brief) -> ScorecardQuerySet:
    """Of those who were asked and see the brief: nobody waits for a person who cannot score any more."""
    members = may_be_evaluators(brief).order_by().values("user")
    return brief.scorecards.of_evaluators().filter(is_invited=True, evaluator__in=members)


def has_agreed(brief: Brief) -> bool:
    agreed = CriterionScore.objects.filter(brief=brief, scorecard__evaluator__isnull=True)
    return agreed.answered().exists()


def criteria_now(brief: Brief) -> list[dict[str, Any]]:
    """The criteria as the history keeps them."""
    return [
        {
            "name": row.name,
            "points": str(row.points),
            "zero": row.zero,
            "five": row.five,
            "ten": row.ten,
            "uid": str(row.uid),
        }
        for row in brief.scoring_criteria.current()
    ]


def _as_kept(brief: Brief, criteria: Sequence[CriterionGiven]) -> list[dict[str, Any]]:
    """As the history keeps them; a uid that is not the brief's own, or came before, is given anew."""
    known = {str(each) for each in brief.scoring_criteria.values_list("uid", flat=True)}
    uids = [each.uid for each in criteria]
    return [
        {
            **asdict(each),
            "points": str(each.points.quantize(TENTH)),
            "uid": each.uid if each.uid in known and each.uid not in uids[:place] else str(uuid.uuid4()),
        }
        for place, each in enumerate(criteria)
    ]


def _apply(brief: Brief, wanted: Snapshot) -> None:
    rows = {str(row.uid): row for row in brief.scoring_criteria.all()}
    for position, each in enumerate(wanted):
        row = rows.pop(each["uid"], None) or ScoringCriterion(
            uid=uuid.UUID(each["uid"]), brief=brief, organisation_id=brief.organisation_id
        )
        row.position, row.dropped_at = position, None
        row.name, row.points = each["name"], Decimal(each["points"])
        row.zero, row.five, row.ten = each["zero"], each["five"], each["ten"]
        row.save()
    left = [row.pk for row in rows.values() if row.dropped_at is None]
    ScoringCriterion.objects.filter(pk__in=left).update(dropped_at=timezone.now())


def _noted(
    by: Actor,
    scoring: ScoringRound,
    kind: ShortlistChange.Kind,
    *,
    before: State,
    after: State,
    undoes: ShortlistChange | None,
) -> ShortlistChange:
    scoring.version += 1
    scoring.save()
    return note(scoring.brief, kind, before, after, by=by, version=scoring.version, undoes=undoes)
