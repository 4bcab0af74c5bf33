"""What is compared: sites and partners by the ids of an address or by the picks of a tray."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from partners.models import FormerSlug, Partner, Site
from partners.site_cards import place_of
from partners.tray import MOST, pick_of

MOST_ASKED: Final = 40
"""Ids of an address that are looked at; nobody types more by hand."""


@dataclass(frozen=True, slots=True)
class Option:
    """One column. A partner stands for all its sites; `id` is what names it in an address."""

    kind: str
    uid: UUID
    id: str
    name: str
    places: tuple[str, ...]
    url: str
    partner: Partner | None
    sites: tuple[Site, ...]

    @property
    def pick(self) -> str:
        return pick_of(self.kind, self.uid)

    @property
    def is_partner(self) -> bool:
        return self.kind == "partner"

    @property
    def anchor(self) -> str:
        return f"option-{self.uid}"

    def name_of(self, site_id: int) -> str:
        """A site's name within this column: without the partner's, which stands above."""
        name = next(site.name for site in self.sites if site.pk == site_id)
        start = self.partner.name if self.partner else ""
        short = name.removeprefix(start).lstrip(" ,–-") if start else name
        return short or name


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of an address, the ids that lead nowhere, and the names of those that are too many."""

    options: tuple[Option, ...]
    unknown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def ids_in(texts: Iterable[str]) -> list[str]:
    """The ids of a parameter, each once, in the order asked."""
    parts = (part.strip() for text in texts for part in text.split(","))
    return list(dict.fromkeys(part for part in parts if part))[:MOST_ASKED]


def asked_for(ids: Sequence[str], *, most: int = MOST) -> Asked:
    """An id is the slug of a site or partner, also a former one; `partner:…` where a site has the same."""
    found = _found(ids)
    rows = {_identity(row): row for row in (found[each] for each in ids if each in found)}
    unknown = tuple(each for each in ids if each not in found)
    chosen = list(rows.values())
    options = _options(chosen[:most])
    return Asked(options, unknown, tuple(str(row.name) for row in chosen[most:]))


def kind_of(row: Site | Partner) -> str:
    return "site" if isinstance(row, Site) else "partner"


def id_of(row: Site | Partner) -> str:
    is_shared = getattr(row, "is_slug_shared", False)
    return f"partner:{row.slug}" if is_shared else row.slug


def known_partners() -> QuerySet[Partner, Any]:
    return Partner.objects.annotate(is_slug_shared=Exists(Site.objects.filter(slug=OuterRef("slug"))))


def _sites() -> QuerySet[Site]:
    return Site.objects.select_related("partner", "campus")


def _found(ids: Sequence[str]) -> dict[str, Site | Partner]:
    """By id: a site before a partner of the same slug, a slug in use before a former one."""
    slugs = {each.partition(":")[2] if each.startswith(("site:", "partner:")) else each for each in ids}
    if not slugs:
        return {}
    known: dict[str, Site | Partner] = {}
    former = FormerSlug.objects.filter(slug__in=slugs).values_list("slug", "site_id", "partner_id")
    moved_sites = {site_id: slug for slug, site_id, _ in former if site_id}
    moved_partners = {partner_id: slug for slug, _, partner_id in former if partner_id}
    partners = list(known_partners().filter(pk__in=moved_partners)) if moved_partners else []
    known |= {moved_partners[row.pk]: row for row in partners}
    sites = list(_sites().filter(pk__in=moved_sites)) if moved_sites else []
    known |= {moved_sites[row.pk]: row for row in sites}
    for partner in known_partners().filter(slug__in=slugs):
        known[partner.slug] = known[f"partner:{partner.slug}"] = partner
    for site in _sites().filter(slug__in=slugs):
        known[site.slug] = known[f"site:{site.slug}"] = site
    return known


def _identity(row: Site | Partner) -> str:
    return pick_of(kind_of(row), row.uid)


def _options(rows: Sequence[Site | Partner]) -> tuple[Option, ...]:
    partner_ids = [row.pk for row in rows if isinstance(row, Partner)]
    by_partner: dict[int, list[Site]] = {pk: [] for pk in partner_ids}
    if partner_ids:
        for site in _sites().filter(partner_id__in=partner_ids).order_by("name", "pk"):
            by_partner[site.partner_id or 0].append(site)
    return tuple(_option(row, by_partner) for row in rows)


def _option(row: Site | Partner, by_partner: Mapping[int, Sequence[Site]]) -> Option:
    sites = (row,) if isinstance(row, Site) else tuple(by_partner[row.pk])
    return Option(
        kind=kind_of(row),
        uid=row.uid,
        id=id_of(row),
        name=row.name,
        places=tuple(dict.fromkeys(place_of(site) for site in sites)),
        url=row.get_absolute_url(),
        partner=row.partner if isinstance(row, Site) else row,
        sites=sites,
    )
