"""The part of a brief's form that asks for weights: a preset, points, swings, or an order alone."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matching.forms.heads import HEAD_LABELS
from matching.models import Brief
from matching.scoring.anchors import swings
from matching.scoring.requirements import HEADS
from matching.scoring.weightings import Weighting, by_order, by_points, by_preset, by_swings
from matching.scoring.weights import WeightsInvalid

WAYS = {
    "preset": _("By a preset"),
    "points": _("By points"),
    "swings": _("By swings: how much the step from worst to best matters"),
    "order": _("By their order alone"),
}
RULES = {
    "roc": _("Rank-order centroid: the mean of all weights that keep the order"),
    "rank-sum": _("Rank sum: equal steps from one to the next"),
}
OWN = ("weigh_by", "rule", *(f"{part}_{head}" for part in ("weight", "swing", "rank") for head in HEADS))
"""The names of the fields that are made here."""


def weighting_fields() -> dict[str, forms.Field]:
    worst_to_best = swings()
    ranks = [("", "")] + [(rank, str(rank)) for rank in range(1, len(HEADS) + 1)]
    fields: dict[str, forms.Field] = {
        "weigh_by": forms.ChoiceField(
            label=_("Say the weights"), choices=WAYS.items(), widget=forms.RadioSelect, required=False
        ),
        "rule": forms.ChoiceField(label=_("Weights from the order"), choices=RULES.items(), required=False),
    }
    for head, label in HEAD_LABELS.items():
        fields[f"weight_{head}"] = forms.DecimalField(
            label=label, required=False, min_value=0, max_value=100, decimal_places=1
        )
        fields[f"swing_{head}"] = forms.DecimalField(
            label=label,
            required=False,
            min_value=0,
            max_value=100,
            decimal_places=1,
            help_text="; ".join(worst_to_best[head]) + ".",
        )
        fields[f"rank_{head}"] = forms.TypedChoiceField(
            label=label, choices=ranks, coerce=int, empty_value=None, required=False
        )
    return fields


def weighting_from(values: Mapping[str, Any]) -> Weighting:
    """The statement in cleaned values; raises ValidationError, by field where one is at fault."""
    way = values.get("weigh_by") or ("points" if _numbers(values, "weight") else "preset")
    try:
        return {"preset": _preset, "points": _points, "swings": _swings, "order": _order}[way](values)
    except WeightsInvalid as error:
        raise ValidationError(f"{HEAD_LABELS.get(error.field, _('Weights'))}: {error.reason}.") from error


def _preset(values: Mapping[str, Any]) -> Weighting:
    return by_preset(values.get("preset") or Brief.Preset.EARLY)


def _points(values: Mapping[str, Any]) -> Weighting:
    given = _numbers(values, "weight")
    if len(given) < len(HEADS):
        raise ValidationError(_("Give all five weights, or use the preset's."), code="weights")
    return by_points(given)


def _swings(values: Mapping[str, Any]) -> Weighting:
    given = _numbers(values, "swing")
    _require_all("swing", given, _("Say how much this swing matters against the largest, which is 100."))
    return by_swings(given)


def _order(values: Mapping[str, Any]) -> Weighting:
    ranks = {head: values[f"rank_{head}"] for head in HEADS if values.get(f"rank_{head}")}
    _require_all("rank", ranks, _("Give this head a place in the order."))
    twice = [head for head in HEADS if list(ranks.values()).count(ranks[head]) > 1]
    if twice:
        raise ValidationError({f"rank_{twice[-1]}": _("Another head has this place too.")})
    return by_order(sorted(ranks, key=lambda head: int(ranks[head])), values.get("rule") or "roc")


def _numbers(values: Mapping[str, Any], part: str) -> dict[str, float]:
    given = {head: values.get(f"{part}_{head}") for head in HEADS}
    return {head: float(value) for head, value in given.items() if value is not None}


def _require_all(part: str, given: Mapping[str, Any], text: Any) -> None:
    missing = {f"{part}_{head}": text for head in HEADS if head not in given}
    if missing:
        raise ValidationError(missing)


def weighting_initial(stands: Weighting) -> dict[str, Any]:
    """What the fields show of a statement."""
    part = {"points": "weight", "swings": "swing"}.get(stands.by)
    numbers = {f"{part}_{head}": value for head, value in stands.numbers.items()} if part else {}
    ranks = {f"rank_{head}": rank for rank, head in enumerate(stands.order, 1)}
    return {"weigh_by": stands.by, "rule": stands.rule, **numbers, **ranks}
