import datetime as dt
import hashlib

import factory
from factory.django import DjangoModelFactory

from partners.models import Certificate, Inspection, InspectionOutcome, RegisterSnapshot, Registration
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory


class RegisterSnapshotFactory(DjangoModelFactory[RegisterSnapshot]):
    class Meta:
        model = RegisterSnapshot

    publisher = "fda-registrations"
    sha256 = factory.Sequence(lambda n: hashlib.sha256(f"file {n}".encode()).hexdigest())
    snapshot_on = dt.date(2026, 1, 5)
    file_name = "drls_reg.txt"


class RegistrationFactory(DjangoModelFactory[Registration]):
    class Meta:
        model = Registration

    site = factory.SubFactory(SiteFactory)
    row_key = factory.Sequence(lambda n: f"{100_000_000 + n}")
    firm_name = factory.Sequence(lambda n: f"Firm {n}")
    address = "1 Example Road, Cork, Ireland"
    operations = factory.LazyFunction(lambda: ["C82401"])
    row_sha256 = factory.Sequence(lambda n: hashlib.sha256(f"row {n}".encode()).hexdigest())
    first_seen = factory.SubFactory(RegisterSnapshotFactory)
    last_seen = factory.SelfAttribute("first_seen")


class CertificateFactory(DjangoModelFactory[Certificate]):
    class Meta:
        model = Certificate

    site = factory.SubFactory(SiteFactory)
    term = factory.SubFactory(TermFactory, code="cer.gmp-certificate", facet__code="certificate")
    number = factory.Sequence(lambda n: f"GMP/{n}")


class InspectionFactory(DjangoModelFactory[Inspection]):
    class Meta:
        model = Inspection

    site = factory.SubFactory(SiteFactory)
    authority = factory.SubFactory(TermFactory, code="reg.fda", facet__code="regulator")
    ended_on = dt.date(2025, 6, 1)


class InspectionOutcomeFactory(DjangoModelFactory[InspectionOutcome]):
    class Meta:
        model = InspectionOutcome

    inspection = factory.SubFactory(InspectionFactory)
    outcome = InspectionOutcome.Outcome.NAI
