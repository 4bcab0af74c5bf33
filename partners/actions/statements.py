"""Many statements of capability at once, each with its own line of history."""

from collections.abc import Iterable, Sequence

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import Happened, record_all
from partners.actions.editing import fill
from partners.actions.keeping_changes import change_of
from partners.actions.profile_values import values_of_loaded_capability
from partners.capability_uploads import StatementPlan
from partners.changes import mark_changed
from partners.models import Capability, Measure, ProfileChange, Site, Subject
from partners.models.profile_changes import Values
from partners.searching import rebuild_on_commit

BATCH = 500
WRITTEN = ("is_offered", "stages", "basis", "source", "confirmed_on", "audience", "note", "version")


def write_statements(plans: Sequence[StatementPlan], *, by: Actor) -> list[Capability]:
    """Do what was planned, in the transaction that locked what stands, and return the rows in that order.

    The caller has asked who may.

    Raises IntegrityError where somebody has stated the same meanwhile, or removed the line.
    """
    was = {id(plan): plan.stands.audience if plan.stands else "" for plan in plans}
    before = [values_of_loaded_capability(plan.stands) if plan.stands else None for plan in plans]
    rows = [_row(plan) for plan in plans]
    fresh = [row for row in rows if row.pk is None]
    changed = [row for row in rows if row.pk is not None]
    Capability.objects.bulk_create(fresh, batch_size=BATCH)
    # An UPDATE of many rows with values of their own is slow to say and to plan; this is neither. Every row
    # stands under its lock, so that none is inserted.
    Capability.objects.bulk_create(
        changed, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )
    Measure.objects.filter(capability__in=changed).delete()
    Measure.objects.bulk_create(_measures(plans, rows), batch_size=BATCH)
    record_all([_told(plan, row, was[id(plan)]) for plan, row in zip(plans, rows, strict=True)], by=by)
    _keep(rows, before, by=by)
    sites = {row.site_id for row in rows}
    Site.objects.filter(pk__in=sites, is_profiled=False).update(is_profiled=True)
    mark_changed(*sites)
    rebuild_on_commit(*sites)
    return rows


def _told(plan: StatementPlan, row: Capability, was: str) -> Happened:
    kind = "capability.changed" if plan.stands else "capability.stated"
    told = {"term": row.term.code, "audience": row.audience, "was": was}
    return Happened(kind, row, {"site": row.site_id, **told})


def _keep(rows: Sequence[Capability], before: Sequence[Values | None], *, by: Actor) -> None:
    """What each said before and says now, so that it can be restored one by one."""
    stored = Capability.objects.select_related("site__partner", "term", "line")
    stored = stored.prefetch_related("measures__term").filter(pk__in=[row.pk for row in rows])
    now = {row.pk: row for row in stored}
    changes = [
        change_of(
            Subject.CAPABILITY,
            of=now[row.pk].site,
            key=now[row.pk].uid,
            about=row.term,
            values=(was, values_of_loaded_capability(now[row.pk])),
            by=by,
        )
        for row, was in zip(rows, before, strict=True)
    ]
    ProfileChange.objects.bulk_create([each for each in changes if each], batch_size=BATCH)


def _row(plan: StatementPlan) -> Capability:
    row = plan.stands or Capability(site_id=plan.site_id, version=0)
    fill(row, plan.facts, leave=frozenset({"measures", "stages"}))
    row.stages = list(plan.facts.stages)
    row.version += 1
    return row


def _measures(plans: Iterable[StatementPlan], rows: Iterable[Capability]) -> Iterable[Measure]:
    for plan, row in zip(plans, rows, strict=True):
        for facts in plan.facts.measures:
            measure = Measure(capability=row)
            fill(measure, facts)
            yield measure
