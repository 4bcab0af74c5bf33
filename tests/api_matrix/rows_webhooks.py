"""Webhook endpoints and their deliveries: an organisation's own, whichever side it is on."""

from tests.api_matrix.rows import Row, everybody, own_only
from tests.api_matrix.world import World
from tests.api_matrix.writes import write
from tests.factories.webhooks import WebhookDeliveryFactory, WebhookEndpointFactory

ALL = "/api/v1/webhook-endpoints/"
BODY = {"url": "https://erp.example/hooks", "event_types": ["member.changed"]}


def endpoint(world: World) -> str:
    row = WebhookEndpointFactory.create(member=world.sponsor, description=world.sponsor_secret)
    return f"{ALL}{row.uid}/"


def endpoints(world: World) -> str:
    endpoint(world)
    return ALL


def test_of(world: World) -> str:
    return f"{endpoint(world)}test/"


def secret_of(world: World) -> str:
    return f"{endpoint(world)}rotate-secret/"


def replay_of(world: World) -> str:
    return f"{endpoint(world)}replay/"


def delivery(world: World) -> str:
    row = WebhookDeliveryFactory.create(
        endpoint__member=world.sponsor, dead=True, last_error=world.sponsor_secret
    )
    return f"{ALL}{row.endpoint.uid}/deliveries/{row.uid}/"


def deliveries(world: World) -> str:
    return delivery(world).rpartition("deliveries/")[0] + "deliveries/"


def again(world: World) -> str:
    return f"{delivery(world)}replay/"


ROWS: list[Row] = [
    everybody("api-webhook-type-list", "/api/v1/webhook-event-types/"),
    everybody("api-webhook-endpoint-list", endpoints),
    own_only("api-webhook-endpoint-detail", endpoint, "sponsor"),
    write("api-webhook-endpoint-list", "post", "sponsor", ALL, 201, body=BODY, strangers=201),
    write("api-webhook-endpoint-detail", "patch", "sponsor", endpoint, 200, body={"state": "paused"}),
    write("api-webhook-endpoint-detail", "delete", "sponsor", endpoint, 204),
    write("api-webhook-endpoint-test", "post", "sponsor", test_of, 201),
    write("api-webhook-endpoint-rotate-secret", "post", "sponsor", secret_of, 200, body={}),
    write(
        "api-webhook-endpoint-replay",
        "post",
        "sponsor",
        replay_of,
        200,
        body={"since": "2026-11-27T00:00:00Z"},
    ),
    own_only("api-webhook-delivery-list", deliveries, "sponsor"),
    own_only("api-webhook-delivery-detail", delivery, "sponsor"),
    write("api-webhook-delivery-replay", "post", "sponsor", again, 200),
]
