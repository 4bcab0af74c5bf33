"""A comment on a brief or on one of its requirements."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.models import LONGEST_COMMENT, Requirement
from partners.forms.editing import TextField


class CommentForm(forms.Form):
    body = TextField(label=_("Comment"), max_length=LONGEST_COMMENT, rows=3)


class NewCommentForm(CommentForm):
    requirement = forms.TypedChoiceField(label=_("About"), required=False, empty_value=None)
    field_order = ["requirement", "body"]

    def __init__(self, *args: Any, requirements: Iterable[Requirement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_uid = {str(row.uid): row for row in requirements}
        field: Any = self.fields["requirement"]
        field.choices = [("", _("The whole brief")), *((uid, str(row)) for uid, row in by_uid.items())]
        field.coerce = by_uid.__getitem__
