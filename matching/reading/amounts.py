"""Numbers with units in a sentence: ranges, bounds, multiples; what they describe is for `quantities`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from matching.reading.bounds import Side, bound_of, is_about
from matching.reading.labels import Label, label_of
from matching.reading.numerals import NUMBER, Style, factor_of, value_of, without_factor
from matching.reading.passages import Sentence
from matching.reading.unit_words import (
    CURRENCY_BEFORE,
    MANY,
    MANY_MONEY_AFTER,
    Kind,
    UnitRule,
    currency_of,
    noun_in,
    unit_after,
)

_I: Final = re.IGNORECASE
_TIMES: Final = re.compile(r"\s?[x×*]\s?(?=\d)")
_TIMES_AFTER: Final = re.compile(
    r"(?:/\w+)?\s[x×]\s?(?P<count>\d{1,2})(?![\w.,]*\d|\s?[a-zµ%]+/|\s?(?:mg|g|kg|mL|L)\b)"
)
_TO: Final = re.compile(
    r"\s?(?:[-–—]|\.\.\.?|…|to|till|until|bis|à|or|and|und|,?\s?max(?:imum|\.)?)\s?(?:about\s|approx\.?\s|~)?(?=[\d~]|\b[a-z])",
    _I,
)
_BETWEEN: Final = re.compile(r"\b(?:between|zwischen|entre)\s*(?:about\s*)?(?:\w{0,4}[$€£]\s?)?$", _I)
# A number without a unit after these is a batch size.
_SIZE: Final = re.compile(
    r"\b(?:batch(?:es)?(?: sizes?)?|lots?(?: sizes?)?)(?: is| are| of|:| from| between| =|\s\|)?\s*"
    r"(?:about |approx\.? |around |~|some |up to |max\.? |min\.? |at least )?$",
    _I,
)
_SIGN: Final = re.compile(r"(?:[A-Z]{3}|[$€£])\s?")
_OF_BATCHES: Final = re.compile(r"\b(?:batch|lot)(?:es|s)?\b", _I)
_YEARLY: Final = re.compile(
    r"\s?(?:/|per|a|each|every|par|pro)\s?(?:year|yr|annum|an|jahr)\b|\s?(?:annually|yearly|p\.\s?a\.)", _I
)
_CLAUSE_NUMBER: Final = re.compile(
    r"[\s>*#-]*(?:\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}[.)]|[A-Z]\d{1,2})\s+(?=[A-Z(])"
)
_BUDGET: Final = re.compile(
    r"(?:\bbudget|\benvelope|\bfunds?)[^.;]{0,12}?\(?(?P<currency>eur|usd|gbp|chf|€|\$|£)\)?", _I
)
_DELIMITED: Final = re.compile(
    r"\s*(?:$|[|,;.()\n–-]|and\b|or\b|to\b|in total\b|in all\b|altogether\b|target|max|min)", _I
)
_LEAD: Final = 52
_LEAST_BARE: Final = 50
# More numbers in one sentence are a column of data.
_MOST_NUMBERS: Final = 60
_BEYOND_REASON: Final = 1e60  # a string of digits, or more than floats hold
_LEAST_LABELLED: Final = 20
_SCALED: Final = frozenset({Kind.COUNT, Kind.MONEY})


@dataclass(frozen=True, slots=True)
class Amount:
    """`start` and `end` count from the start of the text and include the words that bound the number.

    `count` of them each, where the text says so (3 × 2,000 L); 0 where it does not.
    """

    start: int
    end: int
    kind: Kind
    unit: str
    value: float | None = None
    lo: float | None = None
    hi: float | None = None
    count: int = 0
    is_approximate: bool = False
    is_denied: bool = False  # the bounding words hold a no of their own: "not below"
    number_start: int = 0

    @property
    def largest(self) -> float:
        return max(each for each in (self.value, self.lo, self.hi) if each is not None)


def amounts_of(sentence: Sentence, style: Style, counted: Callable[[], str] = str) -> list[Amount]:
    """In order, without numbers that have no unit. `counted` tells, if asked, what the text counted last."""
    return list(_Scan(sentence, style, counted).amounts())


class _Scan:
    def __init__(self, sentence: Sentence, style: Style, counted: Callable[[], str]) -> None:
        self.sentence, self.text, self.style = sentence, sentence.text, style
        self.last_unit, self.counted_before = "", counted
        self.units: dict[tuple[int, int], tuple[UnitRule | None, int]] = {}

    def amounts(self) -> Iterator[Amount]:
        place = self._past_number_of_clause()
        for _ in range(_MOST_NUMBERS):
            match = NUMBER.search(self.text, place)
            if match is None:
                return
            found = self._amount(match)
            place = match.end()
            if found and found.largest < _BEYOND_REASON:
                if found.kind is Kind.COUNT:
                    self.last_unit = found.unit
                yield found
                place = max(place, found.end - self.sentence.start)

    def _past_number_of_clause(self) -> int:
        """ "2.3 One batch …" and "(a) …" begin with the number of the clause, not with an amount."""
        match = _CLAUSE_NUMBER.match(self.text)
        return match.end() if match else 0

    def _amount(self, match: re.Match[str]) -> Amount | None:
        count, match = self._multiple(match)
        second = self._second(match)
        last = second or match
        rule, end = self._money(match, last) or self._unit(last)
        if rule is None:
            return self._bare(match, second, count)
        first_rule, first_end = (rule, end) if second is None else self._unit(match, stop=second.start())
        low = self._value(match, first_rule or rule)
        if second is None:
            return self._bounded(match, end, rule, low, count)
        if first_rule is not None and first_rule.kind is not rule.kind:
            return self._bounded(match, first_end, first_rule, low, count)
        high = self._value(second, rule)
        low = self._with_factor_of(match, second, low, high, is_same=first_rule is None)
        if low >= high:
            return self._bounded(match, end, rule, high, count) if first_rule is None else None
        return self._range(match, end, rule, low, high)

    def _value(self, match: re.Match[str], rule: UnitRule) -> float:
        """In the unit that is reported; "75 TEUR" and "M$ 3" are so many thousands and millions."""
        number = value_of(match, self.style, counts_things=rule.counts_things)
        if rule.kind in _SCALED and self._label.factor != 1.0 and factor_of(match) == 1.0:
            return number * self._label.factor
        if rule.kind is Kind.MONEY and factor_of(match) == 1.0:
            before = CURRENCY_BEFORE.search(self.text, max(0, match.start() - 8), match.start())
            after = MANY_MONEY_AFTER.match(self.text, match.end())
            many = (after and after["many"]) or (before and before["many"])
            return number * MANY[many] if many else number
        return number if rule.written == rule.base else _round(number * rule.factor)

    def _money(self, match: re.Match[str], last: re.Match[str]) -> tuple[UnitRule, int] | None:
        before = CURRENCY_BEFORE.search(self.text, max(0, match.start() - 16), match.start())
        after = MANY_MONEY_AFTER.match(self.text, last.end())
        found = before or after
        if not found:
            return None
        return UnitRule("", currency_of(found["sign"].removeprefix(found["many"] or "")), Kind.MONEY), (
            after.end() if after else last.end()
        )

    def _bare(self, match: re.Match[str], second: re.Match[str] | None, count: int) -> Amount | None:
        """A number without a unit takes that of its label, or counts what was counted before."""
        end = (second or match).end()
        label = self._label
        if label.end and match.start() >= label.end and (rule := self._labelled(end)):
            return self._numbered(match, second, rule, count)
        if not (self._is_size(match) or (second or match)["factor"] or self._is_yearly(end) or count):
            return None
        money = _BUDGET.search(self.text)
        if money:
            return self._numbered(
                match, second, UnitRule("", currency_of(money["currency"]), Kind.MONEY), count
            )
        unit = self.last_unit or self.counted_before() or self._counted_anywhere
        if not unit and not (self._is_size(match) or self._is_yearly(end) or (count and self._is_of_batches)):
            return None
        return self._numbered(match, second, UnitRule("", unit or "units", Kind.COUNT), count)

    def _numbered(
        self, match: re.Match[str], second: re.Match[str] | None, rule: UnitRule, count: int
    ) -> Amount | None:
        low = self._value(match, rule)
        if second is None:
            least = _LEAST_LABELLED if rule is self._label.rule else _LEAST_BARE
            is_small = low < least and rule.kind in _SCALED
            return None if is_small else self._bounded(match, match.end(), rule, low, count)
        high = self._value(second, rule)
        low = self._with_factor_of(match, second, low, high, is_same=True)
        return self._range(match, second.end(), rule, low, high) if low < high else None

    def _labelled(self, end: int) -> UnitRule | None:
        """The unit of the label, where nothing but the end of the field follows the number."""
        return self._label.rule if _DELIMITED.match(self.text, end) else None

    @cached_property
    def _label(self) -> Label:
        return label_of(self.text)

    @cached_property
    def _counted_anywhere(self) -> str:
        """ "EU 85 Mio and US 40 Mio capsules": the noun stands once, at the end."""
        for match in NUMBER.finditer(self.text):
            rule, _ = self._unit(match)
            if rule and rule.kind is Kind.COUNT:
                return rule.unit
        return noun_in(self.text)

    def _with_factor_of(
        self, match: re.Match[str], second: re.Match[str], low: float, high: float, *, is_same: bool
    ) -> float:
        """ "12 to 15 million": the multiplier stands once and holds for both."""
        plain = without_factor(second, self.style)
        if not is_same or match["factor"] or not second["factor"] or not plain or low > plain:
            return low
        return low * (high / plain)

    def _multiple(self, match: re.Match[str]) -> tuple[int, re.Match[str]]:
        """ "3 x 2000 L": three of 2,000 L each."""
        times = _TIMES.match(self.text, match.end())
        following = NUMBER.match(self.text, times.end()) if times else None
        if following is None or match["power"]:
            return 0, match
        count = value_of(match, self.style)
        return (int(count), following) if count.is_integer() and count < 1000 else (0, following)

    def _second(self, match: re.Match[str]) -> re.Match[str] | None:
        """The other end of a range, with or without a unit after the first number."""
        _, end = self._unit(match)
        for place in dict.fromkeys((match.end(), end)):
            joint = _TO.match(self.text, place)
            if not joint:
                continue
            word = joint.group().strip().lower()
            if word.startswith(("and", "or", "und")) and not self._is_between(match):
                continue
            if second := self._upper(match, joint.end()):
                return second
        return None

    def _upper(self, match: re.Match[str], place: int) -> re.Match[str] | None:
        sign = _SIGN.match(self.text, place)
        second = NUMBER.match(self.text, sign.end() if sign else place)
        if not second:
            return None
        has_unit = self._unit(second)[0] is not None or second["factor"] or self._money(match, second)
        label = self._label
        is_labelled = label.says_something and match.start() >= label.end > 0
        return (
            second
            if has_unit or self._is_size(match) or self._is_yearly(second.end()) or is_labelled
            else None
        )

    @cached_property
    def _is_of_batches(self) -> bool:
        return bool(_OF_BATCHES.search(self.text))

    def _is_size(self, match: re.Match[str]) -> bool:
        return bool(_SIZE.search(self.text, max(0, match.start() - _LEAD), match.start()))

    def _is_yearly(self, end: int) -> bool:
        return bool(_YEARLY.match(self.text, end))

    def _is_between(self, match: re.Match[str]) -> bool:
        return bool(_BETWEEN.search(self.text, max(0, match.start() - _LEAD), match.start()))

    def _unit(self, match: re.Match[str], stop: int | None = None) -> tuple[UnitRule | None, int]:
        key = (match.end(), stop if stop is not None else len(self.text))
        if key not in self.units:
            self.units[key] = unit_after(self.text, *key) or (None, match.end())
        return self.units[key]

    def _range(self, match: re.Match[str], end: int, rule: UnitRule, low: float, high: float) -> Amount:
        between = _BETWEEN.search(self.text, max(0, match.start() - _LEAD), match.start())
        sign = CURRENCY_BEFORE.search(self.text, max(0, match.start() - 8), match.start())
        start = between.start() if between else sign.start() if sign else match.start()
        about, start = is_about(self.text, start)
        found = Amount(
            start, end, rule.kind, rule.unit, lo=_round(low), hi=_round(high), is_approximate=about
        )
        return self._placed(found, match)

    def _bounded(self, match: re.Match[str], end: int, rule: UnitRule, value: float, count: int) -> Amount:
        """One number: a bound where the words around it say so, else the value itself."""
        bound = bound_of(self.text, match.start(), end, rule.kind)
        number = _round(value)
        times = _TIMES_AFTER.match(self.text, end)
        found = Amount(
            bound.start,
            bound.end,
            rule.kind,
            rule.unit,
            count=count or (int(times["count"]) if times else 0),
            is_approximate=bound.is_approximate,
            is_denied=bound.is_denied,
            value=number if bound.side is Side.NONE else None,
            lo=number if bound.side is Side.LEAST else None,
            hi=number if bound.side is Side.MOST else None,
        )
        return self._placed(found, match)

    def _placed(self, amount: Amount, match: re.Match[str]) -> Amount:
        offset = self.sentence.start
        return replace(
            amount, start=amount.start + offset, end=amount.end + offset, number_start=match.start() + offset
        )


def _round(value: float) -> float:
    return float(f"{value:.12g}")
