from django.urls import include, path

from cdmo_portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("how-ranking-works/", views.ranking_explained, name="ranking_explained"),
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    path("account/", include("allauth.urls")),
    path("account/", include("cdmo_portal.people.urls")),
    path("api/v1/", include("cdmo_portal.api_urls")),
]
