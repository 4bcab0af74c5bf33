"""Frozen results of scoring."""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, User
from matching.models.briefs import Brief, OfBriefQuerySet
from matching.models.frozen_facts import FactsSnapshot


class MatchRunQuerySet(OfBriefQuerySet["MatchRun"]):
    pass


class MatchRun(models.Model):
    """The frozen result of scoring one brief at one moment, by a person or in the background."""

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="match_runs")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    in_background = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    as_of = models.DateField(default=dt.date.today)
    brief_version = models.PositiveIntegerField()
    engine_version = models.CharField(max_length=20)
    asked = models.JSONField(help_text=_("The brief as scored."))
    result = models.JSONField(help_text=_("Lists, verdicts, contributions, counts."))
    facts_sha256 = models.CharField(max_length=64)
    facts = models.ForeignKey(
        FactsSnapshot,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("Confidential. Runs from before facts were kept have none."),
    )

    own_facts = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("What the organisation itself knew and blocked; nothing of it stands among `facts`."),
    )

    objects: ClassVar[MatchRunQuerySet] = MatchRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["brief", "-made_at"], name="match_run_latest")]

    def __str__(self) -> str:
        return f"{self.brief} {self.made_at:%Y-%m-%d %H:%M}"
