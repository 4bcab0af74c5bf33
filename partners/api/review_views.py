"""What a CDMO has to look at from time to time: each statement that ages, confirmed as it was seen."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from cdmo_portal.accounts.api.conditional import etag, require_match
from cdmo_portal.accounts.api.filters import refuse_unknown_parameters
from cdmo_portal.accounts.api.problems import Conflict, ParametersRefused, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ActorViewSet, ReadViewSet
from partners.actions import reviewing
from partners.actions.editing import ChangedMeanwhile
from partners.api.own_rows import REFUSALS
from partners.api.serializers import SiteLinkSerializer
from partners.models import Confirmation, Site
from partners.review_items import CERTIFICATE, Item, review_items

KINDS = [*Confirmation.Kind.values, CERTIFICATE]
SITE = OpenApiParameter("site", OpenApiTypes.UUID, description="A site of your own.")
DUE = OpenApiParameter("is_due", bool, description="Only what stops counting soon, or has.")
PLACE = OpenApiParameter("key", str, OpenApiParameter.PATH, pattern="^[0-9a-z-]+$")


class ReviewItemSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    uid = serializers.UUIDField(help_text="Of the statement; of the line for lead time and capacity.")
    site = SiteLinkSerializer()
    what = serializers.CharField()
    said = serializers.CharField()
    where = serializers.CharField()
    confirmed_on = serializers.DateField(allow_null=True)
    counts_until = serializers.DateField(
        allow_null=True, help_text="The last day on which matches take it for known; null: not even now."
    )
    is_due = serializers.BooleanField()
    can_confirm = serializers.BooleanField(help_text="A certificate needs new dates instead.")
    etag = serializers.CharField(help_text="Send it as If-Match to confirm.")


@extend_schema_serializer(many=False)
class ReviewSerializer(serializers.Serializer[Any]):
    results = ReviewItemSerializer(many=True)


class ConfirmationSerializer(serializers.ModelSerializer[Confirmation]):
    site = SiteLinkSerializer()

    class Meta:
        model = Confirmation
        fields = ["uid", "site", "kind", "subject_uid", "at", "undone_at"]


class ReviewItemViewSet(ActorViewSet[Site]):
    """All that ages at your own sites, what stops counting first at the top."""

    resource = "review-items"
    serializer_class = ReviewItemSerializer
    pagination_class = None
    queryset: QuerySet[Site] = Site.objects.none()
    lookup_field = "key"
    lookup_value_regex = "[0-9a-z-]+"

    @extend_schema(parameters=[SITE, DUE], responses=ReviewSerializer, operation_id="review_items_list")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        refuse_unknown_parameters(request, frozenset({"site", "is_due"}))
        due = request.query_params.get("is_due", "false")
        if due not in ("true", "false"):
            raise ParametersRefused({"is_due": "Give true or false."})
        told = [_told(item) for item in review_items(self._sites(), timezone.localdate())]
        shown = [each for each in told if each["is_due"] or due == "false"]
        return Response(ReviewSerializer({"results": shown}).data)

    @extend_schema(request=None, responses={201: ConfirmationSerializer}, parameters=[PLACE, IF_MATCH])
    @action(detail=True, methods=["post"], url_name="confirm")
    def confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Still true: the statement counts from today again, if it says what was seen."""
        item = self._item(str(kwargs["key"]))
        require_match(request, _tag(item))
        if not item.can_confirm:
            raise Conflict("A certificate is not confirmed: give it new dates.")
        with answering(REFUSALS):
            confirmation = reviewing.confirm(
                site=item.site,
                kind=Confirmation.Kind(item.kind),
                uid=item.uid,
                seen=item.mark,
                by=self.actor,
            )
        where = reverse("api-confirmation-detail", args=[confirmation.uid], request=request)
        told = ConfirmationSerializer(confirmation).data
        return Response(told, status=status.HTTP_201_CREATED, headers={"Location": where})

    def _sites(self) -> QuerySet[Site]:
        own = Site.objects.owned_by(self.actor).select_related("partner")
        if "site" not in self.request.query_params:
            return own
        try:
            return own.filter(uid=UUID(self.request.query_params["site"]))
        except ValueError as error:
            raise ParametersRefused({"site": "Give the uid of a site."}) from error

    def _item(self, key: str) -> Item:
        items = review_items(
            Site.objects.owned_by(self.actor).select_related("partner"), timezone.localdate()
        )
        found = next((item for item in items if item.key == key), None)
        if found is None:
            raise exceptions.NotFound
        return found


class ConfirmationViewSet(ReadViewSet[Confirmation]):
    """What your organisation said is still true."""

    resource = "review-items"
    serializer_class = ConfirmationSerializer

    def get_queryset(self) -> QuerySet[Confirmation]:
        if self.is_described:
            return Confirmation.objects.none()
        return Confirmation.objects.visible_to(self.actor).select_related("site__partner")

    @extend_schema(request=None, responses=ConfirmationSerializer)
    @action(detail=True, methods=["post"], url_name="undo")
    def undo(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """It is as old again as it was, while what the confirmation left still stands."""
        row = self.get_object()
        with answering({**REFUSALS, ChangedMeanwhile: Conflict}):
            reviewing.undo(confirmation=row, by=self.actor)
        return Response(self.get_serializer(self.get_object()).data)


def _told(item: Item) -> dict[str, Any]:
    names = ("key", "kind", "uid", "site", "what", "said", "where", "confirmed_on", "counts_until")
    told = {name: getattr(item, name) for name in (*names, "can_confirm")}
    return told | {"is_due": item.is_due(timezone.localdate()), "etag": _tag(item)}


def _tag(item: Item) -> str:
    return etag(item.uid, item.mark or item.kind)
