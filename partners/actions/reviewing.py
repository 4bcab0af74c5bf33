"""Saying of one statement after the other that it is still true, and undoing that."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from partners.actions.editing import (
    ChangedMeanwhile,
    NotAllowed,
    locked,
    note_change,
    require_editor,
    require_version,
)
from partners.actions.review_subjects import subject_of
from partners.models import Confirmation, Site


@transaction.atomic
def confirm(*, site: Site, kind: Confirmation.Kind, uid: UUID, seen: str, by: Actor) -> Confirmation:
    """The statement counts from today again, if it still says what was `seen`.

    Raises NotAllowed, or ChangedMeanwhile where it was changed, confirmed or removed since.
    """
    require_editor(by, site)
    if by.organisation is None:
        raise NotAllowed(_("Only members of an organisation keep a profile."))
    subject = subject_of(site, kind, uid)
    require_version(subject.about, seen, subject.mark())
    before = subject.confirm(by)
    note_change(f"{subject.stem}confirmed", site=site, by=by, about=subject.about, data=subject.told)
    return Confirmation.objects.create(
        organisation=by.organisation,
        site=site,
        kind=kind,
        subject_uid=uid,
        before=before,
        after=subject.mark(),
        by=by.user,
    )


@transaction.atomic
def undo(*, confirmation: Confirmation, by: Actor) -> None:
    """The statement is as old again as it was before. Raises NotAllowed or ChangedMeanwhile."""
    site = confirmation.site
    require_editor(by, site)
    row = locked(confirmation)
    if row.undone_at is not None:
        raise ChangedMeanwhile(_("This was undone already."))
    subject = subject_of(site, Confirmation.Kind(row.kind), row.subject_uid)
    require_version(subject.about, row.after, subject.mark())
    subject.put_back(row.before, by)
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    note_change(f"{subject.stem}unconfirmed", site=site, by=by, about=subject.about, data=subject.told)
