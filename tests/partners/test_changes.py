"""Two connections: a change that commits late must still be told."""

import os

import psycopg
import pytest
from django.db import connection, transaction

from partners import searching
from partners.changes import changed_sites_since, mark_changed
from partners.models import SearchMark, SearchRow, SiteChange
from tests.factories.partners import SiteFactory


def other_connection() -> psycopg.Connection:
    database = connection.settings_dict
    return psycopg.connect(
        os.environ["OWNER_DATABASE_URL"], dbname=database["NAME"], user=database["USER"], autocommit=False
    )


@pytest.mark.django_db
def test_mark_changed_when_given_sites_and_ids_then_writes_one_row_each() -> None:
    one, two = SiteFactory.create(), SiteFactory.create()

    mark_changed(one, two.pk, one)

    assert sorted(SiteChange.objects.values_list("site_id", flat=True)) == sorted([one.pk, two.pk])


@pytest.mark.django_db(transaction=True)
def test_changed_sites_since_when_a_change_commits_late_then_it_is_told_the_next_time() -> None:
    early, late = SiteFactory.create(), SiteFactory.create()
    with other_connection() as slow:
        slow.execute("INSERT INTO partners_sitechange (site_id) VALUES (%s)", [late.pk])
        with transaction.atomic():
            mark_changed(early)
        _, mark = changed_sites_since(0)
        slow.commit()

    told, _ = changed_sites_since(mark)

    # `early` has the higher transaction id and was committed first: a mark by id would have passed `late`.
    assert late.pk in told


@pytest.mark.django_db(transaction=True)
def test_changed_sites_since_when_a_change_is_rolled_back_then_it_is_never_told() -> None:
    site = SiteFactory.create()
    with other_connection() as given_up:
        given_up.execute("INSERT INTO partners_sitechange (site_id) VALUES (%s)", [site.pk])
        given_up.rollback()

    told, _ = changed_sites_since(0)

    assert told == set()


@pytest.mark.django_db(transaction=True)
def test_catch_up_when_run_twice_then_the_site_has_its_rows_once() -> None:
    site = SiteFactory.create()
    mark_changed(site)

    done = searching.catch_up()
    # Told again while a transaction of anybody on the server still runs, which changes nothing.
    searching.catch_up()

    assert done == 1
    assert SearchRow.objects.filter(site=site).count() == 2
    assert SearchMark.objects.get(name=searching.DIRECTORY).mark > 0


@pytest.mark.django_db(transaction=True)
def test_rebuild_on_commit_when_an_edit_commits_then_its_rows_are_there_at_once() -> None:
    site = SiteFactory.create()

    with transaction.atomic():
        searching.rebuild_on_commit(site.pk)
        before = SearchRow.objects.count()

    assert before == 0
    assert SearchRow.objects.filter(site=site).count() == 2
