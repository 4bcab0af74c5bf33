"""Documents that are kept as evidence: taking one in, and choosing which one backs a statement."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cdmo_portal.documents.errors import DocumentRefused
from cdmo_portal.documents.keeping import KEPT_ENDINGS, content_type_of
from cdmo_portal.documents.limits import LARGEST_FILE
from partners.actions.stored_files import FileFacts
from partners.models import Audience, StoredFile

UPLOAD_HELP: Final = _("PDF, PNG, JPEG, Word (.docx) or Excel (.xlsx), up to 5 MB, without macros.")


class KeptFileField(forms.FileField):
    """A file that may be kept as it is: its first bytes say the same as its name, and it is not too large.

    The clean value is its name and its bytes, or None.
    """

    def __init__(self, **options: Any) -> None:
        widget = forms.FileInput(attrs={"accept": ",".join(KEPT_ENDINGS)})
        # An empty file is refused with all other reasons, below.
        super().__init__(widget=widget, allow_empty_file=True, **options)

    def clean(self, data: Any, initial: Any = None) -> FileFacts | None:
        file: UploadedFile[Any] | None = super().clean(data, initial)
        if file is None:
            return None
        facts = FileFacts(name=file.name or "", data=file.read(LARGEST_FILE + 1))
        try:
            content_type_of(facts.name, facts.data)
        except DocumentRefused as error:
            raise ValidationError(str(error), code="refused") from error
        return facts


def audience_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Who may read it"),
        choices=Audience.choices,
        initial=Audience.SPONSORS,
        help_text=_("Others read it only where it backs something that they may see. You always may."),
    )


class FileForm(forms.Form):
    file = KeptFileField(label=_("Document"), help_text=UPLOAD_HELP)
    audience = audience_field()

    def file_facts(self) -> FileFacts:
        kept: FileFacts = self.cleaned_data["file"]
        return FileFacts(name=kept.name, data=kept.data, audience=self.cleaned_data["audience"])


class AudienceForm(forms.Form):
    audience = audience_field()


class AttachForm(forms.Form):
    """A document that is here already, or a new one, which goes before."""

    NONE: Final = ""

    document = forms.ChoiceField(label=_("Which document backs it"), required=False, widget=forms.RadioSelect)
    file = KeptFileField(label=_("Or a new document"), required=False, help_text=UPLOAD_HELP)
    audience = audience_field()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        kept: Iterable[StoredFile],
        present: StoredFile | None,
    ) -> None:
        super().__init__(data, files, initial={"document": str(present.uid) if present else self.NONE})
        self.kept = {str(row.uid): row for row in kept}
        field: Any = self.fields["document"]
        field.choices = [(self.NONE, _("None")), *((uid, row.name) for uid, row in self.kept.items())]
        self.fields["audience"].label = _("Who may read the new one")

    @property
    def chosen(self) -> StoredFile | None:
        return self.kept.get(self.cleaned_data["document"])

    def file_facts(self) -> FileFacts | None:
        facts: FileFacts | None = self.cleaned_data["file"]
        if facts is None:
            return None
        return FileFacts(name=facts.name, data=facts.data, audience=self.cleaned_data["audience"])
