"""How organisations and members are read."""

from rest_framework import serializers

from cdmo_portal.accounts.models import Member, Organisation


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
