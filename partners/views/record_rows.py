"""Agreements and facts of a private record: added, changed, removed, put back."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.accounts.forms import posted
from partners.actions import private_records
from partners.actions.editing import AlreadyThere, ChangedMeanwhile
from partners.forms.capabilities import all_units
from partners.forms.private_records import AgreementForm, FactForm, version_of
from partners.forms.terms import term_fields_of
from partners.models import PrivateAgreement, PrivateFact, PrivateRecord, Site
from partners.views.own import page
from partners.views.records import conflict_page, present_record, removed_page, writable_record

AGREEMENT_FORM = "partners/agreement_form.html"
FACT_FORM = "partners/fact_form.html"


def agreement_create(request: ActorRequest, uid: str) -> HttpResponse:
    return _agreement_page(request, writable_record(request, uid), None)


def agreement_update(request: ActorRequest, uid: str, row_uid: str) -> HttpResponse:
    record = writable_record(request, uid)
    return _agreement_page(
        request, record, editable(request, PrivateAgreement.objects.all(), record, row_uid)
    )


@require_POST
def agreement_remove(request: ActorRequest, uid: str, row_uid: str) -> HttpResponse:
    record = present_record(request, uid)
    return _remove(request, record, get_object_or_404(record.agreements.present(), uid=row_uid))


@require_POST
def agreement_restore(request: ActorRequest, uid: str, row_uid: str) -> HttpResponse:
    record = present_record(request, uid)
    return _restore(request, record, get_object_or_404(PrivateAgreement, record=record, uid=row_uid))


def fact_create(request: ActorRequest, uid: str) -> HttpResponse:
    record = writable_record(request, uid)
    return _fact_page(request, record, site_of(record), None)


def fact_update(request: ActorRequest, uid: str, row_uid: str) -> HttpResponse:
    record = writable_record(request, uid)
    facts = PrivateFact.objects.select_related("term", "measure", "line")
    return _fact_page(request, record, site_of(record), editable(request, facts, record, row_uid))


@require_POST
def fact_remove(request: ActorRequest, uid: str, row_uid: str) -> HttpResponse:
    record = present_record(request, uid)
    return _remove(request, record, get_object_or_404(record.facts.present(), uid=row_uid))


@require_POST
def fact_restore(request: ActorRequest, uid: str, row_uid: str) -> HttpResponse:
    record = present_record(request, uid)
    return _restore(request, record, get_object_or_404(PrivateFact, record=record, uid=row_uid))


def site_of(record: PrivateRecord) -> Site:
    """Facts are of sites; a record of anything else has no page for them."""
    if record.site is None:
        raise Http404
    return record.site


def editable[Row: (PrivateAgreement, PrivateFact)](
    request: ActorRequest, rows: QuerySet[Row], record: PrivateRecord, uid: str
) -> Row:
    """Also a removed one, for what was typed before it was removed."""
    row = get_object_or_404(rows, record=record, uid=uid)
    if row.is_removed and request.method != "POST":
        raise Http404
    return row


def _remove(
    request: ActorRequest, record: PrivateRecord, row: PrivateAgreement | PrivateFact
) -> HttpResponse:
    try:
        private_records.remove(row=row, version=request.POST.get("version", ""), by=request.actor)
    except ChangedMeanwhile as error:
        messages.error(request, _("%(why)s Look at it again before you remove it.") % {"why": error})
        return redirect(record)
    return redirect(f"{record.get_absolute_url()}?removed={row.uid}")


def _restore(
    request: ActorRequest, record: PrivateRecord, row: PrivateAgreement | PrivateFact
) -> HttpResponse:
    try:
        private_records.restore(row=row, by=request.actor)
        messages.success(request, _("“%(row)s” was put back.") % {"row": row})
    except AlreadyThere as error:
        messages.error(request, str(error))
    return redirect(record)


def _agreement_page(
    request: ActorRequest, record: PrivateRecord, agreement: PrivateAgreement | None
) -> HttpResponse:
    form = AgreementForm(posted(request), agreement=agreement)
    context = {"record": record, "row": agreement}
    if not form.is_bound or not form.is_valid():
        return page(request, AGREEMENT_FORM, form, context)
    if record.is_removed or (agreement is not None and agreement.is_removed):
        return removed_page(request, AGREEMENT_FORM, form, context)
    try:
        private_records.save_agreement(
            record=record,
            facts=form.agreement_facts(),
            by=request.actor,
            agreement=agreement,
            version=form.seen_version,
        )
    except ChangedMeanwhile:
        now = PrivateAgreement.objects.get(pk=agreement.pk if agreement else 0)
        return conflict_page(request, AGREEMENT_FORM, form, AgreementForm(agreement=now), context)
    messages.success(request, _("The agreement was saved."))
    return redirect(record)


def _fact_page(
    request: ActorRequest, record: PrivateRecord, site: Site, fact: PrivateFact | None
) -> HttpResponse:
    form = FactForm(posted(request), site=site, fact=fact)
    context: dict[str, Any] = {
        "record": record,
        "site": site,
        "row": fact,
        "term_fields": term_fields_of(form),
        "units": all_units(),
        "version": version_of(fact),
    }
    if not form.is_bound or not form.is_valid():
        return page(request, FACT_FORM, form, context)
    if record.is_removed or (fact is not None and fact.is_removed):
        return removed_page(request, FACT_FORM, form, context)
    try:
        private_records.save_fact(
            record=record, facts=form.own_fact(), by=request.actor, fact=fact, version=form.seen_version
        )
    except ChangedMeanwhile:
        now = PrivateFact.objects.select_related("term", "measure", "line").get(pk=fact.pk if fact else 0)
        return conflict_page(request, FACT_FORM, form, FactForm(site=site, fact=now), context)
    except AlreadyThere as error:
        form.add_error("term", str(error))
        return page(request, FACT_FORM, form, context)
    messages.success(request, _("The fact was saved. Your open briefs will be matched with it."))
    return redirect(record)
