"""Looks at a site's page: counted once per browser and day, by kind of reader, and by a POST alone."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from partners.models import ProfileView, Site
from tests.factories.accounts import MemberFactory, UserFactory
from tests.factories.partners import SiteFactory
from tests.partners.editors import House, house, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> House:
    return house()


def look(client: Client, site: Site) -> int:
    return client.post(reverse("partners:site_viewed", args=[site.slug])).status_code


def counted(site: Site) -> dict[str, int]:
    return dict(ProfileView.objects.filter(site=site).values_list("reader", "count"))


def test_view_when_told_by_each_kind_of_reader_then_counts_by_kind(home: House) -> None:
    for client in (signed_in(MemberFactory.create()), signed_in(MemberFactory.create())):
        assert look(client, home.site) == 204
    look(signed_in(MemberFactory.create(cdmo=True)), home.site)
    look(Client(), home.site)

    assert counted(home.site) == {"sponsor": 2, "cdmo": 1, "visitor": 1}


def test_view_when_told_again_by_the_browser_then_counts_once_a_day_and_site(home: House) -> None:
    client, other = Client(), SiteFactory.create()
    with time_machine.travel(dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC), tick=False) as clock:
        for site in (home.site, home.site, other):
            assert look(client, site) == 204
        assert counted(home.site) == counted(other) == {"visitor": 1}
        clock.shift(dt.timedelta(hours=20))
        look(client, home.site)

    days = ProfileView.objects.filter(site=home.site).order_by("day").values_list("day", "count")
    assert list(days) == [(dt.date(2026, 3, 2), 1), (dt.date(2026, 3, 3), 1)]


def test_view_when_of_own_people_or_operators_then_is_neither_told_nor_counted(home: House) -> None:
    operator = Client()
    operator.force_login(UserFactory.create(operator=True))
    for client in (signed_in(home.editor), signed_in(home.viewer), operator):
        page = client.get(home.site.get_absolute_url()).content.decode()

        assert "data-viewed" not in page
        assert look(client, home.site) == 204
    assert counted(home.site) == {}


def test_page_when_only_opened_then_nothing_is_written(home: House) -> None:
    client = signed_in(MemberFactory.create())

    page = client.get(home.site.get_absolute_url()).content.decode()

    path = reverse("partners:site_viewed", args=[home.site.slug])
    assert f'data-viewed="{path}"' in page
    assert client.get(path).status_code == 405
    assert counted(home.site) == {}


def test_preview_when_opened_then_does_not_tell(home: House) -> None:
    path = reverse("partners:site_preview", args=[home.site.slug])

    assert "data-viewed" not in signed_in(home.editor).get(path).content.decode()


def test_view_when_of_a_site_that_is_not_there_then_404() -> None:
    assert Client().post(reverse("partners:site_viewed", args=["no-such-site"])).status_code == 404


def test_view_when_sent_from_elsewhere_then_is_refused(home: House) -> None:
    assert look(Client(enforce_csrf_checks=True), home.site) == 403
    assert counted(home.site) == {}


def test_view_when_told_then_the_session_stays_as_it_is(home: House) -> None:
    client, visitor = signed_in(MemberFactory.create()), Client()
    before = dict(client.session.items())

    for each in (client, visitor):
        look(each, home.site)

    assert dict(client.session.items()) == before
    assert settings.SESSION_COOKIE_NAME not in visitor.cookies
    (mark,) = visitor.cookies.values()
    assert mark["path"] == reverse("partners:site_viewed", args=[home.site.slug])


def test_view_when_told_then_keeps_nothing_of_who_looked() -> None:
    names = {field.name for field in ProfileView._meta.get_fields()}

    assert names == {"id", "site", "day", "reader", "count"}
