"""Saved searches of the directory: a person's own, and those that colleagues share."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.api.bodies import Body, Change
from cdmo_portal.accounts.api.fields import Flag, Text
from cdmo_portal.accounts.api.permissions import AnyRole
from cdmo_portal.accounts.api.problems import Conflict, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from partners.actions import saved_searches
from partners.actions.saved_searches import Found, SearchFacts
from partners.answering import QueryInvalid, answer, filters_of
from partners.api.body_fields import one_line
from partners.api.own_rows import REFUSALS, TaggedViewSet, sent
from partners.models import SavedSearch
from partners.models.saved_searches import LONGEST_QUERY
from partners.saved_search_pages import search_rows
from partners.search_address import canonical

OF_SEARCHES: Refusals = {
    **REFUSALS,
    saved_searches.TooMany: Conflict,
    saved_searches.CannotBeAnswered: Conflict,
}


class SavedSearchSerializer(serializers.ModelSerializer[SavedSearch]):
    """A search under a name. What is told of it, and what is new, concerns its owner alone."""

    query = serializers.CharField(help_text="Parameters of /api/v1/sites/, in canonical form.")
    is_own = serializers.BooleanField(help_text="Whether you saved it; else a colleague shares it.")
    alert = serializers.SerializerMethodField(help_text="null for a colleague's.")
    match_count = serializers.IntegerField(source="watch.match_count", help_text="At `checked_at`.")
    new_count = serializers.SerializerMethodField(help_text="Since you looked; null for a colleague's.")
    checked_at = serializers.DateTimeField(source="watch.checked_at")
    problem = serializers.CharField(
        source="watch.problem", help_text="Why the query can no longer be answered."
    )

    class Meta:
        model = SavedSearch
        fields = [
            "uid",
            "name",
            "query",
            "is_shared",
            "is_own",
            "alert",
            "match_count",
            "new_count",
            "checked_at",
            "problem",
            "created_at",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=SavedSearch.Alert.choices, allow_null=True))
    def get_alert(self, search: Any) -> str | None:
        return str(search.alert) if search.is_own else None

    def get_new_count(self, search: Any) -> int | None:
        return int(search.watch.new_count) if search.is_own else None


class SearchBody(Body):
    name = one_line(120, required=True)
    query = Text(
        max_length=LONGEST_QUERY,
        allow_blank=True,
        help_text="Parameters of /api/v1/sites/, such as country=IE&q=vials; empty: all sites.",
    )
    alert = serializers.ChoiceField(
        choices=SavedSearch.Alert.choices,
        default=SavedSearch.Alert.NONE,
        help_text="Mails when a new site matches, or capacity opens at one that matches.",
    )
    is_shared = Flag(default=False, help_text="Colleagues may open and copy it.")


class SearchChange(Change, SearchBody):
    """Any of the fields; what is left out stays."""

    query = None  # type: ignore[assignment]


class SavedSearchViewSet(TaggedViewSet[SavedSearch]):
    """Searches of the directory that you keep, and those that colleagues share with you."""

    resource = "saved-searches"
    # A saved search is a person's own, so viewers keep some, too.
    permission_classes = [AnyRole]
    serializer_class = SavedSearchSerializer

    def get_queryset(self) -> QuerySet[SavedSearch]:
        if self.is_described:
            return SavedSearch.objects.none()
        if self.action == "restore":
            return search_rows(SavedSearch.objects.owned_by(self.actor), self.actor)
        return search_rows(SavedSearch.objects.visible_to(self.actor), self.actor)

    @extend_schema(request=SearchBody, responses={201: SavedSearchSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keep a query; what it finds now is no news."""
        given = sent(SearchBody, request)
        query, found = _asked(given.pop("query"), self.actor)
        with answering(OF_SEARCHES):
            row = saved_searches.save(facts=SearchFacts(**given), query=query, found=found, by=self.actor)
        return self.answer(row, status.HTTP_201_CREATED)

    @extend_schema(request=SearchChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Rename, share or have told. Its query stays: another one is another search."""
        row = self.get_object()
        seen = self.require_match(row)
        stands: dict[str, Any] = {"name": row.name, "alert": row.alert, "is_shared": row.is_shared}
        facts = SearchFacts(**stands | sent(SearchChange, request))
        with answering(OF_SEARCHES):
            saved_searches.change(
                search=row, facts=facts, version=seen, found=_found(row, self.actor), by=self.actor
            )
        return self.answer(row)

    @extend_schema(parameters=[IF_MATCH])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Put a search away; for some days it can be restored."""
        row = self.get_object()
        seen = self.require_match(row)
        with answering(OF_SEARCHES):
            saved_searches.delete(search=row, version=seen, by=self.actor)
        return self.gone()

    @extend_schema(request=None, responses=SavedSearchSerializer)
    @action(detail=True, methods=["post"], url_name="restore")
    def restore(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Bring back a search of your own that was put away."""
        row = self.get_object()
        with answering(OF_SEARCHES):
            saved_searches.restore(search=row, by=self.actor)
        return self.answer(row)

    @extend_schema(request=None, responses=SavedSearchSerializer)
    @action(detail=True, methods=["post"], url_name="seen")
    def seen(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say that you have looked at all that your search finds: none of it is new any more."""
        row = self.get_object()
        if found := _found(row, self.actor):
            saved_searches.note_seen(search=row, found=found, by=self.actor)
        return self.answer(row)


def _asked(text: str, actor: Actor) -> tuple[str, Found]:
    """The canonical query and what it finds; a refusal says what the directory does not understand."""
    try:
        asked = QueryDict(text.removeprefix("?"))
        if problems := filters_of(asked.urlencode(), actor).problems():
            raise serializers.ValidationError({"query": problems})
        query = canonical(asked)
        return query, answer(query, actor)
    except (QueryInvalid, SuspiciousOperation) as error:
        raise serializers.ValidationError({"query": str(error)}) from error


def _found(search: SavedSearch, actor: Actor) -> Found | None:
    try:
        return answer(search.query, actor)
    except QueryInvalid:
        return None
