from dataclasses import dataclass

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from cdmo_portal.look.navigation import Page, address, links, main_pages


@dataclass(frozen=True)
class Visitor:
    is_signed_in: bool = True
    is_sponsor: bool = False
    is_cdmo: bool = False
    is_operator: bool = False


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("sites/", nothing, name="sites"), path("sites/mine/", nothing, name="mine")]


@pytest.mark.parametrize(
    ("visitor", "labels"),
    [
        (None, []),
        (Visitor(is_signed_in=False), []),
        (Visitor(is_sponsor=True), ["Find CDMOs", "Briefs", "Our CDMOs"]),
        (Visitor(is_cdmo=True), ["My profile", "Find CDMOs", "Capacity feeds", "Error reports"]),
        (Visitor(is_operator=True), ["Status", "Organisations", "Claims", "Error reports"]),
        (
            Visitor(is_sponsor=True, is_operator=True),
            ["Find CDMOs", "Briefs", "Our CDMOs", "Status", "Organisations", "Claims", "Error reports"],
        ),
    ],
)
def test_main_pages_for_a_visitor_are_those_of_their_hats(visitor: Visitor | None, labels: list[str]) -> None:
    assert [page.label for page in main_pages(visitor)] == labels


@pytest.mark.urls(__name__)
def test_links_when_two_pages_fit_the_address_marks_the_closer_one() -> None:
    found = links([Page("sites", "Sites"), Page("mine", "Mine")], "/sites/mine/edit/")

    assert [(link.label, link.is_current) for link in found] == [("Sites", False), ("Mine", True)]


@pytest.mark.urls(__name__)
def test_links_when_a_page_is_not_mounted_leaves_it_out() -> None:
    assert [link.label for link in links([Page("missing", "Missing"), Page("sites", "Sites")], "/")] == [
        "Sites"
    ]
    assert address("missing") == ""
