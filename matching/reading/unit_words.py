"""How units stand in prose: patterns after a number, with the unit that a reading reports.

Order matters: the first pattern that fits wins, so longer ones stand first.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What sort of thing a number counts or measures; it decides what the number can describe."""

    COUNT = "count"
    RATE = "rate"
    BATCHES = "batches"
    MASS = "mass"
    VOLUME = "volume"
    EXPOSURE = "exposure"
    DAILY_EXPOSURE = "daily exposure"
    CONCENTRATION = "concentration"
    GENOMES = "genomes"
    TITRE = "titre"
    CELLS = "cells"
    AMOUNT = "amount"
    AREA = "area"
    VIAL_SIZE = "vial size"
    TIME = "time"
    PERCENT = "percent"
    MONEY = "money"
    PATIENTS = "patients"
    SAMPLES = "samples"
    PRESSURE = "pressure"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class UnitRule:
    """`unit` is what is reported, after the number was multiplied by `factor`."""

    pattern: re.Pattern[str]
    unit: str
    kind: Kind
    factor: float = 1.0


# Words that name what is counted, as they are reported, with how else they are written.
NOUNS: Final = {
    "tablets": "tablets?|tabs|comprimés?|tabletten|minitablets?|mini-tablets?|odts?", "capsules": "capsules?|caps|kapseln|gélules?",
    "softgels": "softgels?|soft gels?", "sachets": "sachets?|stick ?packs?|sticks", "patches": "patch(?:es)?|pflaster",
    "vials": "vials?|fläschchen|flacons?", "syringes": "syringes?|pfs|seringues?|spritzen", "cartridges": "cartridges?",
    "pens": "pens?", "autoinjectors": "auto-?injectors?", "ampoules": "ampoules?|ampules?|amps", "bags": "bags?",
    "blister packs": "blister packs?|blister cards?", "blisters": "blisters?", "bottles": "bottles?", "tubes": "tubes?|tuben",
    "inhalers": "inhalers?|devices?|pmdis?|dpis?|actuators?", "canisters": "canisters?|cans", "sprays": "sprays?|spray units",
    "kits": "kits?|patient kits?", "packs": "packs?|cartons?|wallets?|packungen", "suppositories": "suppositor(?:y|ies)|pessar(?:y|ies)|ovules?",
    "films": "films?|strips?", "droppers": "droppers?", "unit doses": "unit[- ]doses?|nebules?|single[- ]doses?|monodoses?",
    "gummies": "gumm(?:y|ies)", "implants": "implants?", "jars": "jars?", "doses": "doses?", "units": "units?|pieces|pcs|stück|unités",
}  # fmt: skip
# What may stand between a number and its noun: "1.6 million 10 mg tablets", "20,000 filled 2R vials".
_BETWEEN: Final = (
    r"(?:\s?-?(?!(?:of|per|and|or|in|to|with|for|the|a|an|by|on|at|from|strengths?|batch(?:es)?|lots?|runs?|x|campaigns?|"
    r"weeks?|months?|years?|days?|kg|different|presentations?|count|sizes?)\b)[\w.µ%-]{1,20}(?:/[\w-]{1,9})?\s){0,3}?\s?-?"
)
_PER: Final = r"\s?(?:/|per|p\.|a|pro|par)\s?"


def _rule(
    pattern: str, unit: str, kind: Kind, factor: float = 1.0, *, flags: int = re.IGNORECASE
) -> UnitRule:
    return UnitRule(re.compile(rf"[\s\u00a0\u202f]?-?(?:{pattern})(?![\w³²])", flags), unit, kind, factor)


_CUBIC: Final = r"(?:m3|m³|m\^3|cbm|cubic met(?:er|re)s?)"
_NOUN_ALTERNATIVES: Final = "|".join(NOUNS.values())

UNIT_RULES: Final = (
    _rule(rf"(?:µg|μg|ug|mcg|micrograms?){_PER}{_CUBIC}", "ug/m3", Kind.EXPOSURE),
    _rule(rf"(?:ng|nanograms?){_PER}{_CUBIC}", "ug/m3", Kind.EXPOSURE, 0.001),
    _rule(rf"(?:mg|milligrams?){_PER}{_CUBIC}", "ug/m3", Kind.EXPOSURE, 1000.0),
    _rule(rf"(?:µg|μg|ug|mcg){_PER}(?:day|d)", "ug/day", Kind.DAILY_EXPOSURE),
    _rule(rf"(?:vg|gc|vp|tu|iu|cfu|pfu|cells|copies){_PER}m[lL]", "per mL", Kind.TITRE),
    _rule(rf"mg{_PER}(?:ml|g)", "mg/mL", Kind.CONCENTRATION),
    _rule(rf"(?:µg|μg|ug|mcg){_PER}ml", "ug/mL", Kind.CONCENTRATION),
    _rule(rf"(?:g){_PER}(?:l|litre|liter)", "g/L", Kind.CONCENTRATION),
    _rule(r"vg|gc|genome copies|vector genomes|viral genomes", "vg", Kind.GENOMES),
    _rule(r"tu|transducing units", "TU", Kind.GENOMES),
    _rule(r"cfu", "CFU", Kind.CELLS),
    _rule(r"(?:viable |car[- ]t |t )?cells", "cells", Kind.CELLS),
    _rule(rf"(?:{_NOUN_ALTERNATIVES}){_PER}(?:min(?:ute)?s?)", "units/hour", Kind.RATE, 60.0),
    _rule(rf"(?:{_NOUN_ALTERNATIVES}){_PER}(?:hours?|hr|h)", "units/hour", Kind.RATE),
    _rule(r"upm|vpm|bpm|tpm|cpm|ppm(?= line)|spm|/min", "units/hour", Kind.RATE, 60.0),
    _rule(r"uph|tph|cph|bph", "units/hour", Kind.RATE),
    _rule(r"mmol", "mmol", Kind.AMOUNT),
    _rule(r"(?:µ|μ|u)mol|micromoles?", "mmol", Kind.AMOUNT, 0.001),
    _rule(r"mol|moles?", "mmol", Kind.AMOUNT, 1000.0),
    _rule(r"m2|m²|sqm|sq\.? ?m|square met(?:er|re)s?", "m2", Kind.AREA),
    _rule(r"ft2|ft²|sq\.? ?ft|square f(?:ee|oo)t", "m2", Kind.AREA, 0.092903),
    _rule(r"R", "mL nominal", Kind.VIAL_SIZE, flags=0),
    _rule(r"m[lL]|millilit(?:er|re)s?|cc", "mL", Kind.VOLUME, flags=0),
    _rule(r"(?:µ|μ|u)[lL]|microlit(?:er|re)s?", "mL", Kind.VOLUME, 0.001, flags=0),
    _rule(r"hL", "L", Kind.VOLUME, 100.0, flags=0),
    _rule(r"[kK][lL]|[mM]³|m3|kilolit(?:er|re)s?", "L", Kind.VOLUME, 1000.0, flags=0),
    _rule(r"[lL]|[lL]it(?:er|re)s?|Ltr", "L", Kind.VOLUME, flags=0),
    _rule(r"gal(?:lons?)?", "L", Kind.VOLUME, 3.78541),
    _rule(r"kgs?|kilos?|kilograms?|kilogrammes?", "kg", Kind.MASS),
    _rule(r"t|MT|tonnes?|tons?|metric tons?", "kg", Kind.MASS, 1000.0, flags=0),
    _rule(r"(?:µg|μg|ug|mcg|micrograms?)", "ug", Kind.MASS),
    _rule(r"mgs?|milligrams?", "mg", Kind.MASS),
    _rule(r"g|[gG]rams?|[gG]rammes?|gr", "g", Kind.MASS, flags=0),
    _rule(r"GBq|gbq", "GBq", Kind.ACTIVITY, flags=0),
    _rule(r"MBq", "GBq", Kind.ACTIVITY, 0.001, flags=0),
    _rule(r"m?Ci", "mCi", Kind.ACTIVITY, flags=0),
    _rule(r"bars?", "bar", Kind.PRESSURE),
    _rule(r"%|percent|per cent|pct", "percent", Kind.PERCENT),
    _rule(r"(?:eur|euros?|€)", "EUR", Kind.MONEY),
    _rule(r"(?:usd|us\$|dollars?|\$)", "USD", Kind.MONEY),
    _rule(r"(?:gbp|pounds?|£)", "GBP", Kind.MONEY),
    _rule(r"chf", "CHF", Kind.MONEY),
    _rule(rf"{_BETWEEN}(?:batch(?:es)?|lots?|runs|campaigns?|chargen|kampagnen)", "batches", Kind.BATCHES),
    _rule(r"(?:stability |retain )?(?:samples?|time ?points?|pulls)", "samples", Kind.SAMPLES),
    _rule(r"patients?|subjects?|volunteers?", "patients", Kind.PATIENTS),
    _rule(r"months?|mths?|mos?\b|monate?n?", "months", Kind.TIME),
    _rule(r"weeks?|wks?|wochen?", "weeks", Kind.TIME),
    _rule(r"(?:working |business |calendar )?days?|tage?n?", "days", Kind.TIME),
    _rule(r"hours?|hrs?", "hours", Kind.TIME),
    _rule(r"years?|yrs?", "years", Kind.TIME),
    *(
        _rule(f"{_BETWEEN}(?:{words})", noun, Kind.COUNT)
        for noun, words in NOUNS.items()
    ),
)  # fmt: skip

CURRENCY_BEFORE: Final = re.compile(
    r"(?P<sign>€|\$|£|\bEUR|\bUSD|\bGBP|\bCHF|US\$|\beuros?)\s?$", re.IGNORECASE
)
CURRENCIES: Final = {"€": "EUR", "$": "USD", "us$": "USD", "£": "GBP", "euro": "EUR", "euros": "EUR"}
