"""A statement about one term, with its numbers as rows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.profiles import OWN_BASES, CapabilityFacts, MeasureFacts
from partners.actions.stated import MOST_MEASURES, STATED_FACETS, measure_of
from partners.forms.editing import DayField, LineField, VersionedForm, initial_of
from partners.forms.terms import TermField
from partners.models import Audience, Basis, Capability, Measure, Site, Term
from partners.models.profile_changes import Values
from partners.units import NumberUnreadable, UnitUnknown
from partners.vocabulary import current_vocabulary


class CapabilityForm(VersionedForm):
    """`site` decides which lines may be named; `capability` is the statement that is being changed."""

    term = TermField(
        facets=STATED_FACETS, label=_("What"), help_text=_("Type a few letters. Synonyms and codes work too.")
    )
    is_offered = forms.TypedChoiceField(
        label=_("Do you offer it?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    place = forms.ChoiceField(
        label=_("Where"),
        required=False,
        help_text=_("A line, if only that line can do it: a brief may ask for several things on one line."),
    )
    stages = forms.MultipleChoiceField(
        label=_("Project stages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means not stated."),
    )
    basis = forms.ChoiceField(label=_("How it is backed"))
    source = LineField(
        label=_("Source"), max_length=300, required=False, help_text=_("The document or the batches, named.")
    )
    confirmed_on = DayField(is_past=True, label=_("Confirmed on"))
    audience = forms.ChoiceField(label=_("Who may see it"), choices=Audience.choices)
    note = LineField(label=_("Note"), max_length=500, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        site: Site,
        capability: Capability | None = None,
        values: Values | None = None,
    ) -> None:
        """`values` are those of a draft; they stand for what the capability says."""
        super().__init__(data, initial=_drafted(values) if values else initial(capability))
        self.site_lines = {str(line.uid): line for line in site.lines.order_by("name")}
        fields: Any = self.fields
        names = [(uid, line.name) for uid, line in self.site_lines.items()]
        fields["place"].choices = [("", _("The whole site")), *names, *self._gone_line(values)]
        stages = current_vocabulary().of_facet("stage")
        fields["stages"].choices = [(stage.code, stage.label) for stage in stages]
        basis = capability.basis if capability else (values or {}).get("basis", Basis.CLAIMED)
        offered = [*OWN_BASES, *({Basis(str(basis))} - {*OWN_BASES})]
        fields["basis"].choices = [(each.value, each.label) for each in offered]

    def _gone_line(self, values: Values | None) -> list[tuple[str, Any]]:
        """The line of a draft that is no more: chosen still, so that the draft is not widened unseen."""
        uid = str((values or {}).get("line") or "")
        return [(uid, _("A line that is gone"))] if uid and uid not in self.site_lines else []

    def clean_place(self) -> str:
        place: str = self.cleaned_data["place"]
        if place and place not in self.site_lines:
            raise ValidationError(_("This line is gone. Choose where it holds."))
        return place

    def judged_with(self, rows: "BaseMeasureRows") -> bool:
        """Whether both are valid; both are judged, so that a person sees all that is wrong at once."""
        are_valid = self.is_valid(), rows.is_valid()
        for problem in rows.problems():
            self.add_error(None, problem)
        return all(are_valid)

    def facts_with(self, measures: tuple[MeasureFacts, ...]) -> CapabilityFacts:
        facts = self.facts()
        line = self.site_lines.get(facts.pop("place"))
        stages = tuple(facts.pop("stages"))
        return CapabilityFacts(**facts, line=line, stages=stages, measures=measures)


def _drafted(values: Values) -> dict[str, Any]:
    return {
        **values,
        "term": current_vocabulary().label(str(values["term"])),
        "is_offered": "yes" if values["is_offered"] else "no",
        "place": values["line"],
    }


def initial(capability: Capability | None) -> dict[str, Any]:
    if capability is None:
        return {
            "is_offered": "yes",
            "basis": Basis.CLAIMED,
            "audience": Audience.PUBLIC,
            "confirmed_on": timezone.localdate(),
        }
    return {
        **initial_of(capability, CapabilityForm),
        "is_offered": "yes" if capability.is_offered else "no",
        "place": str(capability.line.uid) if capability.line else "",
        "version": str(capability.version),
    }


class MeasureForm(forms.Form):
    """One number of a statement: “Vessel volume, 3 × 2000, L”."""

    term = TermField(facets=("scale",), label=_("Measure"))
    number = LineField(label=_("Number or range"), max_length=80)
    unit = LineField(
        label=_("Unit"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        term, number = values.get("term"), values.get("number")
        if term and number:
            values["facts"] = self._facts(term, number, values.get("unit", ""))
        return values

    def _facts(self, term: Term, number: str, unit: str) -> MeasureFacts | None:
        try:
            return measure_of(term, number, unit)
        except UnitUnknown as error:
            self.add_error("unit", str(error))
        except NumberUnreadable as error:
            self.add_error("number", str(error))
        return None


# Generic for the type checker only.
if TYPE_CHECKING:
    MeasureFormSet = forms.BaseFormSet[MeasureForm]
else:
    MeasureFormSet = forms.BaseFormSet


class BaseMeasureRows(MeasureFormSet):
    def facts(self) -> tuple[MeasureFacts, ...]:
        """The rows that were filled in and not removed; the set must be valid."""
        kept = [form for form in self.forms if form not in self.deleted_forms]
        return tuple(form.cleaned_data["facts"] for form in kept if form.cleaned_data.get("facts"))

    def problems(self) -> list[str]:
        """Every error with the number of its row, for the summary at the top of the page."""
        found = [str(error) for error in self.non_form_errors()]
        for number, form in enumerate(self.forms, start=1):
            if form.cleaned_data.get("DELETE"):
                continue
            for name, messages in form.errors.items():
                label = form.fields[name].label if name in form.fields else ""
                head = _("Number %(row)d, %(field)s") % {"row": number, "field": label}
                found += [f"{head}: {message}" for message in messages]
        return found


_Rows = forms.formset_factory(
    MeasureForm,
    formset=BaseMeasureRows,
    extra=1,
    can_delete=True,
    max_num=MOST_MEASURES,
    validate_max=True,
    absolute_max=MOST_MEASURES + 5,
)


def measure_rows(
    data: Mapping[str, Any] | None, capability: Capability | None, values: Values | None = None
) -> BaseMeasureRows:
    """The numbers of a statement, or of a draft's values, as rows of the form."""
    rows = capability.measures.select_related("term") if capability else Measure.objects.none()
    stored = [{"term": row.term.label, "number": row.number, "unit": row.entered_unit} for row in rows]
    if values:
        drafted: Any = values["measures"]
        stored = [
            {
                "term": current_vocabulary().label(each["term"]),
                "number": each["entered_text"],
                "unit": each["entered_unit"],
            }
            for each in drafted
        ]
    formset: Any = _Rows(data, initial=stored, prefix="measures")
    return cast(BaseMeasureRows, formset)


def all_units() -> list[str]:
    """Every unit that some measure knows, for suggestions."""
    measures = current_vocabulary().of_facet("scale")
    return sorted({unit for each in measures for unit in (each.base_unit, *each.unit_factors)}, key=str.lower)
