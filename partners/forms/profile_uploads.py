"""The file of an upload of capacity or capabilities."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cdmo_portal.documents import TABLE_ENDINGS
from partners.forms.record_imports import UploadForm


class ProfileUploadForm(UploadForm):
    file = forms.FileField(
        label=_("Table"),
        widget=forms.FileInput(attrs={"accept": ",".join(TABLE_ENDINGS)}),
        help_text=_(
            "Excel (.xlsx) or CSV, up to 5 MB and 10,000 rows. Of formulas the results count. The file itself"
            " is not kept."
        ),
    )
