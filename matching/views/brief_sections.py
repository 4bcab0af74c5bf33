"""Writing a brief in sections: each is saved by itself, by a button or while it is typed, and resumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.vary import vary_on_headers

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from matching.actions import briefs
from matching.actions.brief_sections import Saved, SectionConflict, save_section
from matching.actions.briefs import BriefActionRefused, BriefAlreadyWritten
from matching.forms.brief_sections import SECTIONS, SectionForm, WhatSection
from matching.forms.briefs import preset_weights
from matching.merging import marks
from matching.models import Brief, Requirement
from matching.permissions import can_edit_brief, can_write_briefs
from matching.plain_briefs import BLANK, FIRST_WEEKS, columns_of, said_weighting, values_of
from matching.views.brief_words import FIELD_LABELS, differences_of, moved_words, weighting_words
from matching.views.briefs import find_brief, visible_briefs
from matching.views.requirement_lines import requirement_groups
from partners.forms.terms import term_fields_of

PAGE = "matching/brief_section.html"
TITLES: Mapping[str, Any] = {
    "what": lazy("What it is"),
    "when": lazy("Steps and dates"),
    "requirements": lazy("Requirements"),
    "weights": lazy("Weights"),
    "words": lazy("In your own words, and review"),
}
ORDER = tuple(TITLES)


@dataclass(frozen=True, slots=True)
class Place:
    """A section in the list of all of them; a draft that is not written yet has no addresses."""

    slug: str
    title: str
    url: str
    is_said: bool
    is_current: bool


@sensitive_post_parameters()
@sensitive_variables()
@vary_on_headers("HX-Request")
def brief_create(request: ActorRequest) -> HttpResponse:
    """The first section of a brief that is not written yet; a title is enough to write it."""
    if not can_write_briefs(request.actor):
        raise PermissionDenied(_("Your role may read briefs, not write them."))
    form = WhatSection(posted(request), values=BLANK)
    draft = _draft_uid(request)
    if request.method != "POST":
        return _page(request, None, form, {"draft": draft})
    known = visible_briefs(request).filter(uid=draft).first()
    if known is not None:
        return _save(request, known, WhatSection)
    if not form.is_valid():
        return _refused(request, None, form, {"draft": draft})
    try:
        brief = briefs.create(
            by=request.actor, fields=FIRST_WEEKS | columns_of(form.sent()), steps=[], uid=draft
        )
    except BriefAlreadyWritten:
        return _save(request, find_brief(request, draft), WhatSection)
    return _answer(request, form, Saved(brief, values_of(brief), tuple(form.names())), is_new=True)


def brief_update(request: ActorRequest, uid: UUID) -> HttpResponse:
    """Where the writing goes on: the first section that says nothing yet, else the first of all."""
    brief = find_brief(request, uid)
    empty = [place.slug for place in places(brief) if not place.is_said]
    return redirect("matching:brief_section", uid, empty[0] if empty else ORDER[0])


@sensitive_post_parameters()
@sensitive_variables()
@vary_on_headers("HX-Request")
def brief_section(request: ActorRequest, uid: UUID, section: str) -> HttpResponse:
    brief = find_brief(request, uid)
    if section not in ORDER:
        raise Http404
    if request.method == "POST" and section in SECTIONS:
        return _save(request, brief, SECTIONS[section])
    if not can_edit_brief(request.actor, brief):
        messages.info(request, _("This brief is closed or archived, or your role may only read it."))
        return redirect(brief)
    if section == "requirements":
        return _page(request, brief, None, {})
    return _page(request, brief, SECTIONS[section](values=values_of(brief)), {})


def _draft_uid(request: ActorRequest) -> UUID:
    """What the page called the brief that it is about to write."""
    try:
        return UUID(request.POST.get("draft", ""))
    except ValueError:
        return uuid4()


def _save(request: ActorRequest, brief: Brief, section: type[SectionForm]) -> HttpResponse:
    form = section(request.POST, values=values_of(brief))
    if not form.is_valid():
        return _refused(request, brief, form, {})
    try:
        saved = save_section(by=request.actor, brief=brief, sent=form.sent(), opened=form.opened)
    except SectionConflict as conflict:
        return _conflict(request, brief, form, conflict)
    except BriefActionRefused as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, brief, form, {})
    return _answer(request, form, saved)


def _answer(request: ActorRequest, form: SectionForm, saved: Saved, *, is_new: bool = False) -> HttpResponse:
    """The next section; to a page that saves by itself, when it was saved and what others changed."""
    here = address_of(saved.brief, form.slug)
    if not request.htmx:
        text = _("Draft saved.") if is_new else _("Saved.")
        messages.success(request, " ".join(filter(None, [text, moved_words(saved.moved)])))
        return redirect(here if request.POST.get("do") == "stay" else after(saved.brief, form.slug))
    fresh = type(form)(values=saved.values)
    context = {
        "saved_at": timezone.now(),
        "form_action": here,
        "overtaken": [FIELD_LABELS[name] for name in saved.overtaken],
        "moved": moved_words(saved.moved),
        "brief": saved.brief,
        "places": places(saved.brief, form.slug),
        **_parts(fresh, saved.overtaken),
    }
    answer = render(request, f"{PAGE}#saved", context)
    return _as_section(request, answer, here)


def _conflict(
    request: ActorRequest, brief: Brief, form: SectionForm, conflict: SectionConflict
) -> HttpResponse:
    """Both values of the fields that two people changed; what only the other changed stands in the form."""
    brief.refresh_from_db()
    here = address_of(brief, form.slug)
    stored, typed = values_of(brief), form.sent()
    known = marks(stored)
    overtaken = [
        name for name in form.names() if name not in conflict.fields and form.opened[name] != known[name]
    ]
    shown = {**stored, **typed, **{name: stored[name] for name in overtaken}}
    page_form = type(form)(values=shown, opened=known)
    context = {
        "is_stale": True,
        "differences": differences_of(conflict.fields, typed, stored),
        "again_url": here,
    }
    if request.htmx:
        parts = _parts(page_form, overtaken)
        return _as_section(request, render(request, f"{PAGE}#conflict", context | parts, status=409), here)
    return _page(request, brief, page_form, context, status=409)


def _refused(
    request: ActorRequest, brief: Brief | None, form: SectionForm, context: dict[str, Any]
) -> HttpResponse:
    if request.htmx:
        answer = render(request, f"{PAGE}#refused", {"form": form}, status=422)
        return _as_section(request, answer, address_of(brief, form.slug) if brief else request.path)
    return _page(request, brief, form, context, status=422)


def _as_section(request: ActorRequest, answer: HttpResponse, here: str) -> HttpResponse:
    """So that the page can tell this answer from the sign-in page of a session that ended.

    A page that was opened before its brief was written has the address of the brief's section from now on.
    """
    answer["X-Section"] = "1"
    if request.path != here:
        answer["HX-Replace-Url"] = here
    return answer


def _parts(form: SectionForm, overtaken: tuple[str, ...] | list[str]) -> dict[str, Any]:
    """What is put anew into a page that is being typed in: fields that others changed, and new marks."""
    blocks = [block for row in form.blocks() for block in row]
    return {
        "form": form,
        "new_blocks": [block for block in blocks if block.name in overtaken],
        "new_marks": [block for block in blocks if block.name not in overtaken],
    }


def _page(
    request: ActorRequest,
    brief: Brief | None,
    form: SectionForm | None,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    section = form.slug if form else "requirements"
    page: dict[str, Any] = {
        "brief": brief,
        "form": form,
        "section": section,
        "title": TITLES[section],
        "places": places(brief, section),
        "can_edit": can_edit_brief(request.actor, brief) if brief else True,
        "term_fields": term_fields_of(form) if form else [],
        "form_action": address_of(brief, section) if brief else request.path,
    }
    if section == "weights":
        page["presets"] = preset_weights()
    if brief is not None and section in {"requirements", "words"}:
        page |= {"groups": requirement_groups(brief), "kinds": Requirement.Kind.choices}
    if brief is not None and section == "words":
        page["missing"] = [place for place in page["places"] if not place.is_said and place.slug != "words"]
        page["weights_in_words"] = weighting_words(said_weighting(brief))
    return render(request, PAGE, page | context, status=status)


def address_of(brief: Brief, section: str) -> str:
    return reverse("matching:brief_section", args=[brief.uid, section])


def places(brief: Brief | None, current: str = "what") -> list[Place]:
    said = _said(brief) if brief else {}
    return [
        Place(
            slug=slug,
            title=str(title),
            url=address_of(brief, slug) if brief else "",
            is_said=said.get(slug, False),
            is_current=slug == current,
        )
        for slug, title in TITLES.items()
    ]


def _said(brief: Brief) -> dict[str, bool]:
    """Which sections say something. Weights always do: a preset stands until others are given."""
    return {
        "what": bool(brief.stage_id and (brief.modality_id or brief.dosage_form_id)),
        "when": brief.steps.exists(),
        "requirements": brief.requirements.exclude(strength=Requirement.Strength.PREFER).exists(),
        "weights": True,
        "words": bool(brief.text),
    }


def after(brief: Brief, section: str) -> str:
    """The address of the next section, or of the brief after the last."""
    following = ORDER[ORDER.index(section) + 1 :]
    if not following:
        return brief.get_absolute_url()
    return address_of(brief, following[0])
