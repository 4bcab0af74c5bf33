import datetime as dt

import factory
from factory.django import DjangoModelFactory

from partners.models import Feed, FeedTrial, HeldReading, Refresh
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


class HeldReadingFactory(DjangoModelFactory[HeldReading]):
    class Meta:
        model = HeldReading

    feed = factory.SubFactory(FeedFactory)
    refresh = factory.SubFactory(
        RefreshFactory, feed=factory.SelfAttribute("..feed"), outcome=Refresh.Outcome.HELD
    )
    gone = factory.LazyFunction(list)
    standing = 8


class FeedTrialFactory(DjangoModelFactory[FeedTrial]):
    class Meta:
        model = FeedTrial

    class Params:
        done = factory.Trait(
            state=FeedTrial.State.DONE,
            result={
                "status": 200,
                "row_count": 2,
                "rows": [
                    {
                        "site": "NOTT",
                        "line": "CAP-1",
                        "start": "2027-07-01",
                        "end": "2027-10-01",
                        "state": "open",
                        "quantity": "8",
                        "unit": "batches",
                        "confidence": "firm",
                    }
                ],
                "refusals": [
                    {"line": 3, "field": "quantity", "message": "“-8” is negative.", "place": "Line 3"}
                ],
                "counts": {"added": 1, "changed": 0, "closed": 0},
                "changes": [
                    {
                        "line": "Nottingham, Capsule line 1",
                        "period": "2027-07-01 to 2027-10-01",
                        "state": "open",
                        "unit": "batches",
                        "before": None,
                        "after": "8",
                    }
                ],
                "more_changes": 0,
                "is_usable": True,
                "is_held": False,
            },
        )

    partner = factory.SubFactory(PartnerFactory)
    organisation = factory.SelfAttribute("partner.organisation")
    name = "Our lines"
    host = "capacity.example"
    url = factory.LazyAttribute(lambda trial: f"https://{trial.host}/capacity.csv")
    format = Feed.Format.CSV
    interval_seconds = 3600
