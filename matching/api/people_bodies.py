"""What a sponsor sends about the people of a brief, and what they say to each other."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body
from cdmo_portal.accounts.api.fields import Text
from cdmo_portal.accounts.models import Member, Role
from matching.models import LONGEST_COMMENT, Brief, Requirement


class AccessBody(Body):
    access = serializers.ChoiceField(choices=Brief.Access.choices)


class RoleBody(Body):
    role = serializers.ChoiceField(choices=Role.choices)


class ColleagueBody(RoleBody):
    """A member of your organisation who is not named yet. The brief comes in the context."""

    member = serializers.UUIDField(help_text="See /api/v1/members/.")
    role = serializers.ChoiceField(choices=Role.choices, default=Role.EDITOR)

    def validate_member(self, uid: UUID) -> Member:
        brief: Brief = self.context["brief"]
        members = Member.objects.filter(organisation_id=brief.organisation_id, user__is_active=True)
        member = members.select_related("user").filter(uid=uid).first()
        if member is None:
            raise serializers.ValidationError("Your organisation has no such member.")
        if brief.colleagues.filter(member=member).exists():
            raise serializers.ValidationError("This person is named on the brief already.")
        return member


class CommentChangeBody(Body):
    body = Text(lines=True, max_length=LONGEST_COMMENT)


class CommentBody(CommentChangeBody):
    """The brief comes in the context."""

    requirement: Any = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="What it is about; null: the whole brief."
    )

    def validate_requirement(self, uid: UUID | None) -> Requirement | None:
        if uid is None:
            return None
        row = self.context["brief"].requirements.select_related("term").filter(uid=uid).first()
        if row is None:
            raise serializers.ValidationError("The brief has no such requirement.")
        found: Requirement = row
        return found
