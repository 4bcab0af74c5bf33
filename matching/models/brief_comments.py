"""What colleagues say to each other about a brief, and whom a mail tells of it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Member, Organisation, User
from matching.models.briefs import Brief, OfBriefQuerySet

LONGEST_COMMENT = 4000


class BriefCommentQuerySet(OfBriefQuerySet["BriefComment"]):
    pass


class BriefComment(models.Model):
    """A comment on a brief or, by the uid of it, on one requirement, which may be gone by now."""

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="comments")
    requirement_uid = models.UUIDField(null=True, blank=True)
    about = models.CharField(
        max_length=300, blank=True, help_text=_("The requirement in words, as it was then.")
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    body = models.TextField(blank=True, max_length=LONGEST_COMMENT)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[BriefCommentQuerySet] = BriefCommentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True) | models.Q(body=""),
                name="a_removed_comment_says_nothing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.brief}: {self.written_at:%Y-%m-%d %H:%M}"


class BriefNoticeQuerySet(OfBriefQuerySet["BriefNotice"]):
    pass


class BriefNotice(models.Model):
    """Whether and when a mail tells one member of new comments on one brief."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="notices")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    is_muted = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[BriefNoticeQuerySet] = BriefNoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brief", "member"], name="a_member_has_one_notice_per_brief")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="brief_notice_by_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} of {self.brief}"
