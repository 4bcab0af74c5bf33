"""What a sponsor's own systems call its briefs and the entries of its shortlists."""

from django.db import models

from cdmo_portal.accounts.external_ids import ExternalId
from matching.models.briefs import Brief
from matching.models.shortlists import ShortlistEntry


class BriefExternalId(ExternalId):
    subject = models.ForeignKey(Brief, on_delete=models.CASCADE, related_name="external_ids")


class ShortlistExternalId(ExternalId):
    subject = models.ForeignKey(ShortlistEntry, on_delete=models.CASCADE, related_name="external_ids")
