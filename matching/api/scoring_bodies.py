"""What is sent of a scoring: its criteria, who is asked, and the answers of one scorecard."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body
from cdmo_portal.accounts.api.fields import Flag, Number, Text
from cdmo_portal.accounts.models import Member
from matching.actions.scorecards import Answer
from matching.actions.scoring_rounds import MOST_CRITERIA, CriterionGiven
from matching.forms.scorecards import check_criteria
from matching.models.scorecards import LONGEST_COMMENT, MOST_POINTS
from matching.permissions import may_be_evaluators
from matching.score_table import CriterionShare

LONGEST_NAME, LONGEST_ANCHOR = 80, 120


def anchor(points: int) -> Text:
    return Text(max_length=LONGEST_ANCHOR, allow_blank=True, default="", help_text=f"What a {points} means.")


class CriterionBody(Body):
    uid = serializers.UUIDField(required=False, help_text="Of a criterion that stands; left out: a new one.")
    name = Text(max_length=LONGEST_NAME)
    points = Number(max_digits=4, decimal_places=1, min_value=0, max_value=100)
    zero = anchor(0)
    five = anchor(5)
    ten = anchor(10)

    def validate(self, attrs: dict[str, Any]) -> CriterionGiven:
        return CriterionGiven(**{**attrs, "uid": str(attrs.get("uid", ""))})


class CriteriaBody(Body):
    """All criteria in their order; one that is left out is no longer asked."""

    criteria = CriterionBody(many=True, max_length=MOST_CRITERIA)  # type: ignore[call-arg]
    reopens = Flag(
        default=False, help_text="Once a scorecard was handed in: all are their evaluators' own again."
    )

    def validate_criteria(self, given: Sequence[CriterionGiven]) -> Sequence[CriterionGiven]:
        try:
            check_criteria(given)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error
        return given


class EvaluatorBody(Body):
    """The brief comes in the context."""

    member = serializers.UUIDField(help_text="A member who sees the brief.")
    is_asked = Flag(default=True)

    def validate_member(self, uid: UUID) -> Member:
        member = may_be_evaluators(self.context["brief"]).filter(uid=uid).first()
        if member is None:
            raise serializers.ValidationError("No such member sees the brief.")
        return member


class ScoreBody(Body):
    """A score of 0 to 10, or that one cannot judge; neither: no answer so far."""

    criterion = serializers.UUIDField()
    value: Any = serializers.IntegerField(min_value=0, max_value=MOST_POINTS, allow_null=True, default=None)
    cannot_judge = Flag(default=False)
    comment = Text(max_length=LONGEST_COMMENT, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["cannot_judge"] and attrs["value"] is not None:
            raise serializers.ValidationError({"value": "What cannot be judged has no score."})
        return attrs


class ScoresBody(Body):
    """All answers about one partner; a criterion that is left out has none. The context has the criteria."""

    answers = ScoreBody(many=True, max_length=MOST_CRITERIA)  # type: ignore[call-arg]

    def validate_answers(self, given: Sequence[Mapping[str, Any]]) -> dict[int, Answer]:
        """By the keys of all criteria that are asked."""
        keys = {each.row.uid: each.row.pk for each in self.context["criteria"]}
        uids = [each["criterion"] for each in given]
        errors = [
            {"criterion": reason} if (reason := _fault(uid, uids[:place], keys)) else {}
            for place, uid in enumerate(uids)
        ]
        if any(errors):
            raise serializers.ValidationError(errors)
        said = {keys[each["criterion"]]: _answer(each) for each in given}
        return {key: said.get(key, Answer()) for key in keys.values()}


def _fault(uid: UUID, before: Sequence[UUID], known: Mapping[UUID, int]) -> str:
    if uid not in known:
        return "This is no criterion of the scoring."
    return "This criterion stands twice." if uid in before else ""


def _answer(values: Mapping[str, Any]) -> Answer:
    return Answer(values["value"], values["cannot_judge"], values["comment"])


def plain_scores(criteria: Sequence[CriterionShare], answers: Mapping[int, Answer]) -> list[dict[str, Any]]:
    """In the order of the criteria, as ScoresBody takes them."""
    return [
        {
            "criterion": each.row.uid,
            "value": answer.value,
            "cannot_judge": answer.cannot_judge,
            "comment": answer.comment,
        }
        for each in criteria
        for answer in [answers.get(each.row.pk, Answer())]
    ]
