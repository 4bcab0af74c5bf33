"""Weights as the match page asks about them: in its address, and sent to be saved. The API reads the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from matching.forms.heads import HEAD_LABELS
from matching.scoring.requirements import HEADS
from matching.scoring.weightings import (
    RULES,
    Weighting,
    as_order,
    by_order,
    by_points,
    kept,
    shown_shares,
)
from matching.scoring.weights import WeightsInvalid, head_weights

POINTS, RANK = "w_", "rank_"
OTHERS = ("by", "keep", "rule")
PARAMETERS = frozenset({*OTHERS, *(prefix + head for prefix in (POINTS, RANK) for head in HEADS)})
WAYS = {"points": lazy("Points"), "order": lazy("Order only")}


class WeightsForm(forms.Form):
    """Points per head with the heads that are kept, or the rank of each head."""

    by = forms.ChoiceField(choices=WAYS.items(), required=False)
    keep = forms.MultipleChoiceField(choices=HEAD_LABELS.items(), required=False)
    rule = forms.ChoiceField(choices=[(rule, rule) for rule in RULES], required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        is_order = data.get("by") == "order"
        for head in HEADS:
            self.fields[POINTS + head] = forms.DecimalField(
                label=HEAD_LABELS[head],
                required=not is_order,
                min_value=0,
                max_value=100,
                decimal_places=1,
            )
            self.fields[RANK + head] = forms.IntegerField(
                label=HEAD_LABELS[head], required=is_order, min_value=1, max_value=len(HEADS)
            )


@dataclass(frozen=True, slots=True)
class Asked:
    """Other weights than the brief's own, or by parameter what is wrong with them."""

    weighting: Weighting | None = None
    keep: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def is_weight_name(name: str) -> bool:
    return name in OTHERS or name.startswith((POINTS, RANK))


def asked_weights(data: QueryDict) -> Asked:
    """The weights in an address or a form that was sent; nothing, where none are."""
    given = [name for name in data if is_weight_name(name)]
    if not given:
        return Asked()
    form = WeightsForm(data)
    errors = {
        name: f"{form.fields[name].label}: {' '.join(map(str, texts))}" for name, texts in form.errors.items()
    }
    errors |= _doubled(data, given) | _unknown(given)
    if errors:
        return Asked(errors=errors)
    try:
        return _asked(form.cleaned_data)
    except WeightsInvalid as error:
        prefix = RANK if form.cleaned_data["by"] == "order" else POINTS
        return Asked(errors={prefix + error.field if error.field in HEADS else "by": worded(error)})


def _unknown(given: Collection[str]) -> dict[str, str]:
    heads = ", ".join(HEADS)
    text = _("“%(name)s” is no weight. Those that can be set are %(heads)s.")
    found = [name for name in given if name not in PARAMETERS]
    return {name[:60]: text % {"name": name.partition("_")[2][:60], "heads": heads} for name in found}


def _doubled(data: QueryDict, given: Collection[str]) -> dict[str, str]:
    twice = [name for name in given if name != "keep" and len(data.getlist(name)) > 1]
    return {name: _("%(name)s: is given more than once.") % {"name": _label(name)} for name in twice}


def _label(name: str) -> str:
    return str(HEAD_LABELS.get(name.partition("_")[2], name[:60]))


def _asked(values: Mapping[str, Any]) -> Asked:
    keep = tuple(values["keep"])
    if values["by"] == "order":
        return Asked(by_order(_in_order(values), values["rule"] or "roc"), keep)
    points = by_points({head: float(values[POINTS + head]) for head in HEADS}).numbers
    # What is scored is what the panel shows: shares with one decimal, which is also what can be saved.
    return Asked(by_points(shown_shares(head_weights(kept(points, keep)))), keep)


def _in_order(values: Mapping[str, Any]) -> list[str]:
    ranks = {head: values[RANK + head] for head in HEADS}
    for rank in ranks.values():
        same = [head for head in HEADS if ranks[head] == rank]
        if len(same) > 1:
            raise WeightsInvalid(same[1], f"has the same rank as {HEAD_LABELS[same[0]].lower()}")
    return sorted(ranks, key=lambda head: int(ranks[head]))


def worded(error: WeightsInvalid) -> str:
    """The error with the head's name as the page shows it."""
    label = HEAD_LABELS.get(error.field, _("Weights"))
    return f"{label}: {error.reason}."


def query_of(weighting: Weighting, keep: Collection[str] = ()) -> str:
    """The part of an address that stands for these weights."""
    kept_heads = [("keep", head) for head in HEADS if head in keep]
    if weighting.by == "order":
        ranks = [(RANK + head, weighting.order.index(head) + 1) for head in HEADS]
        rule = [("rule", weighting.rule)] if weighting.rule != "roc" else []
        return urlencode([("by", "order"), *ranks, *rule])
    shares = shown_shares(weighting.shares)
    return urlencode([*((POINTS + head, f"{share:g}") for head, share in shares.items()), *kept_heads])


def ranks_of(shares: Mapping[str, float]) -> dict[str, int]:
    return {head: rank for rank, head in enumerate(as_order(shares), 1)}
