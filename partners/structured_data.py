"""What the page of a site or partner says, for machines, in the words of schema.org: public facts only."""

from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings

from partners.models import Partner, Site
from partners.site_profile import SiteProfile

CONTEXT: Final = "https://schema.org"
MOST_OFFERS: Final = 100


def of_site(profile: SiteProfile) -> dict[str, Any]:
    """The site as organisation and place. What the company tells sponsors only is not in it."""
    site = profile.site
    offered = list(
        dict.fromkeys(
            statement.label
            for _facet, statements in profile.facets
            for statement in statements
            if statement.is_open_offer
        )
    )
    return _said(
        {"@context": CONTEXT, "@type": ["Organization", "Place"], **_place(site)}
        | {
            "parentOrganization": _organisation(site.partner) if site.partner else None,
            "identifier": [
                {"@type": "PropertyValue", "propertyID": scheme, "value": value}
                for scheme, value in profile.identifiers
            ],
            "makesOffer": {
                "@type": "Offer",
                "itemOffered": [{"@type": "Service", "name": label} for label in offered[:MOST_OFFERS]],
            }
            if offered
            else None,
        }
    )


def of_partner(partner: Partner, sites: Iterable[Site]) -> dict[str, Any]:
    places = [_said({"@type": "Place", **_place(site)}) for site in sites]
    return {"@context": CONTEXT, **_organisation(partner), **_said({"location": places})}


def _organisation(partner: Partner) -> dict[str, Any]:
    return _said(
        {
            "@type": "Organization",
            "name": partner.name,
            "url": settings.PUBLIC_URL + partner.get_absolute_url(),
            "sameAs": partner.website,
            "description": partner.summary,
        }
    )


def _place(site: Site) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": site.street,
        "addressLocality": site.city,
        "addressRegion": site.region,
        "postalCode": site.postal_code,
        "addressCountry": site.country,
    }
    position = {"@type": "GeoCoordinates", "latitude": site.latitude, "longitude": site.longitude}
    return {
        "name": site.name,
        "url": settings.PUBLIC_URL + site.get_absolute_url(),
        "address": _said(address),
        "geo": position if site.latitude is not None else None,
    }


def _said(facts: dict[str, Any]) -> dict[str, Any]:
    """Without what is not stated."""
    return {name: value for name, value in facts.items() if value not in (None, "", [])}
