"""The own profile as others see it: the same as what they are given, and what is kept from them."""

import re
from typing import Final

import pytest
from django.test import Client
from django.urls import reverse

from cdmo_portal.events.models import Event
from partners.models import Audience
from partners.previewing import PreviewReader
from partners.searching import rebuild
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory, HazardFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import House, house, signed_in
from tests.partners.readers import client_of_reader
from tests.partners.sponsors import sponsor

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> House:
    """A site on which something of every kind is told to every audience."""
    ours = house()
    for audience in Audience.values:
        term = TermFactory.create(code=f"op.{audience}", label=f"Step for {audience}")
        CapabilityFactory.create(site=ours.site, term=term, audience=audience)
        hazard = TermFactory.create(code=f"haz.{audience}", label=f"Hazard for {audience}", hazard=True)
        HazardFactory.create(site=ours.site, term=hazard, audience=audience)
        line = LineFactory.create(site=ours.site, name=f"Line for {audience}")
        CapacityWindowFactory.create(line=line, audience=audience)
    rebuild([ours.site.pk])
    return ours


# By whom a preview's reader is known in the other tests of readers.
SUCH: Final = {
    PreviewReader.SPONSOR: "sponsor",
    PreviewReader.AGREED: "agreed",
    PreviewReader.EXCLUDED: "excluded",
    PreviewReader.CDMO: "rival",
}
SPONSORS: Final = (PreviewReader.SPONSOR, PreviewReader.AGREED)


def reader(home: House, kind: PreviewReader) -> Client:
    return client_of_reader(home, SUCH[kind])


def body_of(page: str) -> str:
    """What is told between the head of the page and its history, where only links differ."""
    found = re.search(r'<section id="capabilities".*(?=<section id="history")', page, re.DOTALL)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("kind", PreviewReader)
def test_site_when_previewed_then_tells_what_such_a_reader_is_given(home: House, kind: PreviewReader) -> None:
    path = reverse("partners:site_preview", args=[home.site.slug])

    previewed = signed_in(home.editor).get(path, {"as": kind}).content.decode()

    given = reader(home, kind).get(home.site.get_absolute_url()).content.decode()
    assert body_of(previewed) == body_of(given)
    assert "Step for public" in previewed
    assert ("Step for sponsors" in previewed) == (kind in SPONSORS)
    assert ("Step for agreement" in previewed) == (kind == PreviewReader.AGREED)
    assert "Step for matching" not in previewed


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (PreviewReader.CDMO, "capabilities for “signed-in sponsors”: 1"),
        (PreviewReader.CDMO, "capacity windows for “everybody”: 1"),
        (PreviewReader.SPONSOR, "hazard answers for “after an agreement”: 1"),
        (PreviewReader.AGREED, "capacity windows for “used in matching only”: 1"),
        (PreviewReader.EXCLUDED, "capacity windows for “everybody”: 1"),
        (PreviewReader.EXCLUDED, "Its briefs are never matched with you"),
    ],
)
def test_site_when_previewed_then_says_what_is_kept_from_the_reader(
    home: House, kind: str, told: str
) -> None:
    path = reverse("partners:site_preview", args=[home.site.slug])

    page = signed_in(home.editor).get(path, {"as": kind}).content.decode()

    assert told in page
    assert ("for “signed-in sponsors”" in page) == (kind not in SPONSORS)
    assert ("for “after an agreement”" in page) == (kind != PreviewReader.AGREED)
    assert ("Matching uses them" in page) == (kind in SPONSORS)


@pytest.mark.parametrize("kind", PreviewReader.values)
def test_partner_when_previewed_then_counts_statements_as_such_a_reader_does(home: House, kind: str) -> None:
    page = signed_in(home.editor).get(reverse("partners:partner_preview"), {"as": kind}).content.decode()

    statements = 2 if kind in SPONSORS else 1
    assert f'<td class="num">{statements}<' in page
    assert f"{reverse('partners:site_preview', args=[home.site.slug])}?as={kind}" in page


def test_preview_when_opened_then_offers_nothing_to_do_and_is_recorded_nowhere(home: House) -> None:
    before = Event.objects.count()

    page = (
        signed_in(home.viewer).get(reverse("partners:site_preview", args=[home.site.slug])).content.decode()
    )

    assert "Report an error" not in page
    assert "data-print" not in page
    assert "ld+json" not in page
    assert Event.objects.count() == before


def test_preview_when_asked_for_by_anybody_else_or_as_nobody_known_then_is_not_there(home: House) -> None:
    path = reverse("partners:site_preview", args=[home.site.slug])

    assert signed_in(MemberFactory.create(cdmo=True, editor=True)).get(path).status_code == 404
    assert sponsor().client.get(path).status_code == 404
    assert sponsor().client.get(reverse("partners:partner_preview")).status_code == 404
    assert signed_in(home.editor).get(path, {"as": "nobody"}).status_code == 404
    assert Client().get(path).status_code == 302
