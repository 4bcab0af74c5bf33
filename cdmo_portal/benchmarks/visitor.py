"""A person at the portal as the benchmark plays them: one kept connection, cookies, forms. Loopback only."""

import http.client
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TIMEOUT_SECONDS = 30


class SignInFailed(Exception):
    """The sample person could not sign in."""


@dataclass
class Visitor:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    key: str = ""
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)

    def beside(self) -> "Visitor":
        """The same person in another window: the same cookies, a connection of its own."""
        return Visitor(self.port, dict(self.cookies), self.key)

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        token = self.cookies.get("csrftoken", "")
        return self._ask("POST", path, urlencode({"csrfmiddlewaretoken": token, **fields}))

    def send(self, path: str, body: str = "") -> int:
        """JSON to the API, by key."""
        return self._ask("POST", path, body, "application/json")[0]

    def sign_in(self, email: str, password: str) -> None:
        self.get("/account/login/")
        status, _ = self.post("/account/login/", login=email, password=password)
        if "sessionid" not in self.cookies:
            raise SignInFailed(f"{email} could not sign in: the portal answered {status}.")

    def find(self, page: str, pattern: str) -> str:
        """The first address on the page that looks so."""
        return self.find_all(page, pattern)[0]

    def find_all(self, page: str, pattern: str) -> list[str]:
        found = re.findall(pattern, self.get(page)[1])
        if not found:
            raise LookupError(f"{page} has nothing like {pattern}.")
        return [str(each) for each in found]

    def close(self) -> None:
        self.connection.close()

    def _ask(
        self,
        method: str,
        path: str,
        body: str | None = None,
        content_type: str = "application/x-www-form-urlencoded",
    ) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {"Cookie": self._cookie_line}
        if body is not None:
            headers["Content-Type"] = content_type
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.update({name: each.value for name, each in SimpleCookie(line).items()})
        return answer.status, text

    @property
    def _cookie_line(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())
