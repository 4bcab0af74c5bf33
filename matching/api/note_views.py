"""The note on what the background found for a brief since somebody last looked."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cdmo_portal.accounts.api.problems import answering
from matching.actions import match_notes
from matching.api.of_brief import REFUSALS, OneBriefViewSet
from matching.api.serializers import MatchRunLinkSerializer
from matching.models import Brief
from matching.watching import told_of


class NoteSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(allow_blank=True, help_text="Empty: nothing is new.")
    noted_at = serializers.DateTimeField(allow_null=True)
    since = MatchRunLinkSerializer(allow_null=True, help_text="The run that somebody last made or looked at.")


class SeenSerializer(serializers.Serializer[Any]):
    """The two runs that the note spoke of; see /api/v1/match-runs/…/comparison/."""

    before = MatchRunLinkSerializer()
    after = MatchRunLinkSerializer()


class MatchNoteViewSet(OneBriefViewSet):
    """What is new in the matches of a brief."""

    def get_queryset(self) -> QuerySet[Brief]:
        rows = super().get_queryset().select_related("watch__seen_run__brief")
        return rows.defer("watch__seen_run__result", "watch__seen_run__asked")

    @extend_schema(responses=NoteSerializer)
    @action(detail=True, methods=["get"], url_path="match-note", url_name="match-note")
    def match_note(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the background found since somebody last made or looked at a run."""
        brief = self.get_object()
        note, watch = told_of(brief), getattr(brief, "watch", None)
        said = {
            "note": note,
            "noted_at": watch.noted_at if watch and note else None,
            "since": watch.seen_run if watch and note else None,
        }
        return Response(NoteSerializer(said).data)

    @extend_schema(request=None, responses=SeenSerializer)
    @action(detail=True, methods=["post"], url_path="match-note/seen", url_name="match-note-seen")
    def match_note_seen(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the note off for your whole organisation. 409 where nothing is new."""
        with answering(REFUSALS):
            seen = match_notes.see(by=self.actor, brief=self.get_object())
        return Response(SeenSerializer(seen).data)
