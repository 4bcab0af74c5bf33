"""Keeping documents as evidence: taking them in, putting them behind a statement, removing them."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Organisation
from cdmo_portal.documents.keeping import content_type_of
from cdmo_portal.events.recording import record
from partners.actions.editing import (
    ChangedMeanwhile,
    NotAllowed,
    locked,
    note_change,
    require_editor,
)
from partners.models import Audience, Capability, Certificate, Site, StoredFile
from partners.permissions import can_keep_files

MOST_BYTES: Final = 500 * 1024 * 1024
"""Of one organisation, removed files that can still be brought back among them."""
LONGEST_NAME: Final = 120
# Control characters, what turns the reading direction, and what systems do not allow in names.
NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]+')

type Backed = Capability | Certificate


class NoRoom(Exception):
    """The organisation keeps as much as it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """A file as it came in: what the person calls it, and its bytes."""

    name: str
    data: bytes
    audience: str = Audience.SPONSORS


def keep(*, facts: FileFacts, by: Actor, site: Site | None = None) -> StoredFile:
    """Keep a file of the actor's organisation; the same bytes at the same site are kept once.

    Raises NotAllowed, NoRoom, or DocumentRefused with the reason. Without a site it proves a claim.
    """
    organisation = _organisation(by, site)
    content_type = content_type_of(facts.name, facts.data)
    row = StoredFile(
        organisation=organisation,
        site=site,
        name=tidy_name(facts.name),
        content_type=content_type,
        size=len(facts.data),
        sha256=hashlib.sha256(facts.data).hexdigest(),
        audience=facts.audience,
        uploaded_by=by.user,
    )
    with transaction.atomic():
        # One after the other, so that two uploads at once do not pass the limit together.
        Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
        if same := _same(row):
            return same
        _require_room(organisation, row.size)
        row.file.save("", ContentFile(facts.data), save=False)
        try:
            row.save()
            record("file.kept", by=by, about=row, data={"site": site.pk} if site else {})
        except BaseException:
            row.file.delete(save=False)
            raise
    return row


@transaction.atomic
def attach(*, file: StoredFile | None, to: Backed, by: Actor) -> None:
    """Put a file of the same site behind a statement, or with None take it from there.

    Raises NotAllowed or ChangedMeanwhile.
    """
    site = to.site
    require_editor(by, site)
    row = locked(to)
    if file is not None:
        file = locked(file)
        if file.organisation_id != by.organisation_id or file.site_id != site.pk:
            raise NotAllowed(_("Only a document that your organisation keeps for this site can back it."))
        if file.removed_at is not None:
            raise ChangedMeanwhile(_("Somebody else has removed this document meanwhile."))
    row.document = file
    row.save(update_fields=["document"])
    kind = "capability" if isinstance(row, Capability) else "certificate"
    verb = "document_attached" if file else "document_detached"
    note_change(f"{kind}.{verb}", site=site, by=by, about=row, data={"term": row.term.code})


def detach_others(*, site_ids: Sequence[int], organisation: Organisation) -> None:
    """A document speaks for whoever keeps it: what others kept backs nothing of the sites' new keeper."""
    for model in (Certificate, Capability):
        backed = model.objects.filter(site__in=site_ids, document__isnull=False)
        backed.exclude(document__organisation=organisation).update(document=None)


@transaction.atomic
def change_audience(*, file: StoredFile, audience: str, by: Actor) -> None:
    """Say who else may read it, where it backs something that they may read."""
    _require_own(file, by)
    row = locked(file)
    row.audience = audience
    row.save(update_fields=["audience"])
    record("file.audience_changed", by=by, about=row, data={"audience": audience})


@transaction.atomic
def remove(*, file: StoredFile, by: Actor) -> None:
    """Nobody reads it any more; for some days it can be brought back, with all that it backs.

    Raises NotAllowed, also while it proves a claim that waits for its decision.
    """
    _require_own(file, by)
    row = locked(file)
    if row.claims.open().exists():
        raise NotAllowed(_("It proves a claim that is not decided yet. Withdraw the claim first."))
    if row.removed_at is None:
        row.removed_at = timezone.now()
        row.save(update_fields=["removed_at"])
        record("file.removed", by=by, about=row)


@transaction.atomic
def restore(*, file: StoredFile, by: Actor) -> None:
    """Undo a removal. Raises ChangedMeanwhile where the file is gone for good."""
    _require_own(file, by)
    row = locked(file)
    if row.removed_at is not None:
        row.removed_at = None
        row.save(update_fields=["removed_at"])
        record("file.restored", by=by, about=row)


def tidy_name(name: str) -> str:
    """One line that is a file name on any system, with its ending."""
    path = PurePath(name.replace("\\", "/").rpartition("/")[2])
    stem = " ".join(NOT_IN_NAMES.sub(" ", path.stem).split()).strip(". ")
    return f"{stem[:LONGEST_NAME] or 'document'}{path.suffix.lower()}"


def _organisation(by: Actor, site: Site | None) -> Organisation:
    if site is not None:
        require_editor(by, site)
    if by.organisation is None:
        raise NotAllowed(_("Only members of an organisation keep documents here."))
    return by.organisation


def _same(row: StoredFile) -> StoredFile | None:
    """A second click, or the same certificate for another statement. One who could read it less stays so."""
    kept = StoredFile.objects.present().filter(organisation=row.organisation, site=row.site)
    return kept.filter(sha256=row.sha256, name=row.name, audience=row.audience).first()


def _require_room(organisation: Organisation, size: int) -> None:
    kept = StoredFile.objects.filter(organisation=organisation).aggregate(total=Sum("size"))["total"] or 0
    if kept + size > MOST_BYTES:
        raise NoRoom(
            _("Your organisation keeps %d MB of documents already. Remove some that back nothing any more.")
            % (kept // 1024**2)
        )


def _require_own(file: StoredFile, by: Actor) -> None:
    if file.organisation_id != by.organisation_id or not can_keep_files(by):
        raise NotAllowed(_("Only editors and owners of the organisation that keeps it may do that."))
