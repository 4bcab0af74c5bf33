"""Which partner or site of the portal a company of somebody's list is: by number, by name, or nearly so."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from partners.folding import folded
from partners.models import Partner, SearchRow, Site, SiteIdentifier

MOST_NEAR: Final = 500
"""So many names are looked up by likeness; a list of more new names than that is matched in several goes."""
MOST_OFFERED: Final = 6
LEGAL_FORMS: Final = frozenset({
    "ab", "ag", "as", "bv", "co", "corp", "corporation", "gmbh", "inc", "incorporated", "kg", "kgaa", "kk",
    "limited", "llc", "llp", "lp", "ltd", "nv", "oy", "plc", "pte", "pty", "pvt", "sa", "sarl", "sas", "se",
    "spa", "srl",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """A partner (`partner` is its own key) or a site of the portal."""

    kind: str
    pk: int
    slug: str
    name: str
    city: str = ""
    country: str = ""
    partner: int | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.slug}"


@dataclass(frozen=True, slots=True)
class Sought:
    """A company as a list names it."""

    name: str
    city: str = ""
    country: str = ""
    duns: str = ""
    fei: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """`subject` where there is no doubt, and by what; else those that a person may choose from."""

    subject: Subject | None = None
    how: str = ""
    offered: Sequence[Subject] = ()
    unknown_number: str = ""


@dataclass
class PortalNames:
    """The names of all partners and sites, read once for one list."""

    sites: dict[int, Subject] = field(default_factory=dict)
    partners: dict[int, Subject] = field(default_factory=dict)
    sites_of: dict[int, list[Subject]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[Subject]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls) -> "PortalNames":
        names = cls()
        for pk, slug, name in Partner.objects.order_by("pk").values_list("pk", "slug", "name"):
            names.partners[pk] = Subject("partner", pk, slug, name, partner=pk)
        rows = Site.objects.order_by("pk").values_list("pk", "slug", "name", "city", "country", "partner_id")
        for row in rows:
            site = Subject("site", *row)
            names.sites[site.pk] = site
            if site.partner is not None:
                names.sites_of[site.partner].append(site)
        for subject in (*names.partners.values(), *names.sites.values()):
            names.by_name[stem(subject.name)].append(subject)
        return names

    def countries(self, subject: Subject) -> set[str]:
        if subject.kind == "site":
            return {subject.country}
        return {site.country for site in self.sites_of[subject.pk]}


def words_of(name: str) -> list[str]:
    """As written, without case, accents and punctuation. No plural or spelling is evened out: what is only
    nearly the same name is a person's choice."""
    decomposed = unicodedata.normalize("NFKD", name.replace("'", "").replace("’", "").replace(".", ""))
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()
    return re.findall(r"[^\W_]+", plain)


def same(name: str) -> str:
    """Equal for two ways to write one name."""
    return " ".join(words_of(name))


def stem(name: str) -> str:
    """The name without its legal form."""
    words = words_of(name)
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def legal_form(name: str) -> str:
    words = words_of(name)
    return " ".join(word for word in words[1:] if word in LEGAL_FORMS)


def by_numbers(sought: Iterable[Sought]) -> dict[tuple[str, str], set[int]]:
    """Sites by DUNS and FEI number; one query each for all of the list. Numbers are not unique."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    wanted = {
        SiteIdentifier.Scheme.DUNS: {each.duns for each in sought if each.duns},
        SiteIdentifier.Scheme.FEI: {form for each in sought if each.fei for form in fei_forms(each.fei)},
    }
    for scheme, values in wanted.items():
        rows = SiteIdentifier.objects.filter(scheme=scheme, value__in=values) if values else ()
        for row in rows:
            found[scheme, row.value.lstrip("0")].add(row.site_id)
    return found


def fei_forms(value: str) -> set[str]:
    """The register writes ten digits or leaves the zeros in front away."""
    return {value, value.lstrip("0"), value.zfill(10)}


def near_sites(sought: Sequence[Sought]) -> dict[tuple[str, str], list[int]]:
    """Sites whose names, or whose partners', are like these, by folded name and country; one statement."""
    asked = sorted({(folded(each.name), each.country) for each in sought if each.name})[:MOST_NEAR]
    if not asked:
        return {}
    statement = """
        SELECT asked.name, asked.country, near.site_id
        FROM unnest(%s::text[], %s::text[]) AS asked(name, country)
        CROSS JOIN LATERAL (
            SELECT site_id FROM partners_searchrow
            WHERE reader = %s AND asked.name <%% name AND (asked.country = '' OR country = asked.country)
            ORDER BY asked.name <<-> name, site_id LIMIT %s) AS near
    """
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [[name for name, _ in asked], [country for _, country in asked], SearchRow.Reader.SPONSORS, 5],
        )
        for name, country, site in cursor.fetchall():
            found[name, country].append(site)
    return found


def by_number(sought: Sought, names: PortalNames, numbers: Mapping[tuple[str, str], set[int]]) -> Found:
    """The site that a DUNS or FEI number names; several sites of one number are offered."""
    unknown = ""
    for scheme, value in ((SiteIdentifier.Scheme.FEI, sought.fei), (SiteIdentifier.Scheme.DUNS, sought.duns)):
        if not value:
            continue
        named = sorted(numbers.get((scheme, value.lstrip("0")), ()))
        sites = [names.sites[pk] for pk in named if pk in names.sites]  # one may be newer than the names
        if len(sites) == 1:
            return Found(sites[0], scheme.value.upper())
        if sites:
            return Found(offered=sites[:MOST_OFFERED])
        unknown = unknown or f"{scheme.value.upper()} {value}"
    return Found(unknown_number=unknown)


def by_name(sought: Sought, names: PortalNames) -> Found:
    """Without doubt where one partner or site has this name in this country, and fits a city that is said.

    A different legal form is a different company. Without a country nothing is without doubt.
    """
    alike = [each for each in names.by_name.get(stem(sought.name), ()) if _is_same(sought, each, names)]
    if not sought.country or not alike:
        return Found(offered=alike[:MOST_OFFERED])
    partners = [each for each in alike if each.kind == "partner"]
    sites = [each for each in alike if each.kind == "site" and _is_there(sought, each)]
    if len(partners) == 1 and not sites:
        return _of_partner(sought, partners[0], names)
    if len(sites) == 1 and not partners:
        return Found(sites[0], "name")
    return Found(offered=[*sites, *partners][:MOST_OFFERED])


def _of_partner(sought: Sought, partner: Subject, names: PortalNames) -> Found:
    """A list that names a city means the site there; where there is none, a person has to say."""
    here = [site for site in names.sites_of[partner.pk] if site.country == sought.country]
    if not sought.city:
        return Found(partner, "name")
    there = [site for site in here if _is_there(sought, site)]
    if len(there) == 1:
        return Found(there[0], "name")
    return Found(offered=[*(there or here), partner][:MOST_OFFERED])


def _is_same(sought: Sought, subject: Subject, names: PortalNames) -> bool:
    forms = {legal_form(sought.name), legal_form(subject.name)} - {""}
    return len(forms) < 2 and (not sought.country or sought.country in names.countries(subject))


def _is_there(sought: Sought, site: Subject) -> bool:
    return not sought.city or not site.city or same(sought.city) == same(site.city)


def nearly(sought: Sought, names: PortalNames, near: Mapping[tuple[str, str], list[int]]) -> list[Subject]:
    """What is like it, sites first by likeness, each followed by its partner once."""
    found: dict[str, Subject] = {}
    for pk in near.get((folded(sought.name), sought.country), ()):
        site = names.sites.get(pk)
        if site is None:
            continue
        found[site.key] = site
        partner = names.partners.get(site.partner) if site.partner is not None else None
        if partner is not None:
            found.setdefault(partner.key, partner)
    return list(found.values())[:MOST_OFFERED]
