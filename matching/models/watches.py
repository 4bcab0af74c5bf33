"""Briefs that are matched again in the background, and what there is to tell of it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.models import Organisation
from cdmo_portal.events.leases import LeasedRow
from matching.models.briefs import Brief, OfBriefQuerySet
from matching.models.match_runs import MatchRun


class BriefWatchQuerySet(OfBriefQuerySet["BriefWatch"]):
    pass


class BriefWatch(LeasedRow):
    """One per brief that was ever open: when it is looked at next, and the note to its sponsor.

    A queue as of cdmo_portal.events.leases. `facts_mark` is how far the changes of sites have been followed
    for this brief (see partners.changes); `as_of` the last day on which it was matched, kept or not.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        RESTING = "resting", _("Resting")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.OneToOneField(Brief, on_delete=models.CASCADE, related_name="watch")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    given_up_version = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("The version of the brief that could not be scored.")
    )
    facts_mark = models.BigIntegerField(default=0)
    as_of = models.DateField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    seen_run = models.ForeignKey(
        MatchRun,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The last that a person made or looked at; the note tells what is new since."),
    )
    note = models.TextField(blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[BriefWatchQuerySet] = BriefWatchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "brief watches"
        indexes = [
            models.Index(
                fields=["next_due_at"], condition=models.Q(state="active"), name="brief_watch_by_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.brief}: {self.state}"
