"""What people type about a shortlist: how the board is looked at, where a card goes, its note and tags."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from matching.models import ShortlistEntry
from matching.models.shortlists import ENDS, LONGEST_REASON, LONGEST_TAG, MOST_TAGS
from partners.forms.editing import LineField, TextField, VersionedForm, plain_line

SORTS = {"score": _("Match score"), "name": _("Name")}
VIEWS = {"board": _("Board"), "table": _("Table")}
LONGEST_QUERY = 100


def folded(text: str) -> str:
    """As tags and names are compared: without regard to case, width or spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def distinct_tags(tags: Iterable[str]) -> list[str]:
    """Each tag once, in the spelling and place in which it came first."""
    found: dict[str, str] = {}
    for tag in tags:
        if folded(tag):
            found.setdefault(folded(tag), " ".join(tag.split()))
    return list(found.values())


class TagsField(forms.CharField):
    """Free words, parted by commas."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=(LONGEST_TAG + 2) * MOST_TAGS * 2, validators=[plain_line], **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The tags as a list."""
        tags = distinct_tags(super().clean(value).split(","))
        if len(tags) > MOST_TAGS:
            raise ValidationError(_("At most %(most)d tags."), params={"most": MOST_TAGS}, code="too_many")
        too_long = [tag for tag in tags if len(tag) > LONGEST_TAG]
        if too_long:
            text = _("“%(tag)s” is longer than %(most)d characters.")
            raise ValidationError(text, params={"tag": too_long[0], "most": LONGEST_TAG}, code="too_long")
        return tags


class MoveForm(forms.Form):
    stage = forms.ChoiceField(label=_("Move to"), choices=ShortlistEntry.Stage.choices)
    reason = LineField(label=_("Reason"), max_length=LONGEST_REASON, required=False)
    version = forms.IntegerField(required=False, min_value=0, max_value=2_000_000_000)

    @property
    def target(self) -> ShortlistEntry.Stage:
        return ShortlistEntry.Stage(self.cleaned_data["stage"])

    @property
    def seen_version(self) -> int:
        return self.cleaned_data["version"] or 0


class EntryForm(VersionedForm):
    """What is written about a partner that is followed."""

    note = TextField(label=_("Note"), max_length=4000, required=False)
    tags = TagsField(
        label=_("Tags"),
        required=False,
        help_text=_("Free words with commas between them, at most ten."),
    )
    reason = LineField(label=_("Reason"), max_length=LONGEST_REASON, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        entry: ShortlistEntry,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        """`typed` stands in the form instead of what is saved, which it has been compared with."""
        saved = {"note": entry.note, "tags": entry.tags, "reason": entry.reason}
        super().__init__(data, initial={**saved, **(typed or {}), "version": str(entry.version)})
        self.fields["tags"].widget.attrs |= {"list": "known-tags", "autocomplete": "off"}
        if entry.stage in ENDS:
            self.fields["reason"].label = _("Why %(stage)s") % {"stage": entry.get_stage_display().lower()}
        elif "reason" not in self.data:
            del self.fields["reason"]

    @property
    def said(self) -> dict[str, Any]:
        """What was sent; a form that was opened before the card had a place for a reason says none."""
        return {name: value for name, value in self.facts().items() if name != "reason" or name in self.data}


class BoardQuery(forms.Form):
    """The address of the board. What cannot be understood in it counts as not said."""

    q = forms.CharField(required=False, max_length=LONGEST_QUERY)
    tag = forms.CharField(required=False, max_length=LONGEST_TAG)
    sort = forms.ChoiceField(required=False, choices=SORTS.items())
    view = forms.ChoiceField(required=False, choices=VIEWS.items())
    stage = forms.ChoiceField(required=False, choices=ShortlistEntry.Stage.choices)
    find = forms.CharField(required=False, max_length=LONGEST_QUERY)

    def said(self) -> dict[str, str]:
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
