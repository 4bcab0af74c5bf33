"""The sites behind the register's rows: found by FEI or DUNS number, made where there are none.

The register never writes into a site that somebody keeps (profiled, or its partner claimed): its facts
stand beside. A registration stays with the site it was first given; joining sites is for an operator.
"""

from collections.abc import Iterable
from itertools import groupby

from django.db import models
from django.db.models import Q
from django.utils import timezone

from partners.changes import mark_changed
from partners.importers.fda_registrations import RegisterRow
from partners.importers.names import readable_name, site_slug
from partners.models import FormerSlug, Registration, Site, SiteIdentifier

BATCH = 1_000
type Number = tuple[str, str]  # scheme and value
_WRITTEN = ["name", "street", "city", "region", "postal_code", "country", "latitude", "longitude"]


def identify_sites(rows: Iterable[RegisterRow]) -> tuple[dict[str, int], int]:
    """The site of every row by DUNS number, and how many were made. One FEI is one site."""
    site_of = _sites_by_number()
    found: dict[str, int] = {}
    homeless = []
    for row in rows:
        site_id = next((site_of[number] for number in _numbers(row) if number in site_of), None)
        if site_id is None:
            homeless.append(row)
        else:
            found[row.duns] = site_id
            for number in _numbers(row):
                site_of.setdefault(number, site_id)
    made = _make_sites(homeless)
    found.update(made)
    _write_identifiers((found[row.duns], number) for row in rows for number in _numbers(row))
    return found, len(set(made.values()))


def renew_sites(authority: str, touched: Iterable[RegisterRow], rows: Iterable[RegisterRow]) -> None:
    """Bring name and address of the touched rows' sites to their leading row (the lowest DUNS number)."""
    leading = _leading_rows(authority, rows)
    site_ids = _site_ids(authority, {row.duns for row in touched})
    _keep_identifiers_current(authority, site_ids)
    changed = []
    for site in _kept_by_the_register().filter(pk__in=site_ids & leading.keys()):
        if _renewed(site, leading[site.pk]):
            site.version += 1
            site.updated_at = timezone.now()
            changed.append(site)
    Site.objects.bulk_update(changed, [*_WRITTEN, "version", "updated_at"], batch_size=BATCH)


def place_sites(authority: str, rows: Iterable[RegisterRow]) -> int:
    """Write the positions that the file carries; give back how many sites got a new one."""
    placed_rows = [row for row in rows if row.position]
    if not placed_rows:
        return 0
    leading = _leading_rows(authority, placed_rows)
    moved = []
    for site in _kept_by_the_register().filter(pk__in=leading.keys()):
        position = leading[site.pk].position
        if position and (site.latitude, site.longitude) != position:
            site.latitude, site.longitude = position
            moved.append(site)
    Site.objects.bulk_update(moved, ["latitude", "longitude"], batch_size=BATCH)
    mark_changed(*moved)
    return len(moved)


def mark_sites(authority: str, duns: set[str]) -> None:
    mark_changed(*_site_ids(authority, duns))


def _numbers(row: RegisterRow) -> list[Number]:
    fei = [(SiteIdentifier.Scheme.FEI.value, row.fei)] if row.fei else []
    return [*fei, (SiteIdentifier.Scheme.DUNS.value, row.duns)]


def _sites_by_number() -> dict[Number, int]:
    """Numbers are not unique: where several sites carry one, the first made stands for it."""
    schemes = [SiteIdentifier.Scheme.FEI, SiteIdentifier.Scheme.DUNS]
    rows = SiteIdentifier.objects.filter(scheme__in=schemes).order_by("-site_id")
    return {
        (scheme, value): site_id for scheme, value, site_id in rows.values_list("scheme", "value", "site_id")
    }


def _make_sites(rows: Iterable[RegisterRow]) -> dict[str, int]:
    ordered = sorted(rows, key=lambda row: (_numbers(row)[0], row.duns))
    groups = [list(group) for _, group in groupby(ordered, key=lambda row: _numbers(row)[0])]
    slugs = _free_slugs([group[0] for group in groups])
    sites = [_site(group[0], slug) for group, slug in zip(groups, slugs, strict=True)]
    Site.objects.bulk_create(sites, batch_size=BATCH)
    return {row.duns: site.pk for site, group in zip(sites, groups, strict=True) for row in group}


def _site(row: RegisterRow, slug: str) -> Site:
    site = Site(slug=slug, is_profiled=False)
    _renewed(site, row)
    return site


def _free_slugs(rows: list[RegisterRow]) -> list[str]:
    wanted = [site_slug(readable_name(row.firm_name), row.address.city, row.duns) for row in rows]
    taken = set(Site.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    taken |= set(FormerSlug.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    return [f"{slug[:110].rstrip('-')}-registered" if slug in taken else slug for slug in wanted]


def _renewed(site: Site, row: RegisterRow) -> bool:
    """Write the row into the site; tell whether anything is different now."""
    address = row.address
    before = [getattr(site, field) for field in _WRITTEN]
    if (site.city, site.country) != (address.city, address.country):
        site.latitude = site.longitude = None  # the old position is of another place
    site.name = readable_name(row.firm_name)
    site.street, site.city, site.postal_code = address.street, address.city, address.postal_code
    site.region = address.region or address.territory
    site.country = address.country
    if row.position:
        site.latitude, site.longitude = row.position
    return before != [getattr(site, field) for field in _WRITTEN]


def _kept_by_the_register() -> models.QuerySet[Site]:
    unclaimed = Q(partner=None) | Q(partner__organisation=None, partner__is_suggested=True)
    return Site.objects.filter(unclaimed, is_profiled=False)


def _leading_rows(authority: str, rows: Iterable[RegisterRow]) -> dict[int, RegisterRow]:
    """The row that names each site: of those given, the one with the lowest DUNS number."""
    site_of = dict(Registration.objects.filter(authority=authority).values_list("row_key", "site_id"))
    leading: dict[int, RegisterRow] = {}
    for row in sorted(rows, key=lambda row: row.duns):
        leading.setdefault(site_of[row.duns], row)
    return leading


def _site_ids(authority: str, duns: set[str]) -> set[int]:
    rows = Registration.objects.filter(authority=authority, row_key__in=duns)
    return set(rows.values_list("site_id", flat=True))


def _write_identifiers(numbers: Iterable[tuple[int, Number]]) -> None:
    SiteIdentifier.objects.bulk_create(
        [SiteIdentifier(site_id=site_id, scheme=scheme, value=value) for site_id, (scheme, value) in numbers],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _keep_identifiers_current(authority: str, site_ids: set[int]) -> None:
    """Add the FEI numbers that changed rows brought. One that a row lost stays: it was the site's once."""
    rows = Registration.objects.filter(authority=authority, site_id__in=site_ids).exclude(fei="")
    _write_identifiers(
        (site_id, (SiteIdentifier.Scheme.FEI.value, fei))
        for site_id, fei in rows.values_list("site_id", "fei")
    )
