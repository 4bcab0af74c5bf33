"""Your own organisation, its members, and who is invited to join it."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.conditional import etag, require_match
from cdmo_portal.accounts.api.pagination import NewestFirstPagination
from cdmo_portal.accounts.api.permissions import AnyRole
from cdmo_portal.accounts.api.problems import Conflict, PreconditionFailed, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from cdmo_portal.accounts.models import Invitation, Member, Organisation
from cdmo_portal.people import joining, refusals
from cdmo_portal.people.api.serializers import (
    InvitationBody,
    InvitationSerializer,
    MemberChange,
    MemberSerializer,
    OrganisationSerializer,
)

REFUSALS: Refusals = {
    refusals.NotAllowed: exceptions.PermissionDenied,
    refusals.ChangedMeanwhile: PreconditionFailed,
    refusals.PeopleActionRefused: Conflict,
}


class OrganisationViewSet(ReadViewSet[Organisation]):
    """The organisation that you act for."""

    resource = "organisations"
    serializer_class = OrganisationSerializer

    def get_queryset(self) -> QuerySet[Organisation]:
        if self.is_described:
            return Organisation.objects.none()
        return Organisation.objects.filter(pk=self.actor.organisation_id or 0)


class MemberViewSet(ReadViewSet[Member]):
    """The people of your organisation. Owners give them roles and end memberships."""

    resource = "members"
    serializer_class = MemberSerializer
    # Whoever has a role may leave; the actions refuse everybody but owners the rest.
    permission_classes = [AnyRole]

    def get_queryset(self) -> QuerySet[Member]:
        if self.is_described:
            return Member.objects.none()
        return Member.objects.filter(organisation_id=self.actor.organisation_id or 0).select_related("user")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(request=MemberChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Give a member another role. The last owner keeps theirs."""
        member = self.get_object()
        require_match(request, _etag_of_member(member))
        body = MemberChange(data=request.data)
        body.is_valid(raise_exception=True)
        with answering(REFUSALS):
            joining.change_role(by=self.actor, member=member, role=body.validated_data["role"])
        return self._answer(self.get_object())

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """End a membership and with it the member's keys."""
        member = self.get_object()
        require_match(request, _etag_of_member(member))
        with answering(REFUSALS):
            joining.remove(by=self.actor, member=member)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, member: Member) -> Response:
        return Response(self.get_serializer(member).data, headers={"ETag": _etag_of_member(member)})


def _etag_of_member(member: Member) -> str:
    """Of the role: what else is told of a member is the person's, and nothing that an owner changes."""
    return etag(member.uid, member.role)


class InvitationViewSet(ReadViewSet[Invitation]):
    """Who is invited to your organisation and has not joined yet. Owners invite."""

    resource = "members"
    serializer_class = InvitationSerializer
    pagination_class = NewestFirstPagination

    def get_queryset(self) -> QuerySet[Invitation]:
        if self.is_described:
            return Invitation.objects.none()
        rows = Invitation.objects.waiting().select_related("organisation")
        return rows.filter(organisation_id=self.actor.organisation_id or 0)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self._answer(self.get_object())

    @extend_schema(request=InvitationBody, responses={201: InvitationSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Mail an invitation. An earlier one to the same address is withdrawn."""
        body = InvitationBody(data=request.data)
        body.is_valid(raise_exception=True)
        if self.actor.organisation is None:
            raise exceptions.PermissionDenied
        with answering(REFUSALS):
            made = joining.invite(by=self.actor, organisation=self.actor.organisation, **body.validated_data)
        return self._answer(made, status.HTTP_201_CREATED)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Withdraw an invitation: its link stops working."""
        invitation = self.get_object()
        require_match(request, _etag(invitation))
        with answering(REFUSALS):
            joining.withdraw(by=self.actor, invitation=invitation)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, invitation: Invitation, code: int = status.HTTP_200_OK) -> Response:
        headers = {"ETag": _etag(invitation)}
        return Response(self.get_serializer(invitation).data, status=code, headers=headers)


def _etag(invitation: Invitation) -> str:
    """An invitation never changes while it waits; afterwards it is not found."""
    return etag(invitation.uid, "waiting")
