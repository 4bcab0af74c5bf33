"""Addresses of what keeps a profile true, mounted by partners/urls.py."""

from django.urls import path

from partners.views import review

urlpatterns = [
    path("profile/review/", review.review, name="review"),
    path("profile/review/undo/<uuid:uid>/", review.review_undo, name="review_undo"),
    path("profile/review/<slug:slug>/<slug:kind>/<uuid:uid>/", review.review_confirm, name="review_confirm"),
]
