"""Fetch a URL under a policy, following redirects by hand."""

import logging
import time
from collections.abc import Collection, Mapping

from cdmo_portal.outgoing.asking import Asked
from cdmo_portal.outgoing.deadlines import Clock, Deadline
from cdmo_portal.outgoing.dialling import Connector, Network, Resolver, connect, resolve
from cdmo_portal.outgoing.errors import OutgoingError, OutgoingFailed, OutgoingRefused
from cdmo_portal.outgoing.exchange import Response, exchange
from cdmo_portal.outgoing.policy import DEFAULT_POLICY, Policy
from cdmo_portal.outgoing.targets import Target, parse_target, redirect_target

MAX_REDIRECTS = 3

logger = logging.getLogger(__name__)


def fetch(  # noqa: PLR0913 the four last are fixed by a caller once, or replaced in tests
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    secret_headers: Collection[str] = (),
    policy: Policy = DEFAULT_POLICY,
    resolver: Resolver = resolve,
    connector: Connector = connect,
    clock: Clock = time.monotonic,
) -> Response:
    """Ask a URL that a stranger may have chosen, and return its answer, whatever the status.

    Raises only OutgoingError. Authorization, Cookie and the headers named in `secret_headers` stay with the
    origin they were meant for. For a conditional request send If-None-Match or If-Modified-Since and look at
    `not_modified`. No proxy, netrc or cookie of the environment is used.
    """
    try:
        network = Network(policy, Deadline.after(policy.deadline_s, clock), resolver, connector)
        asked = Asked.checked(method, headers or {}, body, secret_headers)
        return _follow(parse_target(url, policy), asked, network)
    except OutgoingError as error:
        logger.warning("%s: %s", type(error).__name__, error.detail)
        raise


def check_url(url: str, policy: Policy = DEFAULT_POLICY) -> None:
    """For forms: OutgoingRefused for a URL that could never be fetched; nothing is looked up or dialled."""
    parse_target(url, policy)


def _follow(target: Target, asked: Asked, network: Network) -> Response:
    for _ in range(MAX_REDIRECTS + 1):
        response = exchange(target, asked, network)
        if not (response.is_redirect and network.policy.follows_redirects):
            return response
        origin = target.origin
        target = redirect_target(target, response.headers["location"], network.policy)
        asked = _carried_on(asked, response.status, is_same_origin=target.origin == origin)
    raise OutgoingFailed(f"more than {MAX_REDIRECTS} redirects")


def _carried_on(asked: Asked, status: int, *, is_same_origin: bool) -> Asked:
    if status == 303 or (status in (301, 302) and asked.method == "POST"):
        asked = asked.as_get()
    elif status in (301, 302) and asked.body is not None:
        raise OutgoingRefused("a redirect does not say what becomes of the body")
    return asked if is_same_origin else asked.for_another_origin()
