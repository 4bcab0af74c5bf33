"""What the style guide shows: fictional, and wide enough that every part is seen with awkward content."""

from datetime import date
from types import SimpleNamespace
from typing import Any, Final

from django import forms
from django.core.paginator import Paginator

TODAY: Final = date(2026, 11, 20)
QUARTERS: Final = ("Q1 2027", "Q2 2027", "Q3 2027", "Q4 2027", "Q1 2028", "Q2 2028")


class SampleForm(forms.Form):
    title = forms.CharField(max_length=80, help_text="Seen by your colleagues only.")
    stage = forms.ChoiceField(
        choices=[("early", "Early clinical"), ("late", "Late clinical"), ("commercial", "Commercial")],
        widget=forms.RadioSelect,
    )
    regulators = forms.MultipleChoiceField(
        choices=[("fda", "FDA"), ("mhra", "MHRA"), ("swissmedic", "Swissmedic")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    start_by = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)
    text = forms.CharField(widget=forms.Textarea, required=False, label="The brief in your own words")
    may_share = forms.BooleanField(label="CDMOs may see the rounded requirements", required=False)
    batch = forms.DecimalField(
        min_value=1, help_text="As you would write it in a request.", label="Batch size, number"
    )
    batch_unit = forms.ChoiceField(
        choices=[("l", "L"), ("kg", "kg"), ("vials", "vials")], label="Batch size, unit"
    )


class SampleRow(forms.Form):
    kind = forms.ChoiceField(choices=[("must", "Must"), ("must_not", "Must not"), ("prefer", "Prefer")])
    term = forms.ChoiceField(choices=[("lyo", "Lyophilisation"), ("fill", "Aseptic vial filling")])
    number = forms.DecimalField(required=False)
    unit = forms.ChoiceField(choices=[("l", "L"), ("vials", "vials")], required=False)


SampleRows = forms.formset_factory(SampleRow, extra=2, can_delete=True, max_num=12)


def sample_form() -> SampleForm:
    """A form as it comes back with mistakes in it."""
    return SampleForm({"title": "Lyophilised antibody, Phase I", "batch": "-3000", "batch_unit": "vials"})


def heads() -> list[dict[str, Any]]:
    rows = [
        ("Technical fit", 0.9, 35, "Vials 2R–20R on one isolator line"),
        ("Quality and regulatory record", 0.8, 20, "Inspected 16 months ago"),
        ("Capacity and timing", 0.75, 20, "3 batches reported open in Q3 2027"),
        ("Experience", 0.5, 15, "6 lyophilised products stated"),
        ("Geography and commercial", 0.4, 10, "Waterford, Ireland"),
    ]
    return [
        {
            "label": label,
            "value": value,
            "weight": weight,
            "points": value * weight,
            "note": note,
            "shade": shade,
        }
        for shade, (label, value, weight, note) in enumerate(rows)
    ]


def capacity_rows() -> list[dict[str, Any]]:
    def cells(*quantities: int | None, held: int = 0) -> list[dict[str, Any]]:
        return [
            {"open": quantity, "held": held if index == 1 else 0, "is_needed": index == 2}
            for index, quantity in enumerate(quantities)
        ]

    return [
        {
            "label": "C1 isolator",
            "note": "500–15,000 vials",
            "unit": "batches",
            "most": 4,
            "cells": cells(0, 1, 3, 3, 2, None, held=1),
        },
        {"label": "S1 syringes", "note": "", "unit": "batches", "most": 6, "cells": cells(0, 0, 1, 2, 5, 6)},
    ]


def facet() -> dict[str, Any]:
    options = [
        {"value": "vial", "label": "Aseptic vial filling", "count": 21, "is_checked": True},
        {"value": "syringe", "label": "Pre-filled syringes", "count": 14, "is_checked": False},
        {"value": "pmdi", "label": "Pressurised inhalers", "count": 0, "is_checked": False},
    ]
    more = [{"value": "topical", "label": "Topical", "count": 3, "is_checked": False}]
    groups = [[SimpleNamespace(**option) for option in group] for group in (options, more)]
    return {"name": "service", "label": "Service", "groups": groups}


def places() -> list[dict[str, Any]]:
    rows = [
        ("Cloonmore, Waterford", -7.11, 52.26),
        ("Larkfen, Nottingham", -1.15, 52.95),
        ("Skerrow, Leicestershire", -1.13, 52.64),
        ("Traunfeld, Linz", 14.29, 48.31),
        ("Hanseong, Incheon", 126.71, 37.46),
        ("Pinecrest, Massachusetts", -71.06, 42.36),
        ("Vindhya, Indore", 75.86, 22.72),
        ("Somewhere unknown", None, None),
    ]
    return [{"label": label, "longitude": lon, "latitude": lat, "url": ""} for label, lon, lat in rows]


def sample_context() -> dict[str, Any]:
    score = heads()
    return {
        "form": sample_form(),
        "rows": SampleRows(prefix="requirements"),
        "heads": score,
        "total": sum(head["points"] for head in score),
        "high": 91.5,
        "quarters": QUARTERS,
        "capacity_rows": capacity_rows(),
        "open_by_quarter": list(zip(QUARTERS, (0, 1, 3, 3, 2, None), strict=True)),
        "facet": facet(),
        "places": places(),
        "radar_axes": [head["label"] for head in score],
        "radar_series": [
            {"label": "Cloonmore", "values": [90, 80, 75, 50, 40]},
            {"label": "Ellsworth", "values": [70, 95, 30, 85, 55]},
        ],
        "evidence": {
            "basis": "claimed",
            "source": "the company",
            "confirmed_on": date(2026, 5, 3),
            "today": TODAY,
        },
        "old_evidence": {
            "basis": "inspected",
            "source": "the Austrian authority",
            "confirmed_on": date(2022, 2, 1),
            "today": TODAY,
            "is_stale": True,
        },
        "facts": [("Country", "Ireland"), ("Smallest batch", "500 vials"), ("EU QP release", None)],
        "crumbs": [("Briefs", "#briefs"), ("Lyophilised antibody", "#brief"), ("Matches", None)],
        "page_obj": Paginator(range(480), 20).page(6),
        "today": TODAY,
    }
