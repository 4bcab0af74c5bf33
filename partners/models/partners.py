"""A CDMO's public profile, and who may speak for it."""

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models import Organisation


class PartnerQuerySet(models.QuerySet["Partner"]):
    def owned_by(self, actor: Actor) -> Self:
        if not actor.is_cdmo:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)


class Partner(models.Model):
    uid = uid_field()
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    organisation = models.OneToOneField(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="partner"
    )
    summary = models.TextField(blank=True, max_length=4000)
    website = models.URLField(blank=True)
    is_suggested = models.BooleanField(
        default=False, help_text=_("Grouped by an editor from the register; not confirmed by the company.")
    )
    is_sample = models.BooleanField(default=False, help_text=_("Fictional, made by the sample data."))
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager["Partner"]] = PartnerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:partner_detail", args=[self.slug])

    @property
    def is_claimed(self) -> bool:
        return self.organisation_id is not None

    @property
    def is_only_suggested(self) -> bool:
        """Grouped by an editor, and no company keeps it yet."""
        return self.is_suggested and not self.is_claimed


class FormerSlug(models.Model):
    """Where an old address of a partner or site leads now."""

    slug = models.SlugField(max_length=120, unique=True)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, null=True, related_name="former_slugs")
    site = models.ForeignKey(
        "partners.Site", on_delete=models.CASCADE, null=True, related_name="former_slugs"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(partner__isnull=True) ^ models.Q(site__isnull=True),
                name="a_former_slug_leads_to_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.slug
