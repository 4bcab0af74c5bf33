from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cdmo_portal.accounts.actors import NOBODY


def actor(request: HttpRequest) -> dict[str, Any]:
    """What every template may ask: who is asking, and whether this is the demo."""
    return {"actor": getattr(request, "actor", NOBODY), "is_demo": settings.DEMO}
