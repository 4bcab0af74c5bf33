"""What the page of a brief says of each requirement: words, where the row holds codes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from cdmo_portal.look.wording import amount, unit_text
from matching.models import Brief, Requirement
from partners.importers.countries import country_names
from partners.importers.operations import operation_label
from partners.models import Term


@dataclass(frozen=True, slots=True)
class RequirementLine:
    row: Requirement
    details: Sequence[str]
    comment_count: int = 0


def requirement_lines(
    rows: Iterable[Requirement], comments: Mapping[UUID, int] | None = None
) -> list[RequirementLine]:
    """One query names the terms of all rows. `comments` are counts by the uid of the requirement."""
    rows = list(rows)
    codes = {code for row in rows for code in (*row.places, *row.authorities)}
    labels = {**country_names(), **dict(Term.objects.filter(code__in=codes).values_list("code", "label"))}
    said = comments or {}
    return [RequirementLine(row, _details(row, labels), said.get(row.uid, 0)) for row in rows]


def requirement_groups(brief: Brief) -> list[tuple[str, list[RequirementLine]]]:
    """The lines of a brief by the step that they are asked of, those of the whole project last."""
    said = brief.comments.filter(removed_at__isnull=True, requirement_uid__isnull=False)
    counts = dict(said.order_by().values_list("requirement_uid").annotate(Count("pk")))
    lines = requirement_lines(brief.requirements.select_related("term", "measure", "step"), counts)
    groups = [
        (step.get_kind_display(), [line for line in lines if line.row.step_id == step.pk])
        for step in brief.steps.all()
    ]
    return [*groups, (_("Whole project"), [line for line in lines if line.row.step_id is None])]


def _details(row: Requirement, labels: Mapping[str, str]) -> list[str]:
    found = [_measure(row)] if row.measure else []
    if row.label and row.term and row.label != row.term.label:
        found.insert(0, row.term.label)
    found += [", ".join(labels.get(code, code) for code in codes) for codes in (row.places, row.authorities)]
    found.append(", ".join(operation_label(code) for code in row.operations))
    if row.at_most_months is not None:
        found.append(_("At most %(months)s months ago") % {"months": amount(row.at_most_months)})
    if row.quantity is not None:
        found.append(amount(row.quantity, row.quantity_unit))
    return [text for text in found if text]


def _measure(row: Requirement) -> str:
    comparison = row.get_relation_display().lower()
    return f"{row.measure}: {comparison} {row.entered_text} {unit_text(row.entered_unit)}".strip()
