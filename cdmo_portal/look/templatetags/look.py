import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from django import template
from django.core.paginator import Page as PageOfRows
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cdmo_portal.look import navigation, wording
from cdmo_portal.look.icons import draw_icon

register = template.Library()
# As django.utils.html.json_script has it.
ENDS_NO_BLOCK = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    return draw_icon(name, size=size, label=label)


@register.simple_tag
def facet_options(name: str, options: Iterable[Any]) -> SafeString:
    """Ticks of a facet with their counts: a page has hundreds, for which a template takes ten times as long.

    Options have `value`, `label`, `count` and `is_checked`; they are of the apps above, hence `Any`.
    """
    name = escape(name)
    return SafeString("".join(_facet_option(name, option) for option in options))


def _facet_option(name: str, option: Any) -> str:
    value, checked = escape(option.value), " checked" if option.is_checked else ""
    tick = f'<input type="checkbox" id="{name}-{value}" name="{name}" value="{value}"{checked}>'
    return f'<label class="opt">{tick}{escape(str(option.label))}<span>{option.count:,}</span></label>'


@register.filter
def amount(value: wording.Number | None, unit: str = "") -> str:
    return wording.amount(value, unit)


@register.simple_tag
def span(low: wording.Number | None, high: wording.Number | None, unit: str = "") -> str:
    return wording.span(low, high, unit)


@register.filter
def points(value: wording.Number) -> str:
    return wording.points(value)


@register.filter
def signed(value: wording.Number) -> str:
    return wording.signed(value)


@register.filter
def percent(share: float) -> str:
    return wording.percent(share)


@register.filter
def quarter(day: date | None) -> str:
    return wording.quarter(day) if day else wording.NOT_STATED


@register.filter
def day(value: date | None) -> str:
    return wording.day_text(value) if value else wording.NOT_STATED


@register.filter
def age(value: date | None, today: date | None = None) -> str:
    return wording.age(value, today or timezone.localdate()) if value else ""


@register.filter
def until(value: date | None, today: date | None = None) -> str:
    return wording.until(value, today or timezone.localdate()) if value else ""


@register.simple_tag
def structured_data(data: Mapping[str, Any]) -> SafeString:
    """A block of JSON-LD. Browsers do not run it, so the CSP lets it be; no text in it can end the block."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ENDS_NO_BLOCK)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))


@register.filter
def basis(code: str, origin: str = "company") -> str:
    return wording.basis_words(code, origin)


@register.filter
def elided(page: PageOfRows[Any]) -> Sequence[int | str]:
    """Page numbers around this one; any model's rows can be paged, hence `Any`."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag
def page_url(url_name: str) -> str:
    """The address of a page of the header or footer, or nothing where it is not mounted."""
    return navigation.address(url_name)


@register.simple_tag(takes_context=True)
def main_links(context: RequestContext) -> list[navigation.Link]:
    return navigation.links(navigation.main_pages(context.get("actor")), _path(context))


@register.simple_tag(takes_context=True)
def account_links(context: RequestContext) -> list[navigation.Link]:
    return navigation.links(navigation.ACCOUNT, _path(context))


@register.simple_tag(takes_context=True)
def footer_links(context: RequestContext) -> list[navigation.Link]:
    return navigation.links(navigation.FOOTER, _path(context))


def _path(context: RequestContext) -> str:
    # The 500 page is rendered without a request.
    request = context.get("request")
    return request.path if request else ""
