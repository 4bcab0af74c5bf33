"""The lines of a shortlist's history in words."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.models import User
from matching.actions.shortlist_changes import OF_ENTRIES, SILENT, State
from matching.models import Brief, ShortlistChange, ShortlistEntry
from matching.permissions import can_run_scoring, can_score, can_shortlist
from matching.score_table import is_alone

Kind = ShortlistChange.Kind
OF_SCORING = frozenset({Kind.CRITERIA, Kind.EVALUATORS, Kind.OPENED, Kind.AGREED})
FIELDS = {
    "is_followed": lazy("On the shortlist"),
    "stage": lazy("Stage"),
    "reason": lazy("Reason"),
    "note": lazy("Note"),
    "tags": lazy("Tags"),
    "criteria": lazy("Criteria"),
    "is_asked": lazy("Asked to score"),
    "is_handed_in": lazy("Handed in"),
    "is_open": lazy("Open to everybody"),
}


@dataclass(frozen=True, slots=True)
class Both:
    """One field with two values of it."""

    label: str
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Told:
    """A line as it is shown. `text` follows the person's name and starts with a verb."""

    change: ShortlistChange
    who: str
    text: str
    values: Sequence[Both]
    can_undo: bool

    @property
    def sentence(self) -> str:
        return f"{self.who} {self.text}."


def history(brief: Brief) -> QuerySet[ShortlistChange]:
    """Newest first, with all that is needed to tell of them."""
    rows = brief.shortlist_changes.select_related("by", "entry__partner")
    undone = ShortlistChange.objects.filter(undoes=OuterRef("pk"))
    return rows.annotate(is_undone=Exists(undone)).order_by("-pk")


def told(request: ActorRequest, brief: Brief, changes: Iterable[ShortlistChange]) -> list[Told]:
    rows = list(changes)
    people = _people(rows)
    names = criterion_names(brief) if any(row.kind == Kind.AGREED for row in rows) else {}
    undoable = _undoable(request, brief, {row.kind for row in rows})
    return [
        Told(
            row,
            _("You") if row.by_id == request.actor.user_id else str(row.by or _("Somebody")),
            _text(row, people),
            _values(row, names),
            row.kind in undoable and not getattr(row, "is_undone", False) and _is_own(request, row),
        )
        for row in rows
    ]


def criterion_names(brief: Brief) -> dict[str, str]:
    """As lines about agreed scores name them."""
    return {str(uid): name for uid, name in brief.scoring_criteria.values_list("uid", "name")}


def both_values(one: State, other: State, names: Mapping[str, str] | None = None) -> list[Both]:
    """Side by side, by the fields that the first has; `names` are those of criteria."""
    labels = names or {}
    return [
        Both(labels.get(name) or label_of(name), value_words(name, value), value_words(name, other.get(name)))
        for name, value in one.items()
        if name not in SILENT
    ]


def label_of(name: str) -> str:
    return str(FIELDS.get(name, name))


def value_words(name: str, value: Any) -> str:
    """Whatever stands in the history's JSON, hence Any."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "stage":
        return dict(ShortlistEntry.Stage.choices).get(value, value) or ""
    if name == "tags":
        return ", ".join(value or ())
    if name == "criteria":
        return ", ".join(f"{each['name']} {each['points'].removesuffix('.0')}" for each in value or ())
    if isinstance(value, dict):
        return _answer_words(value)
    return str(value or "")


def _answer_words(answer: Mapping[str, Any]) -> str:
    if answer.get("cannot_judge"):
        return _("cannot judge")
    return "" if answer.get("value") is None else str(answer["value"])


def _undoable(request: ActorRequest, brief: Brief, kinds: Collection[str]) -> set[str]:
    """Which of these kinds of changes the actor may take back, asked once for all lines."""
    found = set[str]()
    if not OF_ENTRIES.isdisjoint(kinds) and can_shortlist(request.actor, brief):
        found |= OF_ENTRIES
    if not OF_SCORING.isdisjoint(kinds) and can_run_scoring(request.actor, brief):
        found |= OF_SCORING
    if Kind.HANDED_IN in kinds and is_alone(brief) and can_score(request.actor, brief):
        found.add(Kind.HANDED_IN)
    return found


def _is_own(request: ActorRequest, row: ShortlistChange) -> bool:
    """A scorecard is given back only by whom it is."""
    return row.kind != Kind.HANDED_IN or row.by_id == request.actor.user_id


def _people(rows: Iterable[ShortlistChange]) -> dict[int, User]:
    return User.objects.in_bulk([row.after["evaluator"] for row in rows if row.kind == Kind.EVALUATORS])


def _text(row: ShortlistChange, people: Mapping[int, User]) -> str:
    text = _TEXTS[Kind(row.kind)](row, people)
    return _("%(text)s, as an undo") % {"text": text} if row.undoes_id else text


def _of_entry(row: ShortlistChange, people: Mapping[int, User]) -> str:
    name = {"name": str(row.entry.partner) if row.entry else ""}
    was, now = row.before, row.after
    if was.get("is_followed") != now.get("is_followed"):
        text = _("added %(name)s") if now["is_followed"] else _("took %(name)s off the shortlist")
        return text % name
    if was.get("stage") != now.get("stage"):
        stages = {"was": value_words("stage", was["stage"]), "now": value_words("stage", now["stage"])}
        return _("moved %(name)s from %(was)s to %(now)s") % {**name, **stages}
    fields = [label_of(each).lower() for each in now if each not in SILENT and was.get(each) != now[each]]
    return _("changed the %(fields)s of %(name)s") % {**name, "fields": _(" and the ").join(fields)}


def _criteria(row: ShortlistChange, people: Mapping[int, User]) -> str:
    return _("changed the criteria") if row.before["criteria"] else _("set the criteria")


def _evaluators(row: ShortlistChange, people: Mapping[int, User]) -> str:
    text = _("asked %(name)s to score") if row.after["is_asked"] else _("no longer asks %(name)s to score")
    return text % {"name": people.get(row.after["evaluator"]) or _("somebody who left")}


def _handed_in(row: ShortlistChange, people: Mapping[int, User]) -> str:
    return _("handed in a scorecard") if row.after["is_handed_in"] else _("took a scorecard back")


def _opened(row: ShortlistChange, people: Mapping[int, User]) -> str:
    if row.after["is_open"]:
        return _("opened the scorecards to everybody")
    return _("closed the scorecards again")


def _agreed(row: ShortlistChange, people: Mapping[int, User]) -> str:
    name = str(row.entry.partner) if row.entry else ""
    return _("entered agreed scores of %(name)s") % {"name": name}


_TEXTS: Mapping[Kind, Callable[[ShortlistChange, Mapping[int, User]], str]] = {
    Kind.ADDED: _of_entry,
    Kind.REMOVED: _of_entry,
    Kind.MOVED: _of_entry,
    Kind.DESCRIBED: _of_entry,
    Kind.CRITERIA: _criteria,
    Kind.EVALUATORS: _evaluators,
    Kind.HANDED_IN: _handed_in,
    Kind.OPENED: _opened,
    Kind.AGREED: _agreed,
}


def _values(row: ShortlistChange, names: Mapping[str, str]) -> list[Both]:
    """What stood there before and after, where the sentence does not say it."""
    if row.kind in {Kind.ADDED, Kind.REMOVED, Kind.EVALUATORS, Kind.HANDED_IN, Kind.OPENED}:
        return []
    found = both_values(row.before, row.after, names)
    said = {str(FIELDS["stage"])} if row.kind == Kind.MOVED else set[str]()
    return [each for each in found if each.one != each.other and each.label not in said]
