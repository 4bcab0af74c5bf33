"""Figures about open briefs, week by week: what is asked, and how the sites of CDMOs stand.

They name kinds of work and terms of the vocabulary, never a brief, its words or its sponsor. A category is a
stage, a modality and a dosage form, as codes with strokes between them; what briefs leave open is empty.
"""

import datetime as dt
from typing import ClassVar, Final, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.leases import LeasedRow
from matching.models.briefs import Requirement
from partners.disclosing import FEWEST, last_told
from partners.models import Site, Term

LONGEST_CATEGORY: Final = 250


def category_of(*codes: str | None) -> str:
    """Of the codes of stage, modality and dosage form."""
    return "/".join(code or "" for code in codes)


class FigureQuerySet[Row: models.Model](models.QuerySet[Row]):
    def disclosed(self, today: dt.date) -> Self:
        """What may be told: of enough sponsors, and of weeks that ended long enough ago."""
        return self.filter(sponsors__gte=FEWEST, week__lte=last_told(today))


class OfSiteQuerySet[Row: models.Model](FigureQuerySet[Row]):
    def visible_to(self, actor: Actor) -> Self:
        """Of the sites that the actor's organisation keeps."""
        if not actor.is_cdmo:
            return self.none()
        return self.filter(site__partner__organisation_id=actor.organisation_id)


class Figure(models.Model):
    """`briefs` were open in the week, by so many `sponsors`: without enough of those, nothing is told."""

    week = models.DateField(help_text=_("Its Monday."))
    category = models.CharField(max_length=LONGEST_CATEGORY)
    briefs = models.PositiveIntegerField(default=0)
    sponsors = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.week} {self.category}"


class DemandFigureQuerySet(FigureQuerySet["DemandFigure"]):
    pass


class DemandFigure(Figure):
    """How many briefs there are in a category, or, with a `kind`, how many of them ask for something.

    Places and capacity are asked without a term.
    """

    kind = models.CharField(max_length=14, choices=Requirement.Kind, blank=True)
    term = models.ForeignKey(Term, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    is_sample = models.BooleanField(default=False, help_text=_("Fictional, made by the sample data."))

    objects: ClassVar[DemandFigureQuerySet] = DemandFigureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-week", "-briefs", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "category", "kind", "term"],
                nulls_distinct=False,
                name="what_is_asked_is_counted_once_a_week",
            )
        ]


class SiteStandingQuerySet(OfSiteQuerySet["SiteStanding"]):
    pass


class SiteStanding(Figure):
    """For how many briefs of a category a site is eligible, has open questions, and so on."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    eligible = models.PositiveIntegerField(default=0)
    open_questions = models.PositiveIntegerField(default=0)
    near = models.PositiveIntegerField(default=0)
    rest = models.PositiveIntegerField(default=0)

    objects: ClassVar[SiteStandingQuerySet] = SiteStandingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-week", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "week", "category"], name="a_site_is_counted_once_a_week_in_a_category"
            )
        ]
        indexes = [models.Index(fields=["week", "category"], name="standings_of_a_week")]


class SiteReasonQuerySet(OfSiteQuerySet["SiteReason"]):
    pass


class SiteReason(Figure):
    """Something that a site does not state, or does not have, and in how many briefs that is a gate."""

    class Verdict(models.TextChoices):
        UNKNOWN = "unknown", _("Not stated")
        UNMET = "unmet", _("Not met")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=14, choices=Requirement.Kind)
    term = models.ForeignKey(Term, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict)

    objects: ClassVar[SiteReasonQuerySet] = SiteReasonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-week", "-briefs", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "week", "category", "kind", "term", "verdict"],
                nulls_distinct=False,
                name="a_sites_reason_is_counted_once_a_week_in_a_category",
            )
        ]
        indexes = [models.Index(fields=["week", "category"], name="reasons_of_a_week")]


class CategoryWeek(LeasedRow):
    """The figures of one category in one week are to be counted, or were. A queue as of leases."""

    class State(models.TextChoices):
        DUE = "due", _("To be counted")
        DONE = "done", _("Counted")

    week = models.DateField()
    category = models.CharField(max_length=LONGEST_CATEGORY)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "category"], name="a_category_is_due_once_a_week")
        ]
        indexes = [
            models.Index(fields=["next_due_at"], condition=models.Q(state="due"), name="category_week_by_due")
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.category}: {self.state}"
