"""An editor's list of registered sites that belong to groups known to sell contract work."""

from dataclasses import dataclass

from partners.importers.refusals import RegisterFileRefused
from partners.importers.register_files import RegisterText
from partners.importers.tables import read_table

LONGEST_GROUP = 200


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A registered site, by DUNS number, and the group that the editor puts it under."""

    duns: str
    group: str


def parse_known_sites(file: RegisterText) -> tuple[KnownSite, ...]:
    """The rows that name a group, in order of DUNS number; raise `RegisterFileRefused`."""
    table = read_table(file.text)
    missing = {"duns", "cdmo_group_curated"} - set(table.headers)
    if missing:
        raise RegisterFileRefused(f"the column {', '.join(sorted(missing))} is missing", where="line 1")
    sites = []
    for row in table.rows:
        duns, group = row.values["duns"], row.values["cdmo_group_curated"]
        if not duns.isdigit() or len(group) > LONGEST_GROUP:
            raise RegisterFileRefused("duns or group cannot be read", where=f"line {row.line}")
        if group:
            sites.append(KnownSite(duns, group))
    return tuple(sorted(sites, key=lambda site: (site.duns, site.group)))
