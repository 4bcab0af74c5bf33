"""How the sample world is written down: companies, sites, lines and what they say, and one-fact variations.

Everything is frozen, so that a variation is a changed copy and never touches its archetype.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

Number = tuple[str, str, str]
"""A measure, the number and the unit as entered. Sizes of a set are several numbers of one measure."""

EARLY = ("stg.phase1", "stg.phase2")
CLINICAL = ("stg.phase1", "stg.phase2", "stg.phase3")
LATE = ("stg.phase3", "stg.registration", "stg.commercial")
ALL = (*CLINICAL, "stg.registration", "stg.commercial")


@dataclass(frozen=True, slots=True)
class Says:
    """One statement: a yes or a no about a term; `months` is how long ago it was confirmed."""

    term: str
    is_offered: bool = True
    numbers: tuple[Number, ...] = ()
    basis: str = "claimed"
    stages: tuple[str, ...] = ()
    months: int = 3
    note: str = ""


def yes(
    term: str, *numbers: Number, basis: str = "claimed", stages: tuple[str, ...] = (), note: str = ""
) -> Says:
    return Says(term, numbers=numbers, basis=basis, stages=stages, note=note)


def no(term: str) -> Says:
    return Says(term, is_offered=False)


def each_yes(terms: str, *, stages: tuple[str, ...] = ()) -> tuple[Says, ...]:
    """A plain yes to each of several terms, written with spaces between."""
    return tuple(Says(term, stages=stages) for term in terms.split())


@dataclass(frozen=True, slots=True)
class LineSpec:
    """A line. `quarters` are Q1…Q7: "4" open, "1h" held, "2i" indicative, "0x" shut down, "-" silent."""

    key: str
    name: str
    says: tuple[Says, ...]
    quarters: str = ""
    unit: str = "batches"
    lead_weeks: int | None = 12
    hazards: Mapping[str, bool] = field(default_factory=dict)
    building: str = ""
    smallest_campaign: int | None = None
    days_per_batch: int | None = None
    observed_days: int = 12
    valid_days: int = 45
    audience: str = "matching"


@dataclass(frozen=True, slots=True)
class Visit:
    """An inspection by one authority so many months ago (`None`: the date is not stated)."""

    authority: str
    months: int | None
    outcome: str = ""
    name: str = ""
    is_published: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate or licence, by the months since the inspection behind it or until it expires."""

    term: str
    authority: str = ""
    name: str = ""
    inspected_months: int | None = None
    expires_months: int | None = None


@dataclass(frozen=True, slots=True)
class SiteSpec:
    town: str
    says: tuple[Says, ...] = ()
    lines: tuple[LineSpec, ...] = ()
    hazards: Mapping[str, bool] = field(default_factory=dict)
    campus_hazards: Mapping[str, bool] = field(default_factory=dict)
    building_hazards: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    visits: tuple[Visit, ...] = ()
    papers: tuple[Paper, ...] = ()
    code: str = ""

    def line(self, key: str) -> LineSpec:
        return next(line for line in self.lines if line.key == key)


@dataclass(frozen=True, slots=True)
class Company:
    """A fictional CDMO. `is_archetype` companies have staff who can sign in."""

    name: str
    summary: str
    sites: tuple[SiteSpec, ...]
    is_archetype: bool = False
    feed: str = ""

    @property
    def slug(self) -> str:
        return self.name.lower().replace(" ", "-")


Change = Callable[[SiteSpec], SiteSpec]


def variation(base: Company, name: str, town: str, summary: str, *changes: Change) -> Company:
    """A company with the archetype's first site in another town, with a fact changed or missing."""
    site = replace(base.sites[0], town=town)
    for change in changes:
        site = change(site)
    return Company(name=name, summary=summary, sites=(site,))


def silent(term: str, line: str = "") -> Change:
    """Nothing is said about a term any more, at the site or on one of its lines."""
    return _restate(lambda says: tuple(each for each in says if each.term != term), line)


def says(*statements: Says, line: str = "") -> Change:
    """Each statement stands in place of what was said about its term."""
    terms = {each.term for each in statements}
    return _restate(lambda old: (*(each for each in old if each.term not in terms), *statements), line)


def on_line(key: str, **values: object) -> Change:
    """Other values of one line: its quarters, lead time, hazards or campaign."""

    def change(site: SiteSpec) -> SiteSpec:
        changed = replace(site.line(key), **values)  # type: ignore[arg-type]  # field names are checked by replace
        return replace(site, lines=tuple(changed if line.key == key else line for line in site.lines))

    return change


def with_site(**values: object) -> Change:
    """Other values of the site itself: its hazards, visits, papers or lines."""
    return lambda site: replace(site, **values)  # type: ignore[arg-type]  # field names are checked by replace


def without_line(key: str) -> Change:
    return lambda site: replace(site, lines=tuple(line for line in site.lines if line.key != key))


def _restate(change: Callable[[tuple[Says, ...]], tuple[Says, ...]], line: str) -> Change:
    def restated(site: SiteSpec) -> SiteSpec:
        if line:
            return on_line(line, says=change(site.line(line).says))(site)
        return replace(site, says=change(site.says))

    return restated
