"""Rows of what companies state: capabilities by facet, their numbers in one unit each, hazards with where."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from cdmo_portal.look.wording import age, basis_words
from partners.comparing.facts import Evidence, Facts, Handled, Stated
from partners.comparing.numbers import Number, Unit, as_entered, marks, row_unit, texts_of
from partners.comparing.options import Option
from partners.comparing.rows import Cell, Group, Row, not_stated
from partners.models import Basis, Hazard

MOST_NAMES: Final = 3
MOST_PLACES: Final = 4
BASES: Final = {code: rank for rank, code in enumerate(Basis.values)}

type Place = tuple[int, str]
"""A site and one of its lines, or "" for the site as a whole."""


def capability_groups(options: Sequence[Option], facts: Facts) -> list[Group]:
    """One group for each facet, one row for each term that somebody says yes or no to."""
    by_term = [_by_term(facts.of(option, facts.statements)) for option in options]
    groups: dict[str, list[Row]] = defaultdict(list)
    for entry in facts.terms.entries:
        told = [found.get(entry.code, ()) for found in by_term]
        if any(told):
            cells = [_answer(option, each, facts) for option, each in zip(options, told, strict=True)]
            groups[entry.facet].append(Row(entry.label, tuple(cells)))
    return [
        Group(facet, facts.facets.get(facet, facet), tuple(rows), is_foldable=True)
        for facet, rows in groups.items()
    ]


def number_group(options: Sequence[Option], facts: Facts) -> Group:
    """One row for each measure of each term: a measure belongs to its term."""
    by_term = [_by_term(facts.of(option, facts.statements)) for option in options]
    rows = []
    for entry in facts.terms.entries:
        told = [found.get(entry.code, ()) for found in by_term]
        measures = {measure for each in told for stated in each for measure in stated.numbers}
        for measure in sorted(measures, key=facts.terms.label):
            label = f"{entry.label}: {facts.terms.label(measure)}"
            rows.append(_number_row(label, measure, list(zip(options, told, strict=True)), facts))
    note = _("One unit in each row. What was entered in another unit stands beside it.")
    return Group("numbers", _("Numbers"), tuple(rows), is_foldable=True, note=note)


def hazard_group(options: Sequence[Option], facts: Facts) -> Group:
    columns = [(option, facts.of(option, facts.hazards)) for option in options]
    stated = {each.term for _option, told in columns for each in told}
    rows = [
        Row(entry.label, tuple(_hazard(option, told, entry.code, facts) for option, told in columns))
        for entry in facts.terms.entries
        if entry.code in stated
    ]
    note = _("Whether a hazard is handled, and where. Not stated is unknown: ask before you rely on it.")
    return Group("hazards", _("Hazards handled"), tuple(rows), note=note)


def _by_term(statements: Iterable[Stated]) -> Mapping[str, list[Stated]]:
    found: dict[str, list[Stated]] = defaultdict(list)
    for each in statements:
        found[each.term].append(each)
    return found


def _answer(option: Option, told: Sequence[Stated], facts: Facts) -> Cell:
    if not told:
        return not_stated()
    yes = {each.site_id for each in told if each.is_yes}
    no = {each.site_id for each in told if not each.is_yes} - yes
    stages = {code for each in told if each.is_yes for code in each.stages}
    text = _yes_or_no(len(yes), len(no), len(option.sites))
    if stages:
        text += ": " + ", ".join(entry.label for entry in facts.terms.entries if entry.code in stages)
    notes = (*_where(option, told, yes, no), backing([each.evidence for each in told], facts.today))
    return Cell(text, tuple(note for note in notes if note))


def _yes_or_no(yes: int, no: int, sites: int) -> str:
    if sites in (yes, no):
        return _("Yes") if yes else _("No")
    share = _("at %(count)s of %(sites)s sites")
    told = [(_("Yes"), yes), (_("no") if yes else _("No"), no)]
    return ", ".join(f"{word} {share % {'count': count, 'sites': sites}}" for word, count in told if count)


def _where(option: Option, told: Sequence[Stated], yes: set[int], no: set[int]) -> list[str]:
    """Which sites, where not all say the same, and which lines, where the site as a whole says nothing."""
    if len(option.sites) > 1:
        names = {site.pk: option.name_of(site.pk) for site in option.sites}
        words = ((_("yes: %s"), yes), (_("no: %s"), no))
        return [word % listed([names[pk] for pk in names if pk in who]) for word, who in words if who]
    at_site = {each.is_yes for each in told if not each.line}
    lines = {
        is_yes: [each.line for each in told if each.line and each.is_yes is is_yes]
        for is_yes in {True, False} - at_site
    }
    return [
        *([_("on %s") % listed(lines[True])] if lines.get(True) else []),
        *([_("not on %s") % listed(lines[False])] if lines.get(False) else []),
    ]


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - MOST_NAMES
    shown = ", ".join(names[:MOST_NAMES])
    return _("%(names)s and %(more)s more") % {"names": shown, "more": more} if more > 0 else shown


def backing(evidence: Sequence[Evidence], today: dt.date) -> str:
    """How statements are backed, by whom, and how old the oldest is."""
    bases = sorted({each.basis for each in evidence}, key=lambda code: BASES.get(code, 0))
    sources = sorted({each.source for each in evidence if each.source})
    oldest = min(each.confirmed_on for each in evidence)
    parts = [*(basis_words(code) for code in bases), *sources[:MOST_NAMES]]
    words = _("oldest %s") if len({each.confirmed_on for each in evidence}) > 1 else "%s"
    text = ", ".join([*parts, words % age(oldest, today)])
    stale = [each.is_stale for each in evidence]
    if not any(stale):
        return text
    return (_("Too old to count: %s") if all(stale) else _("In part too old to count: %s")) % text


def _number_row(
    label: str, measure: str, told: Sequence[tuple[Option, Sequence[Stated]]], facts: Facts
) -> Row:
    mine = [[each for each in stated if measure in each.numbers] for _option, stated in told]
    numbers = [[number for each in stated for number in each.numbers[measure]] for stated in mine]
    unit = row_unit(measure, [number for found in numbers for number in found])
    evidence = [[each.evidence.of(measure, facts.today) for each in stated] for stated in mine]
    is_old = any(each.is_stale for found in evidence for each in found)
    words = [""] * len(told) if is_old else marks(measure, numbers)
    cells = [
        _with(_numbers(option, stated, measure, unit), backed, word, facts) if stated else not_stated()
        for (option, _told), stated, backed, word in zip(told, mine, evidence, words, strict=True)
    ]
    return Row(label, tuple(cells))


def _with(cell: Cell, evidence: Sequence[Evidence], mark: str, facts: Facts) -> Cell:
    return replace(cell, mark=mark, notes=(*cell.notes, backing(evidence, facts.today)))


def _numbers(option: Option, stated: Sequence[Stated], measure: str, unit: Unit) -> Cell:
    """What is stated, with where: beside each number, or once beneath where all say the same."""
    by_text: dict[str, list[Place]] = defaultdict(list)
    for each in stated:
        by_text[texts_of(each.numbers[measure], unit)].append((each.site_id, each.line))
    names = {text: _names(option, places) for text, places in by_text.items()}
    is_one = len(names) == 1
    texts = [text if is_one or not where else f"{text} ({where})" for text, where in names.items()]
    numbers = [number for each in stated for number in each.numbers[measure]]
    notes = (*(names.values() if is_one else ()), _entered(numbers, unit, measure))
    return Cell(
        listed_places(texts),
        tuple(note for note in notes if note),
        key=frozenset(number.value for number in numbers),
    )


def listed_places(texts: Sequence[str]) -> str:
    more = len(texts) - MOST_PLACES
    shown = "; ".join(texts[:MOST_PLACES])
    return _("%(shown)s; and %(more)s more") % {"shown": shown, "more": more} if more > 0 else shown


def _names(option: Option, places: Iterable[Place]) -> str:
    """Which sites and lines; nothing where it is the one site as a whole."""
    names = [_name(option, place) for place in places]
    return listed([name or _("site as a whole") for name in names]) if any(names) else ""


def _name(option: Option, place: Place) -> str:
    site_id, line = place
    site = option.name_of(site_id) if len(option.sites) > 1 else ""
    return ", ".join(part for part in (site, line) if part)


def _entered(numbers: Iterable[Number], unit: Unit, measure: str) -> str:
    told = dict.fromkeys(each for each in (as_entered(number, unit, measure) for number in numbers) if each)
    return _("entered as %s") % listed(list(told)) if told else ""


def _hazard(option: Option, told: Sequence[Handled], term: str, facts: Facts) -> Cell:
    mine = [each for each in told if each.term == term]
    if not mine:
        return not_stated()
    where = [
        _("Handled: %s") % listed(_places(option, [each for each in mine if each.is_present])),
        _("Not handled: %s") % listed(_places(option, [each for each in mine if not each.is_present])),
    ]
    told_of = [any(each.is_present for each in mine), any(not each.is_present for each in mine)]
    text = "; ".join(words for words, is_told in zip(where, told_of, strict=True) if is_told)
    is_whole = len({each.site_id for each in mine}) == len(option.sites)
    key = (is_whole, frozenset((each.is_present, each.scope) for each in mine))
    notes = (backing([each.evidence for each in mine], facts.today),)
    return Cell(text, notes, key=key, tone="warn" if told_of[0] else "")


def _places(option: Option, hazards: Iterable[Handled]) -> list[str]:
    return list(dict.fromkeys(_hazard_place(option, each) for each in hazards))


def _hazard_place(option: Option, hazard: Handled) -> str:
    words = {
        Hazard.Scope.LINE: _("line %s") % hazard.place,
        Hazard.Scope.BUILDING: _("building %s") % hazard.place,
        Hazard.Scope.SITE: _("whole site"),
        Hazard.Scope.CAMPUS: _("whole campus"),
    }
    where = words[Hazard.Scope(hazard.scope)]
    return f"{option.name_of(hazard.site_id)}, {where}" if len(option.sites) > 1 else where
