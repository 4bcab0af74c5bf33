"""The web servers behind the feeds of `cdmo_portal.benchmarks.feeds`, all in one on loopback."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

SLOW = "slow.example"
SLOW_EVERY = 100
SLOW_ANSWER_S = 2.0
HEADER = "site_id,resource_id,period_start,period_end,state,quantity,unit"
QUARTERS = ("2027-01-01", "2027-04-01", "2027-07-01", "2027-10-01", "2028-01-01")


class FeedServers:
    """`/7.csv` is feed 7; every hundredth is slow. All quantities change with `publish_anew`."""

    def __init__(self) -> None:
        self.quantity = 0
        self.port = 0

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def publish_anew(self) -> None:
        self.quantity += 1

    def answer(self, number: int) -> bytes:
        if number % SLOW_EVERY == 0:
            time.sleep(SLOW_ANSWER_S)
        periods = pairwise(QUARTERS)
        rows = [f"S{number},L{number},{start},{end},open,{self.quantity},batches" for start, end in periods]
        return "\n".join([HEADER, *rows, ""]).encode()

    @contextmanager
    def running(self) -> Iterator["FeedServers"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()


def handler_of(servers: FeedServers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = servers.answer(int(self.path.strip("/").removesuffix(".csv")))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Silent: the figures are the output."""

    return Handler
