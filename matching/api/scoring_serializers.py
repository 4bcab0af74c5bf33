"""How a scoring is read: where it stands, one's own scorecard, and all of them once they are open."""

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from matching.api.people_serializers import MemberLinkSerializer
from matching.score_table import CriterionLine, PartnerScores, ScoreTable
from partners.api.serializers import PartnerLinkSerializer


class CriterionSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField(source="row.uid")
    name = serializers.CharField(source="row.name")
    points = serializers.FloatField(source="row.points", help_text="Of 100; shares are made of them.")
    share_percent = serializers.FloatField(source="shown")
    zero = serializers.CharField(source="row.zero", help_text="What a 0 means.")
    five = serializers.CharField(source="row.five")
    ten = serializers.CharField(source="row.ten")


class EvaluatorSerializer(serializers.Serializer[Any]):
    member = MemberLinkSerializer()
    is_asked = serializers.BooleanField()
    handed_in_at = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(many=False)
class ScoringSerializer(serializers.Serializer[Any]):
    """Of others it tells only who was asked and who has handed in."""

    is_open = serializers.BooleanField(help_text="Everybody sees all scorecards that were handed in.")
    opened_at = serializers.DateTimeField(allow_null=True)
    criteria = CriterionSerializer(many=True)
    evaluators = EvaluatorSerializer(many=True, help_text="Everybody who sees the brief.")


class AnswerSerializer(serializers.Serializer[Any]):
    criterion = serializers.UUIDField()
    value = serializers.IntegerField(allow_null=True, help_text="0 to 10.")
    cannot_judge = serializers.BooleanField()
    comment = serializers.CharField(allow_blank=True)


class TotalSerializer(serializers.Serializer[Any]):
    """Points of 100. `high` is what the rest would give if it deserved a ten."""

    low = serializers.FloatField(source="shown")
    high = serializers.FloatField(source="shown_high")
    judged_percent = serializers.FloatField()


class ScoredEntrySerializer(serializers.Serializer[Any]):
    """What was answered of one partner, criterion by criterion."""

    uid = serializers.UUIDField(source="entry.uid", help_text="Of the entry of the shortlist.")
    partner = PartnerLinkSerializer(source="entry.partner")
    answers = AnswerSerializer(many=True)
    missing = serializers.IntegerField(help_text="Criteria without an answer.")
    total = TotalSerializer(allow_null=True)


class PlaceSerializer(serializers.Serializer[Any]):
    rank = serializers.IntegerField()
    is_tied = serializers.BooleanField()


class SpreadSerializer(serializers.Serializer[Any]):
    """The scores that evaluators gave on one criterion."""

    count = serializers.IntegerField()
    cannot_judge = serializers.IntegerField()
    mean = serializers.FloatField()
    median = serializers.FloatField()
    least = serializers.IntegerField()
    most = serializers.IntegerField()
    deviation = serializers.FloatField()
    is_disagreement = serializers.BooleanField()


class GivenSerializer(serializers.Serializer[Any]):
    evaluator = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    cannot_judge = serializers.BooleanField()


class RemarkSerializer(serializers.Serializer[Any]):
    evaluator = serializers.CharField()
    comment = serializers.CharField()


class CriterionScoresSerializer(serializers.Serializer[Any]):
    criterion = serializers.UUIDField()
    given = GivenSerializer(many=True)
    spread = SpreadSerializer(allow_null=True)
    points = serializers.FloatField(help_text="What it adds to the total.")
    agreed = serializers.CharField(allow_blank=True, help_text="A score, ? for cannot judge, or nothing.")
    comments = RemarkSerializer(many=True)


class EvaluatorTotalSerializer(serializers.Serializer[Any]):
    evaluator = serializers.CharField()
    total = TotalSerializer(allow_null=True)


class PartnerScoresSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField(help_text="Of the entry of the shortlist.")
    partner = PartnerLinkSerializer()
    place = PlaceSerializer(allow_null=True)
    total = TotalSerializer(allow_null=True, help_text="Of the mean of each criterion.")
    totals = EvaluatorTotalSerializer(many=True)
    agreed_place = PlaceSerializer(allow_null=True)
    agreed = TotalSerializer(allow_null=True)
    disagreements = serializers.IntegerField(help_text="Criteria on which scores are 4 or more apart.")
    criteria = CriterionScoresSerializer(many=True)


class TogetherSerializer(serializers.Serializer[Any]):
    """All scorecards that were handed in, side by side, the best partner first."""

    criteria = CriterionSerializer(many=True)
    evaluators = serializers.ListField(child=serializers.CharField())
    partners = PartnerScoresSerializer(many=True)


def together(table: ScoreTable) -> dict[str, Any]:
    names = [str(card.evaluator) for card in table.cards]
    return {
        "criteria": table.criteria,
        "evaluators": names,
        "partners": [_of_partner(each, names) for each in table.partners],
    }


def _of_partner(scores: PartnerScores, names: Sequence[str]) -> Mapping[str, Any]:
    return {
        "uid": scores.entry.uid,
        "partner": scores.entry.partner,
        "place": scores.place,
        "total": scores.panel.overall,
        "totals": [
            {"evaluator": name, "total": total} for name, total in zip(names, scores.totals, strict=True)
        ],
        "agreed_place": scores.agreed_place,
        "agreed": scores.agreed,
        "disagreements": scores.panel.disagreements,
        "criteria": [_of_criterion(each, names) for each in scores.lines],
    }


def _of_criterion(line: CriterionLine, names: Sequence[str]) -> Mapping[str, Any]:
    return {
        "criterion": line.criterion.row.uid,
        "given": [
            {
                "evaluator": name,
                "value": int(word) if word.isdigit() else None,
                "cannot_judge": word == "?",
            }
            for name, word in zip(names, line.given, strict=True)
        ],
        "spread": line.spread,
        "points": line.points,
        "agreed": line.agreed,
        "comments": [{"evaluator": name, "comment": text} for name, text in line.comments],
    }
