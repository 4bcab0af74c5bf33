from django.urls import include, path

from cdmo_portal import demo_views, status_views, views
from cdmo_portal.look.views import styleguide

urlpatterns = [
    path("", views.home, name="home"),
    path("how-ranking-works/", views.ranking_explained, name="ranking_explained"),
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    # allauth's own list would also answer for connections, sign-up forms and errors that nobody is led to.
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("account/sign-on/", include("cdmo_portal.sign_on.urls")),
    path("account/", include("cdmo_portal.people.urls")),
    path("api/docs/", views.api_docs, name="api_docs"),
    path("api/redoc/", views.api_redoc, name="api_redoc"),
    path("api/v1/", include("cdmo_portal.api_urls")),
    path("", include("partners.urls")),
    path("", include("matching.urls")),
    path("styleguide/", styleguide, name="styleguide"),
    path("status/", status_views.status_page, name="status"),
    path("demo/mails/", demo_views.mail_list, name="mail_list"),
    path("demo/capacity-feed.csv", demo_views.capacity_feed, name="demo_capacity_feed"),
]

handler400 = "cdmo_portal.views.bad_request"
