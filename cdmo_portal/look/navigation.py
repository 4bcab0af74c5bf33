"""What the header offers to whom. Names of pages, not addresses: the apps above us own those."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from django.urls import NoReverseMatch, reverse


class Visitor(Protocol):
    """The part of the actor that decides what the header shows."""

    @property
    def is_signed_in(self) -> bool: ...
    @property
    def is_sponsor(self) -> bool: ...
    @property
    def is_cdmo(self) -> bool: ...
    @property
    def is_operator(self) -> bool: ...


@dataclass(frozen=True)
class Page:
    url_name: str
    label: str


@dataclass(frozen=True)
class Link:
    url: str
    label: str
    is_current: bool


FIND: Final = Page("partners:site_list", "Find CDMOs")
SPONSOR: Final = (
    FIND,
    Page("matching:brief_list", "Briefs"),
    Page("partners:record_list", "Our CDMOs"),
)
REPORTS: Final = Page("partners:report_list", "Error reports")
CDMO: Final = (
    Page("partners:own_profile", "My profile"),
    FIND,
    Page("partners:feed_list", "Capacity feeds"),
    REPORTS,
)
OPERATOR: Final = (
    Page("status", "Status"),
    Page("accounts:organisation_list", "Organisations"),
    Page("partners:claim_list", "Claims"),
    REPORTS,
)
ACCOUNT: Final = (
    Page("account_email", "E-mail, password, second factor"),
    Page("accounts:organisation_choose", "Your organisations"),
    Page("accounts:member_list", "Members"),
    Page("accounts:key_list", "API keys"),
    Page("accounts:webhook_list", "Webhooks"),
    Page("api_docs", "API reference"),
)
FOOTER: Final = (Page("ranking_explained", "How ranking works"), Page("api_docs", "API"))


def main_pages(visitor: Visitor | None) -> tuple[Page, ...]:
    """The header's pages for this visitor; a person with several hats sees each page once."""
    if not visitor or not visitor.is_signed_in:
        return ()
    offered = (
        *(SPONSOR if visitor.is_sponsor else ()),
        *(CDMO if visitor.is_cdmo else ()),
        *(OPERATOR if visitor.is_operator else ()),
    )
    return tuple(dict.fromkeys(offered))


def links(pages: Iterable[Page], path: str) -> list[Link]:
    """Pages as links, the best fitting one marked current; a page that is not mounted is left out.

    Left out, not fatal: the error pages must render with their navigation whatever else is broken.
    """
    found = [(page, address(page.url_name)) for page in pages]
    here = max((url for _, url in found if url and path.startswith(url)), key=len, default="")
    return [Link(url, page.label, is_current=url == here) for page, url in found if url]


def address(url_name: str) -> str:
    """The page's address, or nothing where it is not mounted."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
