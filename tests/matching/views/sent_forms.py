"""What a browser without scripts would send of the main form of a page."""

from html.parser import HTMLParser
from typing import Any


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Any] = {}
        self.is_inside = False
        self.in_template = False
        self.area = ""
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.is_inside |= tag == "main"
        self.in_template |= tag == "template"
        if self.is_inside and not self.in_template:
            self._field(tag, given.get("name") or "", given)

    def _field(self, tag: str, name: str, given: dict[str, str | None]) -> None:
        if tag == "textarea":
            self.area, self.fields[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in given or self.select not in self.fields):
            self.fields[self.select] = given.get("value") or ""
        elif tag == "input" and name:
            self._input(name, given)

    def _input(self, name: str, given: dict[str, str | None]) -> None:
        value = given.get("value") or ""
        if given.get("type") == "checkbox":
            chosen = self.fields.setdefault(name, [])
            if "checked" in given:
                chosen.append(value)
        elif given.get("type") != "file":
            self.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.in_template = False
        elif tag == "textarea":
            # As browsers do: the first line end belongs to the markup.
            self.fields[self.area] = self.fields[self.area].removeprefix("\n")
            self.area = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data


def fields_of(html: str) -> dict[str, Any]:
    form = _Form()
    form.feed(html)
    return {name: value for name, value in form.fields.items() if name and name != "csrfmiddlewaretoken"}
