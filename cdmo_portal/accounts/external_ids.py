"""Ids that an organisation's own systems give to rows of the portal: seen by that organisation alone."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Organisation

MOST_SYSTEMS: Final = 20
LONGEST_SYSTEM: Final = 40
LONGEST_VALUE: Final = 120
SYSTEM: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
system_name = RegexValidator(
    rf"^{SYSTEM.pattern}\Z", _("Name a system in small letters, digits and hyphens, such as ariba.")
)


class ExternalIdQuerySet[Row: "ExternalId"](models.QuerySet[Row]):
    def visible_to(self, actor: Actor) -> Self:
        """The ids of the actor's own organisation, sponsor or CDMO."""
        if actor.organisation_id is None:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)

    def of(self, subject: Any) -> Self:
        """The ids of one thing, or of an `OuterRef` to it."""
        return self.filter(models.Q(subject=subject))


class ExternalId(models.Model):
    """A subclass says what `subject` is, and gives it the related name `external_ids`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    system = models.CharField(
        max_length=LONGEST_SYSTEM, validators=[system_name], help_text=_("Such as ariba.")
    )
    value = models.CharField(max_length=LONGEST_VALUE)

    objects: ClassVar[ExternalIdQuerySet[Any]] = ExternalIdQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        ordering = ["system"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "system", "subject"], name="%(class)s_stands_once_per_system"
            ),
            models.UniqueConstraint(
                fields=["organisation", "system", "value"], name="%(class)s_names_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.value}"


def as_map(rows: Iterable[ExternalId]) -> dict[str, str]:
    return {row.system: row.value for row in sorted(rows, key=lambda row: row.system)}


def mark_of_ids(ids: Mapping[str, str]) -> str:
    """A short mark that changes whenever the map does."""
    return hashlib.sha256(repr(sorted(ids.items())).encode()).hexdigest()[:16]
