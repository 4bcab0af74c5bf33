"""What CDMO staff send of their partner and its sites."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body, Change
from partners.actions.profiles import SiteFacts
from partners.api.body_fields import address, one_line, text_of_lines
from partners.importers.countries import country_names
from partners.models import Site
from partners.profile_rules import time_zone_problem


class PartnerChange(Change):
    """Any of the fields; what is left out stays."""

    summary = text_of_lines(4000, help_text="What you do and for whom.")
    website = address()


class SiteBody(Body):
    name = one_line(200, required=True)
    street = one_line(300)
    postal_code = one_line(40)
    city = one_line(120, required=True)
    region = one_line(120)
    country = serializers.ChoiceField(choices=sorted(country_names()), help_text="ISO 3166-1 alpha-2.")
    time_zone = one_line(60, required=True, default="UTC", help_text="Such as Europe/Dublin.")
    own_id = one_line(80, help_text="Your own id of the site; site_id in feeds.")

    def validate_time_zone(self, zone: str) -> str:
        if problem := time_zone_problem(zone):
            raise serializers.ValidationError(problem)
        return zone


class SiteChange(Change, SiteBody):
    """Any of the fields; what is left out stays."""


def site_facts(given: Mapping[str, Any], site: Site | None) -> SiteFacts:
    """All basics of a site: what was sent over what stands."""
    stands = {name: getattr(site, name) for name in SiteFacts.__dataclass_fields__} if site else {}
    values = stands | {"external_id" if name == "own_id" else name: value for name, value in given.items()}
    return SiteFacts(**values)
