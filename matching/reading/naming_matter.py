"""What is weighed or measured: batch masses, the substance at hand, vessels, fills, concentrations."""

import re
from typing import Final

from matching.reading.contexts import WORDS, Context, Named, Project
from matching.reading.wording import loaded

# Beginnings of the codes that tell what a vessel is for.
_SYNTHESES: Final = tuple(loaded("measures")["syntheses"])
_CULTURES: Final = tuple(loaded("measures")["cultures"])
_SIZE_OF_CONTAINER: Final = "size of the container"
_ALONE: Final = re.compile(r"(?:^|[|,;(])\s*$")
_ALONE_AFTER: Final = re.compile(r"\s*(?:$|[|,;).])")
_STOCK_WHEN: Final = re.compile(r"[^.;,]{0,25}?\b(now|in \w+ \d{4}|in \w+)\b")
_HERE: Final = re.compile(r"\s?(?:of (?:[\w-]+ ){1,3})?here\b(?! means)", re.IGNORECASE)
_LONG_SYRINGE: Final = re.compile(
    r"\s?(?:long|vial|glass|pfs|pre-?filled|prefilled|nested|oral)\b|\s?syringe", re.IGNORECASE
)
_OTHER_WEIGHT: Final = re.compile(
    rf"\s?(?:and|or|,)\s?\d+\s?g\s(?:[\w-]+\s){{0,2}}?{WORDS['weighed_in'].pattern}", re.IGNORECASE
)
_FILLED: Final = re.compile(rf"{WORDS['weighed_in'].pattern}[\s-]filling,? (?:of )?$", re.IGNORECASE)
_ACTIVITY_IN: Final = re.compile(r"\d\s?(?:[mµk]?g|[MG]Bq|mCi) in $")
_VIAL: Final = re.compile(r"\s?(?:[\w-]+ ){0,2}vials?\b", re.IGNORECASE)
_FILL_IS: Final = r"(?:[\s:|)]|is|of|at|to|will be|about|up to|the|=|\d[\d.,]{0,6}\s?m[lL]){0,6}"
_LONG: Final = re.compile(r"\s?long\b")
_EACH: Final = re.compile(r"\s?(?:per|/|each)\s?")
_VIALS_OF: Final = re.compile(r"\bvials? of\s$", re.IGNORECASE)


def mass(place: Context, project: Project) -> Named | None:
    amount = place.amount
    if place.is_of_own_plant and not _is_at_hand(place):
        return None
    if amount.unit in {"g", "mg"} and (_is_fill_weight(place)):
        return Named("fill weight")
    if (
        place.says_near("rna")
        and (amount.unit != "kg" or place.follows("rna", 0))
        and (amount.unit != "mg" or place.says_near("by_batch"))
    ):
        return Named("sc.mrna-g", to_base="g")
    if amount.unit in {"ug", "mg"}:
        return _small_mass(place)
    if _is_at_hand(place):
        when = _STOCK_WHEN.match(place.after)
        basis = f"supply {when.group(1)}" if when else ""
        return Named("API available", basis=basis, is_kept_when_own=True)
    return _large_mass(place, project)


def _is_fill_weight(place: Context) -> bool:
    is_of_container = (
        place.follows("weighed_in")
        or bool(_FILLED.search(place.before))
        or bool(_OTHER_WEIGHT.match(place.after))
    )
    return place.says_near("fill_weight") or is_of_container


def _small_mass(place: Context) -> Named | None:
    """Milligrams are strengths, but for a batch of conjugate."""
    is_batch = place.per == "batch" or place.says_near("per_batch")
    return Named("sc.batch-kg", to_base="kg") if is_batch and not place.follows("forms") else None


def _large_mass(place: Context, project: Project) -> Named | None:
    amount = place.amount
    if place.per in {"dose", "patient", "vial", "tablet", "capsule"} or place.follows("forms", 0):
        return None
    is_each = place.precedes("each", r"\s(?:about\s|of\s)?") or place.per == "batch"
    if not is_each and (place.per == "year" or (not place.per and _is_yearly(place))):
        is_peptide = project.has("mod.peptide") or place.says("peptide")
        return Named("sc.peptide-kg", to_base="kg") if is_peptide else Named("annual demand")
    is_sum = place.follows("in_total") or place.precedes("in_total", r"[\s:=]*(?:of\s)?")
    if is_sum and place.says_anywhere("several"):
        return Named("total quantity")
    if amount.unit == "g" and amount.largest < 1:
        return None
    return Named("sc.batch-kg", to_base="kg", basis="campaign" if place.per == "campaign" else "")


def _is_yearly(place: Context) -> bool:
    return place.nearest("annual", "batch") == "annual" and not place.says_near("a_batch")


def _is_at_hand(place: Context) -> bool:
    if place.says_near("size_of_batch") or place.per in {"batch", "year", "campaign"}:
        return False
    return place.says("had") or bool(_HERE.match(place.after))


def volume(place: Context, project: Project) -> Named | None:
    if place.is_of_own_plant:
        return None
    if place.says_near("compounding") and place.amount.unit == "L":
        return Named("compounding volume", "L")
    if place.says("culture") and not _is_small(place):
        return Named("sc.bioreactor-l", to_base="L")
    if place.amount.unit == "mL" or (place.amount.largest < 1 and place.says_near("fill")):
        return _small_volume(place)
    return _vessel(place, project)


def _is_small(place: Context) -> bool:
    return place.amount.unit == "mL" and not place.says_near("culture")


def _vessel(place: Context, project: Project) -> Named | None:
    is_cultured = project.has(*_CULTURES) or place.says_anywhere("vector")
    if place.says_near("granulator"):
        return Named("sc.granulator-l", to_base="L")
    if place.says("reactor") and not is_cultured:
        return Named("sc.reactor-l", to_base="L")
    if place.says("vessel") or place.says("reactor"):
        return Named("sc.reactor-l" if project.has(*_SYNTHESES) else "vessel volume", to_base="L")
    if place.says_near("scaled"):
        return Named("sc.bioreactor-l" if is_cultured else "batch size", to_base="L")
    return Named("sc.bioreactor-l", to_base="L") if is_cultured else None


def _small_volume(place: Context) -> Named | None:
    if place.precedes("measured_out", r"(?: of)?\s") or place.follows("measured_out", 0):
        return None
    if not _is_fill(place) and _VIAL.match(place.after) and place.per != "vial":
        return Named("sc.vial-size", "mL nominal")
    is_container = place.follows("containers") or place.precedes("containers", r"(?: of)?[\s:]*")
    if _is_fill(place) or (not is_container and (place.says_near("fill") or _stands_alone(place))):
        return Named("sc.fill-volume-ml", to_base="mL")
    if not is_container or _LONG.match(place.after):
        return None
    return Named("sc.fill-volume-ml", to_base="mL", basis=_SIZE_OF_CONTAINER)


def _is_fill(place: Context) -> bool:
    is_said = place.precedes("fill", _FILL_IS) or place.follows("fill", 0)
    if is_said and not _LONG_SYRINGE.match(place.after):
        return True
    is_per_container = bool(_EACH.match(place.after)) and place.follows("per_container", 1)
    return is_per_container or bool(_VIALS_OF.search(place.before) or _ACTIVITY_IN.search(place.before))


def _stands_alone(place: Context) -> bool:
    """ "6R | 5.0 mL | 50 mg/mL": a volume in a list of the facts of a filled product."""
    is_filled = place.says_anywhere("filled_product")
    return is_filled and bool(_ALONE.search(place.before) and _ALONE_AFTER.match(place.after))


def exposure(place: Context, project: Project) -> Named | None:
    if place.says_near("containment_target"):
        return Named("sc.containment-target-ug-m3", "ug/m3")
    return Named("OEL", "ug/m3", is_kept_when_own=True)


def concentration(place: Context, project: Project) -> Named | None:
    if place.nearest("titre", "not_concentration") == "titre":
        return Named("titre")
    return None if place.says_near("not_concentration") else Named("concentration")


def genomes(place: Context, project: Project) -> Named | None:
    if place.per in {"patient", "dose"} or place.nearest("by_dose", "by_batch") == "by_dose":
        return None
    return Named("sc.vg-per-batch", place.amount.unit)


def length(place: Context, project: Project) -> Named | None:
    if place.amount.unit == "um" and place.says_near("particles"):
        return Named("particle size D90")
    if place.amount.unit == "cm" and place.says_near("column"):
        return Named("sc.column-cm")
    return Named("web width") if place.says_near("width") else None


def drying(place: Context, project: Project) -> Named | None:
    return Named("sc.dryer-kg-hour", "kg/h") if place.says_anywhere("dried") else None


def is_fill(measure: str, basis: str) -> bool:
    """A fill as stated, not the size of its container."""
    return measure == "sc.fill-volume-ml" and basis != _SIZE_OF_CONTAINER


def is_container(measure: str, basis: str) -> bool:
    return measure == "sc.fill-volume-ml" and basis == _SIZE_OF_CONTAINER
