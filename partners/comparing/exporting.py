"""A comparison as a workbook: facts in rows, for each option what it says and how that is backed."""

from collections.abc import Iterator, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.look.wording import age, dated, day_text
from cdmo_portal.spreadsheets import Cell, Column, Export, Sheet
from partners.comparing.comparison import Comparison
from partners.comparing.rows import Cell as Said
from partners.comparing.rows import Group

type About = Sequence[tuple[str, Cell]]


def export_of(
    comparison: Comparison, groups: Sequence[Group], *, actor: Actor, address: str, more: About = ()
) -> Export:
    """`address` reproduces the page; `more` is what else is to be said about the export."""
    sheets = [_facts(comparison, groups)]
    if comparison.heat is not None and comparison.heat.has_numbers:
        sheets.append(_capacity(comparison))
    return Export(_("Comparison"), sheets, [*more, *_about(comparison, actor, address)])


def _facts(comparison: Comparison, groups: Sequence[Group]) -> Sheet:
    columns = [Column(_("Part"), 24), Column(_("Fact"), 40)]
    for option in comparison.options:
        columns += [Column(option.name, 32), Column(_("%s: how it is backed") % option.name, 36)]
    return Sheet(_("Comparison"), columns, list(_rows(groups)))


def _rows(groups: Sequence[Group]) -> Iterator[list[Cell]]:
    for group in groups:
        for row in group.rows:
            label = f"{row.label} ({row.note})" if row.note else row.label
            said = [part for cell in row.cells for part in (_text(cell), "; ".join(cell.notes))]
            yield [group.title, label, *said]


def _text(cell: Said) -> str:
    return f"{cell.text} ({cell.mark})" if cell.mark else cell.text


def _capacity(comparison: Comparison) -> Sheet:
    """Quantities reported open by line and quarter; an empty cell is not stated, which is not zero."""
    heat = comparison.heat
    quarters = heat.quarters if heat else ()
    columns = [
        Column(_("Option"), 32),
        Column(_("Line"), 32),
        Column(_("Unit and age"), 32),
        *(Column(each, 10) for each in quarters),
    ]
    rows = [
        [each.name, line["label"], line["note"], *(cell["open"] for cell in line["cells"])]
        for each in (heat.rows if heat else ())
        for line in each.lines
    ]
    return Sheet(_("Reported open"), columns, rows)


def _about(comparison: Comparison, actor: Actor, address: str) -> Iterator[tuple[str, Cell]]:
    facts = comparison.facts
    yield _("Made by"), str(actor.user or "")
    yield _("For"), str(actor.organisation or "")
    yield _("Made at"), timezone.now()
    yield _("Address"), address
    yield _("Compared"), ", ".join(option.name for option in comparison.options)
    yield _("Ids"), ",".join(option.id for option in comparison.options)
    days = [each.evidence.confirmed_on for stated in facts.statements.values() for each in stated]
    if days:
        yield (
            _("Statements of companies"),
            _("confirmed from %(first)s to %(last)s, the oldest %(age)s")
            % {
                "first": day_text(min(days)),
                "last": day_text(max(days)),
                "age": age(min(days), facts.today),
            },
        )
    seen = [row.last_seen for rows in facts.registrations.values() for row in rows]
    for publisher, day in sorted({(each.publisher_name, each.snapshot_on) for each in seen}):
        yield publisher, _("snapshot of %s") % dated(day, facts.today)
    yield _("Not stated"), _("unknown, which is not a no")
    if any(option.partner and option.partner.is_sample for option in comparison.options):
        yield _("Sample"), _("Fictional companies are among these.")
