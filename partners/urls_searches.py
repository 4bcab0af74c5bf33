"""Addresses of saved searches, mounted by partners/urls.py."""

from django.urls import path

from partners.views import saved_searches

urlpatterns = [
    path("", saved_searches.search_list, name="search_list"),
    path("new/", saved_searches.search_create, name="search_create"),
    path("stop/<str:token>/", saved_searches.search_stop, name="search_stop"),
    path("<uuid:uid>/", saved_searches.search_detail, name="search_detail"),
    path("<uuid:uid>/edit/", saved_searches.search_update, name="search_update"),
    path("<uuid:uid>/open/", saved_searches.search_open, name="search_open"),
    path("<uuid:uid>/copy/", saved_searches.search_copy, name="search_copy"),
    path("<uuid:uid>/delete/", saved_searches.search_delete, name="search_delete"),
    path("<uuid:uid>/restore/", saved_searches.search_restore, name="search_restore"),
]
