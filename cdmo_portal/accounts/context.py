from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cdmo_portal.accounts.actors import NOBODY
from cdmo_portal.accounts.kept_forms import kept_for_page


def actor(request: HttpRequest) -> dict[str, Any]:
    """What every template may ask: who is asking, what they typed before signing in again, the demo."""
    return {
        "actor": getattr(request, "actor", NOBODY),
        "kept_form": kept_for_page(request),
        "is_demo": settings.DEMO,
    }
