"""The guide's snippets do what they say: they are read from docs/webhooks.md and run."""

import base64
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cdmo_portal.events.signing import new_secret, signature, signed_headers
from cdmo_portal.events.webhook_types import TYPES

GUIDE = (Path(settings.BASE_DIR) / "docs" / "webhooks.md").read_text(encoding="utf-8")
BODY = '{"data":{},"type":"webhook.test","note":"é"}'.encode()


def snippet(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert found is not None
    return found.group(1)


def checked(secret: str, headers: dict[str, str], body: bytes) -> bool:
    names: dict[str, Any] = {}
    exec(snippet("python"), names)  # noqa: S102 - our own document
    return bool(names["is_from_the_portal"](secret, headers, body))


def headers_by(*secrets: str, at: float | None = None, body: bytes = BODY) -> dict[str, str]:
    timestamp = int(time.time() if at is None else at)
    return dict(signed_headers(secrets, webhook_id="msg_1", timestamp=timestamp, body=body))


def test_python_of_the_guide_when_a_message_is_ours_then_it_says_so() -> None:
    old, new = new_secret(), new_secret()

    assert checked(new, headers_by(new), BODY)
    assert checked(old, headers_by(new, old), BODY)
    assert checked(new, headers_by(new, old), BODY)


def test_python_of_the_guide_when_anything_was_changed_then_it_refuses() -> None:
    secret = new_secret()
    headers = headers_by(secret)

    assert not checked(new_secret(), headers, BODY)
    assert not checked(secret, headers, BODY + b" ")
    assert not checked(secret, {**headers, "webhook-id": "msg_2"}, BODY)
    assert not checked(secret, {**headers, "webhook-timestamp": str(int(time.time()) - 1)}, BODY)
    assert not checked(secret, headers_by(secret, at=time.time() - 400), BODY)
    unknown = headers["webhook-signature"].replace("v1,", "v2,")
    assert not checked(secret, {**headers, "webhook-signature": unknown}, BODY)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_shell_of_the_guide_when_run_then_it_computes_our_signature(tmp_path: Path) -> None:
    secret = "whsec_" + base64.b64encode(bytes(range(32))).decode()
    (tmp_path / "body.json").write_bytes(BODY)
    environment = {"PATH": "/usr/bin:/bin", "secret": secret, "id": "msg_1", "timestamp": "1795776000"}

    done = subprocess.run(
        ["/bin/sh", "-c", snippet("sh")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    made = signature(secret, webhook_id="msg_1", timestamp=1795776000, body=BODY)
    assert made == f"v1,{done.stdout.strip()}"


def test_types_of_the_guide_when_compared_then_each_stands_in_its_table() -> None:
    table = GUIDE[GUIDE.index("## Types") : GUIDE.index("Who is told of what")]

    assert set(re.findall(r"`([a-z_]+\.[a-z]+)`", table)) == set(TYPES)
