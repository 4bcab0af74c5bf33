"""How a CDMO reads where its sites stand for typical projects, and what comes back to it."""

from typing import Any

from rest_framework import serializers

from matching.api.match_serializers import STANDINGS
from partners.api.serializers import PartnerLinkSerializer, SiteLinkSerializer


class UnknownSerializer(serializers.Serializer[Any]):
    """Something that is asked and not stated."""

    label = serializers.CharField(source="requirement.label")  # type: ignore[assignment]
    question = serializers.CharField(source="verdict.question")


class UnmetSerializer(serializers.Serializer[Any]):
    label = serializers.CharField(source="requirement.label")  # type: ignore[assignment]
    reason = serializers.CharField(source="verdict.reason")
    change = serializers.CharField(
        source="verdict.change.text", allow_null=True, default=None, help_text="What would pass."
    )


class ProjectSerializer(serializers.Serializer[Any]):
    """A typical project, made up by us, of a kind that the site does."""

    title = serializers.CharField(source="brief.title")
    standing = serializers.ChoiceField(source="match.standing.value", choices=STANDINGS)
    musts = serializers.SerializerMethodField()
    musts_met = serializers.SerializerMethodField()
    unknown = UnknownSerializer(many=True)
    unmet = UnmetSerializer(many=True)

    def get_musts(self, stand: Any) -> int:
        return len(stand.gates)

    def get_musts_met(self, stand: Any) -> int:
        return len(stand.met)


class MissingSerializer(serializers.Serializer[Any]):
    """Something that is not stated, and the projects that it leaves open."""

    label = serializers.CharField()  # type: ignore[assignment]
    question = serializers.CharField()
    projects = serializers.ListField(child=serializers.CharField(), source="briefs")
    last_for = serializers.ListField(
        child=serializers.CharField(), help_text="Projects for which it is all that is missing."
    )


class SiteStandsSerializer(serializers.Serializer[Any]):
    site = SiteLinkSerializer()
    projects = ProjectSerializer(many=True, source="stands")
    missing = MissingSerializer(many=True)
    others = serializers.ListField(
        child=serializers.CharField(), help_text="Projects of which less than half is stated."
    )


class StandingSerializer(serializers.Serializer[Any]):
    partner = PartnerLinkSerializer()
    sites = SiteStandsSerializer(many=True)


class ViewsSerializer(serializers.Serializer[Any]):
    """null: fewer than are told, none included."""

    week = serializers.DateField(help_text="Its Monday.")
    counts = serializers.DictField(
        child=serializers.IntegerField(allow_null=True), help_text="By kind of reader."
    )


class StandingOfWeekSerializer(serializers.Serializer[Any]):
    week = serializers.DateField()
    briefs = serializers.IntegerField()
    sponsors = serializers.IntegerField()
    eligible = serializers.IntegerField()
    open_questions = serializers.IntegerField()
    near = serializers.IntegerField()
    rest = serializers.IntegerField()


class AskedSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField()
    briefs = serializers.IntegerField()


class ReasonSerializer(AskedSerializer):
    verdict = serializers.CharField(help_text="unknown or unmet.")


class CategorySerializer(serializers.Serializer[Any]):
    """How the site stands in one kind of work; `weeks` from the latest back."""

    label = serializers.CharField()  # type: ignore[assignment]
    weeks = StandingOfWeekSerializer(many=True)
    reasons = ReasonSerializer(many=True)
    asked = AskedSerializer(many=True)


class DemandSerializer(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    briefs = serializers.IntegerField()
    sponsors = serializers.IntegerField()


class ReachSerializer(serializers.Serializer[Any]):
    """Figures of whole weeks, of enough sponsors at once: no sponsor, brief or other CDMO is named."""

    partner = PartnerLinkSerializer()
    site = SiteLinkSerializer(allow_null=True, help_text="null: there is no site yet.")
    fewest_sponsors = serializers.IntegerField(help_text="Nothing is told of fewer.")
    latest_week = serializers.DateField(help_text="The latest week that may be told.")
    views = ViewsSerializer(many=True)
    categories = CategorySerializer(many=True)
    demand = DemandSerializer(many=True)
