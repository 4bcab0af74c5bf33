"""Changes of a profile that somebody intends: nobody but the keeper's members knows of them."""

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import uid_field
from cdmo_portal.accounts.models import Organisation, User
from partners.models.profile_changes import Subject, Values
from partners.models.sites import Site


class ProfileDraftQuerySet(models.QuerySet["ProfileDraft"]):
    def visible_to(self, actor: Actor) -> Self:
        if not actor.is_cdmo:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)

    def of_site(self, site: Site, actor: Actor) -> Self:
        """The actor's own: a site that changed hands may have drafts of its former keeper."""
        return self.visible_to(actor).filter(site=site)


class ProfileDraft(models.Model):
    """What a part of a site's profile is to say; the part itself stays as it is until it is published.

    `values` is None where a statement is to be taken back, `base` what stood when the draft was made: None
    for a new statement. `key` is as in a change; a new statement has one of its own.
    """

    uid = uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="drafts")
    subject = models.CharField(max_length=12, choices=Subject)
    key = models.CharField(max_length=64)
    about = models.CharField(max_length=300, blank=True)
    values: models.JSONField[Values | None, Values | None] = models.JSONField(null=True)
    base: models.JSONField[Values | None, Values | None] = models.JSONField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ProfileDraftQuerySet] = ProfileDraftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "site", "subject", "key"], name="one_draft_of_each_part"
            )
        ]

    def __str__(self) -> str:
        subject = self.get_subject_display()
        return f"{subject}: {self.about}" if self.about else subject
