"""Addresses of what keeps a profile true, mounted by partners/urls.py."""

from django.urls import path

from partners.views import reminders, review, stored_files

REVIEW = "profile/review/"
SITE = "profile/sites/<slug:slug>/"
FILE = "profile/documents/<uuid:uid>/"

urlpatterns = [
    path(REVIEW, review.review, name="review"),
    path(f"{REVIEW}undo/<uuid:uid>/", review.review_undo, name="review_undo"),
    path(f"{REVIEW}<slug:slug>/<slug:kind>/<uuid:uid>/", review.review_confirm, name="review_confirm"),
    path(f"{REVIEW}reminders/", reminders.reminder_switch, name="reminder_switch"),
    path("reminders/stop/<str:token>/", reminders.reminder_stop, name="reminder_stop"),
    path("documents/<uuid:uid>/", stored_files.file_download, name="file_download"),
    path("profile/documents/", stored_files.file_others, name="file_others"),
    path(f"{SITE}documents/", stored_files.file_list, name="file_list"),
    path(f"{SITE}<slug:backed>/<uuid:uid>/document/", stored_files.file_attach, name="file_attach"),
    path(f"{FILE}audience/", stored_files.file_update, name="file_update"),
    path(f"{FILE}remove/", stored_files.file_remove, name="file_remove"),
    path(f"{FILE}restore/", stored_files.file_restore, name="file_restore"),
]
