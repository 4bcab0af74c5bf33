"""The drafts of a site beside what stands now, for the page that publishes them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from partners.actions.profile_drafts import part_of_draft, seen_mark
from partners.actions.profile_values import NoLongerPossible, values_of_loaded_capability
from partners.actions.restoring import present
from partners.models import ProfileDraft, Site, Subject
from partners.models.profile_changes import Values
from partners.profile_change_words import FieldChange, Wording
from partners.term_index import TermIndex


@dataclass(frozen=True, slots=True)
class DraftRow:
    draft: ProfileDraft
    fields: list[FieldChange]
    seen: str
    is_outdated: bool
    problem: str
    is_ticked: bool

    @property
    def is_editable(self) -> bool:
        return self.draft.subject == Subject.CAPABILITY and self.draft.values is not None


def draft_rows(
    site: Site,
    actor: Actor,
    terms: TermIndex,
    problems: Mapping[str, str],
    ticked: Collection[str] | None = None,
) -> list[DraftRow]:
    """`ticked` are the uids that a person has ticked; all without a problem where nobody was asked yet."""
    wording = Wording(terms, [site.pk])
    drafts = list(ProfileDraft.objects.of_site(site, actor).select_related("made_by"))
    stated = _stated(site, [draft.key for draft in drafts if draft.subject == Subject.CAPABILITY])
    rows = [_row(draft, site, stated, wording, problems.get(str(draft.uid), "")) for draft in drafts]
    return [
        replace(row, is_ticked=not row.problem and (ticked is None or str(row.draft.uid) in ticked))
        for row in rows
    ]


def _stated(site: Site, uids: list[str]) -> dict[str, Values]:
    """What the statements say now, all at once: there may be hundreds of drafts."""
    rows = site.capabilities.filter(uid__in=uids).select_related("term", "line")
    return {str(row.uid): values_of_loaded_capability(row) for row in rows.prefetch_related("measures__term")}


def _row(
    draft: ProfileDraft, site: Site, stated: dict[str, Values], wording: Wording, problem: str
) -> DraftRow:
    try:
        is_stated = draft.subject == Subject.CAPABILITY
        now = stated.get(draft.key) if is_stated else present(part_of_draft(draft, site))
    except NoLongerPossible as error:
        return DraftRow(draft, [], "", is_outdated=True, problem=str(error), is_ticked=False)
    if not problem and (draft.values or {}).get("line") not in {None, "", *wording.lines}:
        problem = _("The line that this is about is gone. Change the draft, or discard it.")
    return DraftRow(
        draft,
        wording.differing(draft.subject, now, draft.values),
        seen_mark(draft, now),
        is_outdated=now != draft.base,
        problem=problem,
        is_ticked=False,
    )
