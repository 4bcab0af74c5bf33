"""What the amounts of a sentence describe: a measure of the vocabulary, or plain words where it has none."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from matching.reading.amounts import Amount, amounts_of
from matching.reading.findings import QuantityFound, Span, Strength
from matching.reading.numerals import Style
from matching.reading.passages import Sentence
from matching.reading.stances import Stance
from matching.reading.unit_words import Kind
from matching.reading.units import converted

_I: Final = re.IGNORECASE
_PER: Final = re.compile(
    r"(?:\sof\s[\w-]+(?:\s[\w-]+)?)?\s?(?:finished |filled )?(?:(?:per|/|a|each|pro|par|p\.)\s?(?P<per>batch|lot|run|campaign|strength|presentation|year|yr|annum|an|jahr|month|week|day|"
    r"quarter|bottle|blister|pack|wallet|sachet|kit|carton|patient|dose|tablet|capsule|vial|arm|site|slot|charge|product)\b"
    r"|(?P<annually>annually|yearly|p\.?a\.?(?=\W|$)|jährlich|per annum))",
    _I,
)
_OF: Final = re.compile(
    r"\s+of\s+(?:the\s+)?(?P<of>[\w -]{2,40}?)(?=[,.;:()]|\s+(?:and|or|per|in|for|with|by|at|now|from|to|on|is|are)\b|$)",
    _I,
)
_ANNUAL: Final = re.compile(
    r"\b(?:annual\w*|per (?:year|annum)|p\.\s?a\.?|a year|/\s?ye?a?r|yearly|each year|demand|forecast|peak|need|jahr\w*|jährlich|par an)\b",
    _I,
)
_BATCH: Final = re.compile(
    r"\b(?:batch(?:es)?(?: sizes?)?|lots?(?: sizes?)?|per (?:batch|lot|run)|/\s?(?:batch|lot)|runs?|charge\w*|scale|blend|campaigns?)\b",
    _I,
)
_PACKED: Final = frozenset(
    {"bottle", "blister", "pack", "wallet", "sachet", "kit", "carton", "tablet", "capsule", "vial"}
)
_YEARLY: Final = frozenset({"year", "yr", "annum", "a.", "an", "jahr"})
_BATCHWISE: Final = frozenset({"batch", "lot", "run", "charge"})
_REACH: Final = 90
LATER: Final = "later"
"""The basis of what is needed only later."""


@dataclass(frozen=True, slots=True)
class Project:
    """What the whole text says of the work; decides between readings of a bare number."""

    codes: frozenset[str] = frozenset()
    is_commercial: bool = False

    def has(self, *prefixes: str) -> bool:
        return any(code.startswith(prefixes) for code in self.codes)


class _Place:
    """One amount with the words around it."""

    def __init__(self, amount: Amount, sentence: Sentence, previous: Sentence | None) -> None:
        self.amount = amount
        text, offset = sentence.text, sentence.start
        self.offset = offset
        start, end = amount.start - offset, amount.end - offset
        self.per, self.end = "", amount.end
        if tail := _PER.match(text, end):
            self.per = "year" if tail["annually"] else tail["per"].lower().rstrip(".")
            self.per = "year" if self.per in _YEARLY else self.per
            self.end = tail.end() + offset
        of = _OF.match(text, self.end - offset)
        self.of = of["of"] if of else ""
        self.before = text[max(0, start - _REACH) : start]
        self.after = text[end : end + _REACH]
        self.near = text[max(0, start - 45) : end + 45]
        self.sentence = text
        self.previous = previous.text if previous else ""

    def says(self, pattern: str) -> bool:
        return bool(re.search(pattern, self.before + " " + self.after, _I))

    def says_near(self, pattern: str) -> bool:
        return bool(re.search(pattern, self.near, _I))


def quantities_of(
    sentence: Sentence,
    previous: Sentence | None,
    style: Style,
    project: Project,
    stance_of: Callable[[int], Stance],
) -> list[QuantityFound]:
    """Amounts that a careful reader would note; those of the sponsor's own plant are left out."""
    found = []
    counted = _counted(previous, style)
    for amount in amounts_of(sentence, style, counted):
        place = _Place(amount, sentence, previous)
        named = _NAMING.get(amount.kind, _nothing)(place, project)
        stance = stance_of(amount.number_start)
        if named and (named.is_kept_when_own or stance not in {Stance.OTHERS, Stance.NOT_NEEDED}):
            quantity = _found(place, named)
            found.append(replace(quantity, basis=LATER) if stance is Stance.LATER else quantity)
    return [*found, *_shares(sentence)]


def _counted(previous: Sentence | None, style: Style) -> str:
    """What the sentence before counted, for numbers that leave it out."""
    amounts = amounts_of(previous, style) if previous else []
    return next((each.unit for each in reversed(amounts) if each.kind is Kind.COUNT), "")


@dataclass(frozen=True, slots=True)
class _Named:
    """What an amount is, and in which unit it is reported."""

    measure: str
    unit: str = ""
    basis: str = ""
    strength: Strength | None = None
    to_base: str = ""  # converted from the amount's unit to this one, where they differ
    is_least: bool = False  # a bare value is the least that will do
    is_kept_when_own: bool = False


def _found(place: _Place, named: _Named) -> QuantityFound:
    amount = place.amount
    unit = named.unit or named.to_base or amount.unit
    value, lo, hi = (
        _based(each, amount.unit, named.to_base) for each in (amount.value, amount.lo, amount.hi)
    )
    if named.is_least and value is not None:
        value, lo = None, value
    return QuantityFound(
        measure=named.measure,
        unit=unit,
        span=Span(amount.start, place.end),
        value=value,
        lo=lo,
        hi=hi,
        per=place.per,
        of=place.of.strip(),
        basis=named.basis,
        strength=named.strength,
        count=max(amount.count, 1),
        is_approximate=amount.is_approximate,
    )


def _based(value: float | None, unit: str, base: str) -> float | None:
    return value if value is None or not base else converted(value, unit, base)


def _nearest(place: _Place) -> str:
    """ "annual" or "batch": whichever stands nearest to the number."""
    best, found = 10_000, ""
    for name, pattern in (("annual", _ANNUAL), ("batch", _BATCH)):
        before = [match.end() for match in pattern.finditer(place.before)]
        after = pattern.search(place.after)
        distances = [len(place.before) - end for end in before[-1:]] + ([after.start() + 5] if after else [])
        if distances and min(distances) < best:
            best, found = min(distances), name
    if found:
        return found
    for name, pattern in (("batch", _BATCH), ("annual", _ANNUAL)):
        if pattern.search(place.sentence) or pattern.search(place.previous):
            return name
    return ""


def _count(place: _Place, project: Project) -> _Named | None:
    amount = place.amount
    if (
        place.per in _PACKED
        or re.match(r"\s?(?:times|patients?|sites?|employees|people|euros?)\b", place.after, _I)
        or place.says_near(r"\d\s?-?count\b|\bbottles? of \d|\bblisters? of \d|\d\s?x\s?\d")
    ):
        return None
    if place.per in _BATCHWISE:
        return _Named(_per_batch(amount, place), amount.unit)
    if place.per == "year":
        return _annual(amount, project)
    if amount.largest < 20 and not place.per:
        return None
    cue = _nearest(place) or ("annual" if project.is_commercial and amount.largest >= 50_000 else "batch")
    return (
        _annual(amount, project)
        if cue == "annual"
        else _Named(_per_batch(amount, place), amount.unit, basis="batch size")
    )


_PACK_OF: Final = re.compile(
    r"\b(?:blisters?|bottles?|strips?|packs?|cartons?|canisters?|inhalers?|sachets?|wallets?|kits?|devices?|boxes|box|cards?|tubes?|pouch(?:es)?)\s(?:of|with)\s(?:up to )?$",
    _I,
)


def _per_batch(amount: Amount, place: _Place) -> str:
    return "sc.vials-per-batch" if amount.unit == "vials" else "sc.batch-units"


def _annual(amount: Amount, project: Project) -> _Named:
    if amount.unit == "doses" and project.has("mod.cell-therapy", "mod.ct."):
        return _Named("sc.cell-doses", "doses/year")
    return _Named("sc.annual-units", amount.unit)


def _batches(place: _Place, project: Project) -> _Named | None:
    if place.amount.largest < 2 and not place.says_near(
        r"engineering|gmp|ppq|demo|pilot|clinical|tech(?:nical)? batch"
    ):
        return None
    if amount_is_one_campaign(place):
        return None
    if place.says_near(r"track record|experience|history|made before|at least \d+ (?:gmp )?batches made"):
        return _Named("experience")
    if place.says_near(r"\bppq|validation (?:batch|lot)|conformance"):
        return _Named("PPQ batches", "batches", basis="this project")
    if place.says_near(r"previous|last \d|failed|lost|rejected|per (?:week|month)"):
        return None
    basis = "" if place.per == "year" else "this project"
    return _Named("sc.annual-batches", "batches", basis=basis)


def amount_is_one_campaign(place: _Place) -> bool:
    """ "One GMP campaign", "one GMP batch of 4 kg": the size tells, not the one."""
    words = place.sentence[place.amount.start - place.offset : place.amount.end - place.offset]
    return place.amount.largest == 1 and ("campaign" in words or bool(re.match(r"\s?of\s\d", place.after)))


def _mass(place: _Place, project: Project) -> _Named | None:
    amount = place.amount
    if amount.unit in {"g", "mg"} and (
        place.says_near(r"fill weight")
        or re.match(
            r"(?: and \d+ ?g)?\s?(?:[\w-]+ ){0,2}(?:tubes?|sachets?|jars?|pots?|sticks?)\b", place.after, _I
        )
    ):
        return _Named("fill weight")
    if amount.unit in {"ug", "mg"} and not (project.has("mod.mrna") and place.says_near(r"rna|batch")):
        return None
    if project.has("mod.mrna") and place.says_near(r"\bm?rna\b") and amount.unit != "kg":
        return _Named("sc.mrna-g", to_base="g")
    if place.says(_HAVING) and not place.says_near(r"\bbatch(?:es)? of|batch size|per batch|/\s?batch"):
        when = re.match(r"[^.;,]{0,25}?\b(now|in \w+ \d{4}|in \w+)\b", place.after)
        return _Named("API available", basis=f"supply {when.group(1)}" if when else "", is_kept_when_own=True)
    if place.per == "year" or (
        not place.per and _nearest(place) == "annual" and not place.says_near(r"batch|lot\b")
    ):
        return (
            _Named("sc.peptide-kg", to_base="kg") if project.has("mod.peptide") else _Named("annual demand")
        )
    if place.per in {"dose", "patient", "vial"}:
        return None
    if amount.unit == "g" and amount.largest < 1:
        return None
    return _Named("sc.batch-kg", to_base="kg", basis="campaign" if place.per == "campaign" else "")


_HAVING: Final = r"\bwe (?:now |currently |already |can |will )?(?:have|hold|own|ship|provide|supply|send)\b|\bavailable\b|\banother\b|\bon hand\b|\bin stock\b|\bat hand\b|\bwill be (?:provided|supplied|shipped)|\bhere\b|own vault|in our (?:vault|freezer|warehouse|stock)"


def _volume(place: _Place, project: Project) -> _Named | None:
    amount = place.amount
    if amount.unit == "mL":
        return _small_volume(place)
    if place.says(
        r"bioreactor|\bsub\b|\bsubs\b|ferment|single[- ]use|stainless|cell culture|fed-?batch|perfusion|working volume"
    ):
        return _Named("sc.bioreactor-l", "L")
    if place.says(r"\breactors?\b|vessel|glass[- ]lined|hastelloy"):
        return _Named("sc.reactor-l" if _is_synthesised(project) else "vessel volume", "L")
    if place.says_near(r"\bbatch|\blot\b|scale|\bbulk\b"):
        return _Named("sc.bioreactor-l" if _is_cultured(project) else "batch size", "L")
    return _Named("sc.bioreactor-l", "L") if _is_cultured(project) else None


def _is_synthesised(project: Project) -> bool:
    return project.has(
        "svc.ds.small",
        "svc.ds.process",
        "op.batch-syn",
        "op.hydrogenation",
        "op.cryogenic",
        "op.flow",
        "mod.peptide",
        "op.hazardous",
        "op.crystal",
        "svc.drug-substance",
        "op.asymmetric",
    )


def _is_cultured(project: Project) -> bool:
    return project.has(
        "op.mammalian",
        "op.microbial",
        "mod.vv.",
        "mod.viral",
        "mod.mab",
        "mod.pdna",
        "mod.recombinant",
        "op.suspension",
        "op.single-use",
    )


def _small_volume(place: _Place) -> _Named | None:
    if place.says_near(r"\bfill(?:s|ed|ing)?\b|extractable|\bdose volume|fill volume|füll") and not re.match(
        r"\s?(?:long|vial|glass|syringe|cartridge|bottle|ampoule|pfs|pre-?filled|prefilled|nested|oral)",
        place.after,
        _I,
    ):
        return _Named("sc.fill-volume-ml", "mL")
    if re.match(r"\s?(?:[\w-]+ ){0,2}vials?\b", place.after, _I) and not place.says_near(r"\bper\b"):
        return _Named("sc.vial-size", "mL nominal")
    if re.match(
        r"\s?(?:[\w-]+ ){0,2}(?:cartridges?|syringes?|bottles?|pfs|ampoules?|sachets?|unit[- ]doses?)\b",
        place.after,
        _I,
    ):
        return _Named("sc.fill-volume-ml", "mL", basis=_CONTAINER)
    if re.match(r"\s?(?:per|/)\s?(?:vial|syringe|cartridge|bottle|sachet|unit|dose)", place.after, _I):
        return _Named("sc.fill-volume-ml", "mL")
    return None


def _exposure(place: _Place, project: Project) -> _Named | None:
    return _Named("OEL", "ug/m3", is_kept_when_own=True)


def _concentration(place: _Place, project: Project) -> _Named | None:
    if place.says_near(r"\bBCS\b|good day"):
        return None
    if place.says_near(r"solub|titre|titer"):
        return _Named("titre", is_kept_when_own=False) if place.says_near(r"tit(?:re|er)") else None
    return _Named("concentration")


def _genomes(place: _Place, project: Project) -> _Named | None:
    if place.per in {"patient", "dose"} or place.says_near(r"\bdose\b|per kg|/kg"):
        return None
    return _Named("sc.vg-per-batch", place.amount.unit)


def _time(place: _Place, project: Project) -> _Named | None:
    amount = place.amount
    if amount.unit in {"hours", "years"} and not place.says_near(
        r"stability|shelf|agreement|contract|supply"
    ):
        return None
    if place.says_near(r"inspect") and place.says_near(r"older|within the (?:last|past)|last|past|ago"):
        return _Named("age of last inspection")
    if place.says_near(r"stability|\bICH\b|accelerated|long[- ]term"):
        return _Named("stability study", is_kept_when_own=True)
    if place.says_near(
        r"lead[- ]time|slots? (?:with)?in|time to slot|start within|of award|after award|after (?:the )?order|from order|of (?:the )?order|of contract|after (?:contract )?signature|kick-?off"
    ):
        return _Named("sc.lead-time-weeks", unit=amount.unit)
    for name, pattern in _DURATIONS:
        if place.says_near(pattern):
            return _Named(name)
    return None


_CONTAINER: Final = "size of the container"
_DURATIONS: Final = (
    ("shelf life", r"shelf[- ]life"),
    ("lyo cycle development", r"lyo\w* cycle|cycle dev"),
    ("payment terms", r"payment|net \d+|invoice"),
    ("agreement term", r"\bterm\b|agreement|contract"),
    ("turnaround", r"turn[- ]?around|\bTAT\b|vein[- ]to[- ]vein|release (?:with)?in|report"),
)


def _percent(place: _Place, project: Project) -> _Named | None:
    if place.says_near(r"grow|growth|increase"):
        return _Named("growth", "percent per year")
    if place.says_near(r"yield"):
        return _Named(
            "line yield" if place.says_near("line") else "yield", is_least=True, strength=Strength.MUST
        )
    if place.says_near(r"\bRH\b|humidity"):
        return _Named("relative humidity")
    if place.says_near(r"purity|pure"):
        return _Named("purity")
    if place.says_near(r"overage|overfill|loading|drug load"):
        return _Named("drug load" if "load" in place.near else "overage")
    return None


def _money(place: _Place, project: Project) -> _Named | None:
    if place.says_near(r"liability|insurance|cover\b"):
        return _Named("liability cover")
    if place.says_near(r"raised|series [a-c]|revenue|sales|investors|believed|financ"):
        return None
    is_price = place.says_near(r"price|cost per|per (?:kg|batch|thousand|unit|vial|gram)|/\s?kg")
    return _Named("price" if is_price else "budget")


def _patients(place: _Place, project: Project) -> _Named | None:
    if project.has("mod.cell-therapy", "mod.ct.") and (place.per == "year" or place.says_near("year|annual")):
        return _Named("sc.cell-doses", "doses/year")
    return None


def _plain(measure: str) -> Callable[[_Place, Project], _Named | None]:
    return lambda place, project: _Named(measure)


def _nothing(place: _Place, project: Project) -> _Named | None:
    return None


def _rate(place: _Place, project: Project) -> _Named | None:
    words = place.before[-40:] + place.after[:40]
    is_wish = bool(re.search(r"would like|prefer|ideally|target|nice", place.before, _I))
    is_wish |= bool(
        re.match(
            r"\s?(?:would be|is|are)?\s?(?:better|ideal|nice|preferred|great|welcome|a plus)", place.after, _I
        )
    )
    strength = Strength.PREFER if is_wish and not re.search("anything|must", words, _I) else Strength.MUST
    return _Named("sc.rate-units-hour", "units/hour", strength=strength, is_least=True)


_NAMING: Final[dict[Kind, Callable[[_Place, Project], _Named | None]]] = {
    Kind.COUNT: _count,
    Kind.RATE: _rate,
    Kind.BATCHES: _batches,
    Kind.MASS: _mass,
    Kind.VOLUME: _volume,
    Kind.EXPOSURE: _exposure,
    Kind.DAILY_EXPOSURE: _plain("PDE"),
    Kind.CONCENTRATION: _concentration,
    Kind.GENOMES: _genomes,
    Kind.TITRE: _plain("titre"),
    Kind.CELLS: _nothing,
    Kind.AMOUNT: _plain("sc.oligo-mol"),
    Kind.AREA: _plain("sc.lyo-shelf-m2"),
    Kind.VIAL_SIZE: _plain("sc.vial-size"),
    Kind.TIME: _time,
    Kind.PERCENT: _percent,
    Kind.MONEY: _money,
    Kind.PATIENTS: _patients,
    Kind.SAMPLES: _plain("sc.stability-timepoints"),
    Kind.PRESSURE: _plain("pressure"),
    Kind.ACTIVITY: _plain("activity"),
}

_SHARE: Final = re.compile(r"(?<![\d/.])(?P<share>\d{1,2}\s?/\s?\d{1,2}(?:\s?/\s?\d{1,2})?)(?![\d/.])")


def _shares(sentence: Sentence) -> Iterator[QuantityFound]:
    if not re.search(r"\bsplit\b|\bratio\b", sentence.text, _I):
        return
    for match in _SHARE.finditer(sentence.text):
        parts = [int(part) for part in match["share"].replace(" ", "").split("/")]
        if sum(parts) == 100:
            span = Span(sentence.start + match.start(), sentence.start + match.end())
            yield QuantityFound("volume split", "percent", span, share="/".join(map(str, parts)))


def once(found: Iterable[QuantityFound]) -> list[QuantityFound]:
    """The same number of the same thing, said twice, is one finding."""
    seen: dict[tuple[object, ...], QuantityFound] = {}
    for each in found:
        key = (each.measure, each.unit, each.value, each.lo, each.hi, each.share, each.per)
        seen.setdefault(key, replace(each))
    fills = [
        each for each in seen.values() if each.measure == "sc.fill-volume-ml" and each.basis != _CONTAINER
    ]
    return [each for each in seen.values() if not (fills and each.basis == _CONTAINER)]
