"""The steps of a brief, and the requirements that go with them."""

from collections.abc import Sequence

from django.db.models import QuerySet

from matching.actions.brief_history import Moved, moved_with_step
from matching.models import Brief, Requirement, Step
from matching.plain_briefs import requirement_values, same_asked


def set_steps(brief: Brief, kinds: Sequence[str]) -> list[Moved]:
    """Give the brief these steps.

    What is asked of a step that goes away is asked of the whole project then. When the step comes again, so
    does what nobody has changed since: to take work away by mistake, or to look what happens, loses nothing.
    """
    known = set(brief.steps.values_list("kind", flat=True))
    moved = [_move(row, None) for row in _asked(brief).exclude(step=None).exclude(step__kind__in=kinds)]
    brief.steps.exclude(kind__in=kinds).delete()
    for position, kind in enumerate(kinds):
        Step.objects.update_or_create(
            brief=brief,
            kind=kind,
            defaults={"position": position, "organisation_id": brief.organisation_id},
        )
    added = [step for step in brief.steps.all() if step.kind not in known]
    return moved + (_ask_again(brief, added) if added else [])


def _ask_again(brief: Brief, added: Sequence[Step]) -> list[Moved]:
    loose = {str(row.uid): row for row in _asked(brief).filter(step=None)}
    left = [
        (loose[change.subject], step, change.after or {})
        for step in added
        if loose
        for change in moved_with_step(brief, step.kind)
        if change.subject in loose
    ]
    return [_move(row, step) for row, step, asked in left if same_asked(requirement_values(row), asked)]


def _asked(brief: Brief) -> QuerySet[Requirement]:
    return brief.requirements.select_related("brief", "step", "term", "measure")


def _move(row: Requirement, step: Step | None) -> Moved:
    before = requirement_values(row)
    row.step, row.version = step, row.version + 1
    row.save(update_fields=["step", "version"])
    return Moved(row, before)
