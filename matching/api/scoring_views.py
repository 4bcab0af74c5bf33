"""The scoring of a shortlist: its criteria, who is asked, and when everybody sees all scorecards."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.conditional import etag, require_match
from cdmo_portal.accounts.api.filters import refuse_unknown_parameters
from cdmo_portal.accounts.api.problems import Conflict, PreconditionFailed, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from matching.actions import agreed_scores, scorecards, scoring_rounds
from matching.api.of_brief import BRIEF, REFUSALS, OfBriefViewSet
from matching.api.scoring_bodies import CriteriaBody, EvaluatorBody
from matching.api.scoring_serializers import ScoringSerializer, TogetherSerializer, together
from matching.models import Brief, ScoringRound
from matching.permissions import may_be_evaluators
from matching.score_table import criteria_of, is_open, round_of, score_table

SCORING_REFUSALS: Refusals = {
    scoring_rounds.CriteriaChangedMeanwhile: PreconditionFailed,
    scorecards.ScoresConflict: PreconditionFailed,
    agreed_scores.AgreedChangedMeanwhile: PreconditionFailed,
    **REFUSALS,
}


@extend_schema(parameters=[BRIEF])
class ScoringViewSet(OfBriefViewSet[ScoringRound]):
    """The scoring of a brief's shortlist: each alone first, then together."""

    serializer_class = ScoringSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[ScoringRound]:
        return ScoringRound.objects.none()

    @extend_schema(responses=ScoringSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Where the scoring stands."""
        refuse_unknown_parameters(request, frozenset())
        return self._answer(self.brief())

    @extend_schema(request=CriteriaBody, responses=ScoringSerializer, parameters=[IF_MATCH])
    @action(detail=False, methods=["put"])
    def criteria(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Set the criteria. `If-Match` holds the ETag of the scoring."""
        brief = self.brief()
        require_match(request, _etag(brief))
        body = CriteriaBody(data=request.data)
        body.is_valid(raise_exception=True)
        with answering(SCORING_REFUSALS):
            scoring_rounds.save_criteria(
                by=self.actor, brief=brief, version=_version(brief), **body.validated_data
            )
        return self._answer(self.brief())

    @extend_schema(request=EvaluatorBody, responses=ScoringSerializer)
    @action(detail=False, methods=["post"])
    def evaluators(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Ask a colleague to score, or no longer. What they have scored so far stays theirs."""
        brief = self.brief()
        body = EvaluatorBody(data=request.data, context={"brief": brief})
        body.is_valid(raise_exception=True)
        with answering(SCORING_REFUSALS):
            scoring_rounds.ask(by=self.actor, brief=brief, **body.validated_data)
        return self._answer(self.brief())

    @extend_schema(request=None, responses=ScoringSerializer)
    @action(detail=False, methods=["post"], url_path="open", url_name="open")
    def open_round(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show all scorecards that were handed in to everybody who sees the brief."""
        return self._act(scoring_rounds.open_round)

    @extend_schema(request=None, responses=ScoringSerializer)
    @action(detail=False, methods=["post"], url_path="close", url_name="close")
    def close_round(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Each alone again; refused once something was agreed on."""
        return self._act(scoring_rounds.close_round)

    @extend_schema(
        responses={200: TogetherSerializer, 409: OpenApiResponse(description="They are not open yet.")},
        filters=False,
    )
    @action(detail=False, methods=["get"])
    def together(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All scorecards side by side: totals, places and spread. 409 until they are open to everybody."""
        brief = self.brief()
        if not is_open(brief):
            raise Conflict("The scorecards are not open yet: each scores alone first.")
        return Response(TogetherSerializer(together(score_table(brief, self.actor))).data)

    def _act(self, act: Callable[..., object]) -> Response:
        with answering(SCORING_REFUSALS):
            act(by=self.actor, brief=self.brief())
        return self._answer(self.brief())

    def _answer(self, brief: Brief) -> Response:
        said = self.get_serializer(scoring_of(brief)).data
        return Response(said, headers={"ETag": _etag(brief)})


def scoring_of(brief: Brief) -> dict[str, Any]:
    stands = round_of(brief)
    cards = {card.evaluator_id: card for card in brief.scorecards.of_evaluators()}
    people = [(member, cards.get(member.user_id)) for member in may_be_evaluators(brief)]
    return {
        "is_open": is_open(brief),
        "opened_at": stands.opened_at if stands else None,
        "criteria": criteria_of(brief),
        "evaluators": [
            {
                "member": member,
                "is_asked": bool(card and card.is_invited),
                "handed_in_at": card.handed_in_at if card else None,
            }
            for member, card in people
        ],
    }


def _version(brief: Brief) -> int:
    stands = round_of(brief)
    return stands.version if stands else 0


def _etag(brief: Brief) -> str:
    return etag(brief.uid, f"scoring-{_version(brief)}")
