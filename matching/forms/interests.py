"""What a CDMO answers when it is asked whether it is interested."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from matching.models import Interest
from matching.models.interests import LONGEST_NOTE
from partners.forms.editing import TextField


class AnswerForm(forms.Form):
    """Several stand on one page, so each has ids of its own."""

    answer = forms.ChoiceField(
        label=_("Your answer"), choices=Interest.Answer.choices, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label=_("Reason, if you decline"),
        choices=[("", "---------"), *Interest.Reason.choices],
        required=False,
    )
    note = TextField(
        label=_("In your words"),
        max_length=LONGEST_NOTE,
        rows=3,
        required=False,
        help_text=_("The sponsor reads it. If you need more information, say here what you have to know."),
    )

    def __init__(self, data: QueryDict | None = None, *, interest: Interest) -> None:
        initial = {"answer": interest.answer, "reason": interest.reason, "note": interest.note}
        super().__init__(data, initial=initial, auto_id=f"id_{interest.uid}_%s")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("answer") == Interest.Answer.DECLINED:
            if not values.get("reason") and "reason" not in self.errors:
                self.add_error("reason", _("Say why, so that the sponsor can ask better the next time."))
        else:
            values["reason"] = ""
        is_silent = not values.get("note") and "note" not in self.errors
        if values.get("answer") == Interest.Answer.NEEDS_INFORMATION and is_silent:
            self.add_error("note", _("Say what you have to know."))
        return values
