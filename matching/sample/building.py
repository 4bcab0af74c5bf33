"""From the written briefs to rows that belong to the sample sponsors."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction

from cdmo_portal.accounts.models import Member, Organisation, Role
from matching.models import Brief, BriefColleague, Requirement, Step
from matching.sample.specs import Asks, BriefSpec
from partners.models import Term
from partners.sample.dates import coming_quarters, moment
from partners.units import convert, parse


@transaction.atomic
def build_briefs(
    specs: Iterable[BriefSpec], sponsors: Mapping[str, Organisation], as_of: dt.date
) -> list[Brief]:
    """Open briefs, each owned by its sponsor and written by the sponsor's first member, if there is one."""
    terms = {term.code: term for term in Term.objects.all()}
    return [_build(spec, sponsors[spec.sponsor], terms, as_of) for spec in specs]


def _build(spec: BriefSpec, sponsor: Organisation, terms: Mapping[str, Term], as_of: dt.date) -> Brief:
    quarters = coming_quarters(as_of)
    writer = Member.objects.filter(organisation=sponsor).select_related("user").order_by("user_id").first()
    brief = Brief.objects.create(
        organisation=sponsor,
        created_by=writer.user if writer else None,
        title=spec.title,
        text=spec.text,
        state=Brief.State.OPEN,
        stage=terms[spec.stage],
        modality=terms[spec.modality],
        dosage_form=terms.get(spec.dosage_form),
        preset=spec.preset,
        material_available_on=quarters[spec.start_quarter - 1].start if spec.start_quarter else None,
        needed_by=quarters[spec.end_quarter - 1].end - dt.timedelta(days=1) if spec.end_quarter else None,
        is_sample=True,
        created_at=moment(as_of),
        **{f"{name}_weeks": weeks for name, weeks in spec.weeks.items()},
    )
    if writer is not None:
        BriefColleague.objects.create(organisation=sponsor, brief=brief, member=writer, role=Role.OWNER)
    steps = Step.objects.bulk_create(
        Step(organisation=sponsor, brief=brief, kind=kind, position=position)
        for position, kind in enumerate(spec.steps)
    )
    by_kind = {step.kind: step for step in steps}
    Requirement.objects.bulk_create(
        _requirement(brief, asked, by_kind, terms, position) for position, asked in enumerate(spec.asks)
    )
    return brief


def _requirement(
    brief: Brief, asked: Asks, steps: Mapping[str, Step], terms: Mapping[str, Term], position: int
) -> Requirement:
    row = Requirement(
        organisation=brief.organisation,
        brief=brief,
        step=steps.get(asked.step),
        position=position,
        alternative=asked.alternative,
        strength=asked.strength,
        kind=asked.kind,
        scope=asked.scope,
        label=asked.label,
        term=terms.get(asked.term),
        least_basis=asked.least_basis,
        places=list(asked.places),
        authorities=list(asked.authorities),
        at_most_months=asked.at_most_months,
    )
    if asked.quantity:
        row.quantity, row.quantity_unit = Decimal(asked.quantity[0]), asked.quantity[1]
    if asked.number:
        _add_number(row, *asked.number, terms=terms)
    return row


def _add_number(
    row: Requirement, measure: str, relation: str, text: str, unit: str, *, terms: Mapping[str, Term]
) -> None:
    entered = parse(text)
    lo, hi = (None if end is None else convert(measure, end, unit) for end in (entered.lo, entered.hi))
    row.measure, row.relation = terms[measure], relation
    row.entered_text, row.entered_unit, row.count = text, unit, entered.count
    if relation == Requirement.Relation.ONE_OF:
        row.sizes = [end for end in (lo,) if end is not None]
    else:
        row.lo, row.hi = lo, hi
