"""One's own scorecard, partner by partner, and the scores that all agree on once they see each other's."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.conditional import etag, require_match
from cdmo_portal.accounts.api.permissions import AnyRole
from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from matching.actions import agreed_scores, scorecards
from matching.actions.scorecards import Answer, plain_answers
from matching.api.of_brief import BRIEF, OfBriefViewSet
from matching.api.scoring_bodies import ScoresBody, plain_scores
from matching.api.scoring_serializers import ScoredEntrySerializer
from matching.api.scoring_views import SCORING_REFUSALS
from matching.api.shortlist_views import ShortlistPagination
from matching.merging import mark, marks
from matching.models import CriterionScore, ShortlistEntry
from matching.score_table import CriterionShare, criteria_of, is_open
from matching.scoring.scorecards import total_of

ENTRY = OpenApiParameter("uid", OpenApiTypes.UUID, OpenApiParameter.PATH, description="Of the entry.")
type Answers = Mapping[int, Answer]


class ScoredViewSet(OfBriefViewSet[ShortlistEntry]):
    """Partners with what one card says of them. A subclass says which card and which partners."""

    serializer_class = ScoredEntrySerializer
    pagination_class = ShortlistPagination

    def rows(self) -> QuerySet[CriterionScore]:
        raise NotImplementedError

    def answers_of(self, entry: ShortlistEntry) -> dict[int, Answer]:
        return _answers(self.rows().filter(entry=entry))

    def answer(self, entry: ShortlistEntry) -> Response:
        criteria, said = criteria_of(entry.brief), self.answers_of(entry)
        data = self.get_serializer(_scored(entry, criteria, said)).data
        return Response(data, headers={"ETag": _etag(entry, said)})

    def sent(self, request: Request, entry: ShortlistEntry) -> dict[int, Answer]:
        """What is to be kept, once the caller has shown that they know what stands."""
        require_match(request, _etag(entry, self.answers_of(entry)))
        body = ScoresBody(data=request.data, context={"criteria": criteria_of(entry.brief)})
        body.is_valid(raise_exception=True)
        answers: dict[int, Answer] = body.validated_data["answers"]
        return answers


@extend_schema(parameters=[BRIEF])
class OwnScoresViewSet(ListModelMixin, ScoredViewSet):
    """The partners that are scored, with your own answers. Nobody else reads them until all are open."""

    # Whoever sees a brief may score its shortlist.
    permission_classes = [AnyRole]

    def get_queryset(self) -> QuerySet[ShortlistEntry]:
        if self.is_described:
            return ShortlistEntry.objects.none()
        return self.brief().shortlist.to_score().select_related("brief", "partner")

    def rows(self) -> QuerySet[CriterionScore]:
        return CriterionScore.objects.filter(
            brief=self.brief(), scorecard__evaluator_id=self.actor.user_id or 0
        )

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        criteria, of_entries = criteria_of(self.brief()), _by_entry(self.rows())
        scored = [_scored(entry, criteria, of_entries.get(entry.pk, {})) for entry in page]
        return self.get_paginated_response(self.get_serializer(scored, many=True).data)

    @extend_schema(parameters=[ENTRY])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer(self.get_object())

    @extend_schema(request=ScoresBody, parameters=[ENTRY, IF_MATCH])
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keep what you say of one partner so far. Until you hand it in it leaves no line in any history."""
        entry = self.get_object()
        answers, stands = self.sent(request, entry), self.answers_of(entry)
        seen = plain_answers({key: stands.get(key, Answer()) for key in answers})
        with answering(SCORING_REFUSALS):
            scorecards.save_scores(by=self.actor, entry=entry, answers=answers, opened=marks(seen))
        return self.answer(entry)

    @extend_schema(request=None, responses={204: None}, filters=False)
    @action(detail=False, methods=["post"], url_path="hand-in", url_name="hand-in")
    def hand_in(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Hand in your scorecard. With the last of those who were asked, everybody sees all of them."""
        return self._act(scorecards.hand_in)

    @extend_schema(request=None, responses={204: None}, filters=False)
    @action(detail=False, methods=["post"], url_path="take-back", url_name="take-back")
    def take_back(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Have your scorecard back as it was, as long as they are not open to everybody."""
        return self._act(scorecards.take_back)

    def _act(self, act: Callable[..., object]) -> Response:
        with answering(SCORING_REFUSALS):
            act(by=self.actor, brief=self.brief())
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(parameters=[BRIEF, ENTRY])
class AgreedScoresViewSet(ScoredViewSet):
    """What the evaluators agree on together, once the scorecards are open to everybody."""

    def get_queryset(self) -> QuerySet[ShortlistEntry]:
        if self.is_described:
            return ShortlistEntry.objects.none()
        brief = self.brief()
        if not is_open(brief):
            raise NotFound("The scorecards are not open yet: each scores alone first.")
        return brief.shortlist.select_related("brief", "partner")

    def rows(self) -> QuerySet[CriterionScore]:
        of_all = CriterionScore.objects.visible_to(self.actor).filter(brief=self.brief())
        return of_all.filter(scorecard__evaluator__isnull=True)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer(self.get_object())

    @extend_schema(request=ScoresBody, parameters=[IF_MATCH])
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Enter what was agreed on for one partner."""
        entry = self.get_object()
        version = agreed_scores.agreed_version(entry)
        answers = self.sent(request, entry)
        with answering(SCORING_REFUSALS):
            agreed_scores.agree(by=self.actor, entry=entry, version=version, answers=answers)
        return self.answer(entry)


def _answers(rows: QuerySet[CriterionScore]) -> dict[int, Answer]:
    return {row.criterion_id: Answer(row.value, row.cannot_judge, row.comment) for row in rows}


def _by_entry(rows: QuerySet[CriterionScore]) -> dict[int, dict[int, Answer]]:
    found: dict[int, dict[int, Answer]] = {}
    for row in rows:
        answer = Answer(row.value, row.cannot_judge, row.comment)
        found.setdefault(row.entry_id, {})[row.criterion_id] = answer
    return found


def _scored(entry: ShortlistEntry, criteria: list[CriterionShare], answers: Answers) -> dict[str, Any]:
    shares = {each.key: each.share for each in criteria}
    given = {str(key): each.value for key, each in answers.items() if _is_answered(each)}
    answered = {key: value for key, value in given.items() if key in shares}
    return {
        "entry": entry,
        "answers": plain_scores(criteria, answers),
        "missing": len(shares) - len(answered),
        "total": total_of(shares, answered) if answered else None,
    }


def _is_answered(answer: Answer) -> bool:
    return answer.cannot_judge or answer.value is not None


def _etag(entry: ShortlistEntry, answers: Answers) -> str:
    said = {key: each for key, each in answers.items() if each != Answer()}
    return etag(entry.uid, mark(dict(sorted(plain_answers(said).items()))))
