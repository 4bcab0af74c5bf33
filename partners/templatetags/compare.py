"""The compare button of a site or partner, and the tray at the foot of a page that has such buttons."""

from typing import Any

from django import template
from django.template.context import RequestContext

from cdmo_portal.accounts.actors import ActorRequest
from partners.comparing.options import kind_of
from partners.comparing.picks import tray_context
from partners.models import Partner, Site
from partners.tray import pick_of, tray_of

register = template.Library()


@register.inclusion_tag("partners/compare_button.html", takes_context=True)
def compare_button(context: RequestContext, row: Site | Partner) -> dict[str, Any]:
    """Works on pages with `{% compare_tray %}`, whose form it belongs to."""
    kind = kind_of(row)
    pick = pick_of(kind, row.uid)
    is_picked = pick in tray_of(context["request"]).picks
    return {"kind": kind, "uid": row.uid, "pick": pick, "name": row.name, "is_picked": is_picked}


@register.inclusion_tag("partners/compare_tray.html", takes_context=True)
def compare_tray(context: RequestContext, brief_url: str = "") -> dict[str, Any]:
    """`brief_url` is a page that compares what the tray holds with a brief."""
    request: ActorRequest = context["request"]
    return tray_context(request) | {"brief_url": brief_url, "here": request.get_full_path()}
