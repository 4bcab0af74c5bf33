import factory
from factory.django import DjangoModelFactory

from partners.models import ErrorReport
from tests.factories.accounts import UserFactory
from tests.factories.partners import SiteFactory


class ErrorReportFactory(DjangoModelFactory[ErrorReport]):
    """A new report about a site; `declined` is one that was decided."""

    class Meta:
        model = ErrorReport

    class Params:
        declined = factory.Trait(state=ErrorReport.State.DECLINED, reason="It is right as it is.")

    site = factory.SubFactory(SiteFactory)
    part = ErrorReport.Part.CAPABILITIES
    wrong = factory.Sequence(lambda n: f"Line {n} was closed.")
    how_known = "I work there."
    reporter = factory.SubFactory(UserFactory)
