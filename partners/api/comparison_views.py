"""Sites and partners side by side, as the page of comparisons shows them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.filters import refuse_unknown_parameters
from cdmo_portal.accounts.api.problems import ParametersRefused
from cdmo_portal.accounts.api.viewsets import ActorViewSet
from partners.comparing.comparison import compared
from partners.comparing.options import Option, asked_for, id_of, ids_in, known_partners
from partners.comparing.rows import only_differences
from partners.models import Site
from partners.tray import MOST

FEWEST = 2
IDS = OpenApiParameter(
    "ids",
    str,
    required=True,
    description=f"{FEWEST} to {MOST} uids or slugs of sites and partners, with commas between them.",
)
ONLY_DIFFERENCES = OpenApiParameter(
    "only_differences", bool, description="Leave out rows in which all say the same."
)


class OptionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["site", "partner"])
    uid = serializers.UUIDField()
    name = serializers.CharField()


class CellSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    is_stated = serializers.BooleanField(help_text="Silence is neither a yes nor a no.")
    notes = serializers.ListField(
        child=serializers.CharField(), help_text="How it is backed, and since when."
    )
    mark = serializers.CharField(help_text="Such as: Highest stated.")


class ComparisonRowSerializer(serializers.Serializer[Any]):
    # `label` is also the name of what a field has; as a declared field it never meets that.
    label = serializers.CharField()  # type: ignore[assignment]
    note = serializers.CharField()
    differs = serializers.BooleanField()
    cells = CellSerializer(many=True, help_text="One for each option, in their order.")


class ComparisonGroupSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField()
    rows = ComparisonRowSerializer(many=True)


@extend_schema_serializer(many=False)
class SideBySideSerializer(serializers.Serializer[Any]):
    options = OptionSerializer(many=True)
    groups = ComparisonGroupSerializer(many=True)


class ComparisonViewSet(ActorViewSet[Site]):
    """What a reader may know of some sites and partners, row by row."""

    resource = "comparisons"
    serializer_class = SideBySideSerializer
    pagination_class = None
    queryset: QuerySet[Site] = Site.objects.none()

    @extend_schema(
        parameters=[IDS, ONLY_DIFFERENCES], responses=SideBySideSerializer, operation_id="comparisons_read"
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Compare two to four sites or partners."""
        refuse_unknown_parameters(request, frozenset({"ids", "only_differences"}))
        is_short = _flag(request.query_params.get("only_differences", "false"))
        options = _options(request.query_params.getlist("ids"))
        found = compared(options, actor=self.actor, today=timezone.localdate())
        groups = only_differences(found.groups) if is_short else found.groups
        return Response(self.get_serializer({"options": options, "groups": groups}).data)


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ParametersRefused({"only_differences": "Give true or false."})
    return text == "true"


def _options(given: list[str]) -> tuple[Option, ...]:
    ids = ids_in(given)
    asked = asked_for([*_ids_of(ids)])
    if asked.unknown:
        names = ", ".join(each[:60] for each in asked.unknown[:10])
        raise ParametersRefused({"ids": f"No site or partner is called {names}."})
    if asked.left_out or len(asked.options) < FEWEST:
        raise ParametersRefused({"ids": f"Give {FEWEST} to {MOST} sites or partners."})
    return asked.options


def _ids_of(given: list[str]) -> list[str]:
    """What names them in addresses of pages; a uid that leads nowhere stays as it is."""
    uids = {each: uid for each in given if (uid := _uid(each)) is not None}
    if not uids:
        return given
    named = {row.uid: f"site:{row.slug}" for row in Site.objects.filter(uid__in=uids.values())}
    named |= {row.uid: id_of(row) for row in known_partners().filter(uid__in=uids.values())}
    return [named.get(uids[each], each) if each in uids else each for each in given]


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
