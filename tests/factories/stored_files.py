import hashlib

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from partners.models import StoredFile
from tests.factories.partners import SiteFactory

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


class StoredFileFactory(DjangoModelFactory[StoredFile]):
    """A PDF of a kept site, for sponsors; nothing stands on it yet. `of_claim` belongs to no site."""

    class Meta:
        model = StoredFile

    class Params:
        of_claim = factory.Trait(site=None)

    site = factory.SubFactory(SiteFactory)
    organisation = factory.SelfAttribute("site.partner.organisation")
    name = factory.Sequence(lambda n: f"certificate {n}.pdf")
    content_type = "application/pdf"
    size = len(PDF)
    sha256 = hashlib.sha256(PDF).hexdigest()
    file = factory.LazyFunction(lambda: ContentFile(PDF, name="ignored"))
