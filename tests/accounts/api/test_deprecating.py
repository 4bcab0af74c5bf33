"""What goes away says so in its answers and in the description. Nothing of the API does at present."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from cdmo_portal.accounts.api.deprecating import deprecated
from cdmo_portal.accounts.api.viewsets import ActorViewSet
from cdmo_portal.accounts.models import Organisation
from cdmo_portal.people.api.serializers import OrganisationSerializer
from tests.accounts.api.callers import client_of
from tests.factories.accounts import MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
GUIDE = "https://portal.example/changes"
GOING = deprecated(since=dt.date(2026, 1, 1), sunset=dt.date(2027, 1, 1), link=GUIDE)


@GOING
class OldViewSet(ListModelMixin, ActorViewSet[Organisation]):
    """Goes away as a whole."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer


class HalfViewSet(ListModelMixin, RetrieveModelMixin, ActorViewSet[Organisation]):
    """One operation goes away."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer

    @GOING
    @extend_schema(responses=OrganisationSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read one."""
        return super().retrieve(request, *args, **kwargs)


router = SimpleRouter()
router.register("old", OldViewSet, basename="old")
router.register("half", HalfViewSet, basename="half")
urlpatterns = [path("api/v1/", include(router.urls))]


@pytest.fixture
def client() -> Client:
    return client_of(MemberFactory.create())


def test_answers_tell_since_when_until_when_and_where_to_read_of_it(client: Client) -> None:
    answer = client.get("/api/v1/old/")

    assert answer.status_code == 200
    assert answer["Deprecation"] == "@1767225600"
    assert answer["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert answer["Link"] == f'<{GUIDE}>; rel="deprecation"; type="text/html"'


def test_links_to_pages_stay_beside_it(client: Client) -> None:
    MemberFactory.create()

    answer = client.get("/api/v1/old/?page_size=1")

    assert 'rel="next", <' in answer["Link"]
    assert 'rel="deprecation"' in answer["Link"]


def test_refusals_and_304_tell_of_it_too(client: Client) -> None:
    refused = client.get("/api/v1/old/?nonsense=1")
    unchanged = client.get("/api/v1/old/", headers={"If-None-Match": client.get("/api/v1/old/")["ETag"]})

    assert (refused.status_code, unchanged.status_code) == (400, 304)
    assert refused["Deprecation"] == unchanged["Deprecation"] == "@1767225600"
    assert unchanged["Sunset"]


def test_one_operation_goes_and_the_others_stay(client: Client) -> None:
    uid = Organisation.objects.values_list("uid", flat=True)[0]

    assert "Deprecation" in client.get(f"/api/v1/half/{uid}/")
    assert "Deprecation" not in client.get("/api/v1/half/")


def test_description_marks_what_goes() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]

    assert paths["/api/v1/old/"]["get"]["deprecated"] is True
    assert paths["/api/v1/half/{uid}/"]["get"]["deprecated"] is True
    assert "deprecated" not in paths["/api/v1/half/"]["get"]
