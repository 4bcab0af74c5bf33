"""The whole sample world: every fictional company, in a fixed order."""

from partners.sample import biologics, chemistry, oral, specialists, sterile
from partners.sample.specs import Company

COMPANIES: tuple[Company, ...] = (
    *oral.COMPANIES,
    *sterile.COMPANIES,
    *biologics.COMPANIES,
    *chemistry.COMPANIES,
    *specialists.COMPANIES,
)
