"""What a site or one of its lines says it can do, and what hazards it handles.

No row means "not stated"; a stated no is a row. Measures hold the base unit of their `sc.*` term beside the
text and unit as entered; a missing bound is "not stated", never unlimited.
"""

import datetime as dt
import re
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from partners.models.readers import reader_rights
from partners.models.sites import Building, Site
from partners.models.vocabulary import Term

_WRITTEN_COUNT = re.compile(r"\s*\d+\s*[×x*]")


class Basis(models.TextChoices):
    """How a statement is backed, weakest first."""

    CLAIMED = "claimed", _("Claimed by the company")
    DOCUMENT = "document", _("Shown in a document")
    CERTIFICATE = "certificate", _("On a certificate")
    INSPECTED = "inspected", _("Inspected for it")
    DONE = "done", _("Done before")


class Audience(models.TextChoices):
    """Who may see a statement, widest first."""

    PUBLIC = "public", _("Everybody")
    SPONSORS = "sponsors", _("Signed-in sponsors")
    AGREEMENT = "agreement", _("After an agreement")
    MATCHING = "matching", _("Used in matching only")


class AudienceQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that carry an audience and belong to a site."""

    def shown_to(self, actor: Actor) -> Self:
        """The rows that this actor may read: by audience, and all rows of their own sites."""
        readable = readable_audiences(actor, "site__partner__organisation")
        if actor.is_cdmo:
            readable |= models.Q(site__partner__organisation_id=actor.organisation_id)
        return self.filter(readable)


def readable_audiences(actor: Actor, keeper: str) -> models.Q:
    """Rows of others whose audience has this actor in it; `keeper` is the path to whose rows they are."""
    if not (actor.is_sponsor or actor.is_operator):
        return models.Q(audience=Audience.PUBLIC)
    rights = reader_rights(actor)
    readable = models.Q(audience__in=[Audience.PUBLIC, Audience.SPONSORS])
    if rights.agreed:
        readable |= models.Q(audience=Audience.AGREEMENT, **{f"{keeper}_id__in": rights.agreed})
    if rights.excluding:
        is_excluding = models.Q(**{f"{keeper}_id__in": rights.excluding})
        readable &= models.Q(audience=Audience.PUBLIC) | ~is_excluding
    return readable


class CapabilityQuerySet(AudienceQuerySet["Capability"]):
    pass


class Capability(models.Model):
    """A statement about one term by a site or by one of its lines."""

    uid = uid_field()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="capabilities")
    line = models.ForeignKey(
        "partners.Line", on_delete=models.CASCADE, null=True, blank=True, related_name="capabilities"
    )
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    is_offered = models.BooleanField(default=True, help_text=_("A stated no is a statement too."))
    stages = ArrayField(
        models.CharField(max_length=80),
        default=list,
        blank=True,
        help_text=_("Codes of stage terms; empty = not stated."),
    )
    basis = models.CharField(max_length=12, choices=Basis, default=Basis.CLAIMED)
    source = models.CharField(max_length=300, blank=True)
    confirmed_on = models.DateField(default=dt.date.today)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)
    note = models.CharField(max_length=500, blank=True)
    document = models.ForeignKey(
        "partners.StoredFile", on_delete=models.SET_NULL, null=True, blank=True, related_name="capabilities"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[CapabilityQuerySet] = CapabilityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "capabilities"
        ordering = ["site_id", "line_id", "term_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "line", "term"],
                nulls_distinct=False,
                name="one_statement_per_term_and_place",
                violation_error_message=_("There is already a statement about this term here."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.term}: {'yes' if self.is_offered else 'no'}"


class Measure(models.Model):
    """A number of a capability. Vessel sets and vial formats are several rows with `lo` = `hi`."""

    capability = models.ForeignKey(Capability, on_delete=models.CASCADE, related_name="measures")
    term = models.ForeignKey(
        Term, on_delete=models.PROTECT, related_name="+", help_text=_("A scale term (sc.*).")
    )
    lo = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    hi = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    count = models.PositiveSmallIntegerField(
        default=1, help_text=_("How many of this size, e.g. 3 × 2,000 L.")
    )
    entered_text = models.CharField(max_length=80)
    entered_unit = models.CharField(max_length=30)

    class Meta:
        ordering = ["term_id", "lo", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lo__isnull=True)
                | models.Q(hi__isnull=True)
                | models.Q(lo__lte=models.F("hi")),
                name="measure_low_end_is_below_high_end",
                violation_error_message=_("The low end must not exceed the high end."),
            ),
            models.CheckConstraint(
                condition=models.Q(lo__isnull=False) | models.Q(hi__isnull=False),
                name="measure_has_a_bound",
                violation_error_message=_("Give at least one end of the range."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.entered_unit}".rstrip()

    @property
    def number(self) -> str:
        return counted(self.count, self.entered_text)


def counted(count: int, entered: str) -> str:
    """As entered, with the count once: people write "3 × 2,000" or fill in three and 2,000."""
    return entered if count == 1 or _WRITTEN_COUNT.match(entered) else f"{count} × {entered}"


class HazardQuerySet(AudienceQuerySet["Hazard"]):
    pass


class Hazard(models.Model):
    """Whether a hazard (haz.* term) is handled at a line, a building, the site or the whole campus."""

    class Scope(models.TextChoices):
        LINE = "line", _("Line")
        BUILDING = "building", _("Building")
        SITE = "site", _("Site")
        CAMPUS = "campus", _("Campus")

    uid = uid_field()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="hazards")
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.SITE)
    building = models.ForeignKey(
        Building, on_delete=models.CASCADE, null=True, blank=True, related_name="hazards"
    )
    line = models.ForeignKey(
        "partners.Line", on_delete=models.CASCADE, null=True, blank=True, related_name="hazards"
    )
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    is_present = models.BooleanField()
    basis = models.CharField(max_length=12, choices=Basis, default=Basis.CLAIMED)
    source = models.CharField(max_length=300, blank=True)
    confirmed_on = models.DateField(default=dt.date.today)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.PUBLIC)

    objects: ClassVar[HazardQuerySet] = HazardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["site_id", "term_id", "scope"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "scope", "building", "line", "term"],
                nulls_distinct=False,
                name="one_statement_per_hazard_and_place",
            ),
            models.CheckConstraint(
                condition=models.Q(scope="line", line__isnull=False, building__isnull=True)
                | models.Q(scope="building", building__isnull=False, line__isnull=True)
                | models.Q(scope__in=["site", "campus"], building__isnull=True, line__isnull=True),
                name="hazard_place_fits_its_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term}: {'present' if self.is_present else 'not present'}"
