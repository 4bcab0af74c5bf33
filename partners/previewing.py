"""Readers that a CDMO may look at its own profile as, and what it keeps from each of them.

A stand-in is nobody: it goes through the very code that serves such a reader, and is never recorded.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Organisation, User
from partners.models import Audience, Capability, CapacityWindow, Hazard
from partners.models.capabilities import AudienceQuerySet
from partners.models.readers import ReaderRights, remember_rights
from partners.permissions import can_see_capacity_of_others


class PreviewReader(models.TextChoices):
    SPONSOR = "sponsor", _("A sponsor")
    AGREED = "agreed", _("A sponsor after an agreement")
    EXCLUDED = "excluded", _("An excluded sponsor")
    CDMO = "cdmo", _("Another CDMO")


MATCHED: Final = frozenset({PreviewReader.SPONSOR, PreviewReader.AGREED})
"""Readers whose briefs are matched with the profile."""
# A key that no row has. Without any, the stand-in would own what nobody owns.
_NO_ROW: Final = 0


def stand_in(reader: PreviewReader, keeper_id: int) -> Actor:
    """Such a reader of this organisation's profile, without name, rights to write or rows of its own."""
    kind = Organisation.Kind.CDMO if reader == PreviewReader.CDMO else Organisation.Kind.SPONSOR
    organisation = Organisation(pk=_NO_ROW, kind=kind, state=Organisation.State.APPROVED)
    actor = Actor(user=User(pk=_NO_ROW), organisation=organisation, can_write=False)
    remember_rights(actor, _rights(reader, frozenset({keeper_id})))
    return actor


def _rights(reader: PreviewReader, keeper: frozenset[int]) -> ReaderRights:
    if reader == PreviewReader.AGREED:
        return ReaderRights(agreed=keeper)
    return ReaderRights(excluding=keeper) if reader == PreviewReader.EXCLUDED else ReaderRights()


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of one kind is kept from a reader, and for whom it is meant."""

    what: str
    audience: str
    count: int


def kept_from(actor: Actor, site_ids: Collection[int]) -> list[Kept]:
    """What stands on these sites of one partner and is not shown to the actor; widest audience first."""
    kinds = (
        (_("Capabilities"), Capability.objects.all(), True),
        (_("Hazard answers"), Hazard.objects.all(), True),
        # Of capacity a reader sees nothing at all, or what its audience allows.
        (_("Capacity windows"), CapacityWindow.objects.current(), can_see_capacity_of_others(actor)),
    )
    return [
        Kept(str(what), str(Audience(audience).label), count)
        for what, rows, is_readable in kinds
        for audience, count in _kept(rows.filter(site_id__in=site_ids), actor, is_readable=is_readable)
    ]


def _kept(rows: AudienceQuerySet[Any], actor: Actor, *, is_readable: bool) -> list[tuple[str, int]]:
    shown = rows.shown_to(actor) if is_readable else rows.none()
    counted = rows.exclude(pk__in=shown.values("pk")).order_by().values_list("audience")
    found = dict(counted.annotate(count=Count("pk")))
    return [(audience, found[audience]) for audience in Audience.values if audience in found]
