"""The comments on a brief: read, written, edited, removed, and no longer mailed about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from matching.actions import comments
from matching.actions.briefs import BriefActionRefused
from matching.actions.comments import CommentChangedMeanwhile
from matching.forms.comments import CommentForm, NewCommentForm
from matching.models import BriefComment
from matching.permissions import can_comment, can_own_brief
from matching.views.briefs import find_brief, page_of_brief
from partners.forms.editing import version_in

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Said:
    comment: BriefComment
    can_edit: bool
    can_remove: bool
    is_of_gone: bool


def comment_list(request: ActorRequest, uid: UUID) -> HttpResponse:
    """All comments, oldest first; the last page opens, because it ends with the newest."""
    brief = find_brief(request, uid)
    rows = list(brief.requirements.select_related("term"))
    about = {"requirement": request.GET.get("about", "")}
    form = NewCommentForm(posted(request), requirements=rows, initial=about)
    if request.method == "POST" and form.is_valid():
        try:
            written = comments.write(by=request.actor, brief=brief, **form.cleaned_data)
        except BriefActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{reverse('matching:comment_list', args=[uid])}#comment-{written.uid}")
    paginator = Paginator(brief.comments.select_related("by", "removed_by"), PER_PAGE)
    page = paginator.get_page(request.GET.get("page") or paginator.num_pages)
    known = {row.uid for row in rows}
    may_write = can_comment(request.actor, brief)
    owns = can_own_brief(request.actor, brief)
    context = page_of_brief(request, brief, "comments") | {
        "form": form,
        "page": page,
        "said": _said(request, page, known, may_write=may_write, owns=owns),
        "can_comment": may_write,
        "is_muted": comments.is_muted_for(request.actor, brief),
    }
    status = 422 if form.is_bound else 200
    return render(request, "matching/comment_list.html", context, status=status)


def comment_update(request: ActorRequest, uid: UUID, comment_uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    comment = get_object_or_404(brief.comments, uid=comment_uid)
    if not comments.is_own(request.actor, comment):
        raise PermissionDenied(_("Only who wrote a comment edits it."))
    if comment.removed_at is not None and request.method != "POST":
        raise Http404
    form = CommentForm(posted(request), initial={"body": comment.body})
    context: dict[str, Any] = {"brief": brief, "form": form, "comment": comment}
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            comments.edit(
                by=request.actor,
                comment=comment,
                version=version_in(request.POST),
                body=form.cleaned_data["body"],
            )
        except CommentChangedMeanwhile as refusal:
            context["stored"], status = comment.body or _("It was removed."), 409
            form.add_error(None, str(refusal))
        except BriefActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{reverse('matching:comment_list', args=[uid])}#comment-{comment.uid}")
    return render(request, "matching/comment_form.html", context, status=status)


@require_POST
def comment_remove(request: ActorRequest, uid: UUID, comment_uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    comment = get_object_or_404(brief.comments, uid=comment_uid)
    try:
        comments.remove(by=request.actor, comment=comment)
        messages.success(request, _("Comment removed."))
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("matching:comment_list", uid)


@require_POST
def comments_mute(request: ActorRequest, uid: UUID) -> HttpResponse:
    brief = find_brief(request, uid)
    is_muted = request.POST.get("muted") == "1"
    try:
        comments.mute(by=request.actor, brief=brief, is_muted=is_muted)
        text = _("No mails about this brief’s comments.") if is_muted else _("Mails tell you of comments.")
        messages.success(request, text)
    except BriefActionRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("matching:comment_list", uid)


def _said(
    request: ActorRequest, rows: Iterable[BriefComment], known: set[UUID], *, may_write: bool, owns: bool
) -> list[Said]:
    return [
        Said(
            comment=row,
            can_edit=may_write and comments.is_own_and_young(request.actor, row),
            can_remove=may_write and not row.removed_at and (owns or comments.is_own(request.actor, row)),
            is_of_gone=row.requirement_uid is not None and row.requirement_uid not in known,
        )
        for row in rows
    ]
