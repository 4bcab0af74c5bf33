"""What CDMO staff change of their own profile: the partner, its sites and their capabilities."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from partners.actions.editing import (
    AlreadyThere,
    NotAllowed,
    fill,
    locked,
    note_change,
    note_statement,
    refusing_duplicates,
    require_editor,
    require_version,
)
from partners.actions.keeping_changes import BeforeAfter, former_uid, keep_change
from partners.actions.profile_values import (
    values_of_capability,
    values_of_partner,
    values_of_site,
)
from partners.changes import mark_changed
from partners.importers.names import slug_words
from partners.models import (
    Basis,
    Capability,
    FormerSlug,
    Line,
    Measure,
    Partner,
    ProfileChange,
    Site,
    Subject,
    Term,
)
from partners.permissions import can_edit_partner

OWN_BASES = (Basis.CLAIMED, Basis.DOCUMENT, Basis.DONE)
"""What a company may say of itself; "on a certificate" and "inspected for it" need evidence from outside."""


class EvidenceIsForTheOldStatement(Exception):
    """A basis with evidence from outside stands only while the statement says what the evidence says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    name: str
    country: str
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    time_zone: str = "UTC"
    external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFacts:
    """A number in the base unit of its measure, beside what was typed."""

    term: Term
    lo: Decimal | None
    hi: Decimal | None
    count: int
    entered_text: str
    entered_unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityFacts:
    """A statement; without a line it is one of the whole site."""

    term: Term
    line: Line | None
    is_offered: bool
    basis: str
    confirmed_on: dt.date
    audience: str
    stages: tuple[str, ...] = ()
    source: str = ""
    note: str = ""
    measures: tuple[MeasureFacts, ...] = ()


@transaction.atomic
def update_partner(
    *,
    partner: Partner,
    summary: str,
    website: str,
    version: str,
    by: Actor,
    restores: ProfileChange | None = None,
) -> Partner:
    """Change what the company says of itself. Raises NotAllowed or ChangedMeanwhile."""
    if not can_edit_partner(by, partner):
        raise NotAllowed(_("Only editors and owners of the organisation may change its profile."))
    row = locked(partner)
    require_version(row, version, str(row.version))
    before = values_of_partner(row)
    row.summary, row.website, row.version = summary, website, row.version + 1
    row.save()
    record("partner.changed", by=by, about=row)
    keep_change(
        Subject.PARTNER,
        of=row,
        key=row.uid,
        about=row,
        values=(before, values_of_partner(row)),
        by=by,
        undoes=restores,
    )
    mark_changed(*row.sites.values_list("pk", flat=True))
    return row


@transaction.atomic
def save_site(
    *,
    partner: Partner,
    facts: SiteFacts,
    by: Actor,
    site: Site | None = None,
    version: str = "",
    restores: ProfileChange | None = None,
) -> Site:
    """Add a site to the actor's own partner, or change one. Raises AlreadyThere for a second external id."""
    if not can_edit_partner(by, partner) or (site is not None and site.partner_id != partner.pk):
        raise NotAllowed(_("Only editors and owners of the organisation may change its sites."))
    row = locked(site) if site else Site(partner=partner, slug=free_slug(Site, f"{partner} {facts.city}"))
    require_version(site, version, str(row.version))
    before = values_of_site(row) if site else None
    if (row.city, row.country) != (facts.city, facts.country):
        row.latitude = row.longitude = None  # the old position is of another place
    fill(row, facts)
    row.version += 1 if site else 0
    with refusing_duplicates(_("Another site of yours has this id.")):
        row.save()
    note_change("site.changed" if site else "site.created", site=row, by=by, about=row)
    keep_change(
        Subject.SITE,
        of=row,
        key=row.uid,
        about=row,
        values=(before, values_of_site(row)),
        by=by,
        undoes=restores,
    )
    return row


@transaction.atomic
def save_capability(
    *,
    site: Site,
    facts: CapabilityFacts,
    by: Actor,
    capability: Capability | None = None,
    version: str = "",
    restores: ProfileChange | None = None,
) -> Capability:
    """State something about a term, or change a statement with all of its numbers.

    With `restores` a former statement comes back under its uid, with the basis and source that it had.
    Raises NotAllowed, ChangedMeanwhile, AlreadyThere or EvidenceIsForTheOldStatement.
    """
    require_editor(by, site)
    if facts.line is not None and facts.line.site_id != site.pk:
        raise NotAllowed(_("This line belongs to another site."))
    row = locked(capability) if capability else Capability(site=site, **former_uid(restores))
    before = values_of_capability(row) if capability else None
    require_version(capability, version, str(row.version))
    if not restores:  # what comes back has the evidence that it had
        require_evidence(row if capability else None, facts)
    _require_first_statement(row, facts)
    was = row.audience if capability else ""
    fill(row, facts, leave=frozenset({"measures", "stages"}))
    row.stages = list(facts.stages)
    row.version += 1 if capability else 0
    with refusing_duplicates(_("There is already a statement about this term here.")):
        row.save()
    _replace_measures(row, facts.measures)
    kind = "capability.changed" if capability else "capability.stated"
    note_statement(kind, site=site, by=by, about=row, data={**_told_of(row), "was": was})
    _keep(row, (before, values_of_capability(row)), by=by, undoes=restores)
    return row


@transaction.atomic
def confirm_capability(*, capability: Capability, by: Actor) -> None:
    """Say that the statement is still true today."""
    require_editor(by, capability.site)
    row = locked(capability)
    date_capability(row, on=timezone.localdate(), by=by)
    note_change("capability.confirmed", site=capability.site, by=by, about=row, data=_told_of(row))


def date_capability(row: Capability, *, on: dt.date, by: Actor) -> None:
    """Let the locked statement be as old as said, and keep how old it was."""
    before = values_of_capability(row)
    row.confirmed_on, row.version = on, row.version + 1
    row.save(update_fields=["confirmed_on", "version"])
    _keep(row, (before, values_of_capability(row)), by=by)


@transaction.atomic
def delete_capability(
    *, capability: Capability, version: str, by: Actor, restores: ProfileChange | None = None
) -> None:
    """Take a statement back: the term is "not stated" again."""
    require_editor(by, capability.site)
    row = locked(capability)
    require_version(row, version, str(row.version))
    note_change("capability.deleted", site=capability.site, by=by, about=row, data=_told_of(row))
    _keep(row, (values_of_capability(row), None), by=by, undoes=restores)
    row.delete()


def free_slug(model: type[Partner] | type[Site], text: str) -> str:
    """An address for a new partner or site that neither is nor was anybody's."""
    stem = slug_words(text)[:100].strip("-") or str(model._meta.model_name)
    for slug in (stem, *(f"{stem}-{number}" for number in range(2, 20))):
        is_taken = model._default_manager.filter(slug=slug).exists()
        if not is_taken and not FormerSlug.objects.filter(slug=slug).exists():
            return slug
    return f"{stem}-{uuid4().hex[:8]}"


def _told_of(row: Capability) -> dict[str, str]:
    """What the history of changes needs: of which term, and who may read of it."""
    return {"term": row.term.code, "audience": row.audience}


def _keep(row: Capability, values: BeforeAfter, *, by: Actor, undoes: ProfileChange | None = None) -> None:
    keep_change(
        Subject.CAPABILITY, of=row.site, key=row.uid, about=row.term, values=values, by=by, undoes=undoes
    )


def _require_first_statement(row: Capability, facts: CapabilityFacts) -> None:
    others = Capability.objects.filter(site_id=row.site_id, line=facts.line, term=facts.term)
    if others.exclude(pk=row.pk).exists():
        raise AlreadyThere(_("There is already a statement about this term here. Change that one."))


def require_evidence(stands: Capability | None, facts: CapabilityFacts) -> None:
    """Raises EvidenceIsForTheOldStatement where the company itself cannot give the basis."""
    if facts.basis not in OWN_BASES and not (stands and _says_the_same(stands, facts)):
        raise EvidenceIsForTheOldStatement(
            _("This evidence was for the statement as it stood. Choose how you back the new one.")
        )


def _says_the_same(row: Capability, facts: CapabilityFacts) -> bool:
    """Whether only the wording around the statement changes: note, source, date, audience."""
    line_id = facts.line.pk if facts.line else None
    head = (row.term_id, row.line_id, row.is_offered, row.basis, set(row.stages))
    if head != (facts.term.pk, line_id, facts.is_offered, facts.basis, set(facts.stages)):
        return False
    stands = {(each.term_id, each.lo, each.hi, each.count) for each in row.measures.all()}
    return stands == {(each.term.pk, each.lo, each.hi, each.count) for each in facts.measures}


def _replace_measures(row: Capability, measures: tuple[MeasureFacts, ...]) -> None:
    row.measures.all().delete()
    fresh = [Measure(capability=row) for _measure in measures]
    for measure, facts in zip(fresh, measures, strict=True):
        fill(measure, facts)
    Measure.objects.bulk_create(fresh)
