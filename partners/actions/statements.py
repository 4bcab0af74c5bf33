"""Many statements of capability at once, each with its own line of history."""

from collections.abc import Iterable, Sequence

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from partners.actions.editing import fill
from partners.capability_uploads import StatementPlan
from partners.changes import mark_changed
from partners.models import Capability, Measure, Site
from partners.searching import rebuild_on_commit

BATCH = 500
WRITTEN = ("is_offered", "stages", "basis", "source", "confirmed_on", "audience", "note", "version")


def write_statements(plans: Sequence[StatementPlan], *, by: Actor) -> None:
    """Do what was planned, in the transaction that locked what stands. The caller has asked who may.

    Raises IntegrityError where somebody has stated the same meanwhile, or removed the line.
    """
    was = {id(plan): plan.stands.audience if plan.stands else "" for plan in plans}
    rows = [_row(plan) for plan in plans]
    fresh = [row for row in rows if row.pk is None]
    changed = [row for row in rows if row.pk is not None]
    Capability.objects.bulk_create(fresh, batch_size=BATCH)
    Capability.objects.bulk_update(changed, WRITTEN, batch_size=BATCH)
    Measure.objects.filter(capability__in=changed).delete()
    Measure.objects.bulk_create(_measures(plans, rows), batch_size=BATCH)
    for plan, row in zip(plans, rows, strict=True):
        kind = "capability.changed" if plan.stands else "capability.stated"
        told = {"term": row.term.code, "audience": row.audience, "was": was[id(plan)]}
        record(kind, by=by, about=row, data={"site": row.site_id, **told})
    sites = {row.site_id for row in rows}
    Site.objects.filter(pk__in=sites, is_profiled=False).update(is_profiled=True)
    mark_changed(*sites)
    rebuild_on_commit(*sites)


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
