"""What has to hold between the fields of one statement, for forms and for the API: field → what is wrong."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from partners.mail_domains import FREE_MAIL, domain_of
from partners.models import CapacityWindow

EARLIEST: Final = dt.date(1950, 1, 1)
YEARS_AHEAD: Final = 30


def day_problem(day: dt.date, *, is_past: bool, today: dt.date) -> tuple[str, str] | None:
    """Why nobody can mean this day, with a code: none before 1950, after today or after thirty years."""
    if day < EARLIEST:
        return _("This day is before 1950."), "too_early"
    if is_past and day > today:
        return _("This day has not come yet."), "in_the_future"
    if day.year > today.year + YEARS_AHEAD:
        return _("This day is more than thirty years ahead."), "too_late"
    return None


def campaign_problems(values: Mapping[str, Any]) -> dict[str, str]:
    smallest, largest = values.get("smallest_campaign"), values.get("largest_campaign")
    if smallest is not None and largest is not None and smallest > largest:
        return {"largest_campaign": _("The largest campaign is below the smallest.")}
    return {}


def batch_problems(values: Mapping[str, Any]) -> dict[str, str]:
    """The size of an ordinary batch and its unit come together."""
    size, unit = values.get("nominal_batch"), values.get("nominal_batch_unit")
    if size == 0:
        return {"nominal_batch": _("A batch is more than nothing; leave it empty if not stated.")}
    if size is not None and not unit:
        return {"nominal_batch_unit": _("Say what the size of a batch is counted in.")}
    if unit and size is None:
        return {"nominal_batch": _("Give the size, or leave out its unit.")}
    return {}


def certificate_problems(values: Mapping[str, Any]) -> dict[str, str]:
    begins, expires = values.get("issued_on") or values.get("inspected_on"), values.get("expires_on")
    if begins and expires and expires < begins:
        return {"expires_on": _("This day is before the certificate begins.")}
    return {}


def agreement_problems(values: Mapping[str, Any]) -> dict[str, str]:
    first, last = values.get("starts_on"), values.get("ends_on")
    if first and last and last < first:
        return {"ends_on": _("The last day is before the first.")}
    return {}


def private_agreement_problems(values: Mapping[str, Any]) -> dict[str, str]:
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts and ends and ends < starts:
        return {"ends_on": _("The agreement ends before it starts.")}
    return {}


def audit_problems(values: Mapping[str, Any]) -> dict[str, str]:
    last, due = values.get("last_audit_on"), values.get("next_audit_due_on")
    if last and due and due < last:
        return {"next_audit_due_on": _("The next audit cannot be due before the last one.")}
    return {}


def window_problems(values: Mapping[str, Any]) -> dict[str, str]:
    if values.get("held_until") and values.get("state") != CapacityWindow.State.HELD:
        return {"held_until": _("Only a held window is held until a day.")}
    return {}


def work_address_problem(address: str) -> str:
    """Why an address says nothing of the company: one that everybody can have."""
    domain = domain_of(address)
    if domain not in FREE_MAIL:
        return ""
    said = _("Anybody can have an address at %(domain)s. Use one at the company's own domain.")
    return said % {"domain": domain}


def time_zone_problem(zone: str) -> str:
    if zone in available_timezones():
        return ""
    return _("There is no such time zone. Write one such as Europe/Dublin.")
