"""Hazards, certificates and inspections as the company states them; a regulator's rows are never touched."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from partners.actions.editing import (
    NotAllowed,
    fill,
    locked,
    mark_of,
    note_change,
    note_statement,
    require_editor,
    require_version,
)
from partners.actions.keeping_changes import BeforeAfter, former_uid, keep_change
from partners.actions.profile_values import (
    values_of_certificate,
    values_of_hazards,
    values_of_inspection,
)
from partners.models import (
    Audience,
    Basis,
    Building,
    Certificate,
    Hazard,
    Inspection,
    InspectionOutcome,
    Line,
    Origin,
    ProfileChange,
    Site,
    Subject,
    Term,
)
from partners.models.profile_changes import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardPlace:
    """Where hazards are asked about. `key` stands in addresses; site and campus have no row of their own."""

    key: str
    label: str
    scope: str
    building: Building | None = None
    line: Line | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardFacts:
    is_present: bool
    basis: str
    source: str
    confirmed_on: dt.date
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    term: Term
    authority: Term | None = None
    authority_name: str = ""
    number: str = ""
    inspected_on: dt.date | None = None
    issued_on: dt.date | None = None
    expires_on: dt.date | None = None
    source: str = ""
    source_url: str = ""
    confirmed_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionFacts:
    """`outcome` is the outcome of the whole visit, if the company states one."""

    authority: Term
    authority_name: str = ""
    reference: str = ""
    ended_on: dt.date | None = None
    source: str = ""
    source_url: str = ""
    outcome: str = ""


def hazard_places(site: Site) -> list[HazardPlace]:
    """The whole site first, then its campus, buildings and lines."""
    places = [HazardPlace(key="site", label=_("The whole site"), scope=Hazard.Scope.SITE)]
    if site.campus_id is not None:
        places.append(HazardPlace(key="campus", label=_("The whole campus"), scope=Hazard.Scope.CAMPUS))
    for building in site.buildings.order_by("name"):
        places.append(
            HazardPlace(
                key=f"building-{building.pk}",
                label=building.name,
                scope=Hazard.Scope.BUILDING,
                building=building,
            )
        )
    for line in site.lines.order_by("name"):
        places.append(HazardPlace(key=str(line.uid), label=line.name, scope=Hazard.Scope.LINE, line=line))
    return places


def place_of(row: Hazard) -> HazardPlace:
    wanted = (row.scope, row.building_id, row.line_id)
    return next(
        each
        for each in hazard_places(row.site)
        if (each.scope, each.building and each.building.pk, each.line and each.line.pk) == wanted
    )


def hazards_at(site: Site, place: HazardPlace) -> QuerySet[Hazard]:
    return site.hazards.filter(scope=place.scope, building=place.building, line=place.line)


def hazards_mark(site: Site, place: HazardPlace) -> str:
    rows = hazards_at(site, place).order_by("term_id")
    return mark_of(*rows.values_list("term_id", "is_present", "audience", "source"))


@transaction.atomic
def save_hazards(
    *,
    site: Site,
    place: HazardPlace,
    answers: Mapping[Term, bool | None],
    version: str,
    by: Actor,
    audience: str = "",
    source: str = "",
) -> int:
    """Answer the questions of one place: yes, no, or `None` for not stated. The number of answers changed.

    An answer that stays keeps its basis and date; one that changes is the company's own word of
    today. Without `audience` every answer keeps its own.
    """
    require_editor(by, site)
    locked(site)
    require_version(site, version, hazards_mark(site, place))
    before_all = hazard_values(site, place)
    rows = {row.term_id: row for row in hazards_at(site, place)}
    changed, audiences = 0, set()
    for term, answer in answers.items():
        row = rows.get(term.pk)
        before = row.audience if row else ""
        if answer is None:
            if row and row.delete():
                changed += 1
                audiences.add(before)
            continue
        row = row or Hazard(site=site, scope=place.scope, building=place.building, line=place.line, term=term)
        if _answer(row, answer=answer, audience=audience, source=source):
            changed += 1
            audiences |= {before, row.audience} - {""}
    if changed:
        told = {"audiences": sorted(audiences)}
        note_statement("hazards.changed", site=site, by=by, about=site, data=told)
    _keep_hazards(site, place, before_all, by=by)
    return changed


@transaction.atomic
def put_hazards(
    *,
    site: Site,
    place: HazardPlace,
    answers: Mapping[Term, HazardFacts],
    version: str,
    by: Actor,
    restores: ProfileChange | None = None,
) -> None:
    """Make these the answers of the place, with the evidence that they had; any other is taken back."""
    require_editor(by, site)
    locked(site)
    require_version(site, version, hazards_mark(site, place))
    before = hazard_values(site, place)
    stood = list(hazards_at(site, place))
    told = {
        "audiences": sorted({row.audience for row in stood} | {each.audience for each in answers.values()})
    }
    hazards_at(site, place).delete()
    for term, facts in answers.items():
        row = Hazard(site=site, scope=place.scope, building=place.building, line=place.line, term=term)
        fill(row, facts)
        row.save()
    note_statement("hazards.changed", site=site, by=by, about=site, data=told)
    _keep_hazards(site, place, before, by=by, undoes=restores)


def hazard_values(site: Site, place: HazardPlace) -> Values | None:
    return values_of_hazards(hazards_at(site, place).select_related("term"))


def _keep_hazards(
    site: Site,
    place: HazardPlace,
    before: Values | None,
    *,
    by: Actor,
    undoes: ProfileChange | None = None,
) -> None:
    values = (before, hazard_values(site, place))
    keep_change(
        Subject.HAZARDS, of=site, key=place.key, about=place.label, values=values, by=by, undoes=undoes
    )


def _answer(row: Hazard, *, answer: bool, audience: str, source: str) -> bool:
    before = (row.is_present, row.audience, row.source)
    if row.pk is None or row.is_present != answer:
        row.basis, row.source, row.confirmed_on = Basis.CLAIMED, source, timezone.localdate()
    row.is_present, row.audience = answer, audience or row.audience or Audience.PUBLIC
    if row.pk is not None and before == (row.is_present, row.audience, row.source):
        return False
    row.save()
    return True


@transaction.atomic
def confirm_hazards(*, site: Site, place: HazardPlace, by: Actor) -> int:
    """Say that all answers of one place are still true today; the number of answers confirmed."""
    require_editor(by, site)
    locked(site)
    rows = hazards_at(site, place)
    audiences = set(rows.values_list("audience", flat=True))
    count = date_hazards(rows, site=site, place=place, on=timezone.localdate(), by=by)
    if count:
        told = {"audiences": sorted(audiences)}
        note_change("hazards.confirmed", site=site, by=by, about=site, data=told)
    return count


def date_hazards(rows: QuerySet[Hazard], *, site: Site, place: HazardPlace, on: dt.date, by: Actor) -> int:
    """Let these answers of one place of a locked site be as old as said, and keep how old they were."""
    before = hazard_values(site, place)
    count = rows.update(confirmed_on=on)
    _keep_hazards(site, place, before, by=by)
    return count


def certificate_mark(row: Certificate) -> str:
    dates = (row.inspected_on, row.issued_on, row.expires_on, row.confirmed_on)
    names = (row.authority_name, row.number, row.source, row.source_url)
    return mark_of(row.term_id, row.authority_id, *names, *dates)


@transaction.atomic
def save_certificate(
    *,
    site: Site,
    facts: CertificateFacts,
    by: Actor,
    certificate: Certificate | None = None,
    version: str = "",
    restores: ProfileChange | None = None,
) -> Certificate:
    """Add or change a certificate as the company states it. Raises NotAllowed or ChangedMeanwhile."""
    require_editor(by, site)
    row = locked(certificate) if certificate else Certificate(site=site, **former_uid(restores))
    before = values_of_certificate(row) if certificate else None
    _require_own_word(row)
    require_version(certificate, version, certificate_mark(row))
    fill(row, facts)
    row.save()
    kind = "certificate.changed" if certificate else "certificate.stated"
    note_statement(kind, site=site, by=by, about=row, data={"term": row.term.code})
    _keep(row, (before, values_of_certificate(row)), by=by, undoes=restores)
    return row


def inspection_mark(row: Inspection) -> str:
    outcomes = sorted(row.outcomes.values_list("project_area", "outcome")) if row.pk else []
    names = (row.authority_name, row.reference, row.source, row.source_url)
    return mark_of(row.authority_id, row.ended_on, *names, *outcomes)


def regulatory_mark(row: Certificate | Inspection) -> str:
    return certificate_mark(row) if isinstance(row, Certificate) else inspection_mark(row)


@transaction.atomic
def save_inspection(
    *,
    site: Site,
    facts: InspectionFacts,
    by: Actor,
    inspection: Inspection | None = None,
    version: str = "",
    restores: ProfileChange | None = None,
) -> Inspection:
    """Add or change an inspection as the company tells of it. Outcomes per project area stay."""
    require_editor(by, site)
    row = locked(inspection) if inspection else Inspection(site=site, **former_uid(restores))
    before = values_of_inspection(row) if inspection else None
    _require_own_word(row)
    require_version(inspection, version, inspection_mark(row))
    fill(row, facts, leave=frozenset({"outcome"}))
    row.save()
    row.outcomes.filter(project_area="").delete()
    if facts.outcome:
        InspectionOutcome.objects.create(inspection=row, outcome=facts.outcome)
    kind = "inspection.changed" if inspection else "inspection.stated"
    note_statement(kind, site=site, by=by, about=row, data={"term": row.authority.code})
    _keep(row, (before, values_of_inspection(row)), by=by, undoes=restores)
    return row


@transaction.atomic
def delete_regulatory(
    *,
    row: Certificate | Inspection,
    by: Actor,
    version: str | None = None,
    restores: ProfileChange | None = None,
) -> None:
    """Take back a certificate or inspection that the company itself stated, as it stands or as it was seen.

    Raises NotAllowed, or ChangedMeanwhile where somebody has just done so.
    """
    require_editor(by, row.site)
    row = locked(row)
    _require_own_word(row)
    if version is not None:
        require_version(row, version, regulatory_mark(row))
    term = row.term if isinstance(row, Certificate) else row.authority
    note_change(f"{row._meta.model_name}.deleted", site=row.site, by=by, about=row, data={"term": term.code})
    before = values_of_certificate(row) if isinstance(row, Certificate) else values_of_inspection(row)
    _keep(row, (before, None), by=by, undoes=restores)
    row.delete()


def _keep(
    row: Certificate | Inspection, values: BeforeAfter, *, by: Actor, undoes: ProfileChange | None = None
) -> None:
    subject = Subject.CERTIFICATE if isinstance(row, Certificate) else Subject.INSPECTION
    keep_change(subject, of=row.site, key=row.uid, about=row, values=values, by=by, undoes=undoes)


def _require_own_word(row: Certificate | Inspection) -> None:
    if row.origin != Origin.COMPANY:
        raise NotAllowed(_("What a regulator published is not changed here."))
