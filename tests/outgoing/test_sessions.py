"""The session for libraries that ask by `requests`: the same guard, and some origins alone."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cdmo_portal.outgoing import Policy
from cdmo_portal.outgoing.sessions import RequestFailed, guarded_session


class Echo(BaseHTTPRequestHandler):
    """Sends back what it got; `/away` leads to another name for the same machine."""

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, sent: bytes) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.2:{self.headers['Host'].partition(':')[2]}/")
            self.end_headers()
            return
        body = b"x" * 5_000 if self.path == "/large" else sent or str(self.headers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Silent: pytest shows enough."""


@pytest.fixture
def place() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def policy(place: str) -> Policy:
    return Policy(allow=(place, f"127.0.0.2:{place.partition(':')[2]}"), max_body_bytes=4_000)


def test_session_when_it_posts_then_body_and_credentials_arrive_and_nothing_of_requests(place: str) -> None:
    session = guarded_session(policy(place), [f"http://{place}"])

    sent = session.post(f"http://{place}/", data={"code": "a b"})
    told = session.get(f"http://{place}/", auth=("portal", "secret"))

    assert (sent.status_code, sent.text) == (200, "code=a+b")
    assert "Authorization: Basic cG9ydGFsOnNlY3JldA==" in told.text
    assert "python-requests" not in told.text


@pytest.mark.parametrize("path", ["/large", "/away"])
def test_session_when_the_answer_is_too_large_or_elsewhere_then_it_fails(place: str, path: str) -> None:
    session = guarded_session(policy(place), [f"http://{place}"])

    with pytest.raises(RequestFailed):
        session.get(f"http://{place}{path}")


def test_session_when_asked_for_another_origin_then_asks_nobody(place: str) -> None:
    session = guarded_session(policy(place), ["https://login.acme.example"])

    with pytest.raises(RequestFailed, match="none of those that are configured"):
        session.get(f"http://{place}/")


def test_session_when_the_place_is_inside_and_not_allowed_then_the_guard_refuses(place: str) -> None:
    session = guarded_session(Policy(), [f"http://{place}"])

    with pytest.raises(RequestFailed, match="cannot be used"):
        session.get(f"http://{place}/")
