"""An organisation's OpenID Connect server on loopback: honest, until a test tells it what to lie about."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

KEY_NAME = "key-1"


@cache
def key_of(owner: str) -> RSAPrivateKey:
    return generate_private_key(public_exponent=65_537, key_size=2_048)


@dataclass
class OIDCServer:
    """`claims` go into every ID token; `lies` are laid over what the endpoint of that name answers."""

    claims: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "anna-17",
            "email": "anna@acme.example",
            "email_verified": True,
            "name": "Anna Fenn",
        }
    )
    lies: dict[str, Any] = field(default_factory=dict)
    token_lies: dict[str, Any] = field(default_factory=dict)
    signed_by: str = "acme"
    algorithm: str = "RS256"
    key_name: str = KEY_NAME
    has_short_tokens: bool = False
    asked: list[str] = field(default_factory=list)
    port: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.place}"

    def sign_in(self, address: str) -> str:
        """What its page does once it knows the person: the address that the browser is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def answer(self, path: str, query: str, body: str, headers: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(path)
        name = path.rpartition("/")[2]
        if name in self.lies:
            lie = self.lies[name]
            return lie if isinstance(lie, tuple) else (200, lie)
        if name == "openid-configuration":
            return 200, self.configuration()
        if name == "keys":
            return 200, {"keys": [public_key(key_of("acme"))]}
        if name == "token":
            return self.token(body, headers)
        if name == "userinfo":
            return 200, self.claims
        return 404, {}

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
        }

    def token(self, body: str, headers: dict[str, str]) -> tuple[int, Any]:
        """As the standards ask: the client is known by its secret, the browser by the verifier of PKCE."""
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.codes.pop(sent.get("code", ""), None)
        who = base64.b64decode(headers.get("authorization", "").removeprefix("Basic ")).decode()
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or who != "portal:only%20the%20portal%20knows"
            or asked["code_challenge"] != challenge
        ):
            return 400, {"error": "invalid_grant"}
        token = self.id_token(asked)
        return 200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": token}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        said = {"sub": self.claims["sub"]} if self.has_short_tokens else self.claims
        claims = {"iss": self.url, "aud": "portal", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in {**claims, **said, **self.token_lies}.items() if value != ""}
        key: Any = {"HS256": "k" * 64, "none": None}.get(self.algorithm, key_of(self.signed_by))
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": self.key_name})

    @contextmanager
    def running(self) -> Iterator["OIDCServer"]:
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


def public_key(key: RSAPrivateKey) -> dict[str, Any]:
    numbers: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**numbers, "kid": KEY_NAME, "use": "sig", "alg": "RS256"}


def handler_of(site: OIDCServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if urlsplit(self.path).path == "/authorize":
                self._page()
            else:
                self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())

        def _page(self) -> None:
            """Where a person would type who they are."""
            back = site.sign_in(self.path).replace("&", "&amp;")
            head = "<!doctype html><link rel=icon href=data:,><title>Acme</title><h1>Acme</h1>"
            page = f'{head}<a href="{back}">I am Anna</a>'
            self._send(200, page.encode(), "text/html")

        def _answer(self, body: str) -> None:
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said = site.answer(parts.path, parts.query, body, headers)
            text = said if isinstance(said, bytes) else json.dumps(said).encode()
            self._send(status, text, "application/json")

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Silent: pytest shows enough."""

    return Handler
