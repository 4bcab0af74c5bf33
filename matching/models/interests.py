"""A sponsor's blinded question whether a partner is interested in a project, and the partner's answer."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, User
from matching.models.briefs import Brief, OfBriefQuerySet
from partners.models import Partner

LONGEST_NOTE = 500


class InterestQuerySet(OfBriefQuerySet["Interest"]):
    """`visible_to` is the sponsor's side, by who sees the brief; `received_by` is the CDMO's."""

    def received_by(self, actor: Actor) -> Self:
        """Those that reached the partner that the actor's organisation keeps."""
        return self.filter(partner__in=Partner.objects.owned_by(actor), is_withheld=False)

    def live(self) -> Self:
        """Not withdrawn, answered or not."""
        return self.filter(withdrawn_at__isnull=True)

    def waiting(self) -> Self:
        """Those that still want an answer."""
        return self.live().filter(answer="")


class Interest(models.Model):
    """The CDMO reads `teaser` and nothing else of the brief; the sponsor reads the answer."""

    class Answer(models.TextChoices):
        INTERESTED = "interested", _("Interested")
        NEEDS_INFORMATION = "need_information", _("Needs more information")
        DECLINED = "declined", _("Declined")

    class Reason(models.TextChoices):
        NO_CAPACITY = "no_capacity", _("No capacity in that time")
        NOT_OUR_SCALE = "not_our_scale", _("Not our scale")
        NOT_OUR_MODALITY = "not_our_modality", _("Not our modality")
        TIMING = "timing", _("The timing does not fit")
        CONFLICT = "conflict", _("Conflict with other work")
        OTHER = "other", _("Another reason")

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="interests")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    teaser = models.JSONField(help_text=_("Lines of label and value, exactly as they are shown."))
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    is_withheld = models.BooleanField(
        default=False, help_text=_("The partner excluded the sponsor when it asked, and is never told of it.")
    )
    answer = models.CharField(max_length=16, choices=Answer, blank=True)
    reason = models.CharField(max_length=16, choices=Reason, blank=True, help_text=_("Why it was declined."))
    note = models.TextField(max_length=LONGEST_NOTE, blank=True, help_text=_("In the partner's words."))
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[InterestQuerySet] = InterestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["brief", "partner"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_partner_is_asked_once_per_brief",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="an_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(answer="declined") & ~Q(reason="") | ~Q(answer="declined") & Q(reason=""),
                name="a_declined_interest_says_why",
            ),
        ]
        indexes = [models.Index(fields=["partner", "-asked_at"], name="interest_of_partner")]

    def __str__(self) -> str:
        return f"{self.partner} ({self.said})"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def is_waiting(self) -> bool:
        return not self.is_withdrawn and not self.answer

    @property
    def said(self) -> str:
        """The answer with its reason, in words."""
        if not self.answer:
            return str(_("No answer yet"))
        answer, reason = self.get_answer_display(), self.get_reason_display()
        return f"{answer}: {reason}" if reason else answer
