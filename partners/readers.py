"""What a CDMO says of its readers, and whom that concerns."""

from django.db.models import QuerySet

from partners.models import Exclusion, Site


def sites_excluding(organisation_id: int) -> QuerySet[Site]:
    """The sites of CDMOs that exclude this organisation. It never learns which."""
    keepers = Exclusion.objects.concerning(organisation_id).values("organisation_id")
    return Site.objects.filter(partner__organisation_id__in=keepers)
