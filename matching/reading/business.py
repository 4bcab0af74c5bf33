"""Terms of business that are no capabilities: budgets, what matters more than what, conditions of contract."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from matching.reading.findings import CommercialFound, QuantityFound, Span
from matching.reading.passages import Sentence

_SAYS: Final = (
    ("priority", re.compile(r"\b(?:matters? (?:less|more)|more important than|less important than|(?:speed|price|cost|quality|time|timeline) (?:beats|over|before|first|is (?:king|everything|secondary))|price is (?:not )?(?:the )?(?:main|decisive|only)|weigh(?:s|ted)? more)", re.IGNORECASE)),
    ("payment", re.compile(r"\bpayment terms?|\bnet \d{2}\b|\b\d{2,3} days net|\binvoices?\b|\bmilestone payments?", re.IGNORECASE)),
    ("price", re.compile(r"\bprice (?:ceiling|cap|per|target|limit)|\bfixed[- ]price|\btarget (?:price|cost)|\bprices? (?:in|per|must|shall|fixed)|\bcost of goods|\bCOGS\b|\bquote (?:per|in)\b", re.IGNORECASE)),
    ("budget", re.compile(r"\bbudget", re.IGNORECASE)),
    ("term", re.compile(r"\bcontract term|\bterm (?:of|is|five|three|\d)|\b(?:three|five|two|\d+)[- ]year (?:agreement|contract|supply agreement|term)|\bsupply agreement\b", re.IGNORECASE)),
    ("royalties", re.compile(r"\broyalt\w+", re.IGNORECASE)),
    ("artwork", re.compile(r"\bartwork", re.IGNORECASE)),
    ("exclusivity", re.compile(r"\bexclusivity\b", re.IGNORECASE)),
    ("penalties", re.compile(r"\bpenalt\w+|\bliquidated damages", re.IGNORECASE)),
    ("incoterm", re.compile(r"\b(?:EXW|FCA|DAP|DDP|CIP|CPT|FOB)\b")),
)  # fmt: skip


def business_terms(
    sentences: Iterable[Sentence], quantities: Iterable[QuantityFound]
) -> list[CommercialFound]:
    """A budget with its currency in the key (`budget_EUR`), everything else in the words of the text."""
    budgets = [each for each in quantities if each.measure == "budget"]
    found = [
        CommercialFound(f"budget_{each.unit}", amount, each.span)
        for each in budgets
        if (amount := each.value if each.value is not None else each.hi if each.hi is not None else each.lo)
        is not None
    ]
    for sentence in sentences:
        found += _said(sentence, has_budget=bool(budgets))
    return found


def _said(sentence: Sentence, *, has_budget: bool) -> Iterator[CommercialFound]:
    for key, pattern in _SAYS:
        if pattern.search(sentence.text) and not (key == "budget" and has_budget):
            span = Span(sentence.start, sentence.end)
            yield CommercialFound(key, " ".join(sentence.text.split())[:200], span)
