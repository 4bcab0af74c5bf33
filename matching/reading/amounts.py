"""Numbers with units in a sentence: ranges, bounds, multiples; what they describe is for `quantities`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from matching.reading.numerals import NUMBER, Style, value_of
from matching.reading.passages import Sentence
from matching.reading.unit_words import CURRENCIES, CURRENCY_BEFORE, UNIT_RULES, Kind, UnitRule

_TIMES: Final = re.compile(r"\s?[x×*]\s?(?=\d)")
_TO: Final = re.compile(r"\s?(?:[-–—]|to|bis|à|or|and)\s?(?:about\s|approx\.?\s|~)?(?=[\d~])", re.IGNORECASE)
_AT_MOST: Final = re.compile(
    r"(?:up to|max(?:imum|\.)?(?: of)?|no more than|not more than|at most|not exceed(?:ing)?|never exceed(?:s|ing)?|less than|fewer than|below|under|within|≤|<=|<|"
    r"bis zu|jusqu['’]à|capped at|ceiling of|no larger than|not above|no greater than|down to|as low as)\s*(?:about |approx\.? |around |a |the )?$",
    re.IGNORECASE,
)
_AT_LEAST: Final = re.compile(
    r"(?:at least|min(?:imum|\.)?(?: of)?|no less than|not less than|no fewer than|more than|over|above|greater than|≥|>=|>|from|exceed(?:s|ing)?|"
    r"upwards of|mindestens|au moins|starting at|not (?:be )?below|better than|not under)\s*(?:about |approx\.? |around |a |the )?$",
    re.IGNORECASE,
)
_NOT_BELOW: Final = re.compile(
    r"\b(?:anything|nothing|not|lines?) (?:below|under|less than|slower than)\s*$", re.IGNORECASE
)
_ABOUT: Final = re.compile(
    r"(?:~|≈|approx\.?|approximately|about|around|roughly|circa|ca\.?|some|nearly|almost|env\.|rund|etwa|say)\s*$",
    re.IGNORECASE,
)
_AT_MOST_AFTER: Final = re.compile(
    r"\s?(?:or (?:less|fewer|below|under|smaller)|max(?:imum)?\b|at (?:the )?most)", re.IGNORECASE
)
_AT_LEAST_AFTER: Final = re.compile(
    r"\s?(?:or (?:more|above|over|better|higher|greater|larger)|min(?:imum)?\b(?!\s*batch)|and (?:up|above|more)|\+|at (?:the )?least|plus\b)",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\bbetween\s*(?:about\s*)?$", re.IGNORECASE)
_LEAD: Final = 26


@dataclass(frozen=True, slots=True)
class Amount:
    """`start` and `end` count from the start of the text and include the words that bound the number."""

    start: int
    end: int
    kind: Kind
    unit: str
    value: float | None = None
    lo: float | None = None
    hi: float | None = None
    count: int = 1
    is_approximate: bool = False
    number_start: int = 0

    @property
    def largest(self) -> float:
        return max(each for each in (self.value, self.lo, self.hi) if each is not None)


def amounts_of(sentence: Sentence, style: Style) -> list[Amount]:
    """In order; a number without a unit that briefs use is left out."""
    return list(_Scan(sentence, style).amounts())


class _Scan:
    def __init__(self, sentence: Sentence, style: Style) -> None:
        self.sentence, self.text, self.style = sentence, sentence.text, style

    def amounts(self) -> Iterator[Amount]:
        place = 0
        while match := NUMBER.search(self.text, place):
            found = self._amount(match)
            place = match.end()
            if found:
                yield found
                place = max(place, found.end - self.sentence.start)

    def _amount(self, match: re.Match[str]) -> Amount | None:
        count, match = self._multiple(match)
        second = self._second(match)
        last = second or match
        rule, end = self._unit(last)
        first_rule, first_end = (rule, end) if second is None else self._unit(match, stop=second.start())
        currency = self._currency(match)
        if currency:
            rule, end = currency, last.end()
        if rule is None:
            return None
        counts = rule.kind in {Kind.COUNT, Kind.BATCHES, Kind.RATE}
        low = value_of(match, self.style, counts_things=counts) * (first_rule or rule).factor
        if second is None:
            return self._bounded(match, end, rule, low, count)
        high = value_of(second, self.style, counts_things=counts) * rule.factor
        if first_rule is None and not match["factor"] and second["factor"] and low < high:
            high_plain = high / low
            low = self._with_factor_of(low, second, high) if high_plain > 1 else low
        if first_rule is not None and first_rule.kind is not rule.kind:
            return self._bounded(match, first_end, first_rule, low, count)
        if low >= high:
            return self._bounded(match, end, rule, high, count) if first_rule is None else None
        return self._range(match, end, rule, low, high)

    def _with_factor_of(self, low: float, second: re.Match[str], high: float) -> float:
        """ "12 to 15 million": the multiplier stands once and holds for both."""
        plain = value_of_plain(second, self.style)
        return low * (high / plain) if plain and low <= plain else low

    def _multiple(self, match: re.Match[str]) -> tuple[int, re.Match[str]]:
        """ "3 x 2000 L": three of 2,000 L each."""
        times = _TIMES.match(self.text, match.end())
        following = NUMBER.match(self.text, times.end()) if times else None
        if following is None or match["power"]:
            return 1, match
        count = value_of(match, self.style)
        return (int(count), following) if count.is_integer() and count < 1000 else (1, following)

    def _second(self, match: re.Match[str]) -> re.Match[str] | None:
        """The other end of a range, with or without a unit after the first number."""
        _, end = self._unit(match)
        for place in dict.fromkeys((match.end(), end)):
            joint = _TO.match(self.text, place)
            if not joint:
                continue
            word = joint.group().strip().lower()
            if word.startswith(("and", "or")) and not self._is_between(match):
                continue
            second = NUMBER.match(self.text, joint.end())
            if second and self._unit(second)[0] is not None:
                return second
        return None

    def _is_between(self, match: re.Match[str]) -> bool:
        return bool(_BETWEEN.search(self.text, max(0, match.start() - _LEAD), match.start()))

    def _unit(self, match: re.Match[str], stop: int | None = None) -> tuple[UnitRule | None, int]:
        for rule in UNIT_RULES:
            found = rule.pattern.match(self.text, match.end(), stop if stop is not None else len(self.text))
            if found:
                return rule, found.end()
        return None, match.end()

    def _currency(self, match: re.Match[str]) -> UnitRule | None:
        sign = CURRENCY_BEFORE.search(self.text, max(0, match.start() - 6), match.start())
        if not sign:
            return None
        written = sign["sign"].lower()
        return UnitRule(CURRENCY_BEFORE, CURRENCIES.get(written, written.upper()), Kind.MONEY)

    def _range(self, match: re.Match[str], end: int, rule: UnitRule, low: float, high: float) -> Amount:
        start = self._start(match, _ABOUT, _BETWEEN)
        about = _ABOUT.search(self.text, max(0, match.start() - _LEAD), match.start())
        return self._placed(
            Amount(
                start, end, rule.kind, rule.unit, lo=_round(low), hi=_round(high), is_approximate=bool(about)
            ),
            match,
        )

    def _bounded(self, match: re.Match[str], end: int, rule: UnitRule, value: float, count: int) -> Amount:
        """One number: a bound where the words around it say so, else the value itself."""
        value = _round(value)
        before = self.text[max(0, match.start() - 2 * _LEAD) : match.start()]
        if CURRENCY_BEFORE.search(before):
            before = CURRENCY_BEFORE.sub("", before)
        about = bool(_ABOUT.search(before))
        before = _ABOUT.sub("", before) if about else before
        found = Amount(
            self._start(match, _ABOUT, _AT_MOST, _AT_LEAST), end, rule.kind, rule.unit, count=count
        )
        found = replace(found, is_approximate=about)
        after = _AT_LEAST_AFTER.match(self.text, end)
        least, most = _reach(_AT_LEAST, before), _reach(_AT_MOST, before)
        if _NOT_BELOW.search(before) or least > most:
            found = replace(found, lo=value)
        elif most:
            found = replace(found, hi=value)
        elif after:
            found = replace(found, lo=value, end=after.end())
        elif less := _AT_MOST_AFTER.match(self.text, end):
            found = replace(found, hi=value, end=less.end())
        else:
            found = replace(found, value=value)
        return self._placed(found, match)

    def _start(self, match: re.Match[str], *leads: re.Pattern[str]) -> int:
        """Where the bounding words before the number begin."""
        start = match.start()
        begin = max(0, start - 2 * _LEAD)
        for _ in range(2):
            for lead in (CURRENCY_BEFORE, *leads):
                found = lead.search(self.text, begin, start)
                if found and found.end() == start:
                    start = found.start() + len(found.group()) - len(found.group().lstrip())
        return start

    def _placed(self, amount: Amount, match: re.Match[str]) -> Amount:
        offset = self.sentence.start
        return replace(
            amount, start=amount.start + offset, end=amount.end + offset, number_start=match.start() + offset
        )


def value_of_plain(match: re.Match[str], style: Style) -> float:
    """The number as written, without its multiplier."""
    digits = NUMBER.match(match["digits"]) if match["digits"] else None
    return value_of(digits, style) if digits else 0.0


def _reach(lead: re.Pattern[str], before: str) -> int:
    """How many signs the bounding words before a number take: "no less than" beats "less than"."""
    found = lead.search(before)
    return len(found.group()) if found else 0


def _round(value: float) -> float:
    return float(f"{value:.12g}")
