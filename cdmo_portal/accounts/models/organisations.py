"""Legal entities that sign in, who belongs to them, and how people join."""

import datetime as dt
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models.users import User

country_code = RegexValidator(r"^[A-Z]{2}$", _("Use an ISO 3166-1 alpha-2 code such as IE."))


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    EDITOR = "editor", _("Editor")
    VIEWER = "viewer", _("Viewer")

    def is_at_least(self, least: "Role") -> bool:
        rising = (Role.VIEWER, Role.EDITOR, Role.OWNER)
        return rising.index(self) >= rising.index(least)


class Organisation(models.Model):
    class Kind(models.TextChoices):
        SPONSOR = "sponsor", _("Sponsor")
        CDMO = "cdmo", _("CDMO")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        SUSPENDED = "suspended", _("Suspended")

    uid = uid_field()
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True, validators=[country_code])
    is_sample = models.BooleanField(default=False, help_text=_("Fictional, made by the sample data."))
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_approved(self) -> bool:
        return self.state == self.State.APPROVED


class OrganisationDomain(models.Model):
    """An e-mail domain whose verified addresses may join the organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("domain"),
                condition=models.Q(verified_at__isnull=False),
                name="a_verified_domain_belongs_to_one_organisation",
            )
        ]

    def __str__(self) -> str:
        return self.domain


class Member(models.Model):
    """A user in an organisation, with a role."""

    uid = uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["organisation_id", "user_id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="a_user_is_a_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; the link of some may have expired."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def open(self, now: dt.datetime) -> Self:
        return self.waiting().filter(expires_at__gt=now)


class Invitation(models.Model):
    """An e-mailed offer to join; the token is kept as a SHA-256 hash only."""

    uid = uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10, choices=Role, default=Role.EDITOR)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"


class APIKeyQuerySet(models.QuerySet["APIKey"]):
    def working(self, now: dt.datetime) -> Self:
        """Neither revoked nor expired."""
        return self.filter(self._lasting(now), revoked_at__isnull=True)

    def ended(self, now: dt.datetime) -> Self:
        return self.exclude(self._lasting(now), revoked_at__isnull=True)

    @staticmethod
    def _lasting(now: dt.datetime) -> models.Q:
        return models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=now)


class APIKey(models.Model):
    """A key for the REST API. It belongs to one member and never exceeds that member's role."""

    class State(models.TextChoices):
        WORKING = "working", _("Working")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")

    uid = uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="api_keys")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40), help_text=_("What it may do: see scopes.py."))
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    end_told_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
        help_text=_("The key that this one was made to follow, and that ends after an overlap."),
    )

    objects: ClassVar[APIKeyQuerySet] = APIKeyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(scopes__len__gt=0), name="a_key_has_a_scope")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def state_at(self, now: dt.datetime) -> State:
        if self.revoked_at is not None:
            return self.State.REVOKED
        is_over = self.expires_at is not None and self.expires_at <= now
        return self.State.EXPIRED if is_over else self.State.WORKING
