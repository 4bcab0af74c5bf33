import datetime as dt

import factory
from factory.django import DjangoModelFactory

from partners.models import Feed, Refresh
from tests.factories.partners import PartnerFactory


class FeedFactory(DjangoModelFactory[Feed]):
    class Meta:
        model = Feed

    class Params:
        paused = factory.Trait(state=Feed.State.PAUSED)
        quarantined = factory.Trait(state=Feed.State.QUARANTINED)

    partner = factory.SubFactory(PartnerFactory)
    organisation = factory.SelfAttribute("partner.organisation")
    name = factory.Sequence(lambda n: f"Feed {n}")
    url = factory.LazyAttribute(lambda feed: f"https://{feed.host}/capacity.csv")
    host = "capacity.example"


class RefreshFactory(DjangoModelFactory[Refresh]):
    class Meta:
        model = Refresh

    feed = factory.SubFactory(FeedFactory)
    lease_token = factory.Sequence(lambda n: n + 1)
    started_at = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    outcome = Refresh.Outcome.CHANGED
