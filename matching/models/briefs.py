"""A sponsor's project: requirements, weights, dates, text. Confidential to its organisation."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Member, Organisation, Role, User
from cdmo_portal.accounts.ownership import OwnedQuerySet
from cdmo_portal.documents import LONGEST_TEXT
from partners.models import Basis, Term

LONGEST_TITLE = 200


class BriefQuerySet(OwnedQuerySet["Brief"]):
    def visible_to(self, actor: Actor) -> Self:
        """The organisation's briefs that exist for the actor: not deleted, and open to them."""
        rows = super().visible_to(actor).filter(deleted_at__isnull=True)
        return rows if actor.role == Role.OWNER else rows.filter(self._open_to(actor.user_id))

    def deleted_for(self, actor: Actor) -> Self:
        """Deleted drafts that the actor could see before."""
        rows = super().visible_to(actor).filter(deleted_at__isnull=False)
        return rows if actor.role == Role.OWNER else rows.filter(self._open_to(actor.user_id))

    def hidden_from(self, actor: Actor) -> Self:
        """The organisation's briefs for named colleagues, of whom the actor is none; deleted ones too."""
        if actor.role == Role.OWNER:
            return self.none()
        return super().visible_to(actor).exclude(self._open_to(actor.user_id))

    def _open_to(self, user_id: int | None) -> models.Q:
        """Owners of the organisation see every brief, so that none is ever orphaned; they are not asked."""
        named = BriefColleague.objects.filter(brief=models.OuterRef("pk"), member__user_id=user_id or 0)
        return models.Q(access=Brief.Access.ORGANISATION) | models.Q(models.Exists(named))


class OfBriefQuerySet[Row: models.Model](OwnedQuerySet[Row]):
    """Rows that hang on a brief by a field `brief`: seen by those who see the brief."""

    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(brief__in=Brief.objects.visible_to(actor))


class Brief(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    class Preset(models.TextChoices):
        EARLY = "early", _("Early clinical")
        LATE = "late", _("Late clinical")
        COMMERCIAL = "commercial", _("Commercial")

    class Access(models.TextChoices):
        ORGANISATION = "organisation", _("Every member, by their role in the organisation")
        NAMED = "named", _("Named colleagues only")

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="briefs")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.TextField(blank=True, max_length=LONGEST_TEXT)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    stage = models.ForeignKey(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    modality = models.ForeignKey(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    dosage_form = models.ForeignKey(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    preset = models.CharField(max_length=12, choices=Preset, default=Preset.EARLY)
    weights = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("Points per head; empty = said by `weighting`, else the preset's weights."),
    )
    weighting = models.JSONField(
        default=dict, blank=True, help_text=_("Swings per head, or an order of the heads, as they were said.")
    )
    material_available_on = models.DateField(null=True, blank=True)
    needed_by = models.DateField(null=True, blank=True)
    contracting_weeks = models.DecimalField(max_digits=5, decimal_places=1, default=8)
    transfer_weeks = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    release_weeks = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    shipping_weeks = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    is_sample = models.BooleanField(default=False)
    access = models.CharField(max_length=12, choices=Access, default=Access.ORGANISATION)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(
        null=True, blank=True, help_text=_("A draft that was never opened; it can be taken back.")
    )

    objects: ClassVar[BriefQuerySet] = BriefQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weights={}) | models.Q(weighting={}),
                name="a_brief_says_its_weights_in_one_way",
                violation_error_message=_("Say the weights in one way."),
            ),
            models.CheckConstraint(
                condition=models.Q(deleted_at__isnull=True) | models.Q(state="draft"),
                name="only_a_draft_is_deleted",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-created_at"], name="brief_of_organisation")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("matching:brief_detail", args=[self.uid])

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_followed(self) -> bool:
        """Whether the background matches it again."""
        return self.state == self.State.OPEN and not self.is_archived


class BriefColleagueQuerySet(OfBriefQuerySet["BriefColleague"]):
    pass


class BriefColleague(models.Model):
    """A member who is named on a brief. The row ends with the membership."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="colleagues")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=Role, default=Role.EDITOR)
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[BriefColleagueQuerySet] = BriefColleagueQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["brief", "member"], name="a_colleague_is_named_once_per_brief")
        ]

    def __str__(self) -> str:
        return f"{self.member} on {self.brief}"


class Step(models.Model):
    class Kind(models.TextChoices):
        DRUG_SUBSTANCE = "drug-substance", _("Drug substance")
        DRUG_PRODUCT = "drug-product", _("Drug product")
        PACKAGING = "packaging", _("Packaging")
        TESTING = "testing", _("Testing")
        RELEASE = "release", _("Release")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=16, choices=Kind)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["brief", "kind"], name="a_step_stands_once_per_brief")]

    def __str__(self) -> str:
        return self.get_kind_display()


class RequirementQuerySet(OfBriefQuerySet["Requirement"]):
    pass


class Requirement(models.Model):
    """One line of a brief. Rows of a brief that share a non-empty `alternative` are alternatives."""

    class Strength(models.TextChoices):
        MUST = "must", _("Must")
        MUST_NOT = "must_not", _("Must not")
        PREFER = "prefer", _("Prefer")

    class Kind(models.TextChoices):
        TERM = "term", _("Capability")
        HAZARD = "hazard", _("Hazard")
        PLACE = "place", _("Place")
        INSPECTION = "inspection", _("Inspection")
        CERTIFICATE = "certificate", _("Certificate")
        REGISTRATION = "registration", _("Registration")
        CAPACITY = "capacity", _("Capacity")

    class Scope(models.TextChoices):
        LINE = "line", _("One line")
        BUILDING = "building", _("Building")
        SITE = "site", _("Site")
        CAMPUS = "campus", _("Campus")
        PARTNER = "partner", _("Partner")

    class Relation(models.TextChoices):
        COVERS = "covers", _("range covers")
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("down to at most")
        ONE_OF = "one_of", _("one of the sizes")

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="requirements")
    step = models.ForeignKey(
        Step, on_delete=models.CASCADE, null=True, blank=True, related_name="requirements"
    )
    position = models.PositiveSmallIntegerField(default=0)
    alternative = models.CharField(max_length=20, blank=True)
    strength = models.CharField(max_length=10, choices=Strength, default=Strength.MUST)
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.TERM)
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.SITE)
    label = models.CharField(max_length=300, blank=True, help_text=_("In the sponsor's words."))
    term = models.ForeignKey(
        Term,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "The capability, hazard, certificate, or the authority of an inspection or registration."
        ),
    )
    measure = models.ForeignKey(Term, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    relation = models.CharField(max_length=10, choices=Relation, blank=True)
    lo = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    hi = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    sizes = ArrayField(models.DecimalField(max_digits=24, decimal_places=8), default=list, blank=True)
    count = models.PositiveSmallIntegerField(default=1)
    entered_text = models.CharField(max_length=80, blank=True)
    entered_unit = models.CharField(max_length=30, blank=True)
    stages = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    least_basis = models.CharField(max_length=12, choices=Basis, default=Basis.CLAIMED)
    places = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text=_("ISO country codes or geo.* groups."),
    )
    authorities = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    at_most_months = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    operations = ArrayField(
        models.CharField(max_length=12), default=list, blank=True, help_text=_("NCIt codes.")
    )
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    quantity_unit = models.CharField(max_length=30, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[RequirementQuerySet] = RequirementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lo__isnull=True)
                | models.Q(hi__isnull=True)
                | models.Q(lo__lte=models.F("hi")),
                name="requirement_low_end_is_below_high_end",
                violation_error_message=_("The low end must not exceed the high end."),
            )
        ]

    def __str__(self) -> str:
        return self.label or str(self.term or self.get_kind_display())
