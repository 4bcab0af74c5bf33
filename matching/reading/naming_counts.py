"""What is counted: units of a batch or of a year, batches, the rate of a line."""

import re
from typing import Final

from matching.reading.amounts import Amount
from matching.reading.contexts import WORDS, Context, Named, Project
from matching.reading.findings import Strength

_PACKED: Final = frozenset(
    {"bottle", "blister", "pack", "wallet", "sachet", "kit", "carton", "tablet", "capsule", "vial", "patient"}
)
_LEAST_COUNT: Final = 20
# Fewer are the content of a pack, where packs are spoken of.
_LEAST_BESIDE_PACKS: Final = 1_000
_LEAST_YEARLY: Final = 50_000
# Some doses a month are how a clinical partner works, and no annual volume.
_LEAST_MONTHLY: Final = 1_000
_COUNT_OF_PACK: Final = re.compile(r"\d\s?-?count\b|\d\s?x\s?\d", re.IGNORECASE)
_OF_THEM: Final = r"\s(?:of|with|for|holding|containing|by)\s(?:up to )?"
_PER_SO_MANY: Final = re.compile(r"\bper\s$")
_IN_BATCHES: Final = re.compile(
    r"\s(?:\w+\s)?in\s(?:\d+|two|three|four|five|six)\s(?:\w+\s)?(?:batches|lots)", re.IGNORECASE
)


def count(place: Context, project: Project) -> Named | None:
    if place.per == "batch" and _is_asked(place):
        return _of_a_batch(place.amount)
    if not _is_asked(place) or place.per in _PACKED or place.amount.largest < _LEAST_COUNT:
        return None
    if place.a_year:
        return _of_a_year(place, project)
    return None if _is_content_of_pack(place) else _once_named(place, project)


def _is_asked(place: Context) -> bool:
    is_of_price = bool(_PER_SO_MANY.search(place.before))
    return not (is_of_price or place.is_of_own_plant or place.follows("no_amount", 0))


def _once_named(place: Context, project: Project) -> Named:
    """A number of things without a word of how often."""
    unit, cue = place.amount.unit, _cue(place, project)
    if _IN_BATCHES.match(place.after):
        return Named("total supply quantity", unit)
    if place.says_near("delivered") and not place.says_anywhere("batch"):
        return Named("first delivery" if place.says_near("first") else "delivery", unit)
    if unit == "kits" and not cue:
        return Named("kits", unit)
    return _of_a_year(place, project) if cue == "annual" else _of_a_batch(place.amount, "batch size")


def _is_content_of_pack(place: Context) -> bool:
    if place.amount.largest >= _LEAST_BESIDE_PACKS:
        return False
    return place.precedes("packs", _OF_THEM) or bool(_COUNT_OF_PACK.search(place.near))


def _cue(place: Context, project: Project) -> str:
    """ "annual" or "batch": whichever is said nearest to the number, else in the sentence before."""
    if place.per in {"strength", "arm"}:
        return "batch"
    is_large = place.amount.largest >= _LEAST_YEARLY
    found = place.nearest("annual", "batch", *(("annual_at_large",) if is_large else ()))
    found = found.removesuffix("_at_large") or _cue_before(place)
    is_on_sale = project.is_commercial and not project.has("stg.phase", "svc.clin")
    return found or ("annual" if is_on_sale and is_large else "")


def _cue_before(place: Context) -> str:
    return next((name for name in ("batch", "annual") if WORDS[name].search(place.previous)), "")


def _of_a_batch(amount: Amount, basis: str = "") -> Named:
    measure = "sc.vials-per-batch" if amount.unit == "vials" else "sc.batch-units"
    return Named(measure, amount.unit, basis=basis)


def _of_a_year(place: Context, project: Project) -> Named:
    unit, times = place.amount.unit, place.a_year or 1.0
    if place.says_near("surge"):
        return Named("surge rate", unit)
    per = "year" if times > 1 else ""
    is_of_patients = place.says_anywhere("patient_doses")
    if unit == "doses" and (is_of_patients or project.has("mod.cell-therapy", "mod.ct.")):
        return Named("sc.cell-doses", "doses/year", times=times, per=per)
    if times > 1 and place.amount.largest < _LEAST_MONTHLY:
        return Named(f"{unit} per {place.per or 'month'}", unit)
    return Named("sc.annual-units", unit, times=times, per=per)


def batches(place: Context, project: Project) -> Named | None:
    is_single = place.amount.largest < 2 and place.a_year <= 1  # whose size tells, not the one
    if is_single or place.is_of_own_plant:
        return None
    if place.says_near("made_before"):
        return Named("batches made before")
    if place.says_near("validation"):
        return Named("PPQ batches", "batches", basis="this project")
    if place.says_near("gone"):
        return None
    times = place.a_year
    return Named(
        "sc.annual-batches",
        "batches",
        basis="" if times else "this project",
        times=times or 1.0,
        per="year" if times > 1 else "",
    )


def of_multiple(place: Context, named: Named) -> Named | None:
    """ "3 × 45,000 capsules" are three batches."""
    is_batch = named.measure in {"sc.batch-units", "sc.vials-per-batch", "sc.batch-kg", "sc.mrna-g"}
    return (
        Named("sc.annual-batches", "batches", basis="this project")
        if is_batch and place.amount.count
        else None
    )


def rate(place: Context, project: Project) -> Named | None:
    if place.is_of_own_plant:
        return None
    is_wish = bool(WORDS["wished"].search(place.before))
    is_wish |= place.follows("wished_after", 0)
    is_demand = place.says("demanded")
    strength = Strength.PREFER if is_wish and not place.says_near("insisted") else Strength.MUST
    is_least = is_demand or is_wish
    return Named("sc.rate-units-hour", "units/hour", strength=strength, is_least=is_least)


def patients(place: Context, project: Project) -> Named | None:
    is_treatment = project.has("mod.cell-therapy", "mod.ct.") or place.says("treated")
    if is_treatment and place.a_year:
        return Named("sc.cell-doses", "doses/year", times=place.a_year, per="year")
    return None


def samples(place: Context, project: Project) -> Named | None:
    return Named("sc.stability-timepoints")
