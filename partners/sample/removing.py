"""Taking the sample world away again, and nothing else."""

from django.db import transaction

from cdmo_portal.accounts.models import Organisation, User
from partners.changes import mark_changed
from partners.models import Partner, Site
from partners.sample.people import OPERATOR_EMAIL


@transaction.atomic
def remove_sample_world() -> None:
    """Delete sample companies and sponsors with all they own, and the people who belong to nobody else."""
    people = User.objects.filter(memberships__organisation__is_sample=True, email__endswith=".example")
    colleagues = people.exclude(memberships__organisation__is_sample=False).values_list("pk", flat=True)
    leaving = [*colleagues, *User.objects.filter(email=OPERATOR_EMAIL).values_list("pk", flat=True)]
    # Sites outlive their partner by design, so they go first.
    sites = Site.objects.filter(partner__is_sample=True)
    mark_changed(*sites.values_list("pk", flat=True))
    sites.delete()
    Partner.objects.filter(is_sample=True).delete()
    Organisation.objects.filter(is_sample=True).delete()
    User.objects.filter(pk__in=leaving).delete()
