"""A CDMO's own capacity feeds: what they bring, what failed, trying one, and readings that are held."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import ValidationError

from cdmo_portal.accounts.api.pagination import NewestFirstPagination
from cdmo_portal.accounts.api.problems import Conflict, PreconditionFailed, Refusals, answering
from cdmo_portal.accounts.api.schema import IF_MATCH
from cdmo_portal.accounts.api.viewsets import ReadViewSet
from cdmo_portal.events.sealing import NoKeys
from partners.actions import feed_trials, feeds, held_readings
from partners.api import filters
from partners.api.feed_bodies import FeedBody, FeedChange, HeldDecision, feed_facts
from partners.api.feed_serializers import (
    FeedSerializer,
    FeedTrialSerializer,
    HeldReadingSerializer,
    RefreshSerializer,
)
from partners.api.own_rows import TaggedViewSet, own_partner, sent
from partners.models import Feed, FeedTrial, HeldReading, Refresh
from partners.permissions import can_edit_partner

NO_KEYS = "Secret headers cannot be stored here: the operator has set no encryption keys."
REFUSALS: Refusals = {
    feeds.FeedChangedMeanwhile: PreconditionFailed,
    feeds.FeedNotRunning: Conflict,
    feeds.AddressRefused: lambda reason: ValidationError({"url": reason}),
    NoKeys: lambda _reason: ValidationError({"secret_header": NO_KEYS}),
    feed_trials.TooManyTrials: lambda reason: exceptions.Throttled(detail=reason),
    feed_trials.TrialUsed: Conflict,
    held_readings.HoldChanged: Conflict,
}


class FeedViewSet(TaggedViewSet[Feed]):
    """Your own organisation's capacity feeds."""

    resource = "feeds"
    serializer_class = FeedSerializer

    def get_queryset(self) -> QuerySet[Feed]:
        if self.is_described:
            return Feed.objects.none()
        rows = Feed.objects.visible_to(self.actor)
        return rows.select_related("partner", "calendar_line", "held_reading")

    @extend_schema(request=FeedBody, responses={201: FeedSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Set up a feed, which is read within a minute."""
        given, partner = sent(FeedBody, request), own_partner(self.actor)
        with answering(REFUSALS):
            feed = feeds.create(partner=partner, facts=feed_facts(given, partner, None), by=self.actor)
        return self.answer(feed, status.HTTP_201_CREATED)

    @extend_schema(request=FeedChange, parameters=[IF_MATCH])
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a feed; it is read anew at once."""
        feed = self._own()
        self.require_match(feed)
        facts = feed_facts(sent(FeedChange, request), feed.partner, feed)
        with answering(REFUSALS):
            feeds.update(feed=feed, facts=facts, version=feed.version, by=self.actor)
        return self.answer(feed)

    @extend_schema(request=None, responses=FeedSerializer)
    @action(detail=True, methods=["post"], url_name="pause")
    def pause(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Stop reading the feed. Its last values stay, with their age."""
        feed = self._own()
        feeds.pause(feed=feed, by=self.actor)
        return self.answer(feed)

    @extend_schema(request=None, responses=FeedSerializer)
    @action(detail=True, methods=["post"], url_name="resume")
    def resume(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Go on with a paused feed."""
        feed = self._own()
        feeds.resume(feed=feed, by=self.actor)
        return self.answer(feed)

    @extend_schema(request=None, responses=FeedSerializer)
    @action(detail=True, methods=["post"], url_name="retry")
    def retry(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read the feed now and in full, also after it was stopped for failing."""
        feed = self._own()
        with answering(REFUSALS):
            feeds.retry(feed=feed, by=self.actor)
        return self.answer(feed)

    @extend_schema(request=None, responses={201: FeedTrialSerializer})
    @action(detail=True, methods=["post"], url_name="test")
    def test(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read the address once and say what that would change; nothing of it is applied."""
        feed = self._own()
        with answering(REFUSALS):
            trial = feed_trials.try_feed(feed=feed, by=self.actor)
        where = reverse("api-feed-trial-detail", args=[trial.uid], request=request)
        return Response(
            FeedTrialSerializer(trial).data, status=status.HTTP_201_CREATED, headers={"Location": where}
        )

    @extend_schema(responses=HeldReadingSerializer)
    @action(detail=True, url_path="held-reading", url_name="held-reading")
    def held_reading(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The file in which half of what stood is gone, while somebody's word on it is open or stands."""
        return Response(HeldReadingSerializer(self._held(self.get_object())).data)

    @extend_schema(request=HeldDecision, responses=FeedSerializer)
    @held_reading.mapping.post
    def decide_held_reading(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say whether the file is right, which applies it, or the last values are."""
        feed, given = self._own(), sent(HeldDecision, request)
        self._held(feed)
        is_right = given["decision"] == HeldReading.Decision.APPLIED
        decide = held_readings.confirm if is_right else held_readings.keep_last
        with answering(REFUSALS):
            decide(feed=feed, reading=given["reading"], by=self.actor)
        return self.answer(feed)

    def _own(self) -> Feed:
        """The feed, for an editor of the organisation that still keeps its profile."""
        feed = self.get_object()
        if not can_edit_partner(self.actor, feed.partner):
            raise exceptions.PermissionDenied("Viewers may read feeds. Ask an owner to change them.")
        return feed

    def _held(self, feed: Feed) -> HeldReading:
        held = HeldReading.objects.filter(feed=feed).select_related("refresh").first()
        if held is None:
            raise exceptions.NotFound("No reading of this feed is held.")
        return held


class FeedTrialViewSet(ReadViewSet[FeedTrial]):
    """Tests of feeds, for an hour: what an address would bring."""

    resource = "feeds"
    serializer_class = FeedTrialSerializer

    def get_queryset(self) -> QuerySet[FeedTrial]:
        if self.is_described:
            return FeedTrial.objects.none()
        return FeedTrial.objects.visible_to(self.actor).select_related("partner", "feed")

    @extend_schema(request=FeedBody, responses={201: FeedTrialSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Test a feed that is only thought of; look at the test again until it is done."""
        given, partner = sent(FeedBody, request), own_partner(self.actor)
        with answering(REFUSALS):
            trial = feed_trials.try_facts(
                partner=partner, facts=feed_facts(given, partner, None), by=self.actor
            )
        return Response(self.get_serializer(trial).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={201: FeedSerializer})
    @action(detail=True, methods=["post"], url_name="add")
    def add(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add the feed that was tested, which is read within a minute."""
        trial = self.get_object()
        if not can_edit_partner(self.actor, trial.partner):
            raise exceptions.PermissionDenied
        with answering(REFUSALS):
            feed = feed_trials.add_feed(trial=trial, by=self.actor)
        where = reverse("api-feed-detail", args=[feed.uid], request=request)
        return Response(
            FeedSerializer(feed).data, status=status.HTTP_201_CREATED, headers={"Location": where}
        )


class RefreshViewSet(ReadViewSet[Refresh]):
    """Runs of your own organisation's feeds, newest first."""

    resource = "refreshes"
    serializer_class = RefreshSerializer
    filterset_class = filters.RefreshFilter
    expandable = {"feed": FeedViewSet}
    pagination_class = NewestFirstPagination

    def get_queryset(self) -> QuerySet[Refresh]:
        if self.is_described:
            return Refresh.objects.none()
        return Refresh.objects.filter(feed__in=Feed.objects.visible_to(self.actor)).select_related("feed")
