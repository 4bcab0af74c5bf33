"""A brief as sponsors of freeze-dried vials write it, for measuring: twelve requirements of all kinds."""

import datetime as dt

from matching.scoring.facts import Scope
from matching.scoring.requirements import (
    BriefAsked,
    CapacityAsked,
    CertificateAsked,
    Condition,
    HazardAsked,
    InspectionAsked,
    MeasureAsked,
    PlaceAsked,
    Relation,
    Requirement,
    Step,
    Strength,
    TermAsked,
    TimeFrame,
)

SHELF = MeasureAsked("sc.lyo-shelf-m2", Relation.AT_LEAST, lo=2.8)
VIAL = MeasureAsked("sc.vial-size", Relation.AT_MOST, hi=10.0)
BATCH = MeasureAsked("sc.vials-per-batch", Relation.COVERS, lo=5_000.0, hi=5_000.0)

OF_LINES: tuple[Condition, ...] = (
    TermAsked("df.inj.lyo-vial"),
    TermAsked("op.lyophilisation", SHELF),
    TermAsked("cnt.vial", VIAL),
    TermAsked("op.aseptic-filling", BATCH),
    CapacityAsked(2.0),
)
OF_SITES: tuple[Condition, ...] = (
    TermAsked("mod.mab"),
    TermAsked("svc.reg.qp.eu"),
    PlaceAsked(frozenset({"geo.eu"})),
    InspectionAsked(frozenset({"reg.ema"}), 36.0),
    CertificateAsked("cer.gmp-certificate"),
)


def typical_brief(today: dt.date) -> BriefAsked:
    line, site = Scope.LINE, Scope.SITE
    asked = [(Strength.MUST, each, line) for each in OF_LINES]
    asked += [(Strength.MUST, each, site) for each in OF_SITES]
    asked += [(Strength.MUST_NOT, HazardAsked("haz.cytotoxic"), line)]
    asked += [(Strength.PREFER, TermAsked("op.isolator"), line)]
    requirements = tuple(
        Requirement(f"r{number}", strength, (condition,), scope, "dp")
        for number, (strength, condition, scope) in enumerate(asked)
    )
    return BriefAsked(
        "bench",
        "Freeze-dried vials",
        (Step("dp", "Drug product"),),
        requirements,
        {"fit": 30.0, "quality": 25.0, "timing": 20.0, "experience": 15.0, "place": 10.0},
        TimeFrame(needed_by=today + dt.timedelta(days=330), contracting_weeks=4, transfer_weeks=8),
        "stg.phase1",
        "mod.mab",
        "df.inj.lyo-vial",
    )
