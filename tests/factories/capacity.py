import datetime as dt
from decimal import Decimal

import factory
from django.db.backends.postgresql.psycopg_any import DateRange
from factory.django import DjangoModelFactory

from partners.models import CapacityWindow, Line
from tests.factories.partners import SiteFactory


class LineFactory(DjangoModelFactory[Line]):
    class Meta:
        model = Line

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Line {n}")


class CapacityWindowFactory(DjangoModelFactory[CapacityWindow]):
    """Two batches open in the second quarter of 2027, seen on 1 January 2027."""

    class Meta:
        model = CapacityWindow

    class Params:
        held = factory.Trait(state=CapacityWindow.State.HELD)
        closed = factory.Trait(closed_at=dt.datetime(2027, 1, 2, tzinfo=dt.UTC))

    line = factory.SubFactory(LineFactory)
    site = factory.SelfAttribute("line.site")
    period = factory.LazyFunction(lambda: DateRange(dt.date(2027, 4, 1), dt.date(2027, 7, 1)))
    state = CapacityWindow.State.OPEN
    quantity = Decimal(2)
    unit = "batches"
    observed_at = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    source = Line.Source.FORM
