"""What a sponsor sends of a brief. The rules of requirements are those of the page's forms."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body, Change
from cdmo_portal.accounts.api.fields import Day, Entered, Number, Text
from cdmo_portal.documents import LONGEST_TEXT
from matching.forms.requirements import FORMS
from matching.models import LONGEST_TITLE, Brief, Requirement, Step
from matching.plain_briefs import weight_columns
from matching.scoring.requirements import HEADS
from matching.scoring.weightings import RULES, WAYS, Weighting, by_order, by_points, by_swings
from matching.scoring.weights import WeightsInvalid
from partners.api.body_fields import TermCode
from partners.models import Basis, Term

MOST_REQUIREMENTS = 100
FIRST_DAY = dt.date(2000, 1, 1)
COMMON = frozenset({"kind", "strength", "step", "scope", "label", "alternative"})
OF_KIND: Mapping[str, frozenset[str]] = {
    "term": frozenset({"term", "measure", "relation", "value", "unit", "least_basis", "stages"}),
    "hazard": frozenset({"term"}),
    "place": frozenset({"places"}),
    "inspection": frozenset({"authorities", "at_most_months"}),
    "certificate": frozenset({"term", "authorities", "at_most_months"}),
    "registration": frozenset({"operations"}),
    "capacity": frozenset({"quantity", "quantity_unit"}),
}
OF_MEASURE = frozenset({"measure", "relation", "value", "unit"})
FROM_FORM = {"authority": "authorities", "__all__": "non_field_errors"}


def codes(most: int, longest: int = 80) -> serializers.ListField:
    return serializers.ListField(child=Text(max_length=longest), required=False, max_length=most)


class RequirementBody(Body):
    """One line of a brief. `kind` says which fields apply; rows of one `alternative` are alternatives."""

    kind = serializers.ChoiceField(choices=Requirement.Kind.choices)
    strength = serializers.ChoiceField(
        choices=Requirement.Strength.choices, default=Requirement.Strength.MUST
    )
    step = serializers.ChoiceField(
        choices=Step.Kind.choices, allow_null=True, default=None, help_text="null: the whole project."
    )
    scope = serializers.ChoiceField(choices=Requirement.Scope.choices, required=False)
    label = Text(max_length=300, allow_blank=True, default="")  # type: ignore[assignment]
    alternative = Text(max_length=20, allow_blank=True, default="")
    term = TermCode(required=False, allow_null=True)
    measure = TermCode(facet="scale", required=False, allow_null=True)
    relation = serializers.ChoiceField(choices=Requirement.Relation.choices, required=False, allow_blank=True)
    value = Entered(required=False, help_text="In `unit`, which is turned into the measure's base unit.")
    unit = Text(max_length=30, required=False, allow_blank=True)
    least_basis = serializers.ChoiceField(choices=Basis.choices, required=False)
    stages = serializers.ListField(child=TermCode(facet="stage"), required=False, max_length=20)
    places = codes(300)
    authorities = codes(40)
    at_most_months = Number(max_digits=6, decimal_places=1, required=False, allow_null=True)
    operations = codes(40)
    quantity = Number(max_digits=14, decimal_places=3, required=False, allow_null=True)
    quantity_unit = Text(max_length=30, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        known = COMMON | OF_KIND[attrs["kind"]]
        given = {name for name, value in attrs.items() if value not in (None, "", [])}
        sentence = f"A requirement of kind {attrs['kind']} has no such field."
        errors: dict[str, str] = dict.fromkeys(given - known, sentence)
        if attrs["kind"] == "certificate" and len(attrs.get("authorities", ())) > 1:
            errors["authorities"] = "A certificate is asked of one authority, or of any."
        if errors:
            raise serializers.ValidationError(errors)
        return attrs


class RequirementChange(Change, RequirementBody):
    """Any of the fields; the kind stays. What is left out stays as it was entered.

    A `measure` of null takes its comparison, number and unit with it. The row comes in the context.
    """

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        row: Requirement = self.context["row"]
        if attrs.get("kind", row.kind) != row.kind:
            raise serializers.ValidationError({"kind": "The kind stays. Remove this and add another."})
        stands = _as_sent(row)
        if attrs.get("measure", row.measure) is None:
            stands = {name: value for name, value in stands.items() if name not in OF_MEASURE}
        whole = RequirementBody(data={**stands, **self.initial_data})
        whole.is_valid(raise_exception=True)
        values: dict[str, Any] = whole.validated_data
        return values


def _as_sent(row: Requirement) -> dict[str, Any]:
    """The fields of its kind as RequirementBody takes them, without those that say nothing."""
    fields = COMMON | OF_KIND[row.kind]
    values = {name: getattr(row, name) for name in fields - {"value", "unit"}}
    if "value" in fields:
        values |= {"value": row.entered_text, "unit": row.entered_unit}
    return {name: _plain(value) for name, value in values.items() if value not in (None, "", [])}


def _plain(value: Any) -> Any:
    if isinstance(value, Term):
        return value.code
    if isinstance(value, Step):
        return value.kind
    return f"{value:f}" if isinstance(value, Decimal) else value


def requirement_of(
    values: Mapping[str, Any],
    brief: Brief,
    steps: Sequence[Step] | None = None,
    row: Requirement | None = None,
) -> Requirement:
    """The unsaved requirement, or `row` changed; raises ValidationError with the fields at fault.

    An unsaved brief brings its `steps`.
    """
    form_class = FORMS[values["kind"]]
    form = form_class(data=_as_typed(values, form_class.first_scope), brief=brief, steps=steps, row=row)
    if not form.is_valid():
        raise serializers.ValidationError(
            {FROM_FORM.get(name, name): [str(text) for text in texts] for name, texts in form.errors.items()}
        )
    asked = form.requirement()
    asked.alternative = values["alternative"]
    asked.stages = [term.code for term in values.get("stages", ())]
    return asked


def _as_typed(values: Mapping[str, Any], first_scope: str) -> dict[str, Any]:
    """The values as a person would have typed them into the form of this kind."""
    typed: dict[str, Any] = {
        name: value for name, value in values.items() if value is not None and name != "stages"
    }
    for name in ("term", "measure"):
        if name in typed:
            typed[name] = typed[name].code
    for name in ("at_most_months", "quantity"):
        if name in typed:
            typed[name] = f"{typed[name]:f}"
    typed.setdefault("scope", first_scope)
    typed["authority"] = next(iter(values.get("authorities", ())), "")
    return typed


def weeks() -> Number:
    return Number(max_digits=5, decimal_places=1, min_value=0, max_value=520, required=False)


def points() -> Number:
    return Number(max_digits=4, decimal_places=1, min_value=0, max_value=100)


class WeightsBody(Body):
    """Points per head; only their proportions count."""

    fit = points()
    quality = points()
    timing = points()
    experience = points()
    place = points()

    def validate(self, attrs: dict[str, Any]) -> dict[str, float]:
        if not any(attrs.values()):
            raise serializers.ValidationError("At least one weight must be above zero.")
        return {head: float(attrs[head]) for head in HEADS}


class WeightingBody(Body):
    """Weights the way they are meant: by the preset, points, swings (the largest 100), or an order."""

    by = serializers.ChoiceField(choices=WAYS)
    points = WeightsBody(required=False)
    swings = WeightsBody(required=False)
    order = serializers.ListField(
        child=serializers.ChoiceField(choices=HEADS), required=False, help_text="The most important first."
    )
    rule = serializers.ChoiceField(choices=RULES, required=False, help_text="How an order becomes weights.")

    def validate(self, attrs: dict[str, Any]) -> Weighting:
        way = attrs["by"]
        fitting = {"preset": set(), "order": {"order", "rule"}}.get(way, {way})
        sentence = f"Weights by {way} have no such field."
        errors = dict.fromkeys(set(attrs) - {"by"} - fitting, sentence)
        if way != "preset" and way not in attrs:
            errors[way] = "This field is required."
        if errors:
            raise serializers.ValidationError(errors)
        try:
            return self._weighting(way, attrs)
        except WeightsInvalid as error:
            raise serializers.ValidationError({way: [str(error)]}) from error

    def _weighting(self, way: str, attrs: Mapping[str, Any]) -> Weighting:
        if way == "order":
            return by_order(attrs["order"], attrs.get("rule", "roc"))
        if way == "preset":
            return Weighting("preset")
        return by_swings(attrs["swings"]) if way == "swings" else by_points(attrs["points"])


class BriefBody(Body):
    title = Text(max_length=LONGEST_TITLE)
    text = Text(lines=True, max_length=LONGEST_TEXT, allow_blank=True, required=False)
    steps = serializers.ListField(
        child=serializers.ChoiceField(choices=Step.Kind.choices), allow_empty=False, max_length=5
    )
    stage = TermCode(facet="stage", required=False, allow_null=True)
    modality = TermCode(facet="modality", required=False, allow_null=True)
    dosage_form = TermCode(facet="dosage_form", required=False, allow_null=True)
    preset = serializers.ChoiceField(choices=Brief.Preset.choices, required=False)
    weights = WeightsBody(
        required=False, allow_null=True, help_text="null: the preset's. The same as `weighting` by points."
    )
    weighting = WeightingBody(required=False)
    material_available_on = Day(first=FIRST_DAY, required=False, allow_null=True)
    needed_by = Day(first=FIRST_DAY, required=False, allow_null=True)
    contracting_weeks = weeks()
    transfer_weeks = weeks()
    release_weeks = weeks()
    shipping_weeks = weeks()
    requirements = RequirementBody(  # type: ignore[call-arg]
        many=True, required=False, max_length=MOST_REQUIREMENTS
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "weights" in attrs and "weighting" in attrs:
            raise serializers.ValidationError({"weighting": "Send either weights or weighting."})
        return attrs

    def check_dates(self, brief: Brief | None) -> None:
        """The dates as they will stand: a change of one is judged against the other that stays."""
        start, end = (
            self.validated_data.get(name, getattr(brief, name, None))
            for name in ("material_available_on", "needed_by")
        )
        if start and end and start > end:
            raise serializers.ValidationError({"needed_by": "This is before the material is available."})

    @property
    def columns(self) -> dict[str, Any]:
        """Column values of the brief that were sent."""
        sent = {
            name: value
            for name, value in self.validated_data.items()
            if name not in {"steps", "requirements", "weighting"}
        }
        if "weights" in sent:
            sent |= {"weights": sent["weights"] or {}, "weighting": {}}
        if "weighting" in self.validated_data:
            sent |= weight_columns(self.validated_data["weighting"])
        return sent

    @property
    def step_kinds(self) -> list[str] | None:
        """In the order of the work; None when none were sent."""
        sent = self.validated_data.get("steps")
        return None if sent is None else [kind for kind in Step.Kind.values if kind in sent]


class ReadBody(Body):
    text = Text(
        lines=True, max_length=LONGEST_TEXT, trim_whitespace=False, help_text="Offsets count its characters."
    )
    as_of = Day(
        first=FIRST_DAY,
        required=False,
        help_text="The day that “within 14 weeks” counts from; today, where it is left out.",
    )

    def validate_text(self, text: str) -> str:
        if not text.strip():
            raise serializers.ValidationError("This field may not be blank.", code="blank")
        return text


class BriefChange(Change, BriefBody):
    """Any of the fields. Requirements, when sent, replace all that stand."""
