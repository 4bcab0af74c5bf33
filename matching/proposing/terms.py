"""What kind of requirement a term makes, of which work, and true of what."""

from typing import Any, Final

from matching.models import Requirement, Step
from partners.vocabulary import current_vocabulary

Kind, Scope = Requirement.Kind, Requirement.Scope

KINDS: Final = {  # stages belong to the project, measures to a term
    "service": Kind.TERM,
    "modality": Kind.TERM,
    "dosage_form": Kind.TERM,
    "container": Kind.TERM,
    "unit_operation": Kind.TERM,
    "analytical": Kind.TERM,
    "containment": Kind.TERM,
    "storage": Kind.TERM,
    "business": Kind.TERM,
    "hazard": Kind.HAZARD,
    "geography": Kind.PLACE,
    "regulator": Kind.INSPECTION,
    "certificate": Kind.CERTIFICATE,
}
# The first code above a term, or its facet, that stands here says whose work it is.
STEPS: Final = {
    "svc.drug-substance": Step.Kind.DRUG_SUBSTANCE,
    "svc.formulation": Step.Kind.DRUG_PRODUCT,
    "svc.fill-finish": Step.Kind.DRUG_PRODUCT,
    "svc.clinical": Step.Kind.DRUG_PRODUCT,
    "svc.analytical": Step.Kind.TESTING,
    "svc.packaging": Step.Kind.PACKAGING,
    "svc.reg.qp": Step.Kind.RELEASE,
    "svc.reg.importation": Step.Kind.RELEASE,
    "cnt.bottle": Step.Kind.PACKAGING,
    "cnt.blister": Step.Kind.PACKAGING,
    "cnt.sachet": Step.Kind.PACKAGING,
    "op.bioprocess": Step.Kind.DRUG_SUBSTANCE,
    "op.synthesis": Step.Kind.DRUG_SUBSTANCE,
    "dosage_form": Step.Kind.DRUG_PRODUCT,
    "container": Step.Kind.DRUG_PRODUCT,
    "unit_operation": Step.Kind.DRUG_PRODUCT,
    "analytical": Step.Kind.TESTING,
}
# What a machine does has to be true of the line that does it; the rest is true of the site.
OF_A_LINE: Final = {"dosage_form", "container", "unit_operation"}


def facet_of(code: str) -> str:
    entry = current_vocabulary().terms.get(code)
    return entry.facet if entry else ""


def step_of(code: str) -> Step.Kind | None:
    """Whose work it is; None means the whole project."""
    for each in (*current_vocabulary().lineage(code), facet_of(code)):
        if each in STEPS:
            return STEPS[each]
    return None


def row_for_term(code: str, strength: str, label: str, *, scope: str = "") -> dict[str, Any] | None:
    """A requirement in the shape that the API takes (RequirementBody); None where the term makes none."""
    facet = facet_of(code)
    kind = KINDS.get(facet)
    if kind is None:
        return None
    row = {"kind": kind.value, "strength": strength, "label": label}
    if kind is Kind.PLACE:
        return row | {"places": [code], "scope": Scope.SITE.value}
    if kind is Kind.INSPECTION:
        return row | {"authorities": [code], "scope": Scope.SITE.value}
    if kind is Kind.CERTIFICATE:
        return row | {"term": code, "scope": Scope.SITE.value}
    if kind is Kind.HAZARD:
        return row | {"term": code, "scope": scope or Scope.SITE.value}
    step = step_of(code)
    usual = Scope.LINE if step and facet in OF_A_LINE else Scope.SITE
    return row | {"term": code, "step": step.value if step else None, "scope": scope or usual.value}


def with_term(row: dict[str, Any], code: str) -> dict[str, Any]:
    """The row with a finer (or coarser) term of the same facet in place of its own."""
    other = row_for_term(code, row["strength"], row["label"]) or {}
    return row | {name: other[name] for name in ("term", "authorities", "places", "step") if name in other}
