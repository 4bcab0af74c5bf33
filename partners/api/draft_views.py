"""Drafts of the own profile: what somebody intends beside what stands, published together or not at all."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from cdmo_portal.accounts.api.bodies import Body
from cdmo_portal.accounts.api.problems import answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from partners.actions import profile_drafts, restoring
from partners.actions.profile_drafts import NotPublished, part_of_draft, seen_mark
from partners.actions.profile_values import NoLongerPossible
from partners.api.own_rows import REFUSALS, TaggedViewSet, own_site, sent
from partners.api.serializers import SiteLinkSerializer
from partners.models import ProfileDraft, Site, Subject
from partners.models.profile_changes import Values


class DraftSerializer(serializers.ModelSerializer[ProfileDraft]):
    """Values name terms by code and lines by uid; null where a statement is to be taken back."""

    site = SiteLinkSerializer()
    values = serializers.DictField(allow_null=True)
    base = serializers.DictField(allow_null=True, help_text="What stood when the draft was made.")

    class Meta:
        model = ProfileDraft
        fields = ["uid", "site", "subject", "about", "values", "base", "made_at"]


class DraftDetailSerializer(DraftSerializer):
    stands = serializers.SerializerMethodField(help_text="What stands now; null: nothing.")
    seen = serializers.SerializerMethodField(
        help_text="Names the draft and what stands now. Send it to publish what you have looked at."
    )

    class Meta(DraftSerializer.Meta):
        fields = [*DraftSerializer.Meta.fields, "stands", "seen"]

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_stands(self, draft: ProfileDraft) -> Values | None:
        return _present(draft)

    def get_seen(self, draft: ProfileDraft) -> str:
        return seen_mark(draft, _present(draft))


class PublishBody(Body):
    site = serializers.UUIDField(help_text="A site of your own.")
    drafts = serializers.DictField(
        child=serializers.CharField(max_length=40), allow_empty=False, help_text="uid → seen."
    )

    def validate_drafts(self, drafts: dict[str, str]) -> dict[str, str]:
        if strange := [uid for uid in drafts if not restoring.is_uid(uid)]:
            raise serializers.ValidationError(dict.fromkeys(strange, "This is no uid."))
        return drafts


class PublishedSerializer(serializers.Serializer[Any]):
    published = serializers.IntegerField()


class DraftFilter(django_filters.FilterSet):
    site = django_filters.UUIDFilter(field_name="site__uid")
    subject = django_filters.ChoiceFilter(choices=Subject.choices)

    class Meta:
        model = ProfileDraft
        fields: list[str] = []


class DraftViewSet(TaggedViewSet[ProfileDraft]):
    """What your organisation intends to say of its sites. Nobody else knows of it."""

    resource = "drafts"
    filterset_class = DraftFilter

    def get_queryset(self) -> QuerySet[ProfileDraft]:
        """A site that changed hands may have drafts of its former keeper, who does nothing with them."""
        if self.is_described:
            return ProfileDraft.objects.none()
        own = ProfileDraft.objects.visible_to(self.actor)
        kept = own.filter(site__in=Site.objects.owned_by(self.actor))
        return kept.select_related("site__partner", "site__campus")

    def get_serializer_class(self) -> type[BaseSerializer[ProfileDraft]]:
        return DraftSerializer if self.action == "list" else DraftDetailSerializer

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Discard a draft."""
        draft = self.get_object()
        seen = self.require_match(draft)
        with answering(REFUSALS):
            profile_drafts.discard_draft(draft=draft, version=seen, by=self.actor)
        return self.gone()

    @extend_schema(request=PublishBody, responses=PublishedSerializer)
    @action(detail=False, methods=["post"], url_name="publish")
    def publish(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Let these drafts of one site stand, each as it was seen: all of them or none."""
        given = sent(PublishBody, request)
        site = own_site(self.actor, given["site"])
        try:
            with answering(REFUSALS):
                count = profile_drafts.publish(site=site, seen=given["drafts"], by=self.actor)
        except NotPublished as error:
            raise serializers.ValidationError({"drafts": dict(error.reasons)}) from error
        return Response(PublishedSerializer({"published": count}).data)


def _present(draft: ProfileDraft) -> Values | None:
    """What stands now; nothing, where the part that the draft is of is gone."""
    try:
        return restoring.present(part_of_draft(draft, draft.site))
    except NoLongerPossible:
        return None
