"""Filters of the lists of briefs and of what hangs on them."""

import django_filters
from django.db.models import QuerySet

from cdmo_portal.accounts.api.authentication import actor_of
from matching.api.of_brief import with_own_ids
from matching.forms.brief_lists import of_state
from matching.models import (
    Brief,
    BriefChange,
    BriefExternalId,
    Interest,
    ShortlistChange,
    ShortlistEntry,
    ShortlistExternalId,
)
from partners.api.external_ids import ExternalIdFilter

STATES = [(state, state) for state in ("current", *Brief.State.values, "archived", "deleted")]


class BriefFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        choices=STATES,
        method="in_state",
        help_text="current: all that are not archived. deleted: drafts that can be got back.",
    )
    stage = django_filters.CharFilter(field_name="stage__code", max_length=80)
    modality = django_filters.CharFilter(field_name="modality__code", max_length=80)
    external_id = ExternalIdFilter(BriefExternalId)
    changed_since = django_filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Brief
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Brief], _name: str, state: str) -> QuerySet[Brief]:
        if state == "deleted":
            actor = actor_of(self.request)
            deleted = Brief.objects.deleted_for(actor).select_related("stage", "modality", "dosage_form")
            return with_own_ids(deleted, BriefExternalId, actor)
        return rows.filter(of_state(state))


class OfBriefShortlistFilter(django_filters.FilterSet):
    stage = django_filters.ChoiceFilter(choices=ShortlistEntry.Stage.choices)

    class Meta:
        model = ShortlistEntry
        fields: list[str] = []


class ShortlistFilter(OfBriefShortlistFilter):
    external_id = ExternalIdFilter(ShortlistExternalId)
    brief = django_filters.UUIDFilter(field_name="brief__uid")
    partner = django_filters.UUIDFilter(field_name="partner__uid")


class ShortlistChangeFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=ShortlistChange.Kind.choices)
    partner = django_filters.UUIDFilter(field_name="entry__partner__uid")

    class Meta:
        model = ShortlistChange
        fields: list[str] = []


class BriefChangeFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=BriefChange.Kind.choices)
    subject = django_filters.CharFilter(max_length=40, method="about")

    class Meta:
        model = BriefChange
        fields: list[str] = []

    def about(self, rows: QuerySet[BriefChange], _name: str, subject: str) -> QuerySet[BriefChange]:
        """Of colleagues the subject is a number, which stays inside."""
        return rows.filter(subject=subject).exclude(kind=BriefChange.Kind.COLLEAGUE)


class InterestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        choices=[(state, state) for state in ("waiting", "answered", "withdrawn")], method="in_state"
    )

    class Meta:
        model = Interest
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Interest], _name: str, state: str) -> QuerySet[Interest]:
        if state == "withdrawn":
            return rows.filter(withdrawn_at__isnull=False)
        live = rows.filter(withdrawn_at__isnull=True)
        return live.filter(answer="") if state == "waiting" else live.exclude(answer="")
