"""Small building blocks for worked examples: a day, a vocabulary, and sites in as few words as can be."""

import datetime as dt
from collections.abc import Sequence

from matching.scoring.contexts import Context, context_for
from matching.scoring.facts import (
    HazardFact,
    LineFacts,
    MeasureFact,
    Scope,
    SiteFacts,
    Statement,
    Vocabulary,
    WindowFact,
)
from matching.scoring.judgement import judge
from matching.scoring.requirements import (
    BriefAsked,
    Condition,
    MeasureAsked,
    Relation,
    Requirement,
    Step,
    Strength,
    TermAsked,
    TimeFrame,
)
from matching.scoring.verdicts import Verdict

TODAY = dt.date(2026, 11, 23)
EVEN = {"fit": 20.0, "quality": 20.0, "timing": 20.0, "experience": 20.0, "place": 20.0}

VOCABULARY = Vocabulary(
    labels={
        "df.tablet": "Tablet",
        "df.tablet.film-coated": "Film-coated tablet",
        "df.tablet.layered": "Layered tablet",
        "df.capsule-hard": "Hard capsule",
        "op.lyophilisation": "Lyophilisation",
        "op.isolator": "Isolator",
        "svc.packaging": "Packaging",
        "svc.pack.blister": "Blister packing",
        "svc.clin.placebo": "Placebo manufacture",
        "svc.reg.qp": "QP release",
        "con.potent-handling": "High-containment handling",
        "mod.adc": "Antibody-drug conjugate",
        "mod.adc.site-specific": "Site-specific conjugate",
        "haz.beta-lactam": "Beta-lactams",
        "haz.penicillin": "Penicillins",
        "haz.sex-hormone": "Sex hormones",
        "haz.cytotoxic": "Cytotoxics",
        "reg.fda": "FDA",
        "reg.ema": "EU authority",
        "reg.hpra": "HPRA",
        "cer.gmp-certificate": "GMP certificate",
        "cer.iso-9001": "ISO 9001",
        "cer.mia": "Manufacturing authorisation",
        "stg.phase1": "Phase I",
        "stg.phase2": "Phase II",
        "stg.commercial": "Commercial",
        "sc.batch-units": "Batch size in finished units",
        "sc.oel-ug-m3": "Lowest exposure limit handled",
        "C82401": "API manufacture",
        "C25391": "analysis",
    },
    parents={
        "df.tablet.film-coated": "df.tablet",
        "df.tablet.layered": "df.tablet",
        "svc.pack.blister": "svc.packaging",
        "mod.adc.site-specific": "mod.adc",
        "haz.penicillin": "haz.beta-lactam",
        "reg.hpra": "reg.ema",
    },
    implies={"mod.adc": ("haz.cytotoxic",)},
    units={
        "sc.batch-units": "units",
        "sc.oel-ug-m3": "µg/m3",
        "sc.lyo-shelf-m2": "m2",
        "sc.vial-size": "mL nominal",
        "sc.bioreactor-l": "L",
        "sc.rate-units-hour": "units/hour",
    },
    countries={"geo.eu": frozenset({"DE", "IE", "AT"})},
)


def months_ago(months: int) -> dt.date:
    index = TODAY.year * 12 + TODAY.month - 1 - months
    return dt.date(index // 12, index % 12 + 1, 15)


def days_ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def context(time_frame: TimeFrame | None = None) -> Context:
    return context_for(TODAY, VOCABULARY, time_frame or TimeFrame())


def yes(
    term: str,
    *measures: MeasureFact,
    confirmed_on: dt.date = TODAY,
    basis: str = "claimed",
    stages: Sequence[str] = (),
) -> Statement:
    return Statement(term, True, confirmed_on, basis, "", frozenset(stages), measures)


def no(term: str, confirmed_on: dt.date = TODAY) -> Statement:
    return Statement(term, False, confirmed_on)


def hazard(
    term: str, is_present: bool, scope: Scope, place: str = "", confirmed_on: dt.date = TODAY
) -> HazardFact:
    return HazardFact(term, is_present, scope, confirmed_on, place)


def site(*statements: Statement, key: str = "s1", **facts: object) -> SiteFacts:
    named = {"name": f"Site {key}", "partner": f"p-{key}", "partner_name": f"Partner {key}", "country": "IE"}
    return SiteFacts(key=key, statements=statements, **{**named, **facts})  # type: ignore[arg-type]


def line(name: str, *statements: Statement, building: str = "", **facts: object) -> LineFacts:
    return LineFacts(name.lower(), name, building, statements, **facts)  # type: ignore[arg-type]


def quarter(year: int, part: int) -> tuple[dt.date, dt.date]:
    start = dt.date(year, 3 * part - 2, 1)
    return start, dt.date(year + 1, 1, 1) if part == 4 else dt.date(year, 3 * part + 1, 1)


def window(year: int, part: int, quantity: float, **facts: object) -> WindowFact:
    start, end = quarter(year, part)
    told = {"state": "open", "unit": "batches", "confidence": "firm", "observed_on": days_ago(12)}
    return WindowFact(start=start, end=end, quantity=quantity, **{**told, **facts})  # type: ignore[arg-type]


def must(key: str, *conditions: Condition, **asked: object) -> Requirement:
    return Requirement(key, Strength.MUST, conditions, **asked)  # type: ignore[arg-type]


def must_not(key: str, *conditions: Condition, **asked: object) -> Requirement:
    return Requirement(key, Strength.MUST_NOT, conditions, **asked)  # type: ignore[arg-type]


def prefer(key: str, *conditions: Condition, **asked: object) -> Requirement:
    return Requirement(key, Strength.PREFER, conditions, **asked)  # type: ignore[arg-type]


def batch(lo: float, hi: float) -> MeasureAsked:
    return MeasureAsked("sc.batch-units", Relation.COVERS, lo, hi)


def capsules(lo: float, hi: float) -> TermAsked:
    return TermAsked("df.capsule-hard", batch(lo, hi))


def brief(*requirements: Requirement, steps: Sequence[str] = (), **asked: object) -> BriefAsked:
    parts = tuple(Step(each, each.title()) for each in steps)
    told = {"weights": EVEN, **asked}
    return BriefAsked("b1", "Brief", parts, requirements, **told)  # type: ignore[arg-type]


def verdict(
    requirement: Requirement,
    facts: SiteFacts,
    on: LineFacts | None = None,
    time_frame: TimeFrame | None = None,
) -> Verdict:
    return judge(requirement, facts, on, context(time_frame))
