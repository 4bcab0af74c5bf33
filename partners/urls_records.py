"""A sponsor's private records and their import; `partners.urls` takes these in."""

from django.urls import path

from partners.views import record_imports, record_rows, records

RECORD = "our-cdmos/<uuid:uid>/"
AGREEMENT = f"{RECORD}agreements/<uuid:row_uid>/"
FACT = f"{RECORD}facts/<uuid:row_uid>/"
IMPORT = "our-cdmos/import/<uuid:uid>/"

urlpatterns = [
    path("our-cdmos/", records.record_list, name="record_list"),
    path("our-cdmos/export/<str:kind>/", records.record_export, name="record_export"),
    path("our-cdmos/new/", records.record_create, name="record_create"),
    path("our-cdmos/link/", records.record_link, name="record_link"),
    path("our-cdmos/import/", record_imports.import_create, name="import_create"),
    path("our-cdmos/import/template/", record_imports.import_template, name="import_template"),
    path(f"{IMPORT}sheet/", record_imports.import_sheet, name="import_sheet"),
    path(f"{IMPORT}columns/", record_imports.import_columns, name="import_columns"),
    path(f"{IMPORT}check/", record_imports.import_check, name="import_check"),
    path(f"{IMPORT}refused/<str:kind>/", record_imports.import_refused, name="import_refused"),
    path(f"{IMPORT}discard/", record_imports.import_discard, name="import_discard"),
    path(RECORD, records.record_detail, name="record_detail"),
    path(f"{RECORD}edit/", records.record_update, name="record_update"),
    path(f"{RECORD}remove/", records.record_remove, name="record_remove"),
    path(f"{RECORD}restore/", records.record_restore, name="record_restore"),
    path(f"{RECORD}agreements/new/", record_rows.agreement_create, name="agreement_create"),
    path(AGREEMENT, record_rows.agreement_update, name="agreement_update"),
    path(f"{AGREEMENT}remove/", record_rows.agreement_remove, name="agreement_remove"),
    path(f"{AGREEMENT}restore/", record_rows.agreement_restore, name="agreement_restore"),
    path(f"{RECORD}facts/new/", record_rows.fact_create, name="fact_create"),
    path(FACT, record_rows.fact_update, name="fact_update"),
    path(f"{FACT}remove/", record_rows.fact_remove, name="fact_remove"),
    path(f"{FACT}restore/", record_rows.fact_restore, name="fact_restore"),
]
