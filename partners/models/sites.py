"""Physical facilities. A site may have no partner: the register names thousands that nobody claimed yet."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models import country_code
from partners.models.partners import Partner


class Campus(models.Model):
    """Sites on one ground."""

    name = models.CharField(max_length=200)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="campuses")

    class Meta:
        verbose_name_plural = "campuses"

    def __str__(self) -> str:
        return self.name


class SiteQuerySet(models.QuerySet["Site"]):
    def owned_by(self, actor: Actor) -> Self:
        if not actor.is_cdmo:
            return self.none()
        return self.filter(partner__organisation_id=actor.organisation_id)

    def profiled(self) -> Self:
        """Sites of which more than the register is known."""
        return self.filter(is_profiled=True)


class Site(models.Model):
    uid = uid_field()
    slug = models.SlugField(max_length=140, unique=True)
    partner = models.ForeignKey(
        Partner, on_delete=models.SET_NULL, null=True, blank=True, related_name="sites"
    )
    campus = models.ForeignKey(Campus, on_delete=models.SET_NULL, null=True, blank=True, related_name="sites")
    name = models.CharField(max_length=200)
    street = models.CharField(max_length=300, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, validators=[country_code])
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    external_id = models.CharField(
        max_length=80, blank=True, help_text=_("The CDMO's own id of the site, used in its feeds.")
    )
    is_profiled = models.BooleanField(
        default=False,
        help_text=_("More is known than the register says: capabilities, lines or certificates."),
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager["Site"]] = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "external_id"],
                condition=~models.Q(external_id=""),
                name="a_partner_uses_a_site_id_once",
                violation_error_message=_("Another site of this partner has this id."),
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="site_position_is_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:site_detail", args=[self.slug])


class Building(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="buildings")
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="a_building_name_is_used_once")]

    def __str__(self) -> str:
        return self.name


class SiteIdentifier(models.Model):
    """A number that somebody else gives a site. FEI and DUNS numbers are not unique in the real register."""

    class Scheme(models.TextChoices):
        FEI = "fei", _("FDA establishment identifier (FEI)")
        DUNS = "duns", _("DUNS number")
        OMS_ORG = "oms-org", _("EMA organisation id (ORG)")
        OMS_LOC = "oms-loc", _("EMA location id (LOC)")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=10, choices=Scheme)
    value = models.CharField(max_length=40)

    class Meta:
        ordering = ["scheme", "value"]
        indexes = [models.Index(fields=["scheme", "value"], name="site_identifier_lookup")]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "scheme", "value"], name="an_identifier_stands_once_per_site"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"


class CurrentTransaction(models.Func):
    """PostgreSQL's 64-bit id of the running transaction."""

    function = "pg_current_xact_id"
    arity = 0
    template = "(%(function)s()::text::bigint)"
    output_field = models.BigIntegerField()


class SiteChange(models.Model):
    """One row per change of a site's facts, written in the transaction that changes them.

    A reader's mark is `pg_snapshot_xmin(pg_current_snapshot())`, the oldest transaction that still runs, so
    that a row whose transaction commits late is not missed (a timestamp or an id as mark would miss it).
    A row outlives its site: it is how readers learn that a site is gone.
    """

    site = models.ForeignKey(Site, on_delete=models.DO_NOTHING, db_constraint=False, related_name="changes")
    transaction_id = models.BigIntegerField(db_default=CurrentTransaction(), db_index=True)

    def __str__(self) -> str:
        return f"{self.site_id}@{self.transaction_id}"
