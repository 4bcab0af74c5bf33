"""Runs kept with their facts: stored once, shared, and made again to the last digit."""

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.plugin import DjangoDbBlocker

from cdmo_portal.accounts.actors import Actor
from cdmo_portal.accounts.models import Role
from matching.actions import match_runs
from matching.models import Brief, FactsSnapshot, FactsVersion, MatchRun
from matching.ranking import match_brief
from matching.ranking.freezing import CannotReproduce, Digests, digests, facts_of, freeze, reproduce
from matching.ranking.keeping import keep
from matching.ranking.store import FactStore
from matching.scoring.differences import first_difference
from matching.scoring.facts import SiteFacts, Vocabulary
from partners.changes import mark_changed
from partners.models import Capability, CapacityWindow, Site
from tests.architecture.sources import ROOT
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import SiteFactory
from tests.factories.vocabulary import TermFactory

AS_OF = dt.date(2027, 2, 15)


@dataclass(frozen=True)
class Given:
    sites: Mapping[int, SiteFacts]
    vocabulary: Vocabulary


def rows() -> tuple[int, int]:
    return FactsVersion.objects.count(), FactsSnapshot.objects.count()


@pytest.fixture
def brief() -> Brief:
    brief = BriefFactory.create(open=True)
    requirement = RequirementFactory.create(brief=brief)
    CapabilityFactory.create(term=requirement.term, confirmed_on=AS_OF)
    return brief


def run_of(brief: Brief) -> MatchRun:
    member = MemberFactory.create(organisation=brief.organisation)
    by = Actor(user=member.user, organisation=brief.organisation, role=Role.EDITOR)
    return match_runs.run(by=by, brief=brief, as_of=AS_OF)


@pytest.mark.django_db
def test_run_when_facts_are_unchanged_then_no_facts_are_written_again(brief: Brief) -> None:
    first = run_of(brief)
    before = rows()

    second = run_of(brief)

    assert second.facts_id == first.facts_id
    assert rows() == before


@pytest.mark.django_db
def test_run_when_one_of_several_sites_changed_then_one_version_and_one_snapshot_are_written(
    brief: Brief,
) -> None:
    site = SiteFactory.create_batch(5)[2]
    run_of(brief)
    versions, snapshots = rows()
    Site.objects.filter(pk=site.pk).update(name="Renamed")

    run_of(brief)

    assert rows() == (versions + 1, snapshots + 1)


@pytest.mark.django_db
def test_run_when_facts_change_back_then_the_first_snapshot_is_used_again(brief: Brief) -> None:
    site = SiteFactory.create(name="Once")
    first = run_of(brief)
    Site.objects.filter(pk=site.pk).update(name="Twice")
    run_of(brief)
    Site.objects.filter(pk=site.pk).update(name="Once")

    third = run_of(brief)

    assert third.facts_id == first.facts_id


@pytest.mark.django_db
def test_reproduce_when_facts_and_brief_changed_since_then_the_old_result_comes_out(brief: Brief) -> None:
    run = run_of(brief)
    Capability.objects.update(is_offered=False)
    Brief.objects.update(weights={"experience": 100})

    again = reproduce(MatchRun.objects.get(pk=run.pk))

    assert first_difference(run.result, again) == ""
    assert run_of(Brief.objects.get()).result != run.result


@pytest.mark.django_db
def test_reproduce_when_the_brief_weighs_with_broken_points_then_their_stored_order_does_not_matter(
    brief: Brief,
) -> None:
    Brief.objects.update(weights={"fit": 0.1, "quality": 0.7, "timing": 0.3, "experience": 1.1, "place": 0.9})

    run = run_of(Brief.objects.get())

    assert first_difference(MatchRun.objects.get(pk=run.pk).result, reproduce(run)) == ""


@pytest.mark.django_db
def test_reproduce_when_made_by_another_engine_then_says_so_and_pretends_nothing(brief: Brief) -> None:
    run = run_of(brief)
    MatchRun.objects.filter(pk=run.pk).update(engine_version="0.9")

    with pytest.raises(CommandError, match=r"engine version 0\.9; this is version"):
        call_command("reproduce_match_run", run.uid)


@pytest.mark.django_db
def test_reproduce_when_made_before_facts_were_kept_then_says_so(brief: Brief) -> None:
    run = run_of(brief)
    MatchRun.objects.filter(pk=run.pk).update(facts=None)

    with pytest.raises(CannotReproduce, match="before facts were kept"):
        reproduce(MatchRun.objects.get(pk=run.pk))


@pytest.mark.django_db
def test_command_when_the_stored_result_was_tampered_with_then_names_the_first_difference(
    brief: Brief,
) -> None:
    run = run_of(brief)
    said = StringIO()
    call_command("reproduce_match_run", run.uid, stdout=said)
    score = run.result["eligible"][0]["score"]
    score["low"] += 1e-12
    run.save()

    with pytest.raises(CommandError, match=r"First difference: eligible\.0\.score\.low: "):
        call_command("reproduce_match_run", run.uid)

    assert said.getvalue() == "reproduced to the last digit\n"


@pytest.mark.django_db
def test_command_when_there_is_no_such_run_then_names_the_field() -> None:
    with pytest.raises(CommandError, match="uid: there is no match run"):
        call_command("reproduce_match_run", "00000000-0000-4000-8000-000000000000")


@pytest.mark.django_db
def test_frozen_facts_when_the_application_changes_them_then_the_database_refuses(brief: Brief) -> None:
    run_of(brief)

    for change in (
        lambda: FactsVersion.objects.update(facts="{}"),
        lambda: FactsSnapshot.objects.update(versions=[]),
        lambda: FactsVersion.objects.filter(key="x")._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_freeze_when_nothing_changed_then_asks_one_question(
    django_assert_num_queries: DjangoAssertNumQueries, settings: Settings
) -> None:
    settings.MATCHING_KEEPS_FACTS = True
    SiteFactory.create_batch(3)
    store = FactStore()
    freeze(store.known())

    with CaptureQueriesContext(connection) as asked:
        freeze(store.known())

    assert sum("matching_facts" in each["sql"] for each in asked) == 1


@pytest.mark.django_db(transaction=True)
def test_freeze_when_one_site_changed_then_reads_and_writes_only_that(settings: Settings) -> None:
    settings.MATCHING_KEEPS_FACTS = True
    sites = SiteFactory.create_batch(4)
    store = FactStore()
    freeze(store.known())
    Site.objects.filter(pk=sites[1].pk).update(name="Renamed")
    mark_changed(sites[1])

    with CaptureQueriesContext(connection) as asked:
        freeze(store.known())

    reads = [each["sql"] for each in asked if each["sql"].startswith("SELECT") and "sha256" in each["sql"]]
    assert all("Renamed" not in each for each in reads)
    assert len([each for each in asked if each["sql"].startswith("INSERT")]) == 2
    assert FactsVersion.objects.filter(key=str(sites[1].uid)).count() == 2


@pytest.mark.django_db(transaction=True)
def test_freeze_when_rolled_back_then_no_row_that_is_gone_is_remembered() -> None:
    SiteFactory.create_batch(2)
    known = FactStore().known()
    with transaction.atomic():
        freeze(known)
        transaction.set_rollback(True)

    snapshot = freeze(known)

    assert FactsVersion.objects.of(snapshot).count() == 2
    assert {each.version for each in digests.known.values()} == set(
        FactsVersion.objects.values_list("pk", flat=True)
    )


@pytest.mark.django_db(transaction=True)
def test_freeze_when_two_do_it_at_once_then_both_have_the_same_snapshot() -> None:
    SiteFactory.create_batch(6)
    known = FactStore().known()
    started, found = threading.Barrier(2, timeout=20), list[int]()

    def one() -> None:
        try:
            with transaction.atomic():
                started.wait()
                found.append(freeze(Given(dict(known.sites), known.vocabulary)).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(found) == 2
    assert len(set(found)) == 1
    assert rows() == (7, 1)


def test_digests_when_the_same_object_comes_again_then_it_is_not_written_out_again() -> None:
    kept, known = Digests(), Given({}, Vocabulary(labels={"a": "A"}))
    first = kept.of(known)[0]

    assert first.text
    assert kept.of(known)[0] == replace(first, text="")
    assert kept.of(Given({}, Vocabulary(labels={"a": "B"})))[0].sha256 != first.sha256


ELSEWHERE = """
import datetime as dt, json, sys
from matching.scoring.differences import first_difference
from matching.scoring.facts_json import facts_from_json, vocabulary_from_json
from matching.scoring.matching import SHOWN
from matching.scoring.own_facts import OwnFacts, match_with_own
from matching.scoring.plain_records import from_plain
from matching.scoring.serialisation import to_json
from matching.scoring.stored_brief import asked_from_json
kept = json.load(sys.stdin)
sites = [facts_from_json(text) for text in kept["sites"]]
vocabulary, today = vocabulary_from_json(kept["vocabulary"]), dt.date.fromisoformat(kept["as_of"])
for asked, result, own in kept["runs"]:
    own, asked = from_plain(OwnFacts)(own), asked_from_json(asked)
    again = to_json(match_with_own(asked, sites, vocabulary, own, today=today, shown=SHOWN))
    print(first_difference(result, again) or "same")
"""


@dataclass(frozen=True)
class Sample:
    """The six sample briefs made again: at once, and after every fact of capacity and capability changed."""

    differences: dict[str, str]
    kept: str


@pytest.fixture(scope="session")
def sample(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Sample:
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_sample_data", as_of=AS_OF, stdout=StringIO())
        for brief in Brief.objects.filter(is_sample=True):
            keep(brief, match_brief(brief, as_of=AS_OF), made_by=None)
        found = dict(again("at once"))
        Capability.objects.update(is_offered=False)
        CapacityWindow.objects.all().delete()
        found |= dict(again("later"))
        made = Sample(found, kept_text())
        transaction.set_rollback(True)
    return made


def kept_text() -> str:
    """All that is needed to make the runs again, for a process without a database."""
    runs = list(MatchRun.objects.filter(brief__is_sample=True))
    assert runs[0].facts is not None
    sites = FactsVersion.objects.of(runs[0].facts).values_list("facts", flat=True)
    return json.dumps(
        {
            "sites": list(sites),
            "vocabulary": runs[0].facts.vocabulary.facts,
            "as_of": AS_OF.isoformat(),
            "runs": [[run.asked, run.result, run.own_facts] for run in runs],
        }
    )


def again(when: str) -> Iterator[tuple[str, str]]:
    runs = MatchRun.objects.filter(brief__is_sample=True)
    for run in runs.select_related("brief", "facts__vocabulary"):
        yield f"{run.brief.title} {when}", first_difference(run.result, reproduce(run))


@pytest.mark.django_db
def test_sample_briefs_when_made_again_then_all_come_out_to_the_last_digit(sample: Sample) -> None:
    assert len(sample.differences) == 14
    assert set(sample.differences.values()) == {""}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", ["1", "2"])
def test_sample_briefs_when_made_again_by_a_process_that_hashes_otherwise_then_nothing_differs(
    sample: Sample, seed: str
) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed}

    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        input=sample.kept,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.split("\n")[:-1] == ["same"] * 7, done.stderr


@pytest.mark.django_db
def test_facts_of_when_asked_for_one_site_then_reads_only_that(brief: Brief) -> None:
    site = SiteFactory.create(name="Wanted")
    run = run_of(brief)
    site.refresh_from_db()

    sites, vocabulary = facts_of(run, [str(site.uid)])

    assert [each.name for each in sites] == ["Wanted"]
    assert vocabulary.labels


@pytest.mark.django_db
def test_term_when_relabelled_then_the_vocabulary_is_a_new_version(brief: Brief) -> None:
    run_of(brief)
    versions, snapshots = rows()
    TermFactory.create(code="op.new-term", label="New term")

    run_of(brief)

    assert rows() == (versions + 1, snapshots + 1)
