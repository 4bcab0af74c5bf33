"""Uploads of capacity and capabilities; `partners.urls` takes these in."""

from django.urls import path, register_converter

from partners.models import ProfileUpload
from partners.views import profile_uploads


class UploadKind:
    regex = "|".join(ProfileUpload.Kind)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(UploadKind, "upload_kind")

UPLOAD = "profile/uploads/<uuid:uid>/"

urlpatterns = [
    path("profile/upload/<upload_kind:kind>/", profile_uploads.upload_create, name="upload_create"),
    path(
        "profile/upload/<upload_kind:kind>/template.<str:file_kind>",
        profile_uploads.upload_template,
        name="upload_template",
    ),
    path(f"{UPLOAD}sheet/", profile_uploads.upload_sheet, name="upload_sheet"),
    path(f"{UPLOAD}check/", profile_uploads.upload_check, name="upload_check"),
    path(f"{UPLOAD}refused/<str:file_kind>/", profile_uploads.upload_refused, name="upload_refused"),
    path(f"{UPLOAD}discard/", profile_uploads.upload_discard, name="upload_discard"),
]
