"""Saving one section of a brief as it is written, beside colleagues who may be writing too."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from matching.actions.brief_history import Moved, note_fields
from matching.actions.brief_steps import set_steps
from matching.actions.briefs import BriefActionRefused, locked, move_on
from matching.merging import Plain, Values, merge
from matching.models import Brief, BriefChange
from matching.plain_briefs import DAYS, columns_of, values_of


class SectionConflict(BriefActionRefused):
    """Somebody else gave one of the fields another value meanwhile; nothing was written."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__("A colleague saved this brief while you were editing it.")
        self.fields = fields


class DatesInverted(BriefActionRefused):
    """Each date is right by itself; together, one of them a colleague's, they are not."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands now, as it was while nobody else could write it.

    `overtaken` are the fields in which a colleague's newer value stands; `moved` says how many requirements
    went with their step: out of it, or into it again.
    """

    brief: Brief
    values: Values
    changed: tuple[str, ...]
    overtaken: tuple[str, ...] = ()
    moved: int = 0


@transaction.atomic
def save_section(
    *,
    by: Actor,
    brief: Brief,
    sent: Values,
    opened: Mapping[str, str],
    takes_back: BriefChange | None = None,
) -> Saved:
    """Write the fields that the sender changed since the form was opened; `opened` are its marks.

    What others changed meanwhile stays. Raises SectionConflict where both changed the same field, and
    NotAllowed for those who may only read. Sent twice, it is one change.
    """
    now = locked(by, brief)
    before = values_of(now)
    merged = merge(opened, before, sent)
    if merged.conflicts:
        raise SectionConflict(merged.conflicts)
    after = {**before, **merged.changed}
    _require_order(after)
    moved = []
    if merged.changed:
        moved = _write(now, merged.changed)
        note_fields(by=by, brief=now, before=before, after=after, moved=moved, takes_back=takes_back)
        record("brief.updated", by=by, about=brief, data={"fields": sorted(merged.changed)})
    brief.refresh_from_db()
    return Saved(brief, after, tuple(merged.changed), merged.overtaken, len(moved))


def _write(brief: Brief, changed: Values) -> list[Moved]:
    columns = columns_of(changed)
    if columns:
        Brief.objects.filter(pk=brief.pk).update(**columns)
    moved = set_steps(brief, _texts(changed["steps"])) if "steps" in changed else []
    move_on(brief)
    return moved


def _require_order(values: Mapping[str, Plain]) -> None:
    start, end = (values[name] for name in DAYS)
    if isinstance(start, str) and isinstance(end, str) and start > end:
        raise DatesInverted("The material would be available only after the project is needed.")


def _texts(value: Plain) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
