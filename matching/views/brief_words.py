"""The values of a brief in words: for the history, and where two people wrote different ones."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from cdmo_portal.look.wording import amount, day_text
from matching.forms.heads import HEAD_LABELS
from matching.merging import Plain, Values
from matching.models import Brief, Step
from matching.plain_briefs import DAYS, TERMS, WEEKS
from partners.forms.editing import Difference
from partners.models import Term

FIELD_LABELS: Mapping[str, Any] = {
    "title": lazy("Title"),
    "stage": lazy("Project stage"),
    "modality": lazy("Modality"),
    "dosage_form": lazy("Dosage form"),
    "steps": lazy("Work to be done"),
    "material_available_on": lazy("Material available on"),
    "needed_by": lazy("Needed by"),
    "contracting_weeks": lazy("Weeks for contracts"),
    "transfer_weeks": lazy("Weeks for transfer"),
    "release_weeks": lazy("Weeks for release"),
    "shipping_weeks": lazy("Weeks for shipping"),
    "weighting": lazy("Weights"),
    "text": lazy("In your own words"),
}
RULES = {"roc": lazy("rank-order centroid"), "rank-sum": lazy("rank sum")}


def differences_of(names: Iterable[str], typed: Values, stored: Values) -> list[Difference]:
    """Both values of each field, as people read them; one query names the terms."""
    names = list(names)
    labels = term_labels(values[name] for name in names if name in TERMS for values in (typed, stored))
    return [
        Difference(
            str(FIELD_LABELS[name]),
            field_words(name, typed[name], labels),
            field_words(name, stored[name], labels),
        )
        for name in names
    ]


def term_labels(codes: Iterable[Plain]) -> dict[str, str]:
    wanted = {code for code in codes if isinstance(code, str)}
    return dict(Term.objects.filter(code__in=wanted).values_list("code", "label")) if wanted else {}


def field_words(name: str, value: Any, labels: Mapping[str, str]) -> str:
    """A value of a brief's field; nothing where none is stated."""
    if value in (None, "", []):
        return ""
    if name in TERMS:
        return labels.get(value, value)
    if name in DAYS:
        day = parse_date(value)
        return day_text(day) if day else str(value)
    if name in WEEKS:
        return ngettext("%(count)s week", "%(count)s weeks", 1 if value == "1" else 2) % {"count": value}
    return _COMPOSED[name](value) if name in _COMPOSED else str(value)


def moved_words(count: int) -> str:
    """What else became of requirements when the steps were changed; nothing where none moved."""
    if not count:
        return ""
    text = ngettext("%(count)s requirement moved with it.", "%(count)s requirements moved with it.", count)
    return text % {"count": count}


def _steps(kinds: Iterable[str]) -> str:
    return ", ".join(str(Step.Kind(kind).label) for kind in kinds)


def weighting_words(said: Any) -> str:
    """A statement about weights in one line."""
    way = said["by"]
    if way == "preset":
        return _("Preset: %s") % Brief.Preset(said["preset"]).label
    if way == "order":
        heads = ", ".join(str(HEAD_LABELS[head]) for head in said["order"])
        return _("Order: %(heads)s (%(rule)s)") % {"heads": heads, "rule": RULES[said.get("rule", "roc")]}
    numbers = "; ".join(f"{HEAD_LABELS[head]} {amount(number)}" for head, number in said[way].items())
    return (_("Points: %s") if way == "points" else _("Swings: %s")) % numbers


_COMPOSED = {"steps": _steps, "weighting": weighting_words}
