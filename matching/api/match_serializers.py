"""The frozen result of a match run, described field by field (its maker: matching/scoring/serialisation.py).

Weights are shares of 1, points are of 100; `shown` points have one decimal and add up to the shown score.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matching.api.serializers import MatchRunLinkSerializer
from matching.models import MatchRun
from matching.ranking.examining import examination_of_run
from matching.scoring.eligibility import Standing
from matching.scoring.examination import examination
from matching.scoring.verdicts import Status
from matching.scoring.weightings import Weighting

Texts = serializers.ListField
STANDINGS = [each.value for each in Standing]


class EvidenceSerializer(serializers.Serializer[Any]):
    what = serializers.CharField()
    basis = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    origin = serializers.CharField(help_text="company, regulator, or own: noted by your organisation")
    as_of = serializers.DateField(allow_null=True)
    age = serializers.CharField(allow_blank=True)


class ContributionSerializer(serializers.Serializer[Any]):
    """value × weight × 100 = points, with what it rests on."""

    criterion = serializers.CharField()
    head = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    weight = serializers.FloatField(help_text="Share of 1.")
    value_low = serializers.FloatField()
    value_high = serializers.FloatField()
    points_low = serializers.FloatField()
    points_high = serializers.FloatField()
    shown = serializers.FloatField()
    shown_high = serializers.FloatField()
    detail = serializers.CharField(allow_blank=True)
    evidence = EvidenceSerializer(many=True)


class ScoreSerializer(serializers.Serializer[Any]):
    """Points of 100. `low` is what is proven, `high` what every unknown at its best would give."""

    low = serializers.FloatField()
    high = serializers.FloatField()
    shown = serializers.FloatField()
    shown_high = serializers.FloatField()
    contributions = ContributionSerializer(many=True)


class ChangeSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    text = serializers.CharField()


class VerdictSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The uid of the requirement.")
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    strength = serializers.CharField()
    scope = serializers.CharField()
    step = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=[each.value for each in Status])
    reason = serializers.CharField(allow_blank=True)
    question = serializers.CharField(allow_blank=True)
    change = ChangeSerializer(allow_null=True)
    line = serializers.CharField(allow_blank=True)
    evidence = EvidenceSerializer(many=True)


class OtherSiteSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The uid of the site.")
    name = serializers.CharField()
    standing = serializers.ChoiceField(choices=STANDINGS)
    score = serializers.FloatField()


class SiteMatchSerializer(serializers.Serializer[Any]):
    """One site, standing for its partner."""

    key = serializers.CharField(help_text="The uid of the site.")
    name = serializers.CharField()
    partner = serializers.CharField(help_text="The uid of the partner; site:… where nobody keeps the site.")
    partner_name = serializers.CharField()
    country = serializers.CharField()
    region = serializers.CharField(allow_blank=True)
    standing = serializers.ChoiceField(choices=STANDINGS)
    summary = serializers.CharField(allow_blank=True)
    score = ScoreSerializer(allow_null=True)
    requirements = VerdictSerializer(many=True)
    lines = serializers.DictField(child=serializers.CharField(), help_text="Step → line.")
    questions = Texts(child=serializers.CharField())
    changes = Texts(child=serializers.CharField())
    strengths = Texts(child=serializers.CharField())
    gaps = Texts(child=serializers.CharField())
    other_sites = OtherSiteSerializer(many=True)


class FurtherSerializer(serializers.Serializer[Any]):
    """A candidate after those that are explained in full."""

    key = serializers.CharField(help_text="The uid of the site.")
    name = serializers.CharField()
    partner = serializers.CharField(help_text="The uid of the partner; site:… where nobody keeps the site.")
    low = serializers.FloatField(help_text="Points proven.")
    high = serializers.FloatField(help_text="Points at best.")


class RestReasonSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class CandidateSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    partner = serializers.CharField()
    partner_name = serializers.CharField()
    standing = serializers.ChoiceField(choices=STANDINGS)
    score = serializers.FloatField()
    questions = Texts(child=serializers.CharField())
    changes = Texts(child=serializers.CharField())


class PartSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    candidates = CandidateSerializer(many=True, help_text="The best of them.")
    count = serializers.IntegerField(help_text="How many there are.")


class AssignmentSerializer(serializers.Serializer[Any]):
    part = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    site = CandidateSerializer()


class CoverSerializer(serializers.Serializer[Any]):
    partners = serializers.IntegerField()
    hand_overs = serializers.IntegerField()
    score = serializers.FloatField()
    has_open_questions = serializers.BooleanField()
    assignments = AssignmentSerializer(many=True)


class CoverageSerializer(serializers.Serializer[Any]):
    is_complete = serializers.BooleanField()
    parts = PartSerializer(many=True)
    covers = CoverSerializer(many=True)


class MatchResultSerializer(serializers.Serializer[Any]):
    """Eligible first, then open questions, near misses, sites of a register, and counts of the rest."""

    engine_version = serializers.CharField()
    as_of = serializers.DateField()
    brief = serializers.CharField()
    weights = serializers.DictField(child=serializers.FloatField(), help_text="Head → share of 1.")
    sites_seen = serializers.IntegerField()
    eligible = SiteMatchSerializer(many=True)
    open_questions = SiteMatchSerializer(many=True)
    near_misses = SiteMatchSerializer(many=True)
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="List → how many candidates it has in all."
    )
    further = serializers.DictField(
        child=FurtherSerializer(many=True), help_text="List → the candidates after those in the list."
    )
    registered_only = SiteMatchSerializer(many=True)
    registered_only_count = serializers.IntegerField()
    rest = RestReasonSerializer(many=True)
    rest_count = serializers.IntegerField()
    coverage = CoverageSerializer(allow_null=True)


@extend_schema_field(MatchResultSerializer)
class StoredResult(serializers.Field[Any, Any, Any, Any]):
    """A result goes out as it was stored: frozen means frozen."""

    def to_representation(self, value: Any) -> Any:
        return value


class MatchRunSerializer(MatchRunLinkSerializer):
    result = StoredResult()

    class Meta(MatchRunLinkSerializer.Meta):
        model = MatchRun
        fields = [*MatchRunLinkSerializer.Meta.fields, "result"]


class LossSerializer(serializers.Serializer[Any]):
    criterion = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    points = serializers.FloatField(help_text="Of 100, behind the leader.")


class ExaminedSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The uid of the site.")
    name = serializers.CharField()
    rank_acceptability = serializers.ListField(
        child=serializers.FloatField(), help_text="Share of the weightings in which it takes rank 1, 2, …"
    )
    is_tied_with_next = serializers.BooleanField(
        help_text="Under 2 points apart, or ahead in 40 to 60 % of the weightings."
    )
    behind = serializers.FloatField(help_text="Points behind the leader.")
    losses = LossSerializer(many=True)


class HeadChangeSerializer(serializers.Serializer[Any]):
    """The smallest change of one head's share (of 1), the others rescaled, that puts a rival level."""

    head = serializers.CharField()
    before = serializers.FloatField()
    after = serializers.FloatField()
    rival = serializers.CharField()


class NeededSerializer(serializers.Serializer[Any]):
    """How far the runner-up is behind, and one criterion that alone would make up for it (else empty)."""

    rival = serializers.CharField()
    points = serializers.FloatField()
    criterion = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    level = serializers.CharField(allow_blank=True)


class QuestionSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The uid of the site.")
    name = serializers.CharField()
    criterion = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    points = serializers.FloatField(help_text="What the answer is worth at most.")
    detail = serializers.CharField(allow_blank=True)


class RobustnessSerializer(serializers.Serializer[Any]):
    """SMAA-2 over the first eligible candidates, and what would change the leader."""

    statement = serializers.CharField(
        help_text="within: ± `share` of the stated weights; ordered: their order."
    )
    share = serializers.FloatField()
    samples = serializers.IntegerField(help_text="0: worked out exactly.")
    seed = serializers.IntegerField()
    eligible = serializers.IntegerField(help_text="How many are eligible; the first 20 are examined.")
    candidates = ExaminedSerializer(many=True)
    weight_change = HeadChangeSerializer(allow_null=True)
    score_change = NeededSerializer(allow_null=True)
    next_question = QuestionSerializer(allow_null=True)


class MatchesSerializer(serializers.Serializer[Any]):
    """The latest run's result, or one computed now (`run` is null then, and nothing is kept)."""

    run = MatchRunLinkSerializer(allow_null=True)
    result = MatchResultSerializer()
    robustness = RobustnessSerializer(allow_null=True, help_text="null: fewer than two are eligible.")


class UnstoredMatchSerializer(serializers.Serializer[Any]):
    """The result for a brief that is not kept: its keys of requirements are their places in what was sent."""

    result = MatchResultSerializer()


def matches_answer(result: Mapping[str, Any], weighting: Weighting, run: MatchRun | None) -> dict[str, Any]:
    found = examination(result, weighting) if run is None else examination_of_run(run, weighting)
    return {
        "run": MatchRunLinkSerializer(run).data if run else None,
        "result": result,
        "robustness": asdict(found) if found else None,
    }
