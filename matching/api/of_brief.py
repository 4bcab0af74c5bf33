"""What addresses under one brief share: finding it, its ETag, and how refused actions are answered."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, Prefetch, QuerySet, prefetch_related_objects
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, status
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.api.conditional import etag
from cdmo_portal.accounts.api.problems import Conflict, PreconditionFailed, Refusals
from cdmo_portal.accounts.api.viewsets import ActorViewSet
from cdmo_portal.accounts.external_ids import ExternalId
from matching.actions import briefs, comments, requirements
from matching.actions.shortlist_changes import ShortlistChangedMeanwhile
from matching.api.serializers import BriefDetailSerializer
from matching.models import Brief, BriefExternalId
from matching.scoring.matching import BriefInvalid
from matching.scoring.weights import WeightsInvalid

# The first kind that fits wins: whatever else an action on a brief refuses is a matter of its state.
REFUSALS: Refusals = {
    briefs.NotAllowed: exceptions.PermissionDenied,
    briefs.BriefChangedMeanwhile: PreconditionFailed,
    requirements.RequirementChangedMeanwhile: PreconditionFailed,
    requirements.RequirementGone: PreconditionFailed,
    comments.CommentChangedMeanwhile: PreconditionFailed,
    ShortlistChangedMeanwhile: PreconditionFailed,
    briefs.BriefActionRefused: Conflict,
}
UNSCORABLE: Refusals = {BriefInvalid: Conflict, WeightsInvalid: Conflict}

# All that the whole of a brief tells beside its row.
WHOLE = ("steps", "requirements__term", "requirements__measure", "requirements__step")
BRIEF = OpenApiParameter("brief_uid", OpenApiTypes.UUID, OpenApiParameter.PATH)


def with_own_ids[Row: Model](rows: QuerySet[Row], model: type[ExternalId], actor: Actor) -> QuerySet[Row]:
    """The rows with what the actor's own systems call them, in one query more."""
    own = model.objects.visible_to(actor)
    return rows.prefetch_related(Prefetch("external_ids", own, to_attr="own_external_ids"))


def brief_etag(brief: Brief) -> str:
    """What archives a brief or says whom it is for changes nothing that is matched, and so no version."""
    return etag(brief.uid, f"{brief.version}-{brief.access}{'-archived' * brief.is_archived}")


class OfBriefViewSet[Row: Model](ActorViewSet[Row]):
    """Rows of the brief that the address names; for who does not see the brief there are none."""

    resource = "briefs"

    def brief(self) -> Brief:
        rows = Brief.objects.visible_to(self.actor).select_related("stage", "modality", "dosage_form")
        return get_object_or_404(rows, uid=self.kwargs["brief_uid"])


class OneBriefViewSet(ActorViewSet[Brief]):
    """What is done with a brief as a whole; the answer is the brief as it stands then."""

    resource = "briefs"
    serializer_class: Any = BriefDetailSerializer
    detail_name = "api-brief-detail"

    def get_queryset(self) -> QuerySet[Brief]:
        if self.is_described:
            return Brief.objects.none()
        rows = Brief.objects.visible_to(self.actor)
        rows = rows.select_related("stage", "modality", "dosage_form")
        return with_own_ids(rows, BriefExternalId, self.actor)

    def look_up(self, rows: Sequence[Brief]) -> None:
        prefetch_related_objects(rows, *WHOLE)

    def answer(self, brief: Brief, code: int = status.HTTP_200_OK) -> Response:
        stands = self.get_queryset().prefetch_related(*WHOLE).get(pk=brief.pk)
        return Response(self.get_serializer(stands).data, status=code, headers={"ETag": brief_etag(stands)})
