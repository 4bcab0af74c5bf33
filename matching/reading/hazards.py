"""What must not be handled at the site or on the line: "no penicillins anywhere on the campus"."""

from typing import Final

from matching.reading.findings import HazardFound, RequirementFound, Strength
from matching.reading.lexicon import Lexicon
from matching.reading.noticing import Notice
from matching.reading.stances import Stance
from matching.reading.wording import says

# The hazard that a term speaks of when it is excluded.
_HAZARDS: Final = {
    "con.beta-lactam-segregated": "haz.beta-lactam",
    "con.hormone-segregated": "haz.sex-hormone",
    "con.cytotoxic": "haz.cytotoxic",
    "con.live-biological": "haz.live-organism",
    "con.radioactive": "haz.radioactive",
    "con.controlled-drug": "haz.controlled-drug",
    "con.allergen-sensitiser": "haz.sensitising",
    "mod.sm.beta-lactam": "haz.beta-lactam",
    "mod.sm.steroid-hormone": "haz.sex-hormone",
    "mod.hpapi": "haz.hpapi",
}
_SCOPES: Final = ("line", "building", "campus", "site")


def excluded_hazard(notice: Notice, sentence: str, lexicon: Lexicon) -> list[RequirementFound] | None:
    """The exclusion, if the mention is one; nothing for a denial; None where it is no word about a hazard."""
    hazard = notice.code if notice.facet == "hazard" else _HAZARDS.get(notice.code, "")
    if not hazard:
        return None
    if notice.stance not in {Stance.EXCLUDED, Stance.NOT_NEEDED}:
        return [] if notice.facet == "hazard" and notice.stance is Stance.OTHERS else None
    scope = next((name for name in _SCOPES if says(name, sentence)), "")
    if notice.stance is Stance.NOT_NEEDED and not _is_about_site(scope, sentence):
        return []
    return [_exclusion(notice, hazard, scope, lexicon)]


def _is_about_site(scope: str, sentence: str) -> bool:
    """ "No controlled substance" says it of the product; with a place it says it of the place."""
    return bool(scope) and (scope == "line" or says("handling", sentence))


def _exclusion(notice: Notice, hazard: str, scope: str, lexicon: Lexicon) -> RequirementFound:
    hazards = (HazardFound(hazard, notice.span),)
    if scope == "line":
        # Weaker than an exclusion from the site, and no term of the vocabulary says it.
        words = f"no {lexicon.label(hazard).lower()} on the line used"
        return RequirementFound(
            words, Strength.MUST, notice.span, is_named=True, scope=scope, hazards=hazards
        )
    reported = lexicon.reported_as.get(notice.code, notice.code)
    if reported.startswith("mod."):
        reported = lexicon.reported_as.get(hazard, reported)
    return RequirementFound(reported, Strength.MUST_NOT, notice.span, scope=scope or "site", hazards=hazards)
