"""What CDMO staff send: statements of capability and capacity windows."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body, Change
from cdmo_portal.accounts.api.fields import Day, Entered, Flag, Number, Text
from partners.actions.capacity import WindowFacts
from partners.actions.profiles import CapabilityFacts, MeasureFacts
from partners.actions.stated import measures_of
from partners.api.body_fields import TermCode
from partners.models import Audience, Basis, Capability, CapacityWindow, Line, Site, Term
from partners.profile_rules import window_problems
from partners.units import NumberUnreadable, UnitUnknown, in_base_unit

LONGEST_PERIOD = dt.timedelta(days=5 * 366)
NOT_STATED = frozenset({"scale", "hazard", "regulator", "certificate", "geography", "stage"})
"""Facets whose terms are no capability of their own: measures, hazards and dated facts have other rows."""


class MeasureBody(Body):
    """A number or range as people write it: "500–2,000", "3 × 2000", "up to 5"."""

    term = TermCode(facet="scale", help_text="Code of an sc.* term.")
    value = Entered()
    unit = Text(max_length=30, help_text="A unit of the measure, e.g. L.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            entered = in_base_unit(attrs["term"].code, attrs["value"], attrs["unit"])
        except UnitUnknown as error:
            raise serializers.ValidationError({"unit": [str(error)]}) from error
        except NumberUnreadable as error:
            raise serializers.ValidationError({"value": [str(error)]}) from error
        return attrs | {
            "facts": MeasureFacts(
                term=attrs["term"],
                lo=entered.lo,
                hi=entered.hi,
                count=entered.count,
                entered_text=attrs["value"],
                entered_unit=attrs["unit"],
            )
        }


class CapabilityBody(Body):
    site = serializers.UUIDField(help_text="A site of your own.")
    line = serializers.UUIDField(allow_null=True, default=None, help_text="A line of it; null: the site.")
    term = TermCode()
    is_offered = Flag(default=True, help_text="A stated no is a statement too.")
    stages = serializers.ListField(child=TermCode(facet="stage"), default=list, max_length=20)
    basis = serializers.ChoiceField(choices=Basis.choices, default=Basis.CLAIMED)
    source = Text(max_length=300, allow_blank=True, default="")  # type: ignore[assignment]
    confirmed_on = Day(default=timezone.localdate)
    audience = serializers.ChoiceField(choices=Audience.choices, default=Audience.PUBLIC)
    note = Text(max_length=500, allow_blank=True, default="")
    measures = MeasureBody(many=True, default=list, max_length=50)  # type: ignore[call-arg]

    def validate_term(self, term: Term) -> Term:
        if term.facet.code in NOT_STATED:
            raise serializers.ValidationError(f"{term.label} is not a capability.")
        return term

    def validate_confirmed_on(self, day: dt.date) -> dt.date:
        if day > timezone.localdate():
            raise serializers.ValidationError("This day has not come yet.")
        return day


class CapabilityChange(Change, CapabilityBody):
    """Any of the fields; what is left out stays. Measures are replaced as a whole."""

    site = None  # type: ignore[assignment]


def line_at(site: Site, uid: Any) -> Line | None:
    return site.lines.filter(uid=uid).first()


def capability_facts(
    given: Mapping[str, Any],
    site: Site,
    row: Capability | None,
    find_line: Callable[[Site, Any], Line | None] = line_at,
) -> CapabilityFacts:
    """All facts of a statement: what was sent over what stands."""
    values = dict(given)
    if row is not None:
        values = {name: getattr(row, name) for name in _KEPT} | values
    if "measures" in given:
        measures = tuple(measure["facts"] for measure in given["measures"])
    else:
        measures = measures_of(row.measures.select_related("term") if row else ())
    stages = values["stages"]
    return CapabilityFacts(
        term=values["term"],
        line=_line(site, given["line"], find_line) if "line" in given else (row.line if row else None),
        is_offered=values["is_offered"],
        basis=values["basis"],
        confirmed_on=values["confirmed_on"],
        audience=values["audience"],
        stages=tuple(stage.code if isinstance(stage, Term) else stage for stage in stages),
        source=values["source"],
        note=values["note"],
        measures=measures,
    )


_KEPT = ("term", "is_offered", "basis", "confirmed_on", "audience", "stages", "source", "note")


def _line(site: Site, uid: Any, find: Callable[[Site, Any], Line | None]) -> Line | None:
    if uid is None:
        return None
    line = find(site, uid)
    if line is None:
        raise serializers.ValidationError({"line": "This site has no such line."})
    return line


class WindowBody(Body):
    """A window of one line. Its unit is the line's; its period is half-open."""

    line = serializers.UUIDField(help_text="A line of your own whose capacity source is API.")
    period_start = Day(first=dt.date(2000, 1, 1))
    period_end = Day(first=dt.date(2000, 1, 1), help_text="The first day after the period.")
    state = serializers.ChoiceField(choices=CapacityWindow.State.choices)
    quantity = Number(max_digits=14, decimal_places=3, min_value=0)
    lead_time_weeks = Number(
        max_digits=6, decimal_places=1, min_value=0, max_value=520, allow_null=True, default=None
    )
    smallest_campaign = Number(max_digits=14, decimal_places=3, min_value=0, allow_null=True, default=None)
    confidence = serializers.ChoiceField(
        choices=CapacityWindow.Confidence.choices, default=CapacityWindow.Confidence.FIRM
    )
    reason = Text(max_length=120, allow_blank=True, default="")
    held_until = Day(allow_null=True, default=None)
    valid_until = Day(allow_null=True, default=None)
    note = Text(max_length=300, allow_blank=True, default="")
    audience = serializers.ChoiceField(
        choices=Audience.choices,
        allow_null=True,
        required=False,
        help_text="Of this window alone; null: as its line, now and later. Left out, it stays as it is.",
    )


class WindowChange(Change, WindowBody):
    """Any of the fields; what is left out stays."""

    line = None  # type: ignore[assignment]


def window_facts(given: Mapping[str, Any], window: CapacityWindow | None) -> WindowFacts:
    values = dict(given)
    if window is not None:
        stands = {name: getattr(window, name) for name in _WINDOW_KEPT}
        period = {"period_start": window.period.lower, "period_end": window.period.upper}
        values = stands | period | values
    start, end = values["period_start"], values["period_end"]
    if end <= start:
        raise serializers.ValidationError({"period_end": "Give the first day after the period."})
    if end - start > LONGEST_PERIOD:
        raise serializers.ValidationError({"period_end": "A period may last five years at most."})
    if problems := window_problems(values):
        raise serializers.ValidationError(problems)
    return WindowFacts(
        start=start,
        end=end,
        audience=(given["audience"] or "") if "audience" in given else None,
        **{name: values[name] for name in _WINDOW_KEPT},
    )


_WINDOW_KEPT = (
    "state",
    "quantity",
    "lead_time_weeks",
    "smallest_campaign",
    "confidence",
    "reason",
    "held_until",
    "valid_until",
    "note",
)
