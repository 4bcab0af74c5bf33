"""Our line icons, drawn on a 24 × 24 grid. Colour is the text's colour."""

from functools import lru_cache
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICONS: Final[dict[str, str]] = {
    "logo": '<path d="M8 3v7a4 4 0 0 0 8 0V3M6 3h4M14 3h4M12 14v7M7 21h10"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "cross": '<path d="M6 6l12 12M18 6 6 18"/>',
    "unknown": (
        '<circle cx="12" cy="12" r="9"/>'
        '<path d="M9.4 9.6a2.7 2.7 0 1 1 3.7 2.5c-.8.3-1.1.9-1.1 1.7M12 16.8v.1"/>'
    ),
    "warn": '<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.4v.1"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>',
    "error": '<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 7.5v5.5M12 16.4v.1"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "filter": '<path d="M3 6h18M6.5 12h11M10 18h4"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "star": '<path d="m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1.1 5.9L12 16.8l-5.3 2.9 1.1-5.9L3.5 9.7l5.9-.8z"/>',
    "arrow-right": '<path d="M4.5 12h15M13.5 6l6 6-6 6"/>',
    "arrow-left": '<path d="M19.5 12h-15M10.5 6l-6 6 6 6"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "undo": '<path d="M9 7 4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 0 10h-3"/>',
    "minus": '<path d="M5 12h14"/>',
    "edit": '<path d="M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5"/>',
    "trash": '<path d="M4 6.5h16M9 6.5V4h6v2.5M6.5 6.5 7.5 20h9l1-13.5M10.3 10.5v5.5M13.7 10.5v5.5"/>',
    "copy": '<path d="M8.5 8.5h11v12h-11zM15.5 8.5v-5h-11v12h4"/>',
    "download": '<path d="M12 4v11M7.5 10.5 12 15l4.5-4.5M4 20h16"/>',
    "upload": '<path d="M12 15V4M7.5 8.5 12 4l4.5 4.5M4 20h16"/>',
    "refresh": (
        '<path d="M19.5 11a7.6 7.6 0 0 0-14-3M5 4v4.4h4.4M4.5 13a7.6 7.6 0 0 0 14 3M19 20v-4.4h-4.4"/>'
    ),
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.4 2"/>',
    "calendar": '<rect x="3.5" y="5" width="17" height="15.5" rx="2"/><path d="M3.5 10h17M8 3v4M16 3v4"/>',
    "pin": (
        '<path d="M12 21.5S5 15 5 9.8a7 7 0 0 1 14 0c0 5.2-7 11.7-7 11.7z"/>'
        '<circle cx="12" cy="9.8" r="2.4"/>'
    ),
    "building": '<path d="M4 20.5V9l6 3.5V9l6 3.5V4h4v16.5zM8 16.5h1.5M13.5 16.5H15"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 20.5c.6-4 3.8-6 8-6s7.4 2 8 6"/>',
    "key": '<circle cx="8" cy="15.5" r="4"/><path d="m11 12.5 8.5-8.5M16 7.5l2.8 2.8"/>',
    "theme": (
        '<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17a8.5 8.5 0 0 0 0-17z" fill="currentColor"/>'
    ),
    "help": (
        '<rect x="2.5" y="6" width="19" height="12" rx="2"/>'
        '<path d="M6 10h.1M10 10h.1M14 10h.1M18 10h.1M7.5 14h9"/>'
    ),
    "sign-out": '<path d="M10 4H5v16h5M10 12h10M16 8l4 4-4 4"/>',
    "document": '<path d="M6 3h8l4.5 4.5V21H6zM14 3v4.5h4.5M9 12.5h6M9 16.5h6"/>',
    "shield": '<path d="M12 3 4.5 6v6c0 4.5 3.1 7.6 7.5 9 4.4-1.4 7.5-4.5 7.5-9V6z"/>',
    "print": '<path d="M7 8.5V4h10v4.5M7 16.5H4v-8h16v8h-3M7 13.5h10V20H7z"/>',
}


@lru_cache(maxsize=512)
def draw_icon(name: str, *, size: int = 16, label: str = "") -> SafeString:
    """One inline SVG; with a label it is an image with that name, without one screen readers skip it.

    A page holds hundreds, so the stylesheet says how they are stroked, and each is made once. Raises
    `KeyError` for a name we did not draw: a typing error in a template should show in its test.
    """
    naming = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="{0}" height="{0}" {1}>{2}</svg>',
        size,
        naming,
        mark_safe(ICONS[name]),  # noqa: S308 - our own drawings above, never anybody's input
    )
