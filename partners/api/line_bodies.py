"""What CDMO staff send of a line."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body, Change
from cdmo_portal.accounts.api.fields import Flag
from partners.actions.lines import LineFacts
from partners.ageing import CAPACITY_DAYS
from partners.api.body_fields import Whole, amount, one_line
from partners.models import Audience, Building, Line, Site
from partners.profile_rules import batch_problems, campaign_problems

OF_CAPACITY = {"unit": "capacity_unit"}
"""Names of the API's `capacity` that a line calls differently."""


class LineCapacityBody(Body):
    unit = one_line(30, required=True, default="batches", help_text="batches, days, vials …")
    nominal_per_quarter = amount(14, 3, help_text="The most it can do in a quarter, in the unit.")
    nominal_batch = amount(14, 3)
    nominal_batch_unit = one_line(30)
    slot_means = one_line(200, help_text="What one unit of capacity stands for.")
    days_per_batch = amount(8, 2)
    changeover_days = amount(8, 2)
    smallest_campaign = amount(14, 3)
    largest_campaign = amount(14, 3)
    lead_time_weeks = amount(6, 1)


class LineCapacityChange(Change, LineCapacityBody):
    pass


class LineBody(Body):
    site = serializers.UUIDField(help_text="A site of your own.")
    name = one_line(120, required=True)
    building = one_line(
        120, required=True, allow_null=True, default=None, help_text="Name of a building of the site."
    )
    own_id = one_line(80, help_text="Your own id of the line; resource_id in feeds.")
    is_multipurpose = Flag(default=True)
    capacity_audience = serializers.ChoiceField(choices=Audience.choices, default=Audience.MATCHING)
    capacity_valid_days = Whole(
        min_value=1,
        max_value=CAPACITY_DAYS,
        allow_null=True,
        default=None,
        help_text="How many days typed capacity holds.",
    )
    capacity = LineCapacityBody(required=False)


class LineChange(Change, LineBody):
    """Any of the fields, also within `capacity`; what is left out stays."""

    site = None  # type: ignore[assignment]
    capacity = LineCapacityChange(required=False)


class SourceBody(Body):
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=Line.Source.choices, help_text="The one way that its capacity comes from now on."
    )


def line_facts(given: Mapping[str, Any], site: Site, line: Line | None) -> LineFacts:
    """All facts of a line: what was sent over what stands."""
    stands = {name: getattr(line, name) for name in LineFacts.__dataclass_fields__} if line else {}
    values = stands | _named_as_lines_do(given, site)
    problems = campaign_problems(values) or batch_problems(values)
    if problems:
        raise serializers.ValidationError({"capacity": problems})
    return LineFacts(**values)


def _named_as_lines_do(given: Mapping[str, Any], site: Site) -> dict[str, Any]:
    capacity = {OF_CAPACITY.get(name, name): value for name, value in given.get("capacity", {}).items()}
    kept = ("name", "is_multipurpose", "capacity_audience", "capacity_valid_days")
    values = {name: given[name] for name in kept if name in given} | capacity
    if "own_id" in given:
        values["external_id"] = given["own_id"]
    if "building" in given:
        values["building"] = _building(site, given["building"])
    return values


def _building(site: Site, name: str | None) -> Building | None:
    if name is None:
        return None
    building = site.buildings.filter(name=name).first()
    if building is None:
        raise serializers.ValidationError({"building": "This site has no building of that name."})
    return building


def place_in_body(field: str, sentence: str) -> dict[str, Any]:
    """Where in the body a field of a line stands."""
    named = {value: name for name, value in OF_CAPACITY.items()}.get(field, field)
    return {"capacity": {named: sentence}}
