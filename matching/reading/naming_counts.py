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
_COUNT_OF_PACK: Final = re.compile(r"\d\s?-?count\b|\d\s?x\s?\d", re.IGNORECASE)
_OF_THEM: Final = re.compile(
    r"(?:\b(?:of|with|for|holding|containing|by)\s(?:up to )?|\bper\s|\beach\s)$", re.IGNORECASE
)
_IN_BATCHES: Final = re.compile(
    r"\s(?:\w+\s)?in\s(?:\d+|two|three|four|five|six)\s(?:\w+\s)?(?:batches|lots)", re.IGNORECASE
)


def count(place: Context, project: Project) -> Named | None:
    amount = place.amount
    if place.follows("no_amount", 0) or place.is_of_own_plant or re.search(r"\bper\s$", place.before):
        return None
    if place.per == "batch":
        return _of_a_batch(amount)
    if place.per in _PACKED or amount.largest < _LEAST_COUNT:
        return None
    if place.a_year:
        return _of_a_year(place, project)
    if _is_content_of_pack(place):
        return None
    if _IN_BATCHES.match(place.after):
        return Named("total supply quantity", amount.unit)
    is_yearly = _cue(place) == "annual" or (
        not _cue(place) and project.is_commercial and amount.largest >= _LEAST_YEARLY
    )
    return _of_a_year(place, project) if is_yearly else _of_a_batch(amount, "batch size")


def _is_content_of_pack(place: Context) -> bool:
    if place.amount.largest >= _LEAST_BESIDE_PACKS:
        return False
    is_of_a_pack = place.says_near("packs") and bool(_OF_THEM.search(place.before))
    return is_of_a_pack or bool(_COUNT_OF_PACK.search(place.near))


def _cue(place: Context) -> str:
    """ "annual" or "batch": whichever is said nearest to the number, else in the sentence before."""
    if place.per in {"strength", "arm"}:
        return "batch"
    is_large = place.amount.largest >= _LEAST_YEARLY
    found = place.nearest("annual", "batch", *(("annual_at_large",) if is_large else ()))
    return found.removesuffix("_at_large") or _cue_before(place)


def _cue_before(place: Context) -> str:
    return next((name for name in ("batch", "annual") if WORDS[name].search(place.previous)), "")


def _of_a_batch(amount: Amount, basis: str = "") -> Named:
    measure = "sc.vials-per-batch" if amount.unit == "vials" else "sc.batch-units"
    return Named(measure, amount.unit, basis=basis)


def _of_a_year(place: Context, project: Project) -> Named:
    unit, times = place.amount.unit, place.a_year or 1.0
    per = "year" if times > 1 else ""
    is_of_patients = bool(
        re.search(r"patient doses|autologous|allogeneic|car[- ]t\b", place.sentence, re.IGNORECASE)
    )
    if unit == "doses" and (is_of_patients or project.has("mod.cell-therapy", "mod.ct.")):
        return Named("sc.cell-doses", "doses/year", times=times, per=per)
    return Named("sc.annual-units", unit, times=times, per=per)


def batches(place: Context, project: Project) -> Named | None:
    if place.amount.largest < 2 and not (place.says_near("single_batch") or place.a_year):
        return None
    if _is_one_campaign(place) or place.is_of_own_plant:
        return None
    if place.says_near("made_before"):
        return Named("experience")
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


def _is_one_campaign(place: Context) -> bool:
    """ "One GMP campaign", "one GMP batch of 4 kg": the size tells, not the one."""
    return place.amount.largest == 1 and (
        "campaign" in place.words or bool(re.match(r"\s?of\s\d", place.after))
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
    is_wish = bool(re.search(r"would like|prefer|ideally|target|nice", place.before, re.IGNORECASE))
    is_wish |= place.follows("wished_after", 0)
    is_demand = place.says("demanded")
    strength = (
        Strength.PREFER
        if is_wish and not re.search("anything|must", place.near, re.IGNORECASE)
        else Strength.MUST
    )
    is_least = is_demand or is_wish
    return Named("sc.rate-units-hour", "units/hour", strength=strength, is_least=is_least)


def patients(place: Context, project: Project) -> Named | None:
    if project.has("mod.cell-therapy", "mod.ct.") and (place.a_year or re.search("year|annual", place.near)):
        return Named("sc.cell-doses", "doses/year")
    return None


def samples(place: Context, project: Project) -> Named | None:
    return Named("sc.stability-timepoints")
