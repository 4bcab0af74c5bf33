"""Terms of business that are no capabilities: budgets, priorities, conditions of contract."""

from collections.abc import Iterable, Iterator
from typing import Final

from matching.reading.findings import CommercialFound, QuantityFound, Span
from matching.reading.passages import Sentence
from matching.reading.wording import loaded, pattern

_SAYS: Final = {key: pattern(words) for key, words in loaded("business").items()}


def business_terms(
    sentences: Iterable[Sentence], quantities: Iterable[QuantityFound]
) -> list[CommercialFound]:
    """A budget with its currency in the key (`budget_EUR`), everything else in the words of the text."""
    budgets = [each for each in quantities if each.measure == "budget"]
    found = [
        CommercialFound(f"budget_{each.unit}", amount, each.span)
        for each in budgets
        for amount in [each.value, each.hi, each.lo]
        if amount is not None
    ]
    for sentence in sentences:
        found += _said(sentence, has_budget=bool(budgets))
    return found


def _said(sentence: Sentence, *, has_budget: bool) -> Iterator[CommercialFound]:
    for key, words in _SAYS.items():
        if words.search(sentence.text) and not (key == "budget" and has_budget):
            span = Span(sentence.start, sentence.end)
            yield CommercialFound(key, " ".join(sentence.text.split())[:200], span)
