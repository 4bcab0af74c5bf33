"""What CDMO staff answer about hazards, one at a time."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body, Change
from cdmo_portal.accounts.api.fields import Flag
from partners.actions.site_facts import HazardPlace, hazard_places
from partners.api.body_fields import TermCode, one_line
from partners.models import Audience, Hazard, Site


class HazardBody(Body):
    site = serializers.UUIDField(help_text="A site of your own.")
    scope = serializers.ChoiceField(choices=Hazard.Scope.choices, default=Hazard.Scope.SITE)
    building = one_line(
        120, required=True, allow_null=True, default=None, help_text="Its name, for the scope building."
    )
    line = serializers.UUIDField(allow_null=True, default=None, help_text="For the scope line.")
    term = TermCode(facet="hazard", help_text="Code of a haz.* term.")
    is_present = Flag(help_text="A stated no is a statement too.")
    source = one_line(300)  # type: ignore[assignment]
    audience = serializers.ChoiceField(choices=Audience.choices, default=Audience.PUBLIC)


class HazardChange(Change):
    """An answer that changes is your own word of today; one that stays keeps its evidence and date."""

    is_present = Flag()
    source = one_line(300, help_text="Of an answer that changes.")  # type: ignore[assignment]
    audience = serializers.ChoiceField(choices=Audience.choices)


def place_in(site: Site, given: Mapping[str, Any]) -> HazardPlace:
    """Where the body says that the hazard is handled."""
    scope, building, line = given["scope"], given["building"], given["line"]
    for name, value in (("building", building), ("line", line)):
        if (value is None) == (scope == name):
            raise serializers.ValidationError({name: f"Give it for the scope {name}, and for that alone."})
    for place in hazard_places(site):
        if (
            place.scope == scope
            and (place.building.name if place.building else None) == building
            and (place.line.uid if place.line else None) == line
        ):
            return place
    field = scope if scope in ("building", "line") else "scope"
    raise serializers.ValidationError({field: "This site has no such place."})
