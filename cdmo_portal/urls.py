from django.urls import include, path

from cdmo_portal import views
from cdmo_portal.look.views import styleguide

urlpatterns = [
    path("", views.home, name="home"),
    path("how-ranking-works/", views.ranking_explained, name="ranking_explained"),
    path("styleguide/", styleguide, name="styleguide"),
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    path("account/", include("allauth.urls")),
]
