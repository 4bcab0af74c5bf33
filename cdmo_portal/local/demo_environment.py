"""The variables that the demo's processes get; what the person has set stays."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

DEFAULT_PORT = 8000


def demo_environment(variables: Mapping[str, str], *, port: int, folder: Path) -> dict[str, str]:
    """The whole environment of a demo process: the person's own, over what makes a demo on this port."""
    here = f"127.0.0.1:{port}"
    defaults = {
        "CDMO_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "cdmo_portal.settings",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
        "PUBLIC_URL": f"http://{here}",
        "CSRF_TRUSTED_ORIGINS": f"http://{here},http://localhost:{port}",
        "OUTGOING_ALLOW_LIST": here,  # the demo serves its own sample feed
        "MEDIA_ROOT": str(made(folder / "media")),
        "STATIC_ROOT": str(made(folder / "static")),
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
        # Celery warns a worker that runs as root; on a machine of one's own that is the person's choice.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        **kept_secrets(folder / "secrets.json"),
    }
    return {**defaults, **variables}


def made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def kept_secrets(path: Path) -> dict[str, str]:
    """Keys that are made once, so that sessions and sealed values outlive a restart."""
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        half_made = path.with_suffix(f".{os.getpid()}")
        half_made.touch(mode=0o600)
        half_made.write_text(json.dumps(made))
        half_made.replace(path)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept
