"""Reading a pasted brief: text in, proposals to look through, a draft out. Nothing is kept in between."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from cdmo_portal.accounts.actors import ActorRequest
from matching.actions import briefs
from matching.actions.briefs import BriefActionRefused
from matching.forms.reading import PasteForm, Review, Words
from matching.interpreting import interpret
from matching.models import Brief
from matching.permissions import can_write_briefs
from matching.proposing import project_of, propose
from matching.reading.findings import Reading
from matching.views.reading_page import page_of, words_of
from partners.forms.terms import term_fields_of


# A report of an error would carry what was pasted.
@sensitive_post_parameters()
@sensitive_variables()
def brief_read(request: ActorRequest) -> HttpResponse:
    """Paste, look through, confirm: one address. The text travels in the form until a draft holds it."""
    if not can_write_briefs(request.actor):
        raise PermissionDenied(_("Your role may read briefs, not write them."))
    if request.method != "POST":
        return _paste_page(request, PasteForm(initial={"as_of": timezone.localdate()}))
    paste = PasteForm(request.POST, request.FILES)
    if not paste.is_valid():
        return _paste_page(request, paste)
    reading = interpret(paste.brief_text, paste.cleaned_data["as_of"])
    if request.POST.get("do") == "confirm":
        return _confirm(request, paste, reading)
    carried = request.POST if "seen" in request.POST else None
    return _review_page(request, paste, reading, carried=carried)


def _paste_page(request: ActorRequest, form: PasteForm) -> HttpResponse:
    return render(request, "matching/brief_paste.html", {"form": form}, status=422 if form.is_bound else 200)


def _confirm(request: ActorRequest, paste: PasteForm, reading: Reading) -> HttpResponse:
    review, words = _review(reading, data=request.POST)
    if review.is_outdated:
        text = _(
            "The text, or what is read in it, is not what you looked through. Nothing is kept: look again."
        )
        messages.warning(request, text)
        return _review_page(request, paste, reading, carried=request.POST, status=422)
    brief = _created(request, review) if review.is_valid() else None
    if brief is None:
        return _page(request, paste, reading, review, words, status=422)
    messages.success(
        request, _("Draft saved, with %s requirements. Open it to match.") % len(review.requirements)
    )
    return redirect(brief)


def _created(request: ActorRequest, review: Review) -> Brief | None:
    try:
        return briefs.create_with_requirements(
            by=request.actor,
            fields=review.brief_fields,
            steps=review.project.step_kinds,
            requirements=review.requirements,
        )
    except BriefActionRefused as refusal:
        review.refuse(str(refusal))
        return None


def _review_page(
    request: ActorRequest,
    paste: PasteForm,
    reading: Reading,
    *,
    carried: QueryDict | None = None,
    status: int = 200,
) -> HttpResponse:
    review, words = _review(reading, carried=carried)
    return _page(request, paste, reading, review, words, status=status)


def _review(
    reading: Reading, *, data: QueryDict | None = None, carried: QueryDict | None = None
) -> tuple[Review, list[Words]]:
    proposed = propose(reading)
    words = words_of(reading, proposed)
    project = project_of(reading, proposed)
    review = Review(
        proposed=proposed, project=project, words=words, text=reading.text, data=data, carried=carried
    )
    return review, words


def _page(
    request: ActorRequest,
    paste: PasteForm,
    reading: Reading,
    review: Review,
    words: list[Words],
    *,
    status: int,
) -> HttpResponse:
    context = {
        "paste": paste,
        "review": review,
        "form": review.project,
        "term_fields": [*term_fields_of(review.project), *term_fields_of(review.added.empty_form)],
        **page_of(reading, review, words),
    }
    return render(request, "matching/brief_read.html", context, status=status)
