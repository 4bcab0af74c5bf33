"""Briefs over the API: a sponsor's own, read, written and matched. Others' answer 404."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, ValidationError

from cdmo_portal.accounts.api.conditional import require_match
from cdmo_portal.accounts.api.filters import refuse_unknown_parameters
from cdmo_portal.accounts.api.pagination import MomentPagination
from cdmo_portal.accounts.api.problems import ParametersRefused, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from matching.actions import brief_shelf, briefs, requirements
from matching.api.bodies import BriefBody, BriefChange, ReadBody, requirement_of
from matching.api.drafts import match_body
from matching.api.filters import BriefFilter
from matching.api.match_serializers import MatchesSerializer, UnstoredMatchSerializer, matches_answer
from matching.api.of_brief import REFUSALS, UNSCORABLE, OneBriefViewSet, brief_etag
from matching.api.reading_schemas import EXAMPLE, EXAMPLE_READING, READING
from matching.api.serializers import BriefDetailSerializer, BriefSerializer
from matching.forms.weights import PARAMETERS, POINTS, RANK, asked_weights
from matching.interpreting import interpret
from matching.models import Brief, BriefExternalId, Requirement
from matching.permissions import can_write_briefs
from matching.ranking import match_brief, weighting_of, weighting_of_run
from matching.reading.plain import to_plain
from matching.scoring.requirements import HEADS
from matching.scoring.serialisation import to_json
from matching.scoring.weightings import RULES
from partners.api.external_ids import HasExternalIds

WEIGHT_PARAMETERS = [
    *(
        OpenApiParameter(
            POINTS + head,
            {"type": "number", "minimum": 0, "maximum": 100},
            description="Points from 0 to 100 with one decimal place, all five or none.",
        )
        for head in HEADS
    ),
    OpenApiParameter("keep", enum=HEADS, many=True, description="Heads whose points are shares of 100."),
    OpenApiParameter("by", enum=("points", "order"), description="points, where it is left out."),
    *(
        OpenApiParameter(
            RANK + head,
            {"type": "integer", "minimum": 1, "maximum": len(HEADS)},
            description="With by=order: the place, 1 to 5.",
        )
        for head in HEADS
    ),
    OpenApiParameter("rule", enum=RULES, description="With by=order: roc, where it is left out."),
]


class BriefPagination(MomentPagination):
    ordering = "-created_at"


class BriefViewSet(HasExternalIds[Brief], ListModelMixin, RetrieveModelMixin, OneBriefViewSet):
    """Your organisation's briefs, newest first."""

    resource = "briefs"
    pagination_class = BriefPagination
    filterset_class = BriefFilter
    external_id_model = BriefExternalId

    def get_serializer_class(self) -> type[BaseSerializer[Brief]]:
        return BriefSerializer if self.action == "list" else BriefDetailSerializer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer(self.get_object())

    @extend_schema(request=BriefBody, responses={201: BriefDetailSerializer})
    @transaction.atomic
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A draft with all of its requirements, or nothing."""
        body = BriefBody(data=request.data)
        body.is_valid(raise_exception=True)
        body.check_dates(None)
        with answering(REFUSALS):
            brief = briefs.create(by=self.actor, fields=body.columns, steps=body.step_kinds or [])
            for row in self._requirements(brief, body.validated_data.get("requirements", [])):
                requirements.add_requirement(by=self.actor, brief=brief, requirement=row)
        return self.answer(brief, status.HTTP_201_CREATED)

    @extend_schema(request=BriefChange, parameters=[IF_MATCH])
    @transaction.atomic
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the fields sent; `requirements`, when sent, replace all that stand."""
        brief = self.get_object()
        require_match(request, brief_etag(brief))
        body = BriefChange(data=request.data)
        body.is_valid(raise_exception=True)
        body.check_dates(brief)
        kinds = body.step_kinds or [step.kind for step in brief.steps.all()]
        with answering(REFUSALS):
            brief = briefs.update(
                by=self.actor, brief=brief, version=brief.version, fields=body.columns, steps=kinds
            )
            if "requirements" in body.validated_data:
                rows = self._requirements(brief, body.validated_data["requirements"])
                requirements.replace_requirements(by=self.actor, brief=brief, requirements=rows)
        return self.answer(brief)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete a draft, which was never opened. `undelete` gets it back."""
        brief = self.get_object()
        require_match(request, brief_etag(brief))
        with answering(REFUSALS):
            brief_shelf.delete_draft(by=self.actor, brief=brief)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=BriefDetailSerializer)
    @action(detail=True, methods=["post"], url_path="open", url_name="open")
    def open_brief(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Confirm a draft: from now on it is matched."""
        with answering(REFUSALS):
            return self.answer(briefs.open_brief(by=self.actor, brief=self.get_object()))

    @extend_schema(request=None, responses=BriefDetailSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with answering(REFUSALS):
            return self.answer(briefs.close(by=self.actor, brief=self.get_object()))

    @extend_schema(request=None, responses=BriefDetailSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with answering(REFUSALS):
            return self.answer(briefs.reopen(by=self.actor, brief=self.get_object()))

    @extend_schema(request=BriefBody, responses=UnstoredMatchSerializer)
    @action(detail=False, methods=["post"])
    def match(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What a brief would give now, without keeping the brief or the result."""
        if not can_write_briefs(self.actor):
            raise exceptions.PermissionDenied("Your role may read briefs, not write them.")
        ranked = match_body(request.data, organisation_id=self.actor.organisation_id)
        return Response({"result": to_json(ranked.result)})

    @extend_schema(
        request=ReadBody,
        responses={200: OpenApiResponse(READING, "Findings in the order of the text.")},
        examples=[
            OpenApiExample("Three findings", EXAMPLE, request_only=True),
            OpenApiExample("Three findings", EXAMPLE_READING, response_only=True, status_codes=["200"]),
        ],
    )
    @action(detail=False, methods=["post"])
    def read(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What a brief's text asks for, each finding with the words that it came from.

        Proposals for a person to confirm. Neither the text nor the reading is kept, logged or sent anywhere.
        """
        if not can_write_briefs(self.actor):
            raise exceptions.PermissionDenied("Your role may read briefs, not write them.")
        body = ReadBody(data=request.data)
        body.is_valid(raise_exception=True)
        as_of = body.validated_data.get("as_of") or timezone.localdate()
        return Response(to_plain(interpret(body.validated_data["text"], as_of)))

    @extend_schema(responses=MatchesSerializer, parameters=WEIGHT_PARAMETERS)
    @action(detail=True, methods=["get"])
    def matches(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The latest run's frozen result; where there is none, what a run would give now.

        With weights in the address what they would give now, as on the match page; nothing is kept.
        """
        brief = get_object_or_404(self.get_queryset(), uid=self.kwargs["uid"])
        refuse_unknown_parameters(request, PARAMETERS)
        asked = asked_weights(request.query_params)
        if asked.errors:
            raise ParametersRefused({name: [text] for name, text in asked.errors.items()})
        run = brief.match_runs.select_related("brief").first()
        if run is not None and asked.weighting is None:
            return Response(matches_answer(run.result, weighting_of_run(brief, run), run))
        weighting = asked.weighting or weighting_of(brief)
        with answering(UNSCORABLE):
            result = to_json(match_brief(brief, weights=weighting.points).result)
        return Response(matches_answer(result, weighting, None))

    def _requirements(self, brief: Brief, rows: list[dict[str, Any]]) -> list[Requirement]:
        """The unsaved rows; raises with the errors of every row at its place."""
        errors: list[Any] = [{} for _ in rows]
        made = []
        for index, values in enumerate(rows):
            try:
                made.append(requirement_of(values, brief))
            except ValidationError as error:
                errors[index] = error.detail
        if any(errors):
            raise ValidationError({"requirements": errors})
        return made
