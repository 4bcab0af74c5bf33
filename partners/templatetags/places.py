"""Words for the codes that rows hold of places."""

from django import template

from partners.importers.countries import country_name

register = template.Library()


@register.filter
def country(alpha2: str) -> str:
    """`IE` → Ireland; a code that we do not know stays itself."""
    return country_name(alpha2)
