"""The own profile as others see it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import Actor, ActorRequest
from partners.models import Partner
from partners.previewing import MATCHED, PreviewReader, kept_from, stand_in
from partners.profile_pages import partner_page, site_page
from partners.views.own import own_site_or_404


@require_safe
def partner_preview(request: ActorRequest) -> HttpResponse:
    """The page of the partner; `?as=` names the reader."""
    reader = _reader(request)
    partner = get_object_or_404(Partner.objects.owned_by(request.actor))
    context = partner_page(partner, actor=_stand_in(request, reader))
    return _preview(request, "partners/partner_detail.html", reader, context, [])


@require_safe
def site_preview(request: ActorRequest, slug: str) -> HttpResponse:
    """The page of a site of one's own; `?as=` names the reader."""
    reader = _reader(request)
    site = own_site_or_404(request, slug)
    context = site_page(site, actor=_stand_in(request, reader))
    return _preview(request, "partners/site_detail.html", reader, context, [site.pk])


def _reader(request: ActorRequest) -> PreviewReader:
    try:
        return PreviewReader(request.GET.get("as", PreviewReader.SPONSOR))
    except ValueError as error:
        raise Http404 from error


def _stand_in(request: ActorRequest, reader: PreviewReader) -> Actor:
    return stand_in(reader, request.actor.organisation_id or 0)


def _preview(
    request: ActorRequest,
    template: str,
    reader: PreviewReader,
    context: dict[str, Any],
    site_ids: list[int],
) -> HttpResponse:
    preview = {
        "reader": reader,
        "readers": PreviewReader.choices,
        "is_matched": reader in MATCHED,
        "kept": kept_from(_stand_in(request, reader), site_ids),
    }
    return render(request, template, {**context, "preview": preview})
