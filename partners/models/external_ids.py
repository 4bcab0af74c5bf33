"""What the systems of sponsors and CDMOs call a partner or a site."""

from django.db import models

from cdmo_portal.accounts.external_ids import ExternalId
from partners.models.partners import Partner
from partners.models.sites import Site


class PartnerExternalId(ExternalId):
    subject = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="external_ids")


class SiteExternalId(ExternalId):
    subject = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="external_ids")
