"""How colleagues score the shortlisted partners of a brief: each alone, then together."""

from decimal import Decimal
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.fields import confidential_uid_field
from cdmo_portal.accounts.models import Organisation, User
from matching.models.briefs import Brief, OfBriefQuerySet
from matching.models.shortlists import ShortlistEntry

MOST_POINTS = 10
LONGEST_COMMENT = 300


class ScoringRoundQuerySet(OfBriefQuerySet["ScoringRound"]):
    pass


class ScoringRound(models.Model):
    """The scoring of a brief's shortlist, from the moment that its criteria were saved.

    Once `opened_at` is set, everybody who sees the brief sees all scorecards that were handed in, and nobody
    changes their own any more.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.OneToOneField(Brief, on_delete=models.CASCADE, related_name="scoring_round")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ScoringRoundQuerySet] = ScoringRoundQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.brief}: {'open' if self.opened_at else 'each alone'}"


class ScoringCriterionQuerySet(OfBriefQuerySet["ScoringCriterion"]):
    def current(self) -> Self:
        return self.filter(dropped_at__isnull=True)


class ScoringCriterion(models.Model):
    """What partners are scored on. A dropped one keeps its row and its scores, so that it can come back."""

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="scoring_criteria")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80)
    points = models.DecimalField(
        max_digits=4,
        decimal_places=1,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Weight in points of 0 to 100; shares are made of it."),
    )
    zero = models.CharField(max_length=120, blank=True, help_text=_("What a 0 means."))
    five = models.CharField(max_length=120, blank=True, help_text=_("What a 5 means."))
    ten = models.CharField(max_length=120, blank=True, help_text=_("What a 10 means."))
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ScoringCriterionQuerySet] = ScoringCriterionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = "scoring criteria"

    def __str__(self) -> str:
        return self.name


class ScorecardQuerySet(OfBriefQuerySet["Scorecard"]):
    def handed_in(self) -> Self:
        return self.filter(handed_in_at__isnull=False, evaluator__isnull=False)

    def of_evaluators(self) -> Self:
        return self.filter(evaluator__isnull=False)


class Scorecard(models.Model):
    """One evaluator's scores for all partners; without an evaluator, the scores that were agreed together."""

    uid = confidential_uid_field()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="scorecards")
    evaluator = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    is_invited = models.BooleanField(default=False)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[ScorecardQuerySet] = ScorecardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["brief", "evaluator"], name="an_evaluator_has_one_scorecard_per_brief"
            ),
            models.UniqueConstraint(
                fields=["brief"],
                condition=models.Q(evaluator__isnull=True),
                name="a_brief_has_one_agreed_scorecard",
            ),
        ]

    def __str__(self) -> str:
        return str(self.evaluator or _("Agreed together"))


class CriterionScoreQuerySet(OfBriefQuerySet["CriterionScore"]):
    def visible_to(self, actor: Actor) -> Self:
        """Alone means alone: one's own, and all that were handed in once the round is open."""
        own = models.Q(scorecard__evaluator_id=actor.user_id or 0)
        is_open = models.Q(brief__scoring_round__opened_at__isnull=False)
        shared = models.Q(scorecard__handed_in_at__isnull=False) | models.Q(scorecard__evaluator__isnull=True)
        return super().visible_to(actor).filter(own | is_open & shared)

    def answered(self) -> Self:
        return self.filter(models.Q(value__isnull=False) | models.Q(cannot_judge=True))


class CriterionScore(models.Model):
    """What one scorecard says of one partner on one criterion. A row with neither is a comment so far."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    brief = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="+")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="scores")
    entry = models.ForeignKey(ShortlistEntry, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(ScoringCriterion, on_delete=models.CASCADE, related_name="scores")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    cannot_judge = models.BooleanField(default=False)
    comment = models.CharField(max_length=LONGEST_COMMENT, blank=True)

    objects: ClassVar[CriterionScoreQuerySet] = CriterionScoreQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "entry", "criterion"], name="a_scorecard_scores_a_criterion_once"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__lte=MOST_POINTS),
                name="a_score_is_at_most_ten",
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(cannot_judge=False),
                name="what_cannot_be_judged_has_no_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {'cannot judge' if self.cannot_judge else self.value}"
