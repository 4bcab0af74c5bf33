"""The pages of accounts, as their people use them."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cdmo_portal.accounts.keys import find_key
from cdmo_portal.accounts.models import APIKey, Invitation, Member, Organisation
from tests.factories.accounts import APIKeyFactory, MemberFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def client_of(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_every_page_when_not_signed_in_leads_to_sign_in(client: Client) -> None:
    for name in ("member_list", "key_list", "organisation_list", "organisation_choose", "application_create"):
        answer = client.get(reverse(f"accounts:{name}"))

        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/account/login/")


def test_sign_in_page_when_opened_is_ours(client: Client) -> None:
    page = client.get("/account/login/").content.decode()

    assert "CDMO Portal" in page
    assert 'name="login"' in page


def test_key_when_made_is_shown_once_and_works() -> None:
    client = client_of(MemberFactory.create())

    made = client.post(
        reverse("accounts:key_list"), {"name": "ERP test", "reach": "read", "days": "90"}
    ).content.decode()
    later = client.get(reverse("accounts:key_list")).content.decode()

    plain = re.search(r"cdmo_\w+\.[\w-]+", made)
    assert plain is not None
    assert plain.group() not in later
    key = find_key(plain.group(), timezone.now())
    assert key == APIKey.objects.get()
    assert key.scopes == ["read"]


def test_key_when_revoked_by_its_owner_stops_and_by_a_stranger_is_not_found() -> None:
    member = MemberFactory.create()
    key = APIKeyFactory.create(member=member)
    address = reverse("accounts:key_revoke", args=[key.uid])

    stranger = client_of(MemberFactory.create()).post(address)
    key.refresh_from_db()
    before = key.revoked_at
    client_of(member).post(address)
    key.refresh_from_db()

    assert (stranger.status_code, before) == (404, None)
    assert key.revoked_at is not None


def test_key_when_asked_for_by_a_viewer_is_refused() -> None:
    answer = client_of(MemberFactory.create(viewer=True)).post(
        reverse("accounts:key_list"), {"name": "x", "days": "90"}
    )

    assert answer.status_code == 403
    assert not APIKey.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"email": "not an address", "role": "editor"},
        {"email": "a@b.example", "role": "emperor"},
        {"email": "a\x00@b.example", "role": "editor"},
        {"email": "a" * 400 + "@b.example", "role": "editor"},
    ],
)
def test_invitation_when_nonsense_is_sent_names_the_field_and_writes_nothing(fields: dict[str, str]) -> None:
    client = client_of(MemberFactory.create())

    answer = client.post(reverse("accounts:member_list"), fields)

    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_organisation_pages_when_asked_for_by_a_member_are_not_found() -> None:
    client = client_of(MemberFactory.create())

    assert client.get(reverse("accounts:organisation_list")).status_code == 404
    assert (
        client.get(
            reverse("accounts:organisation_detail", args=[OrganisationFactory.create().uid])
        ).status_code
        == 404
    )


def test_organisation_when_created_by_an_operator_is_approved_and_its_owner_invited() -> None:
    client = Client()
    client.force_login(UserFactory.create(operator=True))
    fields = {"name": "Lark", "kind": "sponsor", "country": "ie", "owner_email": "ada@lark.example"}

    answer = client.post(reverse("accounts:organisation_list"), fields)

    assert answer.status_code == 302
    assert Organisation.objects.get().is_approved
    assert Invitation.objects.get().role == "owner"


def test_choosing_when_a_person_has_two_organisations_switches_between_them() -> None:
    first = MemberFactory.create()
    second = MemberFactory.create(user=first.user)
    client = client_of(first)

    client.post(reverse("accounts:organisation_choose"), {"organisation": str(second.organisation.uid)})

    assert second.organisation.name in client.get(reverse("accounts:member_list")).content.decode()


def test_choosing_when_the_organisation_is_a_strangers_is_not_found() -> None:
    client = client_of(MemberFactory.create())

    for value in (str(OrganisationFactory.create().uid), "nonsense", ""):
        answer = client.post(reverse("accounts:organisation_choose"), {"organisation": value})

        assert answer.status_code == 404


def test_invited_person_when_signed_in_joins_by_the_choosing_page() -> None:
    owner = MemberFactory.create()
    client_of(owner).post(reverse("accounts:member_list"), {"email": "nora@people.example", "role": "viewer"})
    guest = UserFactory.create(email="nora@people.example")
    EmailAddress.objects.create(user=guest, email=guest.email, verified=True, primary=True)
    client = Client()
    client.force_login(guest)

    client.post(reverse("accounts:organisation_join"), {"organisation": str(owner.organisation.uid)})

    assert Member.objects.get(user=guest).role == "viewer"


def test_leaving_when_confirmed_ends_the_membership_and_its_keys() -> None:
    owner = MemberFactory.create()
    member = MemberFactory.create(organisation=owner.organisation, viewer=True)
    key = APIKeyFactory.create(member=member, name="ERP test")
    client, address = client_of(member), reverse("accounts:organisation_leave")

    page = client.get(address).content.decode()
    assert Member.objects.filter(pk=member.pk).exists()
    answer = client.post(address)

    assert "ERP test" in page
    assert answer.headers["Location"] == reverse("accounts:organisation_choose")
    assert not Member.objects.filter(pk=member.pk).exists()
    assert not APIKey.objects.filter(pk=key.pk).exists()
    assert client.get(address).status_code == 302


def test_leaving_when_the_last_owner_tries_says_what_to_do_and_changes_nothing() -> None:
    owner = MemberFactory.create()
    client, address = client_of(owner), reverse("accounts:organisation_leave")

    page, answer = client.get(address).content.decode(), client.post(address)

    assert "Make somebody else owner first" in page
    assert answer.status_code == 409
    assert Member.objects.filter(pk=owner.pk).exists()


def test_invitation_when_withdrawn_or_sent_again_on_the_page_by_its_three_people() -> None:
    owner = MemberFactory.create()
    client_of(owner).post(reverse("accounts:member_list"), {"email": "nora@people.example", "role": "viewer"})
    address = reverse("accounts:invitation_update", args=[Invitation.objects.get().uid])
    editor = MemberFactory.create(organisation=owner.organisation, editor=True)

    assert client_of(MemberFactory.create()).post(address, {"withdraw": "1"}).status_code == 404
    assert client_of(editor).post(address, {"withdraw": "1"}).status_code == 403
    assert Invitation.objects.waiting().count() == 1
    again = client_of(owner).post(address, {"resend": "1"}, follow=True).content.decode()
    used = client_of(owner).post(address, {"withdraw": "1"}, follow=True).content.decode()

    assert "A new invitation was sent" in again
    assert "used or withdrawn meanwhile" in used
    assert Invitation.objects.waiting().count() == 1


CHOSEN = {"name": "ERP test", "reach": "chosen", "days": "0", "may-sites": "write", "may-partners": "read"}


@pytest.mark.parametrize(
    ("fields", "scopes"),
    [
        ({"reach": "read", "may-sites": "write"}, ["read"]),
        ({"reach": "everything"}, ["read", "write"]),
        ({}, ["partners:read", "sites:write"]),
    ],
)
def test_key_when_made_on_the_page_has_the_scopes_that_were_chosen(
    fields: dict[str, str], scopes: list[str]
) -> None:
    client = client_of(MemberFactory.create())

    page = client.post(reverse("accounts:key_list"), CHOSEN | fields).content.decode()

    key = APIKey.objects.get()
    assert (key.scopes, key.expires_at) == (scopes, None)
    assert key.prefix in page


@pytest.mark.parametrize(
    "fields",
    [
        {"may-sites": "", "may-partners": ""},
        {"may-sites": "everything"},
        {"reach": "all"},
        {"reach": ""},
        {"days": "731"},
        {"days": "soon"},
        {"name": "a\x00"},
    ],
)
def test_key_when_the_form_cannot_be_used_is_not_made_and_the_page_says_why(fields: dict[str, str]) -> None:
    client = client_of(MemberFactory.create())

    answer = client.post(reverse("accounts:key_list"), CHOSEN | fields)

    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not APIKey.objects.exists()


def test_key_when_rotated_on_the_page_shows_its_follower_once_and_both_as_linked() -> None:
    member = MemberFactory.create(editor=True)
    client, old = client_of(member), APIKeyFactory.create(member=member, prefix="cdmo_older")
    address = reverse("accounts:key_rotate", args=[old.uid])

    fresh = client.post(address, {"overlap_s": "86400"})
    later = client.get(reverse("accounts:key_list")).content.decode()
    again = client.post(address, {"overlap_s": "86400"}, follow=True).content.decode()

    shown = fresh.content.decode()
    key = APIKey.objects.exclude(pk=old.pk).get()
    plain = re.search(rf"{key.prefix}\.[\w-]+", shown)
    assert plain is not None
    assert find_key(plain.group(), timezone.now()) == key
    assert "no-store" in fresh["Cache-Control"]
    assert plain.group() not in later
    assert f"Follows <code>{old.prefix}…" in later
    assert f"Followed by <code>{key.prefix}…" in later
    assert "was rotated already" in again


def test_key_when_its_rotation_is_asked_wrongly_or_by_others_stays_alone() -> None:
    member = MemberFactory.create(editor=True)
    key = APIKeyFactory.create(member=member)
    owner = MemberFactory.create(organisation=member.organisation)
    address = reverse("accounts:key_rotate", args=[key.uid])

    wrong = client_of(member).post(address, {"overlap_s": "5"}, follow=True).content.decode()
    owners = client_of(owner).post(address, {"overlap_s": "0"}, follow=True).content.decode()
    strangers = client_of(MemberFactory.create()).post(address, {"overlap_s": "0"})

    assert "Choose when the old key ends" in wrong
    assert "Only the member whose key it is" in owners
    assert strangers.status_code == 404
    assert APIKey.objects.get().expires_at is None


def test_keys_when_listed_show_what_each_reader_may_do_with_them() -> None:
    member = MemberFactory.create(editor=True)
    APIKeyFactory.create(member=member, scopes=["briefs:write", "sites:read"])
    APIKeyFactory.create(member=member, name="Old one", revoked_at=timezone.now())
    owner = MemberFactory.create(organisation=member.organisation)
    viewer = MemberFactory.create(organisation=member.organisation, viewer=True)
    address = reverse("accounts:key_list")

    own, owners, viewers = (client_of(each).get(address).content.decode() for each in (member, owner, viewer))

    assert "Briefs and what belongs to them" in own
    assert "1 key that ended" in own
    assert [
        ("Rotate" in page, ">Revoke<" in page, "Make key" in page) for page in (own, owners, viewers)
    ] == [
        (True, True, True),
        (False, True, True),
        (False, False, False),
    ]
