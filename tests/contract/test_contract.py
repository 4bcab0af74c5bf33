"""The API does what its description says, asked by schemathesis with all of its checks.

First every operation is asked by its examples, or where it has none by a made-up request. CONTRACT_SECONDS is
how long each caller goes on then, through all kinds of requests and chains of them by links (`make check` a
short while, `make contract` a long one); CONTRACT_SEED where the random ones begin.
"""

import logging
import os
from collections.abc import Iterator
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from rest_framework.throttling import SimpleRateThrottle

from cdmo_portal.accounts.models import Member
from tests.accounts.api.callers import key_of
from tests.contract.running import Outcome, run

SECONDS = float(os.environ.get("CONTRACT_SECONDS", "20"))
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "5"))
REFUSED = [str(code) for code in (400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428, 429)]
SEED = int(os.environ.get("CONTRACT_SEED", "1"))
OFF = {"enabled": False}
ONCE_EACH = {"phases": {"examples": {"fill-missing": True}, "coverage": OFF, "fuzzing": OFF, "stateful": OFF}}
GO_ON = {"phases": {"examples": OFF}, "max-time": SECONDS}


@pytest.fixture
def sample_world(transactional_db: None) -> Iterator[None]:
    """The sample world with its people, who may ask without limit: a run makes thousands of requests."""
    endless = dict.fromkeys(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "1000000/min")
    with override_settings(DEMO=True), patch.object(SimpleRateThrottle, "THROTTLE_RATES", endless):
        call_command("load_sample_data", stdout=StringIO())
        logging.disable(logging.CRITICAL)
        yield
        logging.disable(logging.NOTSET)


def plan(key: str) -> dict[str, Any]:
    return {
        "headers": {"Authorization": f"Bearer {key}"},
        "seed": SEED,
        "continue-on-failure": True,
        "generation": {"max-examples": EXAMPLES, "database": "none"},
        "checks": {
            # An ETag of the right shape is not that of the row as it stands: 412 is the answer to it.
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "412", "429"]
            },
            # The ETag is looked at before the body is.
            "negative_data_rejection": {
                "expected-statuses": REFUSED,
            },
            # A write without its If-Match is refused in its own way (RFC 6585).
            "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "428"]},
        },
    }


@pytest.mark.parametrize("email", ["anna@quillhaven.example", "dora@larkfen.example"])
def test_api_does_what_its_description_says(
    sample_world: None, email: str, pytestconfig: pytest.Config
) -> None:
    key = key_of(Member.objects.get(user__email=email))

    outcome = Outcome()
    for part in (ONCE_EACH, GO_ON):
        run(plan(key) | part, outcome)

    assert not outcome.failures, outcome.told()
    assert outcome.operations == outcome.described
    writer = pytestconfig.get_terminal_writer()
    writer.line(f"{email}: {outcome.requests} requests to {len(outcome.operations)} operations")
