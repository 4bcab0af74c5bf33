"""Drafts of statements: kept aside from the profile, then published together or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.events.recording import record
from partners.actions.editing import (
    AlreadyThere,
    ChangedMeanwhile,
    locked,
    mark_of,
    require_editor,
)
from partners.actions.profile_values import NoLongerPossible
from partners.actions.profiles import EvidenceIsForTheOldStatement
from partners.actions.restoring import Part, lock_rows, mark, present, put
from partners.models import ProfileDraft, Site, Subject
from partners.models.profile_changes import Values

MOST_DRAFTS: Final = 300
REFUSALS: Final = (AlreadyThere, ChangedMeanwhile, EvidenceIsForTheOldStatement, NoLongerPossible)


class NotPublished(Exception):
    """Nothing was published; `reasons` say why, by the draft's uid."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(_("Nothing was published."))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Intended:
    """What a part is to say; without `key` it is a new statement, without values it is taken back."""

    subject: Subject
    about: str
    values: Values | None
    key: str = ""


def part_of_draft(draft: ProfileDraft, site: Site) -> Part:
    if site.partner is None:
        raise NoLongerPossible(_("The site is no longer in your profile."))
    return Part(subject=Subject(draft.subject), key=draft.key, partner=site.partner, site=site)


@transaction.atomic
def keep_draft(
    *, site: Site, intended: Intended, by: Actor, draft: ProfileDraft | None = None, version: str = ""
) -> ProfileDraft:
    """Keep what is intended aside, or change `draft`. Raises NotAllowed, ChangedMeanwhile or AlreadyThere."""
    site = locked(site, is_named=True)
    require_editor(by, site)  # as the site is kept now, not as it was when the page was opened
    row = locked(draft) if draft else ProfileDraft(site=site, organisation_id=by.organisation_id or 0)
    if draft is not None and version != str(row.version):
        raise ChangedMeanwhile(_("Somebody else has saved this since you opened the page."))
    others = ProfileDraft.objects.of_site(site, by).exclude(pk=row.pk)
    _require_alone(others, intended)
    if draft is None:
        row.subject, row.key = intended.subject, intended.key or str(uuid4())
        row.base = present(part_of_draft(row, site))
    row.about, row.values = intended.about[:300], intended.values
    row.version += 1 if draft else 0
    row.made_by, row.made_at = by.user, timezone.now()
    row.save()
    return row


def _require_alone(others: QuerySet[ProfileDraft], intended: Intended) -> None:
    if others.count() >= MOST_DRAFTS:
        raise AlreadyThere(_("Publish or discard some of your drafts first: there are too many."))
    if intended.key and others.filter(subject=intended.subject, key=intended.key).exists():
        raise AlreadyThere(_("There is a draft of this already. Change that one, or discard it."))
    if intended.subject != Subject.CAPABILITY or intended.values is None:
        return
    place = {name: intended.values[name] for name in ("term", "line")}
    if others.filter(subject=Subject.CAPABILITY, values__contains=place).exists():
        raise AlreadyThere(_("There is a draft about this term here already. Change that one."))


@transaction.atomic
def discard_draft(*, draft: ProfileDraft, version: str, by: Actor) -> None:
    require_editor(by, draft.site)
    row = locked(draft)
    if version != str(row.version):
        raise ChangedMeanwhile(_("Somebody else has saved this since you opened the page."))
    row.delete()


def seen_mark(draft: ProfileDraft, now: Values | None) -> str:
    """A mark of the draft and of what stands now: what a person who publishes has seen side by side."""
    return mark_of(draft.version, mark(now))


@transaction.atomic
def publish(*, site: Site, seen: Mapping[str, str], by: Actor) -> int:
    """Let the drafts of these uids stand, each as it was seen. Raises NotAllowed, or NotPublished for all."""
    site = locked(site, is_named=True)
    require_editor(by, site)  # as the site is kept now, not as it was when the page was opened
    own = ProfileDraft.objects.of_site(site, by)
    found = own.filter(uid__in=seen).order_by("pk").select_for_update(of=("self",))
    drafts = {str(draft.uid): draft for draft in found}
    lock_rows(site, {draft.key for draft in drafts.values()})
    gone = _("This draft is no longer there.")
    reasons = {uid: gone for uid in seen if uid not in drafts}
    # What is taken back makes room for what is stated anew.
    for uid, draft in sorted(drafts.items(), key=lambda each: (each[1].values is not None, each[1].pk)):
        try:
            with transaction.atomic():
                _publish(draft, site, seen[uid], by)
        except REFUSALS as error:
            reasons[uid] = str(error)
    if reasons:
        raise NotPublished(reasons)
    own.filter(pk__in=[draft.pk for draft in drafts.values()]).delete()
    record("profile.published", by=by, about=site, data={"site": site.pk, "drafts": len(drafts)})
    return len(drafts)


def _publish(draft: ProfileDraft, site: Site, seen: str, by: Actor) -> None:
    part = part_of_draft(draft, site)
    now = present(part)
    if seen_mark(draft, now) != seen:
        raise ChangedMeanwhile(_("It was changed since you opened the page. Look at it again."))
    if now is None and draft.base is not None and draft.values is None:
        return  # somebody took it back already
    put(part, draft.values, by=by)
