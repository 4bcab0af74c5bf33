"""The own profile of a CDMO; `partners.urls` takes these in."""

from django.urls import path

from partners.views import (
    capabilities,
    capability_bulk,
    capacity_grid,
    editing,
    lines,
    preview,
    profile_changes,
    profile_drafts,
    readers,
    site_facts,
    windows,
)

SITE = "profile/sites/<slug:slug>/"
LINE = f"{SITE}lines/<uuid:uid>/"
CAPABILITY = f"{SITE}capabilities/<uuid:uid>/"
CERTIFICATE = f"{SITE}certificates/<uuid:uid>/"
INSPECTION = f"{SITE}inspections/<uuid:uid>/"
WINDOW = f"{SITE}capacity/windows/<uuid:uid>/"

urlpatterns = [
    path("profile/", editing.own_profile, name="own_profile"),
    path("profile/new-site/", editing.site_create, name="site_create"),
    path("profile/preview/", preview.partner_preview, name="partner_preview"),
    path("profile/changes/", profile_changes.change_list, name="change_list"),
    path("profile/changes/<uuid:uid>/", profile_changes.change_detail, name="change_detail"),
    path("profile/readers/", readers.reader_list, name="reader_list"),
    path("profile/readers/agreements/<uuid:uid>/end/", readers.agreement_end, name="reader_agreement_end"),
    path("profile/readers/<slug:kind>/<uuid:uid>/remove/", readers.reader_remove, name="reader_remove"),
    path("profile/readers/<slug:kind>/<uuid:uid>/restore/", readers.reader_restore, name="reader_restore"),
    path(SITE, editing.own_site, name="own_site"),
    path(f"{SITE}preview/", preview.site_preview, name="site_preview"),
    path(f"{SITE}drafts/", profile_drafts.draft_list, name="draft_list"),
    path(f"{SITE}drafts/<uuid:uid>/", profile_drafts.draft_update, name="draft_update"),
    path(f"{SITE}drafts/<uuid:uid>/discard/", profile_drafts.draft_discard, name="draft_discard"),
    path(f"{SITE}edit/", editing.site_update, name="site_update"),
    path(f"{SITE}capabilities/new/", capabilities.capability_create, name="capability_create"),
    path(f"{SITE}capabilities/add/", capability_bulk.capability_add, name="capability_add"),
    path(CAPABILITY, capabilities.capability_update, name="capability_update"),
    path(f"{CAPABILITY}confirm/", capabilities.capability_confirm, name="capability_confirm"),
    path(f"{CAPABILITY}delete/", capabilities.capability_delete, name="capability_delete"),
    path(f"{SITE}hazards/", site_facts.hazard_update, name="hazard_update"),
    path(f"{SITE}hazards/<slug:place>/", site_facts.hazard_update, name="hazard_update_at"),
    path(f"{SITE}hazards/<slug:place>/confirm/", site_facts.hazard_confirm, name="hazard_confirm"),
    path(f"{SITE}certificates/new/", site_facts.certificate_create, name="certificate_create"),
    path(CERTIFICATE, site_facts.certificate_update, name="certificate_update"),
    path(f"{CERTIFICATE}delete/", site_facts.certificate_delete, name="certificate_delete"),
    path(f"{SITE}inspections/new/", site_facts.inspection_create, name="inspection_create"),
    path(INSPECTION, site_facts.inspection_update, name="inspection_update"),
    path(f"{INSPECTION}delete/", site_facts.inspection_delete, name="inspection_delete"),
    path(f"{SITE}lines/new/", lines.line_create, name="line_create"),
    path(LINE, lines.line_update, name="line_update"),
    path(f"{LINE}confirm/", lines.line_confirm, name="line_confirm"),
    path(f"{LINE}source/", lines.line_source, name="line_source"),
    path(f"{LINE}delete/", lines.line_delete, name="line_delete"),
    path(f"{SITE}capacity/", capacity_grid.window_list, name="window_list"),
    path(f"{SITE}capacity/lines/<uuid:line_uid>/new/", windows.window_create, name="window_create"),
    path(WINDOW, windows.window_update, name="window_update"),
    path(f"{WINDOW}delete/", windows.window_delete, name="window_delete"),
]
