"""Bringing back what a profile said before a change. It is a change itself, so it can be undone too."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from partners.actions import lines, profiles, site_facts
from partners.actions.editing import ChangedMeanwhile, NotAllowed, locked, mark_of
from partners.actions.profile_values import (
    NoLongerPossible,
    line_of,
    read,
    term_of,
    values_of_capability,
    values_of_certificate,
    values_of_inspection,
    values_of_line,
    values_of_partner,
    values_of_site,
)
from partners.models import Partner, ProfileChange, Site, Subject
from partners.models.profile_changes import Values
from partners.permissions import can_edit_partner

# Sites and the profile itself are not removed by taking back a change, and a line is removed by its own page.
NEVER_REMOVED = frozenset({Subject.SITE, Subject.PARTNER, Subject.LINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a profile: `key` is the uid of its row, or the place of answers about hazards."""

    subject: Subject
    key: str
    partner: Partner
    site: Site | None = None

    @property
    def at(self) -> Site:
        # A site may be kept by somebody else by now, whose words are not for this organisation.
        if self.site is None or self.site.partner_id != self.partner.pk:
            raise NoLongerPossible(_("The site is no longer in your profile."))
        return self.site


def part_of(change: ProfileChange) -> Part:
    return Part(subject=Subject(change.subject), key=change.key, partner=change.partner, site=change.site)


def present(part: Part) -> Values | None:
    """What stands now; None where nothing is stated."""
    return _PRESENT[part.subject](part)


def mark(values: Values | None) -> str:
    """A short mark of values that a person has seen."""
    return mark_of(json.dumps(values, sort_keys=True))


def can_restore(change: ProfileChange) -> bool:
    return change.before is not None or change.subject not in NEVER_REMOVED


@transaction.atomic
def restore(*, change: ProfileChange, seen: str, by: Actor) -> None:
    """Let what stood before the change stand again, in place of what the person has `seen` to stand now.

    Raises NotAllowed, ChangedMeanwhile, NoLongerPossible, and what saving such values raises.
    """
    if change.organisation_id != by.organisation_id or not can_edit_partner(by, change.partner):
        raise NotAllowed(_("Only editors and owners of the organisation may change its profile."))
    if not can_restore(change):
        raise NoLongerPossible(_("Nothing stood before this change."))
    part = _held(part_of(change))
    if mark(present(part)) != seen:
        raise ChangedMeanwhile(_("Somebody else has saved this since you opened the page."))
    put(part, change.before, by=by, restores=change)


def _held(part: Part) -> Part:
    """The part as it stands now, its row locked."""
    if part.site is None:
        return replace(part, partner=locked(part.partner, is_named=True))
    part = replace(part, site=locked(part.site, is_named=True))
    lock_rows(part.at, {part.key})
    return part


def lock_rows(site: Site, keys: Collection[str]) -> None:
    """Hold what the keys name, so that nobody changes it between the look at it and the write.

    The lines first and each kind by age: the order of everybody who writes several rows of a profile.
    """
    list(site.lines.order_by("pk").select_for_update(of=("self",), no_key=True))
    uids = [key for key in keys if is_uid(key)]
    for rows in (site.capabilities, site.certificates, site.inspections):
        list(rows.filter(uid__in=uids).order_by("pk").select_for_update(of=("self",)))


def is_uid(key: str) -> bool:
    """Places of hazards have keys of other kinds."""
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def put(part: Part, values: Values | None, *, by: Actor, restores: ProfileChange | None = None) -> None:
    """Save the values as the part's, by the action that its form uses; None takes the statement back."""
    _PUT[part.subject](part, values, by, restores)


type Put = Callable[[Part, Any, Actor, ProfileChange | None], None]


def _capability_now(part: Part) -> Values | None:
    row = part.at.capabilities.select_related("term", "line").filter(uid=part.key).first()
    return values_of_capability(row) if row else None


def _put_capability(part: Part, values: Values | None, by: Actor, restores: ProfileChange | None) -> None:
    site = part.at
    row = site.capabilities.select_related("site__partner", "term", "line").filter(uid=part.key).first()
    version = str(row.version) if row else ""
    if values is not None:
        facts = capability_facts(site, values)
        profiles.save_capability(
            site=site, facts=facts, by=by, capability=row, version=version, restores=restores
        )
    elif row is not None:
        profiles.delete_capability(capability=row, version=version, by=by, restores=restores)


def capability_facts(site: Site, values: Values) -> profiles.CapabilityFacts:
    rows: Any = values["measures"]
    measures = tuple(read(profiles.MeasureFacts, each, term=term_of(each["term"])) for each in rows)
    term, line = term_of(values["term"]), line_of(site, values["line"])
    return read(profiles.CapabilityFacts, values, term=term, line=line, measures=measures)


def _place_of(part: Part) -> site_facts.HazardPlace:
    for place in site_facts.hazard_places(part.at):
        if place.key == part.key:
            return place
    raise NoLongerPossible(_("The place that this was answered of is no longer there."))


def _hazards_now(part: Part) -> Values | None:
    return site_facts.hazard_values(part.at, _place_of(part))


def _put_hazards(part: Part, values: Any, by: Actor, restores: ProfileChange | None) -> None:
    place = _place_of(part)
    answers = {term_of(code): read(site_facts.HazardFacts, facts) for code, facts in (values or {}).items()}
    version = site_facts.hazards_mark(part.at, place)
    site_facts.put_hazards(
        site=part.at, place=place, answers=answers, version=version, by=by, restores=restores
    )


def _certificate_now(part: Part) -> Values | None:
    row = part.at.certificates.select_related("term", "authority").filter(uid=part.key).first()
    return values_of_certificate(row) if row else None


def _put_certificate(part: Part, values: Values | None, by: Actor, restores: ProfileChange | None) -> None:
    row = part.at.certificates.select_related("site__partner", "term").filter(uid=part.key).first()
    if values is None:
        if row is not None:
            site_facts.delete_regulatory(row=row, by=by, restores=restores)
        return
    authority = term_of(values["authority"]) if values["authority"] else None
    site_facts.save_certificate(
        site=part.at,
        facts=read(site_facts.CertificateFacts, values, term=term_of(values["term"]), authority=authority),
        by=by,
        certificate=row,
        version=site_facts.certificate_mark(row) if row else "",
        restores=restores,
    )


def _inspection_now(part: Part) -> Values | None:
    row = part.at.inspections.select_related("authority").filter(uid=part.key).first()
    return values_of_inspection(row) if row else None


def _put_inspection(part: Part, values: Values | None, by: Actor, restores: ProfileChange | None) -> None:
    row = part.at.inspections.select_related("site__partner", "authority").filter(uid=part.key).first()
    if values is None:
        if row is not None:
            site_facts.delete_regulatory(row=row, by=by, restores=restores)
        return
    site_facts.save_inspection(
        site=part.at,
        facts=read(site_facts.InspectionFacts, values, authority=term_of(values["authority"])),
        by=by,
        inspection=row,
        version=site_facts.inspection_mark(row) if row else "",
        restores=restores,
    )


def _line_now(part: Part) -> Values | None:
    row = part.at.lines.select_related("building").filter(uid=part.key).first()
    return values_of_line(row) if row else None


def _put_line(part: Part, values: Any, by: Actor, restores: ProfileChange | None) -> None:
    row = part.at.lines.select_related("site__partner", "building").filter(uid=part.key).first()
    name = values["building"]
    building = part.at.buildings.filter(name=name).first() if name else None
    lines.save_line(
        site=part.at,
        facts=read(lines.LineFacts, values, building=building),
        by=by,
        line=row,
        version=str(row.version) if row else "",
        restores=restores,
    )


def _put_site(part: Part, values: Any, by: Actor, restores: ProfileChange | None) -> None:
    profiles.save_site(
        partner=part.partner,
        facts=read(profiles.SiteFacts, values),
        by=by,
        site=part.at,
        version=str(part.at.version),
        restores=restores,
    )


def _put_partner(part: Part, values: Any, by: Actor, restores: ProfileChange | None) -> None:
    profiles.update_partner(
        partner=part.partner, version=str(part.partner.version), by=by, restores=restores, **values
    )


_PRESENT: dict[Subject, Callable[[Part], Values | None]] = {
    Subject.CAPABILITY: _capability_now,
    Subject.HAZARDS: _hazards_now,
    Subject.CERTIFICATE: _certificate_now,
    Subject.INSPECTION: _inspection_now,
    Subject.LINE: _line_now,
    Subject.SITE: lambda part: values_of_site(part.at),
    Subject.PARTNER: lambda part: values_of_partner(part.partner),
}
_PUT: dict[Subject, Put] = {
    Subject.CAPABILITY: _put_capability,
    Subject.HAZARDS: _put_hazards,
    Subject.CERTIFICATE: _put_certificate,
    Subject.INSPECTION: _put_inspection,
    Subject.LINE: _put_line,
    Subject.SITE: _put_site,
    Subject.PARTNER: _put_partner,
}
