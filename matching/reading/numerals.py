"""Numbers as people write them: 1,000 and 1.000 and 1 000, 5k, 3.5M, 1.2 Mio, 2 × 10^15, half a million."""

import re
from dataclasses import dataclass
from typing import Final

from matching.reading.wording import alternation, loaded

_WORDS: Final = loaded("numerals")
FACTORS: Final[dict[str, float]] = {word: float(number) for word, number in _WORDS["factors"].items()}
_PARTS: Final[dict[str, float]] = _WORDS["parts"]
_SMALL: Final[dict[str, float]] = {**_WORDS["units"], **_WORDS["tens"], "a": 1, "an": 1}
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")


# A group of three digits after a blank continues a number only where no digit or letter hangs on before it.
# In India two digits make a group, but for the last: 12,00,000.
_DIGITS: Final = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d.]\d)|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)"
    r"|\d{1,3}(?:[.,'’]\d{3})+(?!\d)|\d+)"
    r"(?:[.,]\d+(?!\d))?"
)
_LONG: Final = alternation(word for word in FACTORS if word not in {each.lower() for each in _WORDS["short"]})
_FACTOR: Final = rf"(?:{alternation(_WORDS['short'])}|(?i:{_LONG})\.?)(?![\w³²])"
_UNITS, _TENS = alternation(_WORDS["units"]), alternation(_WORDS["tens"])
_BELOW_100: Final = rf"(?:(?:{_TENS})(?:[\s-](?:{_UNITS}))?|(?:{_UNITS}))"
_BELOW_1000: Final = rf"(?:(?:{_UNITS}|an?)[\s-]hundred(?:\s(?:and\s)?{_BELOW_100})?|{_BELOW_100})"
_LARGE: Final = "thousand|million|billion|lakhs?|crores?|dozen|hundred"
# "A thousand", "half a million", "three hundred and fifty thousand", "half a kilo".
_SPELT: Final = (
    rf"(?:(?P<part>{alternation(_PARTS)})(?:[\s-](?P<part_of>{_LARGE}))?"
    rf"|(?P<spelt>{_BELOW_1000}(?:[\s-](?:{_LARGE})(?:\s(?:and\s)?{_BELOW_1000}(?:[\s-]thousand)?)?)?|an?\s(?:{_LARGE})))"
)
NUMBER: Final = re.compile(
    r"(?<![\w.,/])10(?:\s?\^\s?(?P<ten_power>\d{1,2})|(?P<ten_super>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))|"
    rf"(?<![\w.,/])(?P<digits>{_DIGITS})"
    r"(?:(?:\s?[x×*·]\s?10\s?\^?\s?(?P<power>[-+]?\d{1,2}|[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))|(?:[eE](?P<exponent>[-+]?\d{1,2})(?!\w)))?"
    rf"(?P<factor>[\s\u00a0\u202f]?{_FACTOR})?"
    rf"|(?<![\w-])(?i:{_SPELT})(?!\w)"
)
_COMMA_DECIMAL: Final = re.compile(r"(?<![\d.,])\d{1,3},\d{1,2}(?![\d,])|(?<![\d.,])0,\d+")
_DOT_GROUPS: Final = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3}){2,}(?!\d)|\bMio\b|\bTsd\b|\bStück\b")
_DOT_DECIMAL: Final = re.compile(r"(?<![\d.,])\d{1,3}\.\d{1,2}(?![\d.])|(?<![\d.,])0\.\d+")
_COMMA_GROUPS: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")


@dataclass(frozen=True, slots=True)
class Style:
    """Which sign groups thousands in this text. Where the text does not tell, the English way is meant."""

    is_continental: bool = False
    is_english: bool = False  # the text shows it

    @classmethod
    def of(cls, text: str) -> "Style":
        """Told by numbers that can be read in one way only."""
        continental = len(_COMMA_DECIMAL.findall(text)) + 2 * len(_DOT_GROUPS.findall(text))
        english = len(_DOT_DECIMAL.findall(text)) + len(_COMMA_GROUPS.findall(text))
        return cls(continental > english, english > continental)


def value_of(match: re.Match[str], style: Style, *, counts_things: bool = False) -> float:
    """The number of a NUMBER match. `counts_things`: 1.000 tablets are a thousand in any style."""
    if ten := match["ten_power"] or match["ten_super"]:
        return 10.0 ** int(ten.translate(_SUPERSCRIPTS))
    if match["part"]:
        part = _PARTS[" ".join(match["part"].lower().split())]
        return part * FACTORS.get((match["part_of"] or "").lower(), 1.0)
    if match["spelt"]:
        return _spelt(match["spelt"])
    number = _plain(match["digits"], style, counts_things=counts_things)
    power = match["power"] or match["exponent"]
    if power:
        number *= 10.0 ** int(power.translate(_SUPERSCRIPTS))
    return _rounded(number * factor_of(match))


def factor_of(match: re.Match[str]) -> float:
    """What a word or letter behind the figures multiplies them with."""
    return FACTORS.get((match["factor"] or "").strip(" .\u00a0\u202f\t\n").lower(), 1.0)


def without_factor(match: re.Match[str], style: Style) -> float:
    """The figures as written."""
    return _plain(match["digits"], style, counts_things=False) if match["digits"] else 0.0


def _spelt(words: str) -> float:
    """ "Two hundred and fifty thousand": what is below a thousand is added up, and then multiplied."""
    total = part = 0.0
    for word in re.split(r"[\s-]+", words.lower()):
        if word in _SMALL:
            part += _SMALL[word]
        elif word == "hundred":
            part *= 100
        elif word != "and":
            total, part = total + part * FACTORS[word], 0.0
    return total + part


def _plain(digits: str, style: Style, *, counts_things: bool) -> float:
    text = re.sub(r"[\s'’\u00a0\u202f]", "", digits)
    commas, dots = text.count(","), text.count(".")
    if commas and dots:
        decimal = max(text.rfind(","), text.rfind("."))
        return float(re.sub(r"[.,]", "", text[:decimal]) + "." + text[decimal + 1 :])
    sign = "," if commas else "."
    if not commas and not dots:
        return float(text)
    if text.count(sign) > 1 or _groups(text, sign, style, counts_things=counts_things):
        return float(text.replace(sign, ""))
    return float(text.replace(",", "."))


def _groups(text: str, sign: str, style: Style, *, counts_things: bool) -> bool:
    whole, _, rest = text.partition(sign)
    if len(rest) != 3 or whole in {"", "0"}:
        return False
    if counts_things:
        return True
    is_other_way = style.is_english if sign == "." else style.is_continental
    is_own_way = style.is_continental if sign == "." else not style.is_continental
    # Nobody measures 1.500 kg to the gram, or would write that nought.
    return is_own_way or (rest.endswith("0") and not is_other_way)


def _rounded(number: float) -> float:
    """2.2 million is 2,200,000 and not a hair beside it."""
    return float(f"{number:.12g}")
