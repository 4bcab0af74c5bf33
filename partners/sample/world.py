"""The whole sample world: every fictional company, in a fixed order."""

from partners.sample import (
    advanced,
    biologics,
    chemistry,
    inhaled,
    oral,
    oral_volume,
    specialists,
    sterile,
    syringes,
)
from partners.sample.specs import Company

COMPANIES: tuple[Company, ...] = (
    *oral.COMPANIES,
    *oral_volume.COMPANIES,
    *inhaled.COMPANIES,
    *sterile.COMPANIES,
    *syringes.COMPANIES,
    *biologics.COMPANIES,
    *advanced.COMPANIES,
    *chemistry.COMPANIES,
    *specialists.COMPANIES,
)
