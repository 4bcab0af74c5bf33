"""Criteria of the scorecards, and the scores of one partner."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from matching.actions.scorecards import CANNOT, Answer, plain_answers
from matching.actions.scoring_rounds import MOST_CRITERIA, CriterionGiven
from matching.forms.brief_sections import OPENED
from matching.forms.heads import HEAD_LABELS
from matching.forms.shortlists import folded
from matching.merging import marks
from matching.models import Brief, CriterionScore, ScoringCriterion
from matching.models.scorecards import LONGEST_COMMENT, MOST_POINTS
from matching.ranking import weights_of
from matching.scoring.weightings import shown_shares
from matching.scoring.weights import PRESETS, WeightsInvalid, head_weights
from partners.forms.editing import LineField, VersionedForm

SCORES = [(str(number), str(number)) for number in range(MOST_POINTS + 1)]
ANSWERS = [*SCORES, (CANNOT, _("Cannot judge"))]
AGREED = [*SCORES, ("", _("None yet"))]


def proposed_criteria(brief: Brief) -> list[dict[str, Any]]:
    """The heads of the brief's score, with the weights that it gives them."""
    try:
        shares = shown_shares(head_weights(weights_of(brief)))
    except WeightsInvalid:
        shares = dict(PRESETS[Brief.Preset.EARLY])
    return [{"name": str(HEAD_LABELS[head]), "points": f"{share:g}"} for head, share in shares.items()]


class CriterionForm(forms.Form):
    """One criterion. A row without a name and without points is no criterion."""

    uid = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    name = LineField(label=_("Criterion"), max_length=80, required=False)
    points = forms.DecimalField(
        label=_("Points, 0 to 100"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    zero = LineField(label=_("A 0 means"), max_length=120, required=False)
    five = LineField(label=_("A 5 means"), max_length=120, required=False)
    ten = LineField(label=_("A 10 means"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        is_said = any(facts.get(name) for name in ("name", "zero", "five", "ten")) or facts.get("points")
        if is_said and not self.has_error("name") and not facts.get("name"):
            self.add_error("name", _("Name the criterion."))
        if facts.get("name") and not self.has_error("points") and facts.get("points") is None:
            self.add_error("points", _("Give it points; 0 if it should not count."))
        return facts


def check_criteria(given: Sequence[CriterionGiven]) -> None:
    """Raises ValidationError where no scores can be given by them."""
    if not given:
        raise ValidationError(_("Name at least one criterion."))
    if not any(each.points for each in given):
        raise ValidationError(_("Give at least one criterion more than 0 points."))
    names = [folded(each.name) for each in given]
    twice = [each.name for place, each in enumerate(given) if folded(each.name) in names[:place]]
    if twice:
        raise ValidationError(_("“%(name)s” stands twice."), params={"name": twice[0]})


class CriteriaFormSet(forms.BaseFormSet[CriterionForm]):
    def clean(self) -> None:
        check_criteria(self.given())

    def given(self) -> list[CriterionGiven]:
        """What stands in rows that were filled in and not removed."""
        rows = [
            form.cleaned_data
            for form in self.forms
            if hasattr(form, "cleaned_data") and not form.cleaned_data.get("DELETE")
        ]
        return [
            CriterionGiven(
                name=row["name"],
                points=row.get("points") or Decimal(0),
                zero=row.get("zero", ""),
                five=row.get("five", ""),
                ten=row.get("ten", ""),
                uid=row.get("uid", ""),
            )
            for row in rows
            if row.get("name")
        ]


def criteria_formset(data: QueryDict | None, initial: Sequence[Mapping[str, Any]]) -> CriteriaFormSet:
    made = forms.formset_factory(
        CriterionForm,
        formset=CriteriaFormSet,
        extra=1,
        max_num=MOST_CRITERIA,
        absolute_max=MOST_CRITERIA + 5,
        validate_max=True,
        can_delete=True,
    )
    return cast("CriteriaFormSet", made(data, initial=list(initial), prefix="criteria"))


class CriteriaRound(VersionedForm):
    """Beside the criteria: what was seen, and that handed-in scorecards may be reopened."""

    reopens = forms.BooleanField(label=_("Reopen all scorecards"), required=False)


class ScoresForm(VersionedForm):
    """One partner, criterion by criterion: a score or "cannot judge", and a comment."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        criteria: Sequence[ScoringCriterion],
        stored: Mapping[int, CriterionScore],
        is_agreed: bool = False,
        version: int = 0,
    ) -> None:
        super().__init__(data, initial={"version": str(version)})
        self.criteria, self.stored = criteria, stored
        for criterion in criteria:
            score = stored.get(criterion.pk)
            self.fields[f"s{criterion.pk}"] = forms.ChoiceField(
                label=criterion.name,
                choices=AGREED if is_agreed else ANSWERS,
                required=False,
                widget=forms.RadioSelect,
                initial=_answer_code(score),
            )
            self.fields[f"c{criterion.pk}"] = LineField(
                label=_("Comment on %(name)s") % {"name": criterion.name},
                max_length=LONGEST_COMMENT,
                required=False,
                widget=forms.TextInput(attrs={"placeholder": _("Comment, optional")}),
                initial=score.comment if score else "",
            )

    @property
    def rows(self) -> list[tuple[ScoringCriterion, forms.BoundField, forms.BoundField]]:
        return [(each, self[f"s{each.pk}"], self[f"c{each.pk}"]) for each in self.criteria]

    @property
    def opened(self) -> dict[str, str]:
        """The marks of what the form was opened with, as far as it says so."""
        sent = {name: self.data.get(OPENED + name, "") for name in self.fields}
        return {name: mark for name, mark in sent.items() if mark}

    @property
    def hidden_marks(self) -> list[tuple[str, str]]:
        """The hidden fields that carry the marks, with their values."""
        found = self.opened if self.is_bound else marks(plain_answers(self._stored_answers()))
        return [(OPENED + name, mark) for name, mark in found.items()]

    def _stored_answers(self) -> dict[int, Answer]:
        rows = ((each.pk, self.stored.get(each.pk)) for each in self.criteria)
        return {
            key: Answer(row.value, row.cannot_judge, row.comment) if row else Answer() for key, row in rows
        }

    @property
    def answers(self) -> dict[int, Answer]:
        """Of the criteria that were on the page, which may be fewer than there are by now."""
        return {
            each.pk: self._answer(each.pk)
            for each in self.criteria
            if f"s{each.pk}" in self.data or f"c{each.pk}" in self.data
        }

    def _answer(self, key: int) -> Answer:
        code = self.cleaned_data[f"s{key}"]
        return Answer(
            value=int(code) if code.isdigit() else None,
            cannot_judge=code == CANNOT,
            comment=self.cleaned_data[f"c{key}"],
        )


def _answer_code(score: CriterionScore | None) -> str:
    if score is None:
        return ""
    if score.cannot_judge:
        return CANNOT
    return "" if score.value is None else str(score.value)
