"""What writing viewsets of the profile share: what was sent, whose site it is, and the tag of an answer."""

from typing import Any

from django.db.models import Model
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.api.bodies import Body
from cdmo_portal.accounts.api.conditional import etag, require_match
from cdmo_portal.accounts.api.problems import Conflict, PreconditionFailed, Refusals
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from partners.actions.editing import AlreadyThere, ChangedMeanwhile, NotAllowed
from partners.models import Partner, Site

REFUSALS: Refusals = {
    NotAllowed: exceptions.PermissionDenied,
    ChangedMeanwhile: PreconditionFailed,
    AlreadyThere: Conflict,
}


def sent(body_class: type[Body], request: Request) -> dict[str, Any]:
    """What the caller sent, validated; a refusal names the fields."""
    body = body_class(data=request.data)
    body.is_valid(raise_exception=True)
    given: dict[str, Any] = body.validated_data
    return given


def own_site(actor: Actor, uid: Any) -> Site:
    site = Site.objects.owned_by(actor).select_related("partner", "campus").filter(uid=uid).first()
    if site is None:
        raise ValidationError({"site": "You have no such site."})
    return site


def own_partner(actor: Actor) -> Partner:
    """The profile that the actor's organisation keeps."""
    if not actor.is_cdmo:
        raise exceptions.PermissionDenied("Only the organisation of a CDMO keeps a profile.")
    partner = Partner.objects.owned_by(actor).first()
    if partner is None:
        raise Conflict("Your organisation keeps no profile yet. Claim it first.")
    return partner


class TaggedViewSet[Row: Model](ReadViewSet[Row]):
    """Answers one thing with the tag that a change of it has to name."""

    def mark_of(self, row: Row) -> object:
        """What changes whenever somebody changes the row."""
        return row.version  # type: ignore[attr-defined]

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        self.look_up([row])
        return self.respond(row)

    def require_match(self, row: Row) -> str:
        """The mark of the row, which the caller has to have seen."""
        mark = str(self.mark_of(row))
        require_match(self.request, self.tag_of(row))
        return mark

    def tag_of(self, row: Row) -> str:
        return etag(row.uid, self.mark_of(row))  # type: ignore[attr-defined]

    def respond(self, row: Row, code: int = status.HTTP_200_OK) -> Response:
        """The row as it was read by `get_queryset`."""
        return Response(self.represented(row), status=code, headers={"ETag": self.tag_of(row)})

    def answer(self, row: Row, code: int = status.HTTP_200_OK) -> Response:
        """The row as it stands now."""
        stands = self.get_queryset().get(pk=row.pk)
        self.look_up([stands])
        return self.respond(stands, code)

    def gone(self) -> Response:
        return Response(status=status.HTTP_204_NO_CONTENT)
