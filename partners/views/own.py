"""What the pages of the own profile share: whose site it is, what was posted, and stale edits."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from cdmo_portal.accounts.actors import ActorRequest
from partners.forms.editing import VersionedForm, differences
from partners.models import Line, Site
from partners.permissions import can_edit_site


def posted(request: ActorRequest) -> QueryDict | None:
    """The submitted data, also when it is empty; nothing for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def own_site_or_404(request: ActorRequest, slug: str) -> Site:
    """A site of the actor's own organisation; to everybody else it does not exist here."""
    sites = Site.objects.owned_by(request.actor).select_related("partner", "campus")
    return get_object_or_404(sites, slug=slug)


def editable_site(request: ActorRequest, slug: str) -> Site:
    """As own_site_or_404, for those who may change it: viewers get 403."""
    site = own_site_or_404(request, slug)
    if not can_edit_site(request.actor, site):
        raise PermissionDenied
    return site


def done(request: ActorRequest, site: Site) -> HttpResponse:
    """Where a save leads: back to the review if the form was opened from there, else to the site."""
    if request.GET.get("then") == "review":
        return redirect("partners:review")
    return redirect("partners:own_site", site.slug)


def line_or_404(site: Site, uid: object) -> Line:
    return get_object_or_404(site.lines.select_related("site__partner", "building"), uid=uid)


def page(
    request: ActorRequest, template: str, form: forms.BaseForm, context: Mapping[str, Any]
) -> HttpResponse:
    """The page of a form: 422 once something was submitted and not saved."""
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, **context}, status=status)


def stale_page(
    request: ActorRequest,
    template: str,
    typed: VersionedForm,
    stored: VersionedForm,
    context: Mapping[str, Any],
) -> HttpResponse:
    """The form again, with both values side by side; saving it now overwrites what the person has seen."""
    typed.take_version(str(stored["version"].value() or ""))
    return page(
        request, template, typed, {**context, "differences": differences(typed, stored), "is_stale": True}
    )
