"""Numbers as people write them: 1,000 and 1.000 and 1 000, 5k, 3.5M, 1.2 Mio, 2 × 10^15, five."""

import re
from dataclasses import dataclass
from typing import Final

_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_FACTORS: Final = {
    "k": 1e3, "thousand": 1e3, "tsd": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6,
    "mill": 1e6, "bn": 1e9, "billion": 1e9, "lakh": 1e5, "dozen": 12, "hundred": 100,
}  # fmt: skip
_SPELT: Final = {
    word: float(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
} | {"twenty": 20.0, "fifteen": 15.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "a dozen": 12.0, "half a": 0.5}  # fmt: skip
# A group of three digits after a blank continues a number only where no digit or letter hangs on before it.
_DIGITS: Final = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d.]\d)|\d{1,3}(?:[.,'’]\d{3})+(?!\d)|\d+)(?:[.,]\d+(?!\d))?"
)
NUMBER: Final = re.compile(
    r"(?<![\w.,/])10(?:\s?\^\s?(?P<ten_power>\d{1,2})|(?P<ten_super>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))|"
    rf"(?<![\w.,/])(?P<digits>{_DIGITS})"
    r"(?:(?:\s?[x×*·]\s?10\s?\^?\s?(?P<power>[-+]?\d{1,2}|[⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))|(?:[eE](?P<exponent>[-+]?\d{1,2})(?!\w)))?"
    r"(?P<factor>\s?(?:k|K|M|MM|mn|Mn|m|Mio\.?|mio\.?|Tsd\.?|[Mm]illions?|thousand|hundred|[Bb]illion|bn|lakh|dozen)(?![\w³²]))?"
    r"|(?<!\w)(?P<spelt>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|a dozen|half a|"
    r"One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Twelve)(?P<spelt_factor>[\s-]+(?:thousand|hundred|million|dozen))?(?!\w)"
)
_COMMA_DECIMAL: Final = re.compile(r"(?<![\d.,])\d{1,3},\d{1,2}(?![\d,])|(?<![\d.,])0,\d+")
_DOT_GROUPS: Final = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3}){2,}(?!\d)|\bMio\b|\bTsd\b|\bStück\b")
_DOT_DECIMAL: Final = re.compile(r"(?<![\d.,])\d{1,3}\.\d{1,2}(?![\d.])")
_COMMA_GROUPS: Final = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")


@dataclass(frozen=True, slots=True)
class Style:
    """Which sign groups thousands in this text. Where the text does not tell, the English way is meant."""

    is_continental: bool = False

    @classmethod
    def of(cls, text: str) -> "Style":
        """Told by numbers that can be read in one way only."""
        continental = len(_COMMA_DECIMAL.findall(text)) + 2 * len(_DOT_GROUPS.findall(text))
        english = len(_DOT_DECIMAL.findall(text)) + len(_COMMA_GROUPS.findall(text))
        return cls(continental > english)


def value_of(match: re.Match[str], style: Style, *, counts_things: bool = False) -> float:
    """The number of a NUMBER match. `counts_things`: 1.000 tablets are a thousand in any style."""
    if ten := match["ten_power"] or match["ten_super"]:
        return 10.0 ** int(ten.translate(_SUPERSCRIPTS))
    if match["spelt"]:
        factor = _FACTORS.get((match["spelt_factor"] or "").strip(" -\t\n").lower(), 1.0)
        return _SPELT[match["spelt"].lower()] * factor
    number = _plain(match["digits"], style, counts_things=counts_things)
    power = match["power"] or match["exponent"]
    if power:
        number *= 10.0 ** int(power.translate(_SUPERSCRIPTS))
    return _rounded(number * _FACTORS.get((match["factor"] or "").strip(" .").lower(), 1.0))


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
    if sign == ".":
        return style.is_continental or counts_things
    return not style.is_continental or counts_things


def _rounded(number: float) -> float:
    """2.2 million is 2,200,000 and not a hair beside it."""
    return float(f"{number:.12g}")
