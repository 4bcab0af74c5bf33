"""Reading markup back, for tests that judge what is drawn."""

from html.parser import HTMLParser
from xml.etree import ElementTree

VOID = {"meta", "link", "input", "br", "hr", "img"}


def xml(markup: str) -> ElementTree.Element:
    """The drawing as a tree; malformed markup raises."""
    return ElementTree.fromstring(markup)  # noqa: S314 - our own drawing


class Page(HTMLParser):
    """Every start tag of a page with its attributes, and what was left open or closed twice."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.broken: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)
