"""One capacity window: a quarter or two days, a state and a quantity."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.capacity import WindowFacts
from partners.actions.lines import window_mark
from partners.forms.editing import AmountField, DayField, LineField, VersionedForm, initial_of
from partners.models import Audience, CapacityWindow, Line
from partners.profile_rules import window_problems
from partners.quarters import Quarter, quarters_from

QUARTERS_SHOWN = 8
YEARS_BACK, YEARS_AHEAD = 2, 10
_DAY = dt.timedelta(days=1)


class WindowForm(VersionedForm):
    quarter = forms.ChoiceField(
        label=_("Quarter"), required=False, help_text=_("Or leave it and give two days below.")
    )
    first_day = DayField(is_past=False, label=_("First day"), required=False)
    last_day = DayField(is_past=False, label=_("Last day"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=CapacityWindow.State.choices)
    quantity = AmountField(label=_("Quantity"), max_digits=14, decimal_places=3)
    confidence = forms.ChoiceField(
        label=_("Confidence"),
        choices=CapacityWindow.Confidence.choices,
        help_text=_("Only firm and planned capacity meets a requirement."),
    )
    smallest_campaign = AmountField(
        label=_("Smallest campaign"), max_digits=14, decimal_places=3, required=False
    )
    lead_time_weeks = AmountField(
        label=_("Lead time in weeks"), max_digits=6, decimal_places=1, required=False
    )
    reason = LineField(
        label=_("Reason"), max_length=120, required=False, help_text=_("Why it is unavailable, for instance.")
    )
    held_until = DayField(is_past=False, label=_("Held until"), required=False)
    valid_until = DayField(
        is_past=False,
        label=_("Valid until"),
        required=False,
        help_text=_("After that day it no longer counts."),
    )
    audience = forms.ChoiceField(label=_("Who may see it"), required=False)
    note = LineField(label=_("Note"), max_length=300, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        line: Line,
        window: CapacityWindow | None = None,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={**initial(window), **(given or {})})
        audience: Any = self.fields["audience"]
        as_line = _("As its line: %s") % line.get_capacity_audience_display().lower()
        audience.choices = [("", as_line), *Audience.choices]
        quarter: Any = self.fields["quarter"]
        quarter.choices = [("", _("Two days")), *((name, name) for name in coming_quarters())]

    def window_facts(self) -> WindowFacts:
        facts = self.facts()
        start, end = facts.pop("period")
        for name in ("quarter", "first_day", "last_day"):
            facts.pop(name, None)
        return WindowFacts(start=start, end=end, **facts)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not {"quarter", "first_day", "last_day"} & self.errors.keys():
            values["period"] = self._period(values)
        self.add_problems(window_problems(values))
        return values

    def _period(self, values: dict[str, Any]) -> tuple[dt.date, dt.date] | None:
        first, last = values.get("first_day"), values.get("last_day")
        if name := values.get("quarter"):
            quarter = coming_quarters()[name]
            if (first or last) and (first, last) != (quarter.start, quarter.end - _DAY):
                self.add_error("quarter", _("Give a quarter or two days, not both."))
            return quarter.start, quarter.end
        for field, day in (("first_day", first), ("last_day", last)):
            if day is None:
                self.add_error(field, _("Choose a quarter, or give this day."))
        if first is None or last is None:
            return None
        self._check_days(first, last)
        return first, last + _DAY

    def _check_days(self, first: dt.date, last: dt.date) -> None:
        year = timezone.localdate().year
        if last < first:
            self.add_error("last_day", _("The last day is before the first."))
        if first.year < year - YEARS_BACK:
            self.add_error("first_day", _("This is too long ago to plan with."))
        if last.year > year + YEARS_AHEAD:
            self.add_error("last_day", _("This is more than ten years ahead."))


def coming_quarters() -> dict[str, Quarter]:
    """The quarters that a person plans: that of today and the seven after it."""
    quarters = quarters_from(Quarter.of(timezone.localdate()), QUARTERS_SHOWN)
    return {str(quarter): quarter for quarter in quarters}


def initial(window: CapacityWindow | None) -> dict[str, Any]:
    """A window that is a whole quarter shows as that quarter, any other with its days."""
    if window is None or window.period.lower is None or window.period.upper is None:
        return {}
    first, end = window.period.lower, window.period.upper
    names = [name for name, each in coming_quarters().items() if (each.start, each.end) == (first, end)]
    period = {"quarter": names[0]} if names else {"first_day": first, "last_day": end - _DAY}
    audience = "" if window.follows_line else window.audience
    said = {"audience": audience, "version": window_mark(window)}
    return {**initial_of(window, WindowForm), **period, **said}
