"""The pages of changes: both values for the keeper's members, nothing for anybody else."""

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from partners.actions import profiles, restoring
from partners.models import Capability, ProfileChange, Subject
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.partners.editors import House, house, lyophilisation, signed_in

pytestmark = pytest.mark.django_db


def taken_back(home: House) -> ProfileChange:
    row = CapabilityFactory.create(site=home.site, term=lyophilisation(), note="Hall 2, matching only")
    profiles.delete_capability(capability=row, version=str(row.version), by=home.actor)
    return ProfileChange.objects.get()


def test_changes_when_members_read_then_see_values_and_names_and_only_editors_restore() -> None:
    home = house()
    change = taken_back(home)

    for member in (home.editor, home.viewer):
        client = signed_in(member)
        listed = client.get(reverse("partners:change_list"), {"site": home.site.slug}).content.decode()
        detail = client.get(change.get_absolute_url()).content.decode()
        assert "Hall 2, matching only" in listed
        assert str(home.editor.user) in listed
        assert ('name="seen"' in detail) is (member == home.editor)
    seen = restoring.mark(None)
    assert signed_in(home.viewer).post(change.get_absolute_url(), {"seen": seen}).status_code == 403
    assert not Capability.objects.exists()


def test_changes_when_restored_then_the_statement_stands_and_a_second_press_is_told_so() -> None:
    home = house()
    change = taken_back(home)
    client = signed_in(home.editor)
    seen = restoring.mark(None)

    first = client.post(change.get_absolute_url(), {"seen": seen})
    second = client.post(change.get_absolute_url(), {"seen": seen})
    nothing = client.post(change.get_absolute_url())

    assert first.status_code == 302
    assert second.status_code == nothing.status_code == 409
    assert "What stood before it stands now" in second.content.decode()
    assert Capability.objects.count() == 1
    assert "restored" in client.get(reverse("partners:change_list")).content.decode()


def test_changes_when_strangers_ask_then_nothing_is_there() -> None:
    home = house()
    change = taken_back(home)

    for member in (MemberFactory.create(cdmo=True), MemberFactory.create()):
        client = signed_in(member)
        assert client.get(change.get_absolute_url()).status_code == 404
        assert client.post(change.get_absolute_url(), {"seen": ""}).status_code == 404
        assert client.get(reverse("partners:change_list"), {"site": home.site.slug}).status_code == 404


def test_changes_when_there_are_many_then_queries_do_not_grow(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    home = house()
    row = CapabilityFactory.create(site=home.site, term=lyophilisation(), confirmed_on="2026-01-05")
    profiles.delete_capability(capability=row, version=str(row.version), by=home.actor)
    for _time in range(30):
        change = ProfileChange.objects.select_related("site__partner", "partner")[0]
        now = restoring.present(restoring.part_of(change))
        restoring.restore(change=change, seen=restoring.mark(now), by=home.actor)
    client = signed_in(home.viewer)
    url = reverse("partners:change_list")
    client.get(url)

    with django_assert_max_num_queries(16):
        page = client.get(url, {"page": "2"})

    assert page.status_code == 200


def test_change_of_an_address_when_told_then_names_the_countries() -> None:
    home = house()
    change = ProfileChange.objects.create(
        organisation=home.organisation,
        partner=home.partner,
        site=home.site,
        subject=Subject.SITE,
        key=str(home.site.uid),
        before={"country": "IE"},
        after={"country": "DE"},
    )

    page = signed_in(home.viewer).get(change.get_absolute_url()).text

    assert "Ireland" in page
    assert "Germany" in page
