"""The guard for libraries that ask by `requests`: a session whose every request goes through `fetch`."""

from collections.abc import Collection, Mapping
from typing import Any, override
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from cdmo_portal.outgoing.asking import OWN_HEADERS
from cdmo_portal.outgoing.errors import OutgoingError
from cdmo_portal.outgoing.fetching import fetch
from cdmo_portal.outgoing.policy import Policy

Session = requests.Session
RequestFailed = requests.RequestException
"""What such a session raises, whatever went wrong."""


class _GuardedAdapter(BaseAdapter):
    """Takes the place of requests' own connections; `origins` are all that may be asked."""

    def __init__(self, policy: Policy, origins: Collection[str]) -> None:
        super().__init__()
        self.policy = policy
        self.origins = frozenset(origins)

    @override
    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        url = str(request.url)
        self._require_known(url)
        try:
            answer = fetch(
                url,
                method=str(request.method),
                headers=_own_left_out(request.headers),
                body=_bytes_of(request.body),
                policy=self.policy,
            )
        except OutgoingError as error:
            raise requests.ConnectionError(str(error)) from error
        self._require_known(answer.final_url)
        response = requests.Response()
        response.status_code = answer.status
        response.headers = CaseInsensitiveDict(answer.headers)
        response._content = answer.body
        response.encoding = "utf-8"
        response.url, response.request = answer.final_url, request
        return response

    def close(self) -> None:
        """Nothing stays open between requests."""

    def _require_known(self, url: str) -> None:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}".lower() not in self.origins:
            raise requests.exceptions.InvalidURL("This origin is none of those that are configured.")


def guarded_session(policy: Policy, origins: Collection[str]) -> requests.Session:
    """A session that asks these origins alone, under the policy; the environment has no say in it."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    session.headers = CaseInsensitiveDict({"Accept": "application/json", "User-Agent": policy.user_agent})
    for scheme in ("https://", "http://"):
        session.mount(scheme, _GuardedAdapter(policy, origins))
    return session


def _own_left_out(headers: Mapping[str, str | bytes]) -> dict[str, str]:
    return {
        name: value.decode("latin-1") if isinstance(value, bytes) else value
        for name, value in headers.items()
        if name.lower() not in OWN_HEADERS
    }


def _bytes_of(body: Any) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    raise requests.exceptions.InvalidURL("Only a text or bytes can be sent.")
