"""With whom a CDMO has an agreement, and whom it excludes; both by e-mail domain.

Nothing here says whether a domain is known: what concerns nobody is kept just as well.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Organisation
from cdmo_portal.events.recording import record
from partners.actions.editing import ChangedMeanwhile, NotAllowed, fill, locked, refusing_duplicates
from partners.changes import mark_changed
from partners.mail_domains import FREE_MAIL
from partners.models import Exclusion, ReaderAgreement, Site
from partners.permissions import can_keep_readers

MOST_OF_A_KIND: Final = 1_000

type Kept = ReaderAgreement | Exclusion


class DomainRefused(Exception):
    """No company stands behind this domain alone."""


class TooMany(Exception):
    """The organisation keeps as many as it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """What a person says of an agreement; without `ends_on` it is open-ended."""

    domain: str
    kind: str
    starts_on: dt.date
    ends_on: dt.date | None = None
    note: str = ""


@transaction.atomic
def state_agreement(*, facts: AgreementFacts, by: Actor) -> ReaderAgreement:
    """Say that there is an agreement. Raises NotAllowed, DomainRefused or TooMany."""
    organisation = _keeper(by)
    _require_company(facts.domain)
    _require_room(ReaderAgreement.objects.visible_to(by).present().count())
    row = ReaderAgreement(organisation=organisation, made_by=by.user)
    fill(row, facts)
    row.save()
    record("reader_agreement.stated", by=by, about=row)
    return row


@transaction.atomic
def end_agreement(*, agreement: ReaderAgreement, ends_on: dt.date | None, by: Actor) -> None:
    """Say which day is its last, or with None that it has none.

    Raises NotAllowed, ChangedMeanwhile, or ValueError for a day before its first.
    """
    row = _own(agreement, by)
    if row.removed_at is not None:
        raise ChangedMeanwhile(_("Somebody else has removed this agreement meanwhile."))
    if ends_on is not None and ends_on < row.starts_on:
        raise ValueError(_("The last day is before the first."))
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    record("reader_agreement.ended", by=by, about=row)


@transaction.atomic
def exclude(*, domain: str, reason: str, by: Actor) -> Exclusion:
    """Show a company what everybody sees, and match it never. Raises NotAllowed, DomainRefused, TooMany or
    AlreadyThere."""
    organisation = _keeper(by)
    _require_company(domain)
    _require_room(Exclusion.objects.visible_to(by).present().count())
    row = Exclusion(organisation=organisation, made_by=by.user, domain=domain, reason=reason)
    with refusing_duplicates(_("This domain is excluded already.")):
        row.save()
    record("exclusion.made", by=by, about=row)
    _look_again(organisation)
    return row


@transaction.atomic
def remove(*, row: Kept, by: Actor) -> None:
    """It holds no more; for some days it can be put back. Raises NotAllowed or ChangedMeanwhile."""
    kept = _own(row, by)
    _forget_old(kept.organisation)
    if kept.removed_at is None:
        kept.removed_at = timezone.now()
        kept.save(update_fields=["removed_at"])
        record(f"{_noun(kept)}.removed", by=by, about=kept)
        _look_again_for(kept)


@transaction.atomic
def restore(*, row: Kept, by: Actor) -> None:
    """Undo a removal. Raises NotAllowed, ChangedMeanwhile, or AlreadyThere."""
    kept = _own(row, by)
    if kept.removed_at is None:
        return
    if not kept.can_be_restored(timezone.now()):
        raise ChangedMeanwhile(_("This was removed too long ago to be put back."))
    kept.removed_at = None
    with refusing_duplicates(_("This domain is excluded again already.")):
        kept.save(update_fields=["removed_at"])
    record(f"{_noun(kept)}.restored", by=by, about=kept)
    _look_again_for(kept)


def _keeper(by: Actor) -> Organisation:
    if by.organisation is None or not can_keep_readers(by):
        raise NotAllowed(_("Only editors and owners of a CDMO may say who reads more and who reads less."))
    return by.organisation


def _own[Row: Kept](row: Row, by: Actor) -> Row:
    if row.organisation_id != _keeper(by).pk:
        raise NotAllowed(_("Only the organisation that keeps this may change it."))
    return locked(row)


def _require_company(domain: str) -> None:
    if domain in FREE_MAIL:
        raise DomainRefused(_("Anybody can have an address at %s. Give the company's own domain.") % domain)


def _require_room(count: int) -> None:
    if count >= MOST_OF_A_KIND:
        raise TooMany(_("You keep %d of these already. Remove some first.") % MOST_OF_A_KIND)


def _noun(row: Kept) -> str:
    return "exclusion" if isinstance(row, Exclusion) else "reader_agreement"


def _look_again_for(row: Kept) -> None:
    if isinstance(row, Exclusion):
        _look_again(row.organisation)


def _look_again(organisation: Organisation) -> None:
    """Saved searches and briefs that are followed are asked again, everybody's, so that none stands out."""
    mark_changed(*Site.objects.filter(partner__organisation=organisation).values_list("pk", flat=True))


def _forget_old(organisation: Organisation) -> None:
    """What nobody can put back any more is not kept."""
    now = timezone.now()
    for rows in (ReaderAgreement.objects.all(), Exclusion.objects.all()):
        rows.filter(organisation=organisation).forgettable(now).delete()
