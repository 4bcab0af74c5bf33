"""A CDMO's web server on loopback, as far as a feed needs one."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEADER = "site_id,resource_id,period_start,period_end,state,quantity,unit"


class FeedServer:
    """Serves `body` with an ETag; every request's headers are kept. `status` other than 200 is an error."""

    def __init__(self) -> None:
        self.status = 200
        self.body = b""
        self.requests: list[dict[str, str]] = []
        self.port = 0

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.place}/capacity.csv"

    def publish(self, *rows: str, header: str = HEADER) -> None:
        self.status = 200
        self.body = "\n".join([header, *rows, ""]).encode()

    @contextmanager
    def running(self) -> Iterator["FeedServer"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def handler_of(site: FeedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append({name.lower(): value for name, value in self.headers.items()})
            tag = f'"{hashlib.sha256(site.body).hexdigest()[:16]}"'
            known = self.headers.get("If-None-Match") == tag
            body = b"" if known else site.body
            self.send_response(304 if known and site.status == 200 else site.status)
            self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Silent: pytest shows enough."""

    return Handler
