"""Typical projects of the trade, for a CDMO to see where its profile stands without any sponsor's brief.

They are made up: each asks what a first enquiry of its kind usually asks, and none is anybody's. Numbers are
in the base unit of their measure.
"""

from typing import Final

from matching.scoring.facts import Scope
from matching.scoring.requirements import (
    BriefAsked,
    Condition,
    HazardAsked,
    InspectionAsked,
    MeasureAsked,
    Relation,
    Requirement,
    Step,
    Strength,
    TermAsked,
)
from matching.scoring.weightings import by_preset

DS: Final = Step("drug-substance", "Drug substance")
DP: Final = Step("drug-product", "Drug product")
PACKING: Final = Step("packaging", "Packaging")
TESTING: Final = Step("testing", "Testing")
RELEASE: Final = Step("release", "Release")
AUTHORITIES: Final = frozenset({"reg.ema", "reg.fda"})


def _asks(
    label: str,
    *conditions: Condition,
    step: Step,
    scope: Scope = Scope.SITE,
    strength: Strength = Strength.MUST,
) -> Requirement:
    """Several conditions are alternatives. Labels stand for the key, since no brief asks a thing twice."""
    return Requirement(label, strength, conditions, scope, step.key, label)


def _site(label: str, *terms: str, step: Step) -> Requirement:
    return _asks(label, *map(TermAsked, terms), step=step)


def _line(label: str, term: str, step: Step, measure: MeasureAsked | None = None) -> Requirement:
    return _asks(label, TermAsked(term, measure), step=step, scope=Scope.LINE)


def _inspected(step: Step) -> Requirement:
    return _asks(
        "Inspected by FDA or an EU authority within 3 years", InspectionAsked(AUTHORITIES, 36), step=step
    )


def _covers(measure: str, amount: float, entered: str) -> MeasureAsked:
    return MeasureAsked(measure, Relation.COVERS, amount, amount, as_entered=entered)


def _brief(
    key: str, title: str, *requirements: Requirement, stage: str, modality: str, form: str = ""
) -> BriefAsked:
    order = (DS, DP, PACKING, TESTING, RELEASE)
    used = {each.step for each in requirements}
    preset = {"stg.phase3": "late", "stg.commercial": "commercial"}.get(stage, "early")
    return BriefAsked(
        key,
        title,
        tuple(step for step in order if step.key in used),
        requirements,
        by_preset(preset).points,
        stage=stage,
        modality=modality,
        dosage_form=form,
    )


CAPSULES: Final = _brief(
    "capsules",
    "Hard capsules for a first trial",
    _line(
        "Hard capsules, 3,000 a batch", "df.capsule-hard", DP, _covers("sc.batch-units", 3000, "3,000 units")
    ),
    _site("Matching placebo", "svc.clin.placebo", step=DP),
    _site("HPLC", "an.hplc", step=TESTING),
    _site("Dissolution", "an.dissolution", step=TESTING),
    _site("Stability study", "svc.ana.stability", step=TESTING),
    _site("Certification by a Qualified Person", "svc.reg.qp", step=RELEASE),
    stage="stg.phase1",
    modality="mod.small-molecule",
    form="df.capsule-hard",
)

TABLETS: Final = _brief(
    "tablets",
    "Film-coated tablets for the market",
    _line(
        "Film-coated tablets, 250 kg a batch",
        "df.tablet.film-coated",
        DP,
        _covers("sc.batch-kg", 250, "250 kg"),
    ),
    _line("Wet granulation", "op.wet-granulation", DP),
    _line("Film coating", "op.coating", DP),
    _site("Process validation", "svc.com.process-validation", step=DP),
    _inspected(DP),
    _asks(
        "No beta-lactams on the campus",
        HazardAsked("haz.beta-lactam"),
        step=DP,
        scope=Scope.CAMPUS,
        strength=Strength.MUST_NOT,
    ),
    _site("Serialised packs", "svc.pack.serialisation", step=PACKING),
    stage="stg.commercial",
    modality="mod.small-molecule",
    form="df.tablet.film-coated",
)

VIALS: Final = _brief(
    "vials",
    "Freeze-dried vials for a Phase II trial",
    _line("Freeze-dried vials", "df.inj.lyo-vial", DP),
    _line(
        "Aseptic filling, 5,000 vials a batch",
        "op.aseptic-filling",
        DP,
        _covers("sc.vials-per-batch", 5000, "5,000 vials"),
    ),
    _line("Freeze-drying", "op.lyophilisation", DP),
    _inspected(DP),
    _site("Sterility", "an.sterility", step=TESTING),
    _site("Endotoxin", "an.endotoxin", step=TESTING),
    _site("Certification by a Qualified Person", "svc.reg.qp", step=RELEASE),
    stage="stg.phase2",
    modality="mod.mab",
    form="df.inj.lyo-vial",
)

SYRINGES: Final = _brief(
    "syringes",
    "Pre-filled syringes for the market",
    _line("Pre-filled syringes", "cnt.pfs", DP),
    _line("Aseptic filling", "op.aseptic-filling", DP),
    _site("Visual inspection", "op.visual-inspection", step=DP),
    _site("Container closure integrity", "op.ccit", step=DP),
    _inspected(DP),
    _site("Device assembly", "svc.pack.device-assembly", step=PACKING),
    _site("Serialised packs", "svc.pack.serialisation", step=PACKING),
    stage="stg.commercial",
    modality="mod.mab",
    form="df.inj.solution",
)

SMALL_MOLECULE: Final = _brief(
    "small-molecule",
    "Small-molecule drug substance for a Phase II trial",
    _line(
        "Batch synthesis in 100 L or more",
        "op.batch-synthesis",
        DS,
        MeasureAsked("sc.reactor-l", Relation.AT_LEAST, lo=100, as_entered="100 L"),
    ),
    _site("Crystallisation", "op.crystallisation", step=DS),
    _site("Process chemistry", "svc.ds.process-chemistry", step=DS),
    _inspected(DS),
    _site("NMR", "an.nmr", step=TESTING),
    _site("Solid-form analysis", "an.xrpd", step=TESTING),
    stage="stg.phase2",
    modality="mod.small-molecule",
)

ANTIBODY: Final = _brief(
    "antibody",
    "Antibody drug substance at 2,000 L",
    _line(
        "2,000 L bioreactor",
        "op.mammalian",
        DS,
        MeasureAsked("sc.bioreactor-l", Relation.ONE_OF, sizes=(2000.0,), as_entered="2,000 L"),
    ),
    _line("Single-use", "op.single-use", DS),
    _site("Downstream processing", "svc.ds.downstream", step=DS),
    _site("Monoclonal antibodies", "mod.mab", step=DS),
    _inspected(DS),
    _site("Size-exclusion chromatography", "an.sec", step=TESTING),
    _site("Host cell protein", "an.hcp", step=TESTING),
    stage="stg.phase3",
    modality="mod.mab",
)

METHODS: Final = _brief(
    "methods",
    "Methods, release and stability",
    _site("Method development", "svc.ana.method-dev", step=TESTING),
    _site("Method validation", "svc.ana.method-val", step=TESTING),
    _site("Release testing", "svc.ana.release", step=TESTING),
    _site("Stability study", "svc.ana.stability", step=TESTING),
    _site("HPLC", "an.hplc", step=TESTING),
    _site("Water content", "an.kf", step=TESTING),
    _site("LC-MS", "an.lcms", step=TESTING),
    stage="stg.phase2",
    modality="mod.small-molecule",
)

PACKS: Final = _brief(
    "packs",
    "Packing and labelling for a trial",
    _site("Primary packaging", "svc.pack.primary", step=PACKING),
    _site("Secondary packaging", "svc.pack.secondary", step=PACKING),
    _site("Labelling for trials", "svc.pack.clinical", step=PACKING),
    _line("Blisters", "cnt.blister", PACKING),
    _site("Storage and shipping", "svc.logistics", step=PACKING),
    _site("Certification by a Qualified Person", "svc.reg.qp", step=RELEASE),
    stage="stg.phase2",
    modality="mod.small-molecule",
)

REFERENCE_BRIEFS: Final = (CAPSULES, TABLETS, VIALS, SYRINGES, SMALL_MOLECULE, ANTIBODY, METHODS, PACKS)
