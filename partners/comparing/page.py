"""A comparison as a page shows it: what fits, what differs, and the addresses that change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.comparing.comparison import Comparison
from partners.comparing.options import Asked, Option
from partners.comparing.rows import Group, fitting, only_differences, total
from partners.site_profile import places
from partners.tray import MOST

NAMED = 10
LONGEST_ID = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks besides its options: only rows that differ, or one group alone."""

    ids: tuple[str, ...]
    is_only_differences: bool = False
    group: str = ""

    @classmethod
    def of(cls, data: QueryDict, options: Sequence[Option]) -> "Wanted":
        return cls(tuple(option.id for option in options), data.get("diff") == "1", data.get("group", ""))

    def address(self, *, ids: Sequence[str] | None = None, to: str = "facts", **changed: str) -> str:
        """The same page with other ids or parameters, less what is empty; relative, so it fits any page."""
        asked = {"ids": ",".join(self.ids if ids is None else ids)}
        kept = {"diff": "1" if self.is_only_differences else "", "group": self.group, **changed}
        asked |= {name: value for name, value in kept.items() if value}
        return f"?{urlencode(asked, safe=',:')}" + (f"#{to}" if to else "")


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """An option with the addresses that take it out or move it; "" where it cannot move."""

    option: Option
    without: str
    to_left: str
    to_right: str


@dataclass(frozen=True)
class ComparisonPage:
    """Groups come with the address of all their rows, where this page has no room for them."""

    heads: Sequence[ColumnHead]
    groups: Sequence[tuple[Group, str]]
    rows: int
    differing: int
    wanted: Wanted
    comparison: Comparison

    @property
    def all_address(self) -> str:
        return self.wanted.address(diff="", group="")

    @property
    def differences_address(self) -> str:
        return self.wanted.address(diff="1", group="")

    @property
    def xlsx_address(self) -> str:
        return self.wanted.address(to="", format="xlsx")

    @property
    def span(self) -> int:
        return len(self.heads) + 1

    @property
    def on_map(self) -> list[dict[str, Any]]:
        return [{"label": each.name, "places": _places(each)} for each in self.comparison.options]

    @property
    def how_many(self) -> str:
        return (_("None"), _("One"), _("Two"), _("Three"), _("Four"))[len(self.heads)]


def _places(option: Option) -> list[dict[str, Any]]:
    """A site by its place; the sites of a partner by their names."""
    if not option.is_partner:
        return [{**each, "label": option.places[0]} for each in places(option.sites)]
    return [
        {**each, "label": option.name_of(site.pk)}
        for each, site in zip(places(option.sites), option.sites, strict=True)
    ]


def page_of(comparison: Comparison, wanted: Wanted) -> ComparisonPage:
    groups = shown_groups(comparison.groups, wanted)
    fitted = fitting(groups)
    return ComparisonPage(
        heads=_heads(comparison.options, wanted),
        groups=[(each, wanted.address(group=each.key) if each.left_out else "") for each in fitted],
        rows=total(comparison.groups),
        differing=sum(group.differing for group in comparison.groups),
        wanted=wanted,
        comparison=comparison,
    )


def shown_groups(groups: Sequence[Group], wanted: Wanted) -> list[Group]:
    """A group that is not there asks for nothing, so everything is shown."""
    found = only_differences(groups) if wanted.is_only_differences else list(groups)
    alone = [group for group in found if group.key == wanted.group]
    return alone or found


def _heads(options: Sequence[Option], wanted: Wanted) -> list[ColumnHead]:
    ids = [option.id for option in options]
    heads = []
    for at, option in enumerate(options):
        left = _moved(ids, at, at - 1) if at else None
        right = _moved(ids, at, at + 1) if at + 1 < len(ids) else None
        heads.append(
            ColumnHead(
                option,
                wanted.address(ids=[each for each in ids if each != option.id]),
                wanted.address(ids=left, to=option.anchor) if left else "",
                wanted.address(ids=right, to=option.anchor) if right else "",
            )
        )
    return heads


def _moved(ids: Sequence[str], at: int, to: int) -> list[str]:
    found = [*ids]
    found.insert(to, found.pop(at))
    return found


def notices(asked: Asked) -> list[str]:
    """What of the address is not shown, by name."""
    found = []
    if asked.unknown:
        names = ", ".join(f"“{Truncator(each).chars(LONGEST_ID)}”" for each in asked.unknown[:NAMED])
        text = ngettext(
            "No site or partner is called %(names)s. The others are shown.",
            "No sites or partners are called %(names)s. The others are shown.",
            len(asked.unknown),
        )
        found.append(text % {"names": names})
    if asked.left_out:
        found.append(
            _("At most %(most)s can be compared. Left out: %(names)s.")
            % {"most": MOST, "names": ", ".join(asked.left_out[:NAMED])}
        )
    return found
