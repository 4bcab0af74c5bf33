"""Small worlds and briefs, made from a seed, in which all kinds of facts and requirements meet."""

import datetime as dt
from collections.abc import Callable, Sequence
from random import Random

from matching.scoring.facts import (
    BASES,
    CertificateFact,
    HazardFact,
    InspectionFact,
    LineFacts,
    MeasureFact,
    RegistrationFact,
    Scope,
    SiteFacts,
    Statement,
    WindowFact,
)
from matching.scoring.requirements import (
    BriefAsked,
    CapacityAsked,
    CertificateAsked,
    Condition,
    HazardAsked,
    InspectionAsked,
    MeasureAsked,
    PlaceAsked,
    RegistrationAsked,
    Relation,
    Requirement,
    Step,
    Strength,
    TermAsked,
    TimeFrame,
)
from tests.matching.scoring.examples import TODAY

TERMS = ("df.tablet", "df.tablet.film-coated", "df.tablet.layered", "mod.adc", "op.isolator")
STATED = (*TERMS, *TERMS, "cer.iso-9001", "reg.fda", "reg.hpra", "biz.dual-site")
HAZARDS = ("haz.beta-lactam", "haz.penicillin", "haz.cytotoxic")
MEASURES = (
    "sc.batch-units",
    "sc.batch-units",
    "sc.lead-time-weeks",
    "sc.batches-36-months",
    "sc.ppq-campaigns",
)
STAGES = ("stg.phase1", "stg.phase2", "stg.commercial")
UNITS = ("batches", "batches", "batch", "weeks", "days", "kg")
AUTHORITIES = ("reg.fda", "reg.ema", "reg.hpra")
OUTCOMES = ("NAI", "VAI", "OAI", "compliant")
PAPERS = ("cer.gmp-certificate", "cer.iso-9001", "cer.mia")
OPERATIONS = ("C82401", "C25391")
NUMBERS = (None, 0.0, 0.5, 1.0, 2.0, 3.0, 10.0, 50.0)
AGES = (0, 0, 0, 10, 10, 59, 60, 61, 364, 366, 400, 729, 730, 731, 732, 1200)


class Maker:
    """Draws from a seed; the same seed makes the same world on every machine."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def one[Option](self, of: Sequence[Option]) -> Option:
        return self.random.choice(of)

    def perhaps[Option](self, of: Sequence[Option], share: float = 0.5) -> Option | None:
        return self.one(of) if self.random.random() < share else None

    def some(self, of: Sequence[str], most: int = 2) -> tuple[str, ...]:
        return tuple(self.random.sample(of, self.random.randint(0, most)))

    def many[Thing](self, make: Callable[[], Thing], most: int) -> tuple[Thing, ...]:
        return tuple(make() for _ in range(self.random.randint(0, most)))

    def is_so(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def day(self) -> dt.date:
        return TODAY - dt.timedelta(days=self.one(AGES))

    def span(self) -> tuple[float | None, float | None]:
        lo, hi = self.one(NUMBERS), self.one(NUMBERS)
        return (hi, lo) if lo is not None and hi is not None and lo > hi else (lo, hi)

    def world(self) -> tuple[SiteFacts, ...]:
        return tuple(self.site(f"s{number}") for number in range(self.random.randint(1, 6)))

    def site(self, key: str) -> SiteFacts:
        lines = tuple(self.line(f"l{number}") for number in range(self.random.randint(0, 3)))
        return SiteFacts(
            key,
            self.one(("Alder", "Birch", "Cedar")),
            self.one(("p1", "p2", f"p-{key}", "")),
            "Partner",
            self.one(("DE", "IE", "US", "PR", "")),
            self.is_so(0.8),
            self.one(("", "PR", "US-PR")),
            self.many(self.statement, 4),
            self.many(self.hazard, 4),
            self.many(self.hazard, 1),
            tuple(self.random.sample(lines, len(lines))),
            self.many(self.inspection, 3),
            self.many(self.certificate, 2),
            self.many(self.registration, 2),
        )

    def line(self, key: str) -> LineFacts:
        return LineFacts(
            key,
            key.upper(),
            self.one(("", "B1", "B2")),
            self.many(self.statement, 4),
            self.many(self.window, 4),
            self.one(UNITS),
            None,
            self.perhaps((1.0, 3.0), 0.4),
            self.perhaps((0.0, 6.0), 0.7),
            self.perhaps((TODAY, self.day()), 0.8),
        )

    def statement(self) -> Statement:
        return Statement(
            term=self.one(STATED),
            is_offered=self.is_so(0.75),
            confirmed_on=self.day(),
            basis=self.one(BASES),
            stages=frozenset(self.some(STAGES)),
            measures=self.many(self.measure, 3),
            is_shown=self.is_so(0.8),
        )

    def measure(self) -> MeasureFact:
        return MeasureFact(self.one(MEASURES), *self.span(), self.random.randint(1, 2))

    def hazard(self) -> HazardFact:
        scope = self.one(tuple(Scope))
        places = {Scope.LINE: ("l1", "l2"), Scope.BUILDING: ("B1", "B2")}.get(scope, ("",))
        return HazardFact(
            self.one(HAZARDS), self.is_so(), scope, self.day(), self.one(places), self.one(BASES)
        )

    def window(self) -> WindowFact:
        start = TODAY + dt.timedelta(days=self.one((-60, 0, 30, 60, 90, 120, 200)))
        return WindowFact(
            start,
            start + dt.timedelta(days=self.one((30, 90, 120))),
            self.one(("open", "open", "open", "open", "held", "committed", "unavailable")),
            self.one((0.0, 0.1, 1.0, 2.0, 7.0, 9.0)),
            self.one(UNITS),
            self.one(("firm", "firm", "firm", "planned", "indicative")),
            self.one((TODAY, TODAY, self.day())),
            self.perhaps((TODAY, TODAY - dt.timedelta(days=1)), 0.3),
            self.perhaps((0.0, 4.0, 9.5), 0.6),
            self.perhaps((1.0, 2.0, 6.0), 0.3),
        )

    def inspection(self) -> InspectionFact:
        covers, outcomes = frozenset(self.some(TERMS)), self.some(OUTCOMES)
        return InspectionFact(self.one(AUTHORITIES), self.perhaps((self.day(),), 0.8), outcomes, covers)

    def certificate(self) -> CertificateFact:
        ends = (TODAY, TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=9))
        return CertificateFact(
            self.one(PAPERS),
            self.one(AUTHORITIES),
            inspected_on=self.perhaps((self.day(),), 0.7),
            issued_on=self.perhaps((self.day(),), 0.7),
            expires_on=self.perhaps(ends),
        )

    def registration(self) -> RegistrationFact:
        listed_until = self.perhaps((TODAY,), 0.3)
        return RegistrationFact(
            self.one(("reg.fda", "reg.ema")), frozenset(self.some(OPERATIONS)), TODAY, listed_until
        )

    def condition(self) -> Condition:
        makers: tuple[Callable[[], Condition], ...] = (
            self.term_asked,
            self.term_asked,
            self.term_asked,
            lambda: HazardAsked(self.one(HAZARDS)),
            lambda: HazardAsked(self.one(HAZARDS)),
            self.place_asked,
            self.inspection_asked,
            self.certificate_asked,
            lambda: RegistrationAsked(self.one(("reg.fda", "reg.ema")), frozenset(self.some(OPERATIONS))),
            self.capacity_asked,
            self.capacity_asked,
        )
        return self.one(makers)()

    def term_asked(self) -> TermAsked:
        stages, basis = frozenset(self.some(STAGES, 1)), self.one(("claimed", "claimed", "certificate"))
        return TermAsked(self.one(TERMS), self.perhaps((self.measure_asked(),)), stages, basis)

    def measure_asked(self) -> MeasureAsked:
        sizes = tuple(self.random.sample((0.5, 1.0, 2.0), self.random.randint(0, 2)))
        relation, count = self.one(tuple(Relation)), self.random.randint(1, 2)
        return MeasureAsked("sc.batch-units", relation, *self.span(), sizes, count)

    def place_asked(self) -> PlaceAsked:
        return PlaceAsked(self.one([frozenset({"DE"}), frozenset({"geo.eu"}), frozenset({"US", "US-PR"})]))

    def inspection_asked(self) -> InspectionAsked:
        authorities = frozenset({self.one(AUTHORITIES), self.one(AUTHORITIES)})
        return InspectionAsked(authorities, self.perhaps((24.0, 13.5)), self.perhaps(TERMS) or "")

    def certificate_asked(self) -> CertificateAsked:
        return CertificateAsked(
            self.one(PAPERS), self.perhaps(AUTHORITIES, 0.3) or "", self.perhaps((24.0, 36.0))
        )

    def capacity_asked(self) -> CapacityAsked:
        return CapacityAsked(self.one((0.0, 0.3, 1.0, 2.0, 5.0)), self.one(UNITS))

    def requirement(self, key: str, steps: Sequence[str] = ("dp", "")) -> Requirement:
        conditions = tuple(self.condition() for _ in range(self.one((1, 1, 1, 2))))
        strength, scope = self.one(tuple(Strength)), self.one(tuple(Scope))
        return Requirement(key, strength, conditions, scope, self.one(steps))

    def time_frame(self) -> TimeFrame:
        last = self.perhaps((30, 240, 400, 600), 0.8)
        return TimeFrame(
            self.perhaps((TODAY + dt.timedelta(days=40),), 0.3),
            TODAY + dt.timedelta(days=last) if last is not None else None,
            self.one((0.0, 8.0)),
            self.one((0.0, 12.5)),
            self.one((0.0, 4.0)),
        )

    def brief(self) -> BriefAsked:
        """One to six requirements, at least one of them a gate, over one or two steps or none."""
        steps = self.one((("dp",), ("dp", "ds"), ()))
        asked = tuple(
            self.requirement(f"r{number}", (*steps, "")) for number in range(self.random.randint(1, 6))
        )
        heads = ("fit", "quality", "timing", "experience", "place")
        return BriefAsked(
            "b1",
            "Brief",
            tuple(Step(each, each.title()) for each in steps),
            asked,
            {head: float(self.random.randint(1, 40)) for head in heads},
            self.time_frame(),
            self.one(("", "stg.phase1", "stg.phase3")),
            self.one(("", "mod.adc")),
            self.one(("", "df.tablet")),
        )
