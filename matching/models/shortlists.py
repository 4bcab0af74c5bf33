"""Partners that a sponsor follows for a brief, and who did what to that list when."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, User
from matching.models.briefs import Brief, OfBriefQuerySet
from partners.models import Partner

MOST_TAGS = 10
LONGEST_TAG = 30
LONGEST_REASON = 300


class ShortlistEntryQuerySet(OfBriefQuerySet["ShortlistEntry"]):
    def followed(self) -> Self:
        return self.filter(removed_at__isnull=True)

    def to_score(self) -> Self:
        """Those that evaluators score: past the long list, and not declined."""
        return self.filter(stage__in=SCORED_STAGES)


class FollowedManager(models.Manager["ShortlistEntry"]):
    """The default, so that no count and no list shows a partner that was taken off."""

    def get_queryset(self) -> ShortlistEntryQuerySet:
        return ShortlistEntryQuerySet(self.model, using=self._db).followed()

    def visible_to(self, actor: Actor) -> ShortlistEntryQuerySet:
        return self.get_queryset().visible_to(actor)

    def to_score(self) -> ShortlistEntryQuerySet:
        return self.get_queryset().to_score()


class ShortlistEntry(models.Model):
    """A partner that a sponsor follows for a brief.

    One that is taken off keeps its row (`removed_at`), so that its note, tags, stage and scores come back
    with it. `objects` and `brief.shortlist` leave such rows out, `ever` has them all.
    """

    class Stage(models.TextChoices):
        LONG_LIST = "long-list", _("Long list")
        SHORTLIST = "shortlist", _("Shortlist")
        CONTACTED = "contacted", _("Contacted")
        DECLINED = "declined", _("Declined")
        SELECTED = "selected", _("Selected")

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="shortlist")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.SHORTLIST)
    stage_since = models.DateTimeField(default=timezone.now)
    reason = models.CharField(
        max_length=LONGEST_REASON, blank=True, help_text=_("Why it was declined or selected.")
    )
    added_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, max_length=4000)
    tags = ArrayField(models.CharField(max_length=LONGEST_TAG), default=list, blank=True, size=MOST_TAGS)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[FollowedManager] = FollowedManager()
    ever: ClassVar[ShortlistEntryQuerySet] = ShortlistEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-added_at", "pk"]
        verbose_name_plural = "shortlist entries"
        constraints = [
            models.UniqueConstraint(
                fields=["brief", "partner"], name="a_partner_is_shortlisted_once_per_brief"
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.get_stage_display()})"


SCORED_STAGES = (
    ShortlistEntry.Stage.SHORTLIST,
    ShortlistEntry.Stage.CONTACTED,
    ShortlistEntry.Stage.SELECTED,
)
ENDS = (ShortlistEntry.Stage.DECLINED, ShortlistEntry.Stage.SELECTED)
"""Stages that may carry a reason."""


class ShortlistChangeQuerySet(OfBriefQuerySet["ShortlistChange"]):
    pass


class ShortlistChange(models.Model):
    """One line of a brief's shortlist history: who did what when, with what stood there before and after.

    Append-only (the application role may not change a row), and confidential, so it is no event. `before` and
    `after` have the same keys: what was touched. No line ever holds an evaluator's scores.
    """

    class Kind(models.TextChoices):
        ADDED = "added", _("Added")
        REMOVED = "removed", _("Taken off")
        MOVED = "moved", _("Moved")
        DESCRIBED = "described", _("Note, tags or reason")
        CRITERIA = "criteria", _("Criteria of the scorecards")
        EVALUATORS = "evaluators", _("Evaluators")
        HANDED_IN = "handed-in", _("Scorecard handed in or taken back")
        OPENED = "opened", _("Scorecards shown to everybody")
        AGREED = "agreed", _("Agreed scores")

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="shortlist_changes")
    entry = models.ForeignKey(ShortlistEntry, on_delete=models.CASCADE, null=True, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField(help_text=_("Of the entry or the scoring, after the change."))
    undoes = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="undone_by")

    objects: ClassVar[ShortlistChangeQuerySet] = ShortlistChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["brief", "-id"], name="shortlist_change_latest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
