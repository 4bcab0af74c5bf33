"""SMAA-2: how a ranking fares over all the weights that a statement allows and all that is not known.

Lahdelma & Salminen (2001), Operations Research 49(3):444-454; Tervonen & Lahdelma (2007), European Journal of
Operational Research 178(2):500-513.
"""

from matching.scoring.robustness.asked import Draw, Kind, RobustnessInvalid, Statement
from matching.scoring.robustness.examining import Robustness, examine

__all__ = ["Draw", "Kind", "Robustness", "RobustnessInvalid", "Statement", "examine"]
