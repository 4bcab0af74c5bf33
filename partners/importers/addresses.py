"""An address as FDA's register prints it in one line, taken apart."""

import re
from dataclasses import dataclass

from partners.importers.countries import alpha2_of, country_name

_ALPHA3_AT_END = re.compile(r"\s*\(([A-Z]{3})\)$")
_STATE_AND_ZIP = re.compile(r"^(?P<state>.*?)\s*\([A-Z]{2}\)\s*(?P<zip>.*)$")
_PLACEHOLDERS = {"Select State"}
_COUNTRY_SUFFIXES = {"south", "north"}  # FDA writes "Korea, South (KOR)"


class AddressNotUnderstood(ValueError):
    """The country cannot be told, so the row cannot be placed."""


@dataclass(frozen=True, slots=True)
class Address:
    """Parts may be blank, save the country (ISO 3166-1 alpha-2).

    Puerto Rico and Guam belong to US here, as the register files them: as region or as `territory`.
    """

    street: str
    city: str
    region: str
    postal_code: str
    country: str
    territory: str = ""

    @property
    def squeezed(self) -> str:
        """Letters and digits only: equal for two spellings that differ in commas, blanks or case."""
        text = self.street + self.city + self.region + self.postal_code
        return "".join(sign for sign in text.casefold() if sign.isalnum()) + self.country

    @property
    def one_line(self) -> str:
        place = f"{self.region} {self.postal_code}".strip()
        parts = [self.street, self.city, place, self.territory, country_name(self.country)]
        return ", ".join(part for part in parts if part)


def parse_address(text: str) -> Address:
    """Take `street, city, region postcode, country (ISO3)` apart; raise `AddressNotUnderstood`."""
    parts = [" ".join(part.split()) for part in " ".join(text.split()).split(",")]
    country, territory = _pop_country(parts)
    region, postal_code = _region_and_postal_code(parts.pop() if parts else "")
    city = parts.pop() if parts else ""
    street = [part for part in parts if part]
    if not city:
        city = _city_before_a_blank(street)
    return Address(", ".join(street), city, region, postal_code, country, territory)


def _pop_country(parts: list[str]) -> tuple[str, str]:
    """Take the country off the end; a territory that FDA files under the USA (Guam) is given beside it."""
    last = parts.pop()
    match = _ALPHA3_AT_END.search(last)
    name = last[: match.start()] if match else last
    if name.casefold() in _COUNTRY_SUFFIXES and parts:
        name = f"{name} {parts.pop()}"
    code = alpha2_of(alpha3=match[1] if match else "", name=name)
    if code is None:
        raise AddressNotUnderstood(f"the country “{last[:60]}” is not known")
    is_territory = code == "US" and name not in {"", country_name("US")}
    return code, name if is_territory else ""


def _region_and_postal_code(text: str) -> tuple[str, str]:
    if match := _STATE_AND_ZIP.match(text):
        return match["state"], match["zip"]
    words = text.split()
    first = next((at for at, word in enumerate(words) if any(map(str.isdigit, word))), len(words))
    return tidy_region(" ".join(words[:first])), " ".join(words[first:])


def tidy_region(text: str) -> str:
    """A region without the dashes and the form's own prompt that stand where nobody chose one."""
    region = text.strip(" -")
    return "" if region in _PLACEHOLDERS else region


def _city_before_a_blank(street: list[str]) -> str:
    """Typed commas push the city one place forward: `4998 International Blvd, Frederick,, Maryland`."""
    if len(street) > 1 and not any(map(str.isdigit, street[-1])):
        return street.pop()
    return ""
