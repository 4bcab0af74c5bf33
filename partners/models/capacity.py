"""Lines and what they have open, quarter by quarter. Every row says when it was seen."""

from decimal import Decimal
from typing import ClassVar, Final, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from partners.ageing import CAPACITY_DAYS
from partners.models.capabilities import Audience, AudienceQuerySet
from partners.models.readers import reader_rights
from partners.models.sites import Building, Site

DAYS_OF_A_QUARTER: Final = 91
NOT_NEGATIVE: Final = (
    "nominal_per_quarter",
    "days_per_batch",
    "changeover_days",
    "smallest_campaign",
    "largest_campaign",
    "lead_time_weeks",
)


class Line(models.Model):
    """A production resource with capacity. What a brief asks of a line must hold on one and the same."""

    class Source(models.TextChoices):
        FORM = "form", _("Form")
        UPLOAD = "upload", _("Upload")
        FEED = "feed", _("Feed")
        API = "api", _("API")

    uid = uid_field()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="lines")
    building = models.ForeignKey(
        Building, on_delete=models.SET_NULL, null=True, blank=True, related_name="lines"
    )
    name = models.CharField(max_length=120)
    external_id = models.CharField(
        max_length=80, blank=True, help_text=_("The CDMO's own id of the line (resource_id in feeds).")
    )
    capacity_unit = models.CharField(max_length=30, default="batches")
    nominal_per_quarter = models.DecimalField(
        max_digits=14,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("What the line can do in one quarter, in its capacity unit."),
    )
    nominal_batch = models.DecimalField(
        max_digits=14,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("The size of one ordinary batch, in nominal_batch_unit."),
    )
    nominal_batch_unit = models.CharField(max_length=30, blank=True)
    slot_means = models.CharField(
        max_length=200, blank=True, help_text=_("What one unit of capacity stands for, in words.")
    )
    days_per_batch = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    changeover_days = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    smallest_campaign = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    largest_campaign = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    lead_time_weeks = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    lead_time_confirmed_on = models.DateField(null=True, blank=True)
    capacity_source = models.CharField(max_length=10, choices=Source, default=Source.FORM)
    capacity_valid_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("How many days typed capacity holds, where its window gives no day of its own."),
    )
    capacity_audience = models.CharField(max_length=10, choices=Audience, default=Audience.MATCHING)
    is_multipurpose = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["site_id", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "external_id"],
                condition=~models.Q(external_id=""),
                name="a_site_uses_a_line_id_once",
                violation_error_message=_("Another line of this site has this id."),
            ),
            models.UniqueConstraint(
                fields=["site", "name"],
                name="a_site_uses_a_line_name_once",
                violation_error_message=_("Another line of this site has this name."),
            ),
            models.CheckConstraint(
                condition=models.Q(smallest_campaign__lte=models.F("largest_campaign")),
                name="line_campaigns_are_in_order",
                violation_error_message=_("The largest campaign is below the smallest."),
            ),
            models.CheckConstraint(
                condition=models.Q(nominal_batch__isnull=True, nominal_batch_unit="")
                | (
                    models.Q(nominal_batch__isnull=False, nominal_batch__gt=0)
                    & ~models.Q(nominal_batch_unit="")
                ),
                name="line_nominal_batch_is_a_size_with_a_unit",
                violation_error_message=_("A nominal batch is more than nothing and has a unit."),
            ),
            models.CheckConstraint(
                condition=models.Q(capacity_valid_days__range=(1, CAPACITY_DAYS)),
                name="line_capacity_is_valid_for_1_to_60_days",
                violation_error_message=_("Capacity holds for 1 to 60 days."),
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__gte": 0}),
                    name=f"line_{name}_is_not_negative",
                    violation_error_message=_("This number cannot be negative."),
                )
                for name in NOT_NEGATIVE
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def batches_by_days(self) -> tuple[int, int] | None:
        """Whole batches that fit a quarter with a changeover after each, and without any; for comparison."""
        if not self.days_per_batch:
            return None
        changeover = self.changeover_days or Decimal(0)
        return int(DAYS_OF_A_QUARTER / (self.days_per_batch + changeover)), int(
            DAYS_OF_A_QUARTER / self.days_per_batch
        )


class CapacityWindowQuerySet(AudienceQuerySet["CapacityWindow"]):
    def shown_to(self, actor: Actor) -> Self:
        """As for other rows; who is excluded sees no capacity, whatever its audience."""
        return super().shown_to(actor).not_excluding(actor)

    def not_excluding(self, actor: Actor) -> Self:
        """Without those of sites that exclude the actor's organisation."""
        excluding = reader_rights(actor).excluding
        return self.exclude(site__partner__organisation_id__in=excluding) if excluding else self

    def current(self) -> "CapacityWindowQuerySet":
        """Windows that no later snapshot closed."""
        return self.filter(closed_at__isnull=True)


class CapacityWindow(models.Model):
    """A line, a period [start, end), a state and a quantity; when it was observed, until when it holds."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        HELD = "held", _("Held")
        COMMITTED = "committed", _("Committed")
        UNAVAILABLE = "unavailable", _("Unavailable")

    class Confidence(models.TextChoices):
        FIRM = "firm", _("Firm")
        PLANNED = "planned", _("Planned")
        INDICATIVE = "indicative", _("Indicative")

    uid = uid_field()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="windows")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="windows")
    period = DateRangeField(help_text=_("Local dates of the site, half-open, bounded."))
    state = models.CharField(max_length=12, choices=State)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit = models.CharField(max_length=30)
    lead_time_weeks = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    smallest_campaign = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    confidence = models.CharField(max_length=12, choices=Confidence, default=Confidence.FIRM)
    reason = models.CharField(max_length=120, blank=True)
    held_until = models.DateField(null=True, blank=True)
    observed_at = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.MATCHING)
    follows_line = models.BooleanField(
        default=True, help_text=_("Its audience is that of its line; else it has been given one of its own.")
    )
    source = models.CharField(max_length=10, choices=Line.Source)
    feed = models.ForeignKey(
        "partners.Feed", on_delete=models.SET_NULL, null=True, blank=True, related_name="windows"
    )
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Set when a later snapshot left it out.")
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[CapacityWindowQuerySet] = CapacityWindowQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["line_id", "period", "state"]
        constraints = [
            ExclusionConstraint(
                name="windows_of_one_line_and_state_do_not_overlap",
                expressions=[
                    ("line", RangeOperators.EQUAL),
                    ("state", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(closed_at__isnull=True),
                violation_error_message=_("Another window of this line and state overlaps this period."),
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=0),
                name="window_quantity_is_not_negative",
                violation_error_message=_("The quantity cannot be negative."),
            ),
            models.CheckConstraint(
                condition=models.Q(period__startswith__isnull=False, period__endswith__isnull=False),
                name="window_period_is_bounded",
                violation_error_message=_("A period needs a first and a last day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.period} {self.state} {self.quantity} {self.unit}"
