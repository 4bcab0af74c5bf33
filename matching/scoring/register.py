"""Sites of which only a register is known.

Absence of a record is not clearance, and registration for an operation is not an offer of it.
"""

from collections.abc import Sequence

from matching.scoring.facts import SiteFacts
from matching.scoring.verdicts import Status, Verdict

OFFER_QUESTION = "Do you offer this as a contract service, and at which scale?"


def questions_for(site: SiteFacts, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """What the register does not say: first whether it is a service at all."""
    open_ones = [verdict.question for verdict in verdicts if verdict.status is Status.UNKNOWN]
    first = [OFFER_QUESTION] if site.registrations else []
    return tuple(dict.fromkeys(question for question in (*first, *open_ones) if question))
