"""What members note of the ids that their own systems use, here or in apps above."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.external_ids import ExternalId, as_map, mark_of_ids
from cdmo_portal.accounts.models import Organisation, Role
from cdmo_portal.events.recording import record
from partners.actions.editing import NotAllowed, require_version


class IdTaken(Exception):
    """Another row of the same kind has the id of this `system` already."""

    def __init__(self, system: str) -> None:
        super().__init__(_("Something else of this kind has this id already."))
        self.system = system


@transaction.atomic
def replace(
    *, model: type[ExternalId], subject: models.Model, ids: Mapping[str, str], seen: str, by: Actor
) -> dict[str, str]:
    """Make these the organisation's ids of the subject, all of them or none.

    `subject` is one that the actor may see; `seen` is the mark of the map that the caller knew.
    Raises NotAllowed, ChangedMeanwhile or IdTaken.
    """
    if not by.has_role(Role.EDITOR) or by.organisation is None:
        raise NotAllowed(_("Only editors and owners may change what your systems call this."))
    # One at a time within an organisation: an id that moves from one row to another is then never twice.
    Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation.pk)
    rows = model.objects.visible_to(by)
    standing = as_map(rows.of(subject))
    require_version(subject, seen, mark_of_ids(standing))
    _require_free(rows.exclude(pk__in=rows.of(subject)), ids)
    if standing != dict(ids):
        _write(model, subject, standing, ids, by=by)
    return dict(sorted(ids.items()))


def _require_free(others: "models.QuerySet[Any]", ids: Mapping[str, str]) -> None:
    wanted = models.Q()
    for system, value in ids.items():
        wanted |= models.Q(system=system, value=value)
    if ids and (taken := others.filter(wanted).first()):
        raise IdTaken(taken.system)


def _write(
    model: type[ExternalId],
    subject: models.Model,
    standing: Mapping[str, str],
    ids: Mapping[str, str],
    *,
    by: Actor,
) -> None:
    changed = {system for system in {*standing, *ids} if standing.get(system) != ids.get(system)}
    model.objects.visible_to(by).of(subject).filter(system__in=changed).delete()
    fresh = [
        model(organisation=by.organisation, subject=subject, system=system, value=ids[system])  # type: ignore[misc]
        for system in sorted(changed & set(ids))
    ]
    model.objects.bulk_create(fresh)
    record("external_id.replaced", by=by, about=subject, data={"changed": len(changed)})
