"""What is sent to ask a partner, and what the partner answers."""

from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body
from cdmo_portal.accounts.api.fields import Text
from matching.forms.interests import AnswerForm
from matching.models import Interest
from matching.models.interests import LONGEST_NOTE


class AskBody(Body):
    mark = Text(max_length=64, help_text="Of the teaser that was read; see GET of this address.")


class AnswerBody(Body):
    """A reason goes with `declined` alone. The rules are those of the page's form."""

    answer = serializers.ChoiceField(choices=Interest.Answer.choices)
    reason = serializers.ChoiceField(choices=Interest.Reason.choices, allow_blank=True, default="")
    note = Text(lines=True, max_length=LONGEST_NOTE, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["reason"] and attrs["answer"] != Interest.Answer.DECLINED:
            raise serializers.ValidationError({"reason": "Only who declines gives a reason."})
        form = AnswerForm(_typed(attrs), interest=self.context["interest"])
        if not form.is_valid():
            raise serializers.ValidationError(
                {name: [str(text) for text in texts] for name, texts in form.errors.items()}
            )
        return {**form.cleaned_data, "answer": Interest.Answer(attrs["answer"])}


def _typed(values: dict[str, Any]) -> QueryDict:
    """As a person would have sent the page's form."""
    typed = QueryDict(mutable=True)
    typed.update(values)
    return typed
