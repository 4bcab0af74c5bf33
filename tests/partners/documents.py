"""Documents kept for tests."""

from partners.models import StoredFile
from tests.factories.regulatory import CertificateFactory
from tests.factories.stored_files import StoredFileFactory
from tests.partners.editors import House


def keep(home: House, **fields: object) -> StoredFile:
    row: StoredFile = StoredFileFactory.create(site=home.site, organisation=home.organisation, **fields)
    return row


def backing(home: House, **fields: object) -> StoredFile:
    """A document behind a certificate."""
    row = keep(home, **fields)
    CertificateFactory.create(site=home.site, document=row)
    return row
