import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cdmo_portal.accounts.sealing import seal
from cdmo_portal.events.models import Event, WebhookDelivery, WebhookEndpoint, WebhookSecret
from cdmo_portal.events.webhook_types import BRIEF, types_for
from tests.factories.accounts import MemberFactory

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class WebhookEndpointFactory(DjangoModelFactory[WebhookEndpoint]):
    """An active endpoint of a member, which wants all that it may ask for."""

    class Meta:
        model = WebhookEndpoint
        skip_postgeneration_save = True

    class Params:
        paused = factory.Trait(state=WebhookEndpoint.State.PAUSED)
        stopped = factory.Trait(
            state=WebhookEndpoint.State.DISABLED, stop_reason=WebhookEndpoint.StopReason.FAILURES
        )

    member = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("member.organisation")
    url = "https://erp.example/hooks"
    host = factory.LazyAttribute(lambda row: row.url.split("/")[2].split(":")[0])
    event_types = factory.LazyAttribute(lambda row: [each.code for each in types_for(row.organisation.kind)])
    secret = factory.RelatedFactory("tests.factories.webhooks.WebhookSecretFactory", "endpoint")


class WebhookSecretFactory(DjangoModelFactory[WebhookSecret]):
    class Meta:
        model = WebhookSecret

    class Params:
        plain = SECRET

    endpoint = factory.SubFactory(WebhookEndpointFactory, secret=None)
    sealed = factory.LazyAttribute(lambda row: seal(row.plain))


class EventFactory(DjangoModelFactory[Event]):
    class Meta:
        model = Event

    kind = "brief.updated"


class WebhookDeliveryFactory(DjangoModelFactory[WebhookDelivery]):
    """One that waits, about an object of its own."""

    class Meta:
        model = WebhookDelivery

    class Params:
        about = factory.Sequence(lambda n: f"brief {n}")
        dead = factory.Trait(
            state=WebhookDelivery.State.DEAD, attempts=14, ended_at=factory.LazyFunction(timezone.now)
        )

    endpoint = factory.SubFactory(WebhookEndpointFactory)
    organisation = factory.SelfAttribute("endpoint.organisation")
    event = factory.SubFactory(EventFactory)
    type = BRIEF
    lane = factory.LazyAttribute(lambda row: f"{row.endpoint.pk} {row.about}")
    data = factory.Dict({})
    happened_at = factory.LazyFunction(timezone.now)
    host = factory.SelfAttribute("endpoint.host")
