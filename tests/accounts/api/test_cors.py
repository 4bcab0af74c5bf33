"""Pages of other origins: none may call the API unless it is configured, and none ever with a session."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests.accounts.api.callers import client_of
from tests.factories.accounts import MemberFactory

pytestmark = pytest.mark.django_db
SUITE = "https://suite.example"
CONFIGURED = override_settings(CORS_ALLOWED_ORIGINS=[SUITE])


def preflight(origin: str, address: str = "/api/v1/briefs/") -> Any:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return Client().options(address, headers=asked)


def cors_headers(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.items() if name.lower().startswith("access-control-")}


def test_no_origin_is_let_in_unless_configured() -> None:
    answer = client_of(MemberFactory.create()).get("/api/v1/briefs/", headers={"Origin": SUITE})

    assert settings.CORS_ALLOWED_ORIGINS == []
    assert cors_headers(answer) == {}
    assert cors_headers(preflight(SUITE)) == {}


@CONFIGURED
def test_configured_origin_may_send_what_the_api_takes_and_read_what_it_tells() -> None:
    asked = cors_headers(preflight(SUITE))
    answer = client_of(MemberFactory.create()).get("/api/v1/briefs/", headers={"Origin": SUITE})

    assert asked["access-control-allow-origin"] == SUITE
    assert {"authorization", "idempotency-key", "if-match"} <= set(
        asked["access-control-allow-headers"].split(", ")
    )
    assert {"DELETE", "PATCH", "POST", "PUT"} <= set(asked["access-control-allow-methods"].split(", "))
    told = set(answer["access-control-expose-headers"].split(", "))
    assert {"ETag", "Link", "Location", "RateLimit", "Retry-After", "Idempotency-Replayed"} <= told
    assert {"Deprecation", "Sunset", "X-Request-ID"} <= told
    assert "origin" in answer["Vary"].lower()


@CONFIGURED
def test_refusals_can_be_read_from_there_too() -> None:
    answer = Client().get("/api/v1/briefs/", headers={"Origin": SUITE})

    assert answer.status_code == 401
    assert answer["access-control-allow-origin"] == SUITE


@CONFIGURED
@pytest.mark.parametrize(
    "origin", ["https://other.example", "null", f"{SUITE}.evil.example", "http://suite.example"]
)
def test_other_origins_are_not_let_in(origin: str) -> None:
    assert cors_headers(preflight(origin)) == {}


@CONFIGURED
def test_sessions_are_of_no_use_from_elsewhere() -> None:
    assert "access-control-allow-credentials" not in preflight(SUITE)


@CONFIGURED
@pytest.mark.parametrize("address", ["/", "/account/login/", "/health/live"])
def test_pages_are_not_open_to_other_origins(address: str) -> None:
    answer = Client().get(address, headers={"Origin": SUITE})

    assert cors_headers(answer) == {}
