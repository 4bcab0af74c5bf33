"""How often the pages of sites are looked at: by day and kind of reader, never by whom."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from partners.disclosing import WEEK, last_told
from partners.models.sites import Site


class ProfileViewQuerySet(models.QuerySet["ProfileView"]):
    def visible_to(self, actor: Actor) -> Self:
        """Of the sites that the actor's organisation keeps."""
        if not actor.is_cdmo:
            return self.none()
        return self.filter(site__partner__organisation_id=actor.organisation_id)

    def disclosed(self, today: dt.date) -> Self:
        """Of weeks that ended long enough ago. How few of a week are still not told, the reader says."""
        return self.filter(day__lt=last_told(today) + WEEK)


class ProfileView(models.Model):
    """How many browsers looked at a site's page on one day. Those of its own people are not counted."""

    class Reader(models.TextChoices):
        SPONSOR = "sponsor", _("Sponsors")
        CDMO = "cdmo", _("Other CDMOs")
        VISITOR = "visitor", _("Visitors")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="views")
    day = models.DateField()
    reader = models.CharField(max_length=10, choices=Reader)
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar[ProfileViewQuerySet] = ProfileViewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "day", "reader"], name="a_sites_views_are_counted_once_a_day_by_reader"
            )
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.day} {self.reader}"
