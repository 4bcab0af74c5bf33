"""The whole comparison of some options, as one reader may see it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cdmo_portal.accounts.actors import Actor
from partners.comparing.capacity import HeatMap, heat_map, opening_row
from partners.comparing.facts import Facts, facts_about
from partners.comparing.options import Option
from partners.comparing.records import (
    certificate_group,
    identity_group,
    inspection_group,
    line_group,
    register_group,
)
from partners.comparing.rows import Group
from partners.comparing.statements import capability_groups, hazard_group, number_group
from partners.quarters import Quarter


@dataclass(frozen=True)
class Comparison:
    options: tuple[Option, ...]
    groups: tuple[Group, ...]
    heat: HeatMap | None
    facts: Facts


def compared(
    options: Sequence[Option],
    *,
    actor: Actor,
    today: dt.date,
    first: Sequence[Group] = (),
    needed: Quarter | None = None,
) -> Comparison:
    """`first` are groups of rows that somebody above us knows, such as what a brief says to these options."""
    facts = facts_about(options, actor=actor, today=today)
    groups = (*first, *_groups(options, facts))
    return Comparison(
        tuple(options),
        tuple(group for group in groups if group.rows),
        heat_map(options, facts, needed),
        facts,
    )


def _groups(options: Sequence[Option], facts: Facts) -> Iterator[Group]:
    yield identity_group(options, facts)
    yield _capacity(options, facts)
    yield number_group(options, facts)
    yield hazard_group(options, facts)
    yield certificate_group(options, facts)
    yield inspection_group(options, facts)
    yield register_group(options, facts)
    yield from capability_groups(options, facts)


def _capacity(options: Sequence[Option], facts: Facts) -> Group:
    lines, opening = line_group(options, facts), opening_row(options, facts)
    return replace(lines, rows=(opening, *lines.rows)) if opening else lines
