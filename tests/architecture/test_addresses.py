"""Every address needs a signed-in person, or stands on a list here with its reason."""

from rest_framework.permissions import AllowAny

from cdmo_portal.accounts.api.permissions import HasScope
from cdmo_portal.look import navigation
from tests.architecture.addresses import addresses, page_addresses

OPEN_PAGES = {
    "home": "a visitor reads what the portal is",
    "ranking_explained": "how ranking works is for everybody",
    "health_live": "load balancers ask",
    "health_ready": "load balancers ask",
    "styleguide": "the look's parts with made-up samples",
    "demo_capacity_feed": "read as a feed, by the demo itself, and 404 elsewhere",
    "partners:feed_formats": "who makes a CDMO's files need not have an account",
    "partners:capacity_schema": "validators anywhere read it",
    "partners:site_viewed": "counts looks at a page, and keeps quiet where a session has ended meanwhile",
    "accounts:invitation_accept": "a guest reads the invitation before signing up",
    "partners:reminder_stop": "the link in a mail stops such mails without signing in (RFC 8058)",
    "partners:search_stop": "the link in a mail stops such mails without signing in (RFC 8058)",
    "account_login": "who signs in is not signed in",
    "account_logout": "a page left open may be signed out twice",
    "account_signup": "who signs up is not signed in",
    "account_inactive": "told to who may not sign in",
    "account_confirm_email": "the link in the mail",
    "account_email_verification_sent": "shown between sign-up and the mail",
    "account_confirm_login_code": "half-way through signing in",
    "account_reset_password": "who forgot it cannot sign in",
    "account_reset_password_done": "the same",
    "account_reset_password_from_key": "the link in the mail",
    "account_reset_password_from_key_done": "the same",
    "mfa_authenticate": "half-way through signing in",
    "mfa_login_webauthn": "signing in by passkey",
    "sign_on:way": "the sign-in page asks how people of a domain sign in; 404 where nothing is configured",
    "sign_on:start": "who signs in is not signed in",
    "sign_on:oidc_callback": "an organisation's server sends people back, not signed in yet",
    "sign_on:saml_answer": "the same",
    "sign_on:saml_finish": "the same",
    "sign_on:saml_metadata": "an organisation's server reads it; nothing of it is secret",
}
OPEN_API = {
    "api_schema": "the description of the API tells nothing of anybody",
    "api_docs": "the same, to try",
    "api_redoc": "the same, to read",
    "api_no_such_address": "a 404 in JSON",
}


def test_pages_when_open_to_visitors_then_each_is_listed_with_its_reason() -> None:
    found = {each.name for each in page_addresses() if not each.needs_sign_in}

    assert found - {"api_docs"} == set(OPEN_PAGES)


def test_api_views_when_listed_then_each_asks_for_an_actor_with_scope() -> None:
    views = {each.name: getattr(each.view, "cls", None) for each in addresses() if each.is_api}
    unguarded = {
        name
        for name, view in views.items()
        if not any(issubclass(each, HasScope) for each in getattr(view, "permission_classes", ()))
    }

    assert len(views) > 10
    assert unguarded <= set(OPEN_API)


def test_api_views_when_open_then_they_say_so_themselves() -> None:
    for each in addresses():
        view = getattr(each.view, "cls", None)
        if view is not None and each.name in OPEN_API:
            assert AllowAny in view.permission_classes


def test_addresses_when_named_then_no_name_stands_for_two() -> None:
    names = [each.name for each in addresses()]

    assert sorted(names) == sorted(set(names))
    assert not [name for name in names if name.endswith("None")]


def test_navigation_when_drawn_then_every_page_of_it_is_there() -> None:
    offered = (*navigation.SPONSOR, *navigation.CDMO, *navigation.OPERATOR)
    pages = (*offered, *navigation.ACCOUNT, *navigation.FOOTER)

    assert [page.url_name for page in pages if not navigation.address(page.url_name)] == []
