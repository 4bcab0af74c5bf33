"""The REST API. Everything under /api/v1/ keeps its meaning; what must break goes to /api/v2/."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from cdmo_portal.accounts.api.views import DescriptionView, NoSuchAddress

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", DescriptionView.as_view(), name="api_schema"),
    path("", include("cdmo_portal.people.api.urls")),
    path("", include("cdmo_portal.events.api.urls")),
    path("", include("partners.api.urls")),
    path("", include("matching.api.urls")),
    # The site's own 404 is a page; here every answer is JSON.
    re_path("", NoSuchAddress.as_view(), name="api_no_such_address"),
]
