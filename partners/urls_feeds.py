"""Addresses of the feed pages, mounted by partners/urls.py."""

from django.urls import path

from partners.views import feed_formats, feed_trials, feeds, held_readings

urlpatterns = [
    path("feeds/", feeds.feed_list, name="feed_list"),
    path("feeds/add/", feeds.feed_create, name="feed_create"),
    path("feeds/formats/", feed_formats.feed_formats, name="feed_formats"),
    path("schemas/capacity-feed-1.json", feed_formats.capacity_schema, name="capacity_schema"),
    path("feeds/<uuid:uid>/", feeds.feed_detail, name="feed_detail"),
    path("feeds/<uuid:uid>/edit/", feeds.feed_update, name="feed_update"),
    path("feeds/<uuid:uid>/retry/", feeds.feed_retry, name="feed_retry"),
    path("feeds/<uuid:uid>/pause/", feeds.feed_pause, name="feed_pause"),
    path("feeds/<uuid:uid>/test/", feed_trials.feed_test, name="feed_test"),
    path("feeds/tests/<uuid:uid>/", feed_trials.feed_trial, name="feed_trial"),
    path("feeds/tests/<uuid:uid>/add/", feed_trials.feed_trial_add, name="feed_trial_add"),
    path("feeds/<uuid:uid>/held/<uuid:reading>/", held_readings.feed_held, name="feed_held"),
]
