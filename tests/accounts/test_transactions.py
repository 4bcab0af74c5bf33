"""One transaction per request: what the view wrote stands or falls with its answer."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from cdmo_portal.accounts.models import Organisation
from tests.factories.accounts import MemberFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@login_not_required
def write_and(request: HttpRequest, outcome: str) -> HttpResponse:
    OrganisationFactory.create(name="Half-written")
    if outcome == "refuse":
        raise PermissionDenied
    if outcome == "break":
        raise ZeroDivisionError
    return HttpResponse(status=int(outcome))


urlpatterns = [path("<slug:outcome>/", write_and)]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("outcome", "status", "kept"),
    [("200", 200, 1), ("422", 422, 1), ("503", 503, 0), ("refuse", 403, 0), ("break", 500, 0)],
)
def test_request_when_it_ends_then_keeps_or_drops_what_the_view_wrote(
    outcome: str, status: int, kept: int
) -> None:
    answer = Client(raise_request_exception=False).get(f"/{outcome}/")

    assert answer.status_code == status
    assert Organisation.objects.filter(name="Half-written").count() == kept


@pytest.mark.parametrize("page", ["totp/activate", "webauthn/add", "recovery-codes/generate"])
def test_second_factor_pages_when_the_sign_in_is_old_then_ask_for_the_password_again(page: str) -> None:
    client = Client()
    client.force_login(MemberFactory.create().user)  # leaves no record of a fresh sign-in

    answer = client.get(f"/account/2fa/{page}/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/")
