"""Names for people and addresses of pages out of what the register prints, often in capitals only."""

import re
import unicodedata

LONGEST_SLUG = 120  # a former slug must fit too
LONGEST_NAME = 200

_AS_WRITTEN = {
    "gmbh": "GmbH", "kg": "KG", "kgaa": "KGaA", "ag": "AG", "sa": "SA", "sas": "SAS", "sarl": "SARL",
    "spa": "SpA", "srl": "Srl", "bv": "BV", "nv": "NV", "llc": "LLC", "llp": "LLP", "lp": "LP", "plc": "PLC",
    "inc": "Inc", "ltd": "Ltd", "pvt": "Pvt", "pty": "Pty", "pte": "Pte", "co": "Co", "corp": "Corp",
    "ab": "AB", "as": "AS", "oy": "Oy", "usa": "USA", "us": "US", "uk": "UK", "api": "API", "of": "of",
    "and": "and", "the": "the", "for": "for", "de": "de", "da": "da", "e": "e", "y": "y", "et": "et",
    "und": "und", "st": "St", "dr": "Dr", "mfg": "Mfg", "intl": "Intl",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")


def readable_name(firm_name: str) -> str:
    """The firm's name, in mixed case where the register prints capitals only; else as printed.

    Dotted initials, words with digits and words without a vowel (DHU, BSP) keep their capitals.
    """
    name = firm_name
    if firm_name == firm_name.upper():
        initials = [match.span() for match in _DOTTED.finditer(firm_name)]
        name = _WORD.sub(lambda word: _recased(word, initials), firm_name)
    return name[:LONGEST_NAME].strip()


def _recased(word: re.Match[str], initials: list[tuple[int, int]]) -> str:
    text = word[0]
    if any(start <= word.start() < end for start, end in initials):
        return text
    written = _AS_WRITTEN.get(text.lower())
    if written:
        return written if word.start() else written[0].upper() + written[1:]
    if any(map(str.isdigit, text)):
        return text
    if text[1:2] in {"'", "’"}:
        return text[:3] + text[3:].lower()
    has_vowel = bool(set(text.lower()) & set("aeiouyäöüéèáàíóúæøå")) or not text.isascii()
    return text[0] + text[1:].lower() if has_vowel else text


def site_slug(name: str, city: str, duns: str) -> str:
    """The page address of a registered site; the DUNS number makes it unique, so it never has to move."""
    words = slug_words(f"{name} {city}")[: LONGEST_SLUG - len(duns) - 1].strip("-")
    return f"{words}-{duns}" if words else duns


def slug_words(text: str) -> str:
    """Small Latin letters and digits, joined by hyphens; signs of other scripts fall away."""
    plain = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", ""))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")
