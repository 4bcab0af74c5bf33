"""A CDMO's web server whose numbers are never the same twice, so that every reading leaves a trace."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEADER = "site_id,resource_id,period_start,period_end,state,quantity,unit"
PERIODS = ("2027-04-01,2027-07-01", "2027-07-01,2027-10-01")
SLOWEST_ANSWER_S = 0.15


class FeedSite:
    """`/7.csv` is feed 7: two windows with the number of this answer, in both the same."""

    def __init__(self) -> None:
        self.answered: Counter[int] = Counter()
        self.hanging: set[int] = set()
        self.port = 0
        self._is_settled = False
        self._lock = threading.Lock()
        self._closing = threading.Event()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def settle(self, *, is_settled: bool = True) -> None:
        """From now on the numbers stay as they are, until this is taken back."""
        with self._lock:
            self._is_settled = is_settled

    def answer(self, number: int) -> bytes:
        time.sleep(random.uniform(0, SLOWEST_ANSWER_S))  # so that something is always under way
        if number in self.hanging:
            self._closing.wait()
        with self._lock:
            self.answered[number] += not (self._is_settled and self.answered[number])
            quantity = self.answered[number]
        rows = [f"S{number},L{number},{period},open,{quantity},batches" for period in PERIODS]
        return "\n".join([HEADER, *rows, ""]).encode()

    @contextmanager
    def running(self) -> Iterator["FeedSite"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self._closing.set()
            server.shutdown()
            server.server_close()
            thread.join()


def handler_of(site: FeedSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.answer(int(self.path.strip("/").removesuffix(".csv")))
            try:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # whoever asked was killed
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Silent: pytest shows enough."""

    return Handler
