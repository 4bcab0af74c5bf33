"""One form per kind of requirement; each turns valid input into an unsaved `Requirement`."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.forms.briefs import one_line
from matching.models import Brief, Requirement, Step
from partners.forms.editing import VersionedForm
from partners.forms.terms import TermField
from partners.importers.countries import country_names
from partners.importers.operations import operations_by_code
from partners.models import Basis, Term
from partners.units import NumberUnreadable, UnitUnknown, in_base_unit

Kind = Requirement.Kind


class RequirementForm(VersionedForm):
    """What every kind asks: how strong, of which step, where, and in whose words."""

    kind: ClassVar[Requirement.Kind]
    scopes: ClassVar[tuple[Requirement.Scope, ...]] = tuple(Requirement.Scope)
    first_scope: ClassVar[Requirement.Scope] = Requirement.Scope.SITE

    strength = forms.ChoiceField(label=_("Strength"), choices=Requirement.Strength.choices)
    step = forms.TypedChoiceField(label=_("Of which work"), required=False, empty_value=None)
    scope = forms.ChoiceField(label=_("True of"))
    label = forms.CharField(label=_("In your words"), required=False, max_length=300, validators=[one_line])

    def __init__(
        self,
        *args: Any,
        brief: Brief,
        row: Requirement | None = None,
        steps: Sequence[Step] | None = None,
        **kwargs: Any,
    ) -> None:
        """For a new requirement of the brief, or for changing `row`. An unsaved brief brings its `steps`."""
        self.brief, self.row = brief, row
        stored = self.initial_of(row) if row else {"scope": self.first_scope}
        kwargs["initial"] = stored | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        by_kind = {step.kind: step for step in (brief.steps.all() if steps is None else steps)}
        self.fields["step"].choices = [  # type: ignore[attr-defined]
            ("", _("The whole project")),
            *((kind, str(step)) for kind, step in by_kind.items()),
        ]
        self.fields["step"].coerce = by_kind.__getitem__  # type: ignore[attr-defined]
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (scope.value, scope.label) for scope in self.scopes
        ]
        if len(self.scopes) == 1:
            self.fields["scope"].widget = forms.HiddenInput()
        own = [name for name in self.fields if name not in RequirementForm.base_fields]
        self.order_fields([*own, *RequirementForm.base_fields])  # what is asked, before how and where

    def initial_of(self, row: Requirement) -> dict[str, Any]:
        return {
            "version": str(row.version),
            "strength": row.strength,
            "step": row.step.kind if row.step else None,
            "scope": row.scope,
            "label": row.label,
        }

    def columns(self) -> dict[str, Any]:
        """Column values that this kind adds."""
        raise NotImplementedError

    def requirement(self) -> Requirement:
        """The unsaved requirement that the valid form describes."""
        values = self.cleaned_data
        row = self.row or Requirement(brief=self.brief, organisation_id=self.brief.organisation_id)
        common = {name: values[name] for name in ("strength", "step", "scope", "label")}
        for name, value in (common | {"kind": self.kind} | self.columns()).items():
            setattr(row, name, value)
        return row


class TermRequirementForm(RequirementForm):
    kind = Kind.TERM
    term = TermField(
        label=_("Capability"),
        facets=[
            "service", "modality", "dosage_form", "container", "unit_operation", "analytical",
            "containment", "storage", "business",
        ],
    )  # fmt: skip
    measure = forms.ModelChoiceField(
        label=_("With the measure"),
        queryset=Term.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("No number asked"),
    )
    relation = forms.ChoiceField(
        label=_("Compared as"), choices=[("", "—"), *Requirement.Relation.choices], required=False
    )
    value = forms.CharField(
        label=_("Number or range"),
        required=False,
        max_length=80,
        help_text=_("Such as 1,500–3,000 or 2 × 2000."),
    )
    unit = forms.CharField(label=_("Unit"), required=False, max_length=30)
    least_basis = forms.ChoiceField(
        label=_("Backed at least by"), choices=Basis.choices, initial=Basis.CLAIMED, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].queryset = Term.objects.filter(  # type: ignore[attr-defined]
            facet__code="scale", retired_at__isnull=True
        )

    def initial_of(self, row: Requirement) -> dict[str, Any]:
        return super().initial_of(row) | {
            "term": row.term,
            "measure": row.measure.code if row.measure else None,
            "relation": row.relation,
            "value": row.entered_text,
            "unit": row.entered_unit,
            "least_basis": row.least_basis,
        }

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        measure, text = values.get("measure"), values.get("value")
        if not measure and not text:
            return values
        for name in ("measure", "relation", "value"):
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _("A measure needs all of: measure, comparison and number."))
        if not self.errors:
            self._read_number(values)
        return values

    def _read_number(self, values: dict[str, Any]) -> None:
        try:
            entered = in_base_unit(values["measure"].code, values["value"], values["unit"])
        except UnitUnknown as error:
            self.add_error("unit", str(error))
        except NumberUnreadable as error:
            self.add_error("value", str(error))
        else:
            values |= {"lo": entered.lo, "hi": entered.hi, "count": entered.count}

    def columns(self) -> dict[str, Any]:
        values = self.cleaned_data
        is_measured = values.get("measure") is not None
        lo, hi, count = values.get("lo"), values.get("hi"), values.get("count", 1)
        is_set = values["relation"] == Requirement.Relation.ONE_OF
        return {
            "term": values["term"],
            "measure": values["measure"],
            "relation": values["relation"] if is_measured else "",
            "lo": None if is_set else lo,
            "hi": None if is_set else hi,
            "sizes": [size for size in dict.fromkeys((lo, hi)) if size is not None] if is_set else [],
            "count": count,
            "entered_text": values["value"] if is_measured else "",
            "entered_unit": values["unit"] if is_measured else "",
            "least_basis": values["least_basis"] or Basis.CLAIMED,
        }


class HazardRequirementForm(RequirementForm):
    kind = Kind.HAZARD
    first_scope = Requirement.Scope.LINE
    scopes = (
        Requirement.Scope.LINE,
        Requirement.Scope.BUILDING,
        Requirement.Scope.SITE,
        Requirement.Scope.CAMPUS,
    )
    term = TermField(label=_("Hazard"), facets=["hazard"])

    def initial_of(self, row: Requirement) -> dict[str, Any]:
        return super().initial_of(row) | {"term": row.term}

    def columns(self) -> dict[str, Any]:
        return {"term": self.cleaned_data["term"]}


class PlaceRequirementForm(RequirementForm):
    kind = Kind.PLACE
    scopes = (Requirement.Scope.SITE,)
    places = forms.MultipleChoiceField(
        label=_("Countries and groups"), widget=forms.SelectMultiple(attrs={"size": 8})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Term.objects.filter(facet__code="geography", retired_at__isnull=True)
        self.fields["places"].choices = [  # type: ignore[attr-defined]
            (_("Groups"), [(term.code, term.label) for term in groups]),
            (_("Countries"), list(country_names().items())),
        ]

    def initial_of(self, row: Requirement) -> dict[str, Any]:
        return super().initial_of(row) | {"places": row.places}

    def columns(self) -> dict[str, Any]:
        return {"places": self.cleaned_data["places"]}


class MonthsMixin(forms.Form):
    at_most_months = forms.DecimalField(
        label=_("At most so many months ago"),
        required=False,
        min_value=Decimal(1),
        max_value=Decimal(600),
        decimal_places=1,
    )


def authority_choices() -> list[tuple[str, str]]:
    rows = Term.objects.filter(facet__code="regulator", retired_at__isnull=True)
    return [(term.code, term.label) for term in rows]


class InspectionRequirementForm(MonthsMixin, RequirementForm):
    kind = Kind.INSPECTION
    scopes = (Requirement.Scope.SITE,)
    authorities = forms.MultipleChoiceField(
        label=_("By one of"), widget=forms.CheckboxSelectMultiple, choices=authority_choices
    )

    def initial_of(self, row: Requirement) -> dict[str, Any]:
        more = {"authorities": row.authorities, "at_most_months": row.at_most_months}
        return super().initial_of(row) | more

    def columns(self) -> dict[str, Any]:
        names = ("authorities", "at_most_months")
        return {name: self.cleaned_data[name] for name in names}


class CertificateRequirementForm(MonthsMixin, RequirementForm):
    kind = Kind.CERTIFICATE
    scopes = (Requirement.Scope.SITE,)
    term = TermField(label=_("Certificate or licence"), facets=["certificate"])
    authority = forms.ChoiceField(
        label=_("Issued under"), required=False, choices=lambda: [("", _("Any")), *authority_choices()]
    )

    def initial_of(self, row: Requirement) -> dict[str, Any]:
        return super().initial_of(row) | {
            "term": row.term,
            "authority": row.authorities[0] if row.authorities else "",
            "at_most_months": row.at_most_months,
        }

    def columns(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "term": values["term"],
            "authorities": [values["authority"]] if values["authority"] else [],
            "at_most_months": values["at_most_months"],
        }


class RegistrationRequirementForm(RequirementForm):
    kind = Kind.REGISTRATION
    scopes = (Requirement.Scope.SITE,)
    operations = forms.MultipleChoiceField(
        label=_("Registered with FDA for all of"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, operation.label) for code, operation in operations_by_code().items()],
    )

    def initial_of(self, row: Requirement) -> dict[str, Any]:
        return super().initial_of(row) | {"operations": row.operations}

    def columns(self) -> dict[str, Any]:
        return {
            "term": Term.objects.get(code="reg.fda"),
            "operations": self.cleaned_data["operations"],
        }


class CapacityRequirementForm(RequirementForm):
    kind = Kind.CAPACITY
    scopes = (Requirement.Scope.LINE,)
    first_scope = Requirement.Scope.LINE
    quantity = forms.DecimalField(
        label=_("How much"), min_value=Decimal("0.001"), max_value=Decimal(10**9), decimal_places=3
    )
    quantity_unit = forms.CharField(label=_("Unit"), max_length=30, initial="batches", validators=[one_line])

    def initial_of(self, row: Requirement) -> dict[str, Any]:
        more = {"quantity": row.quantity, "quantity_unit": row.quantity_unit}
        return super().initial_of(row) | more

    def columns(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("quantity", "quantity_unit")}


FORMS: dict[str, type[RequirementForm]] = {
    form.kind.value: form
    for form in (
        TermRequirementForm,
        HazardRequirementForm,
        PlaceRequirementForm,
        InspectionRequirementForm,
        CertificateRequirementForm,
        RegistrationRequirementForm,
        CapacityRequirementForm,
    )
}
