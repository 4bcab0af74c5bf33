"""How organisations, members, invitations and keys are read, and what is sent to change them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body
from cdmo_portal.accounts.api.fields import Text
from cdmo_portal.accounts.models import APIKey, Invitation, Member, Organisation, Role
from cdmo_portal.accounts.scopes import ALL
from cdmo_portal.people.keys import LONGEST_OVERLAP, MOST_DAYS, USUAL_DAYS, USUAL_OVERLAP

LONGEST_OVERLAP_S, USUAL_OVERLAP_S = (int(each.total_seconds()) for each in (LONGEST_OVERLAP, USUAL_OVERLAP))


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = ["uid", "kind", "state", "name", "country", "is_sample", "created_at"]


class MemberSerializer(serializers.ModelSerializer[Member]):
    name = serializers.CharField(source="user.full_name")
    email = serializers.EmailField(source="user.email")

    class Meta:
        model = Member
        fields = ["uid", "name", "email", "role", "joined_at"]


class MemberChange(Body):
    role = serializers.ChoiceField(choices=Role.choices)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """The link itself is only in the mail."""

    class Meta:
        model = Invitation
        fields = ["uid", "email", "role", "created_at", "expires_at"]


class InvitationBody(Body):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=Role.choices, default=Role.EDITOR)


class KeySerializer(serializers.ModelSerializer[APIKey]):
    """A key without its secret part, of which only a hash is kept."""

    member = serializers.UUIDField(source="member.uid", help_text="Whose key it is.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=ALL))
    state = serializers.SerializerMethodField()
    replaces = serializers.SerializerMethodField(help_text="The key that this one was made to follow.")
    replaced_by = serializers.SerializerMethodField(help_text="The key that was made to follow this one.")

    class Meta:
        model = APIKey
        fields = [
            "uid",
            "name",
            "prefix",
            "member",
            "scopes",
            "state",
            "created_at",
            "expires_at",
            "last_used_at",
            "revoked_at",
            "replaces",
            "replaced_by",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=APIKey.State.choices))
    def get_state(self, key: Any) -> str:
        return str(key.state_at(timezone.now()))

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_replaces(self, key: Any) -> str | None:
        return str(key.replaces.uid) if key.replaces else None

    @extend_schema_field({"type": ["string", "null"], "format": "uuid"})
    def get_replaced_by(self, key: Any) -> str | None:
        follower = getattr(key, "replaced_by", None)
        return str(follower.uid) if follower else None


class NewKeySerializer(KeySerializer):
    """The whole key, in this one answer."""

    key = serializers.CharField(help_text="The whole key, shown this once. Send it as a bearer token.")

    class Meta(KeySerializer.Meta):
        fields = [*KeySerializer.Meta.fields, "key"]


class KeyBody(Body):
    name = Text(max_length=80, help_text="What uses it.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=ALL),
        min_length=1,
        max_length=len(ALL),
        help_text="Of a key that makes a key, no more than it has itself.",
    )
    expires_in_days = serializers.IntegerField(
        min_value=1,
        max_value=MOST_DAYS,
        allow_null=True,
        default=USUAL_DAYS,
        help_text=f"{USUAL_DAYS} when left out; null: it does not expire.",
    )


class RotationBody(Body):
    overlap_s = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_OVERLAP_S,
        default=USUAL_OVERLAP_S,
        help_text="For how many seconds the old key works on; a day when left out.",
    )
