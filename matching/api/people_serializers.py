"""How the people of a brief, their comments and the brief's history are read."""

from typing import Any

from rest_framework import serializers

from cdmo_portal.accounts.models import Member
from matching.models import BriefChange, BriefColleague, BriefComment

ERASED = "null: a person who was erased."


class MemberLinkSerializer(serializers.ModelSerializer[Member]):
    name = serializers.CharField(source="user")
    email = serializers.EmailField(source="user.email")

    class Meta:
        model = Member
        fields = ["uid", "name", "email"]


class ColleagueSerializer(serializers.ModelSerializer[BriefColleague]):
    member = MemberLinkSerializer()
    added_by = serializers.CharField(allow_null=True, help_text=ERASED)

    class Meta:
        model = BriefColleague
        fields = ["member", "role", "added_at", "added_by"]


class CommentSerializer(serializers.ModelSerializer[BriefComment]):
    """Of a removed comment only that there was one is told."""

    requirement = serializers.UUIDField(
        source="requirement_uid",
        allow_null=True,
        help_text="It may be gone by now; `about` says what it was.",
    )
    by = serializers.CharField(allow_null=True, help_text=ERASED)
    removed_by = serializers.CharField(allow_null=True)

    class Meta:
        model = BriefComment
        fields = [
            "uid",
            "requirement",
            "about",
            "by",
            "body",
            "written_at",
            "edited_at",
            "removed_at",
            "removed_by",
        ]


class BriefChangeSerializer(serializers.ModelSerializer[BriefChange]):
    """One value of the brief that became another. What somebody typed in one sitting is one change."""

    by = serializers.CharField(allow_null=True, help_text="null: nobody, or a person who was erased.")
    subject = serializers.SerializerMethodField(
        help_text="The field, or the uid of the requirement or comment."
    )
    person = serializers.CharField(allow_null=True, help_text="The colleague that the change is about.")
    before: Any = serializers.JSONField(source="stood_before")
    takes_back = serializers.SlugRelatedField[BriefChange](
        slug_field="uid", read_only=True, allow_null=True, help_text="The change that this one takes back."
    )

    class Meta:
        model = BriefChange
        fields = ["uid", "kind", "at", "by", "subject", "person", "before", "after", "takes_back"]

    def get_subject(self, row: BriefChange) -> str:
        """Of a colleague it is a number, which stays inside."""
        return "" if row.kind == BriefChange.Kind.COLLEAGUE else row.subject
