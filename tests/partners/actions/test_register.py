import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cdmo_portal.events.models import Event
from partners.actions.register import ImportReport, import_register
from partners.importers.fda_registrations import RegisterRow
from partners.importers.refusals import RegisterFileRefused
from partners.models import RegisterSnapshot, Registration, Site, SiteChange, SiteIdentifier
from tests.factories.partners import PartnerFactory, SiteFactory, SiteIdentifierFactory
from tests.partners.importers.register_texts import (
    BERLIN,
    CORK,
    CORK_ANNEX,
    FOUR,
    SEOUL,
    Line,
    register_of,
)

pytestmark = pytest.mark.django_db
JULY = dt.date(2025, 7, 25)
AUGUST = dt.date(2025, 8, 25)


def load(*lines: Line, on: dt.date = JULY, **options: Any) -> ImportReport:  # Any: options pass through
    return import_register(register=register_of(*lines), snapshot_on=on, file_name="drls_reg.txt", **options)


def load_placed(line: Line, position: tuple[float, float], on: dt.date = JULY) -> ImportReport:
    register = register_of(line)
    row: RegisterRow = replace(register.rows[0], position=position)
    return import_register(
        register=replace(register, rows=(row,), sha256="placed"), snapshot_on=on, file_name="placed.csv"
    )


def everything() -> list[list[tuple[Any, ...]]]:
    models = (Site, SiteIdentifier, Registration, RegisterSnapshot, SiteChange, Event)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


def test_import_when_first_makes_sites_registrations_and_identifiers() -> None:
    report = load(*FOUR)

    cork = Site.objects.get(slug="fictional-pharma-ltd-cork-900000001")
    assert (report.rows, report.sites, report.new_sites, report.added) == (4, 3, 3, 4)
    assert (cork.name, cork.city, cork.country) == ("Fictional Pharma Ltd", "Cork", "IE")
    assert (cork.is_profiled, cork.partner, cork.latitude) == (False, None, None)
    assert [(row.row_key, row.operations) for row in cork.registrations.all()] == [
        ("900000001", ["C25391", "C82401"]),
        ("900000002", ["C84731"]),
    ]
    assert [(number.scheme, number.value) for number in cork.identifiers.all()] == [
        ("duns", "900000001"),
        ("duns", "900000002"),
        ("fei", "3900001"),
    ]
    assert set(SiteChange.objects.values_list("site_id")) == set(Site.objects.values_list("pk"))


def test_import_when_first_records_snapshot_and_event() -> None:
    load(*FOUR)

    snapshot = RegisterSnapshot.objects.get()
    event = Event.objects.get(kind="register.imported")
    assert (snapshot.snapshot_on, snapshot.rows, snapshot.added) == (JULY, 4, 4)
    assert set(Registration.objects.values_list("last_seen", "first_seen")) == {(snapshot.pk, snapshot.pk)}
    assert (event.object_id, event.data) == (snapshot.pk, {"rows": 4, "added": 4})


def test_import_when_file_is_the_same_changes_nothing_at_all() -> None:
    load(*FOUR)
    before = everything()

    again = load(*FOUR)
    same_file_later = load(*FOUR, on=AUGUST)

    assert again.changed_nothing
    assert same_file_later.changed_nothing
    assert (again.unchanged, again.sites) == (4, 3)
    assert everything() == before


def test_import_when_order_of_rows_differs_changes_nothing() -> None:
    load(*FOUR)
    before = everything()

    assert load(*reversed(FOUR)).changed_nothing
    assert everything() == before


def test_import_when_rows_are_the_same_on_a_later_day_confirms_them() -> None:
    load(*FOUR)

    report = load(*reversed(FOUR), on=AUGUST)

    assert not report.changed_nothing
    assert (report.unchanged, report.added, report.changed) == (4, 0, 0)
    assert set(Registration.objects.values_list("last_seen__snapshot_on", flat=True)) == {AUGUST}
    assert set(Registration.objects.values_list("first_seen__snapshot_on", flat=True)) == {JULY}


def test_import_when_file_changed_counts_added_changed_and_no_longer_listed() -> None:
    load(CORK, CORK_ANNEX, BERLIN)

    report = load(CORK, replace(BERLIN, operations="PACK"), SEOUL, on=AUGUST)

    berlin = Registration.objects.get(row_key=BERLIN.duns)
    annex = Registration.objects.get(row_key=CORK_ANNEX.duns)
    assert (report.added, report.changed, report.unchanged, report.no_longer_listed) == (1, 1, 1, 1)
    assert (berlin.operations, berlin.no_longer_listed_on) == (["C84731"], None)
    assert (annex.no_longer_listed_on, annex.last_seen.snapshot_on) == (AUGUST, JULY)
    assert Site.objects.count() == 3


def test_import_when_a_row_comes_back_is_listed_again() -> None:
    load(CORK, BERLIN)
    load(CORK, on=AUGUST)

    report = load(BERLIN, CORK, on=dt.date(2025, 9, 25))

    assert (report.listed_again, report.added, report.unchanged) == (1, 0, 1)
    assert Registration.objects.get(row_key=BERLIN.duns).no_longer_listed_on is None
    assert Site.objects.count() == 2


def test_import_when_a_firm_is_renamed_or_moves_renews_the_site_and_keeps_its_address_of_page() -> None:
    load_placed(CORK, (51.9, -8.47))
    moved = replace(CORK, firm="Renamed Fiction", address="1 New Road, Galway,  H91, Ireland (IRL)")

    load(moved, on=AUGUST)

    site = Site.objects.get()
    assert site.slug == "fictional-pharma-ltd-cork-900000001"
    assert (site.name, site.city, site.version) == ("Renamed Fiction", "Galway", 2)
    assert (site.latitude, site.longitude) == (None, None)


def test_import_when_site_is_profiled_leaves_it_and_stands_facts_beside() -> None:
    site = SiteFactory.create(name="Own name", city="Own city")
    SiteIdentifierFactory.create(site=site, value="3900001")

    load_placed(CORK, (51.9, -8.47))
    load(replace(CORK, firm="Renamed Fiction"), on=AUGUST)

    site.refresh_from_db()
    assert (site.name, site.city, site.latitude, site.is_profiled) == ("Own name", "Own city", None, True)
    assert [row.firm_name for row in site.registrations.all()] == ["Renamed Fiction"]
    assert Site.objects.count() == 1


def test_import_when_claimed_site_is_only_registered_leaves_it() -> None:
    load(CORK)
    Site.objects.update(partner=PartnerFactory.create(), name="Own name")

    load(replace(CORK, firm="Renamed Fiction"), on=AUGUST)

    assert Site.objects.get().name == "Own name"


def test_import_when_site_is_known_by_duns_takes_its_other_rows_too() -> None:
    site = SiteFactory.create()
    SiteIdentifierFactory.create(site=site, scheme="duns", value=CORK.duns)

    load(CORK, CORK_ANNEX)

    assert site.registrations.count() == 2
    assert site.identifiers.filter(scheme="fei").get().value == "3900001"


def test_import_when_a_row_gets_an_fei_keeps_its_site() -> None:
    load(BERLIN)

    load(replace(BERLIN, fei="0003900009"), on=AUGUST)

    assert Site.objects.get().identifiers.filter(scheme="fei").get().value == "3900009"
    assert Registration.objects.get().fei == "3900009"


def test_import_when_rows_are_placed_later_adds_positions_once() -> None:
    load(CORK)

    first = load_placed(CORK, (51.9, -8.47))
    second = load_placed(CORK, (51.9, -8.47))

    site = Site.objects.get()
    assert (first.placed, second.placed) == (1, 0)
    assert second.changed_nothing
    assert (site.latitude, site.longitude) == (51.9, -8.47)


def test_import_when_slug_is_taken_by_another_site_stays_unique() -> None:
    SiteFactory.create(slug="fictional-pharma-ltd-cork-900000001")

    load(CORK)

    assert Registration.objects.get().site.slug == "fictional-pharma-ltd-cork-900000001-registered"


def test_import_when_list_is_older_is_refused_and_writes_nothing() -> None:
    load(CORK, BERLIN, on=AUGUST)
    before = everything()

    with pytest.raises(RegisterFileRefused, match="2025-07-25 is older than the one imported last"):
        load(CORK, on=JULY)

    assert everything() == before


def test_import_when_more_than_half_is_missing_is_refused_unless_accepted() -> None:
    load(*FOUR)
    before = everything()

    with pytest.raises(RegisterFileRefused, match="1 rows where 4 are listed now"):
        load(CORK, on=AUGUST)
    after_refusal = everything()
    report = load(CORK, on=AUGUST, accept_shrunken=True)

    assert after_refusal == before
    assert report.no_longer_listed == 3


def test_import_when_rows_are_many_needs_no_more_queries() -> None:
    many = [replace(CORK, duns=f"9000001{at:02d}", fei=f"39001{at:02d}") for at in range(40)]

    with CaptureQueriesContext(connection) as few:
        load(CORK)
    with CaptureQueriesContext(connection) as lots:
        load(CORK, *many, on=AUGUST)

    assert len(lots) <= len(few) + 2
