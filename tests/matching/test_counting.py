"""The figures of a week: as every brief judged by itself says, counted once, and of enough sponsors only."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import call_command

from cdmo_portal.accounts.models import Organisation
from matching import counting
from matching.models import Brief, CategoryWeek, DemandFigure, SiteReason, SiteStanding
from matching.ranking import weights_of
from matching.ranking.asking import brief_asked
from matching.ranking.demand import subjects_of
from matching.ranking.store import store
from matching.scoring.eligibility import Standing
from matching.scoring.explanation import is_gate
from matching.scoring.rejudging import judged_alone
from matching.scoring.verdicts import Status
from partners.disclosing import FEWEST, week_of
from partners.models import Site, Term
from tests.factories.accounts import OrganisationFactory
from tests.factories.briefs import BriefFactory, RequirementFactory, StepFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.partners import SiteFactory
from tests.factories.private_records import PrivateFactFactory, PrivateRecordFactory
from tests.factories.vocabulary import TermFactory

pytestmark = pytest.mark.django_db

TODAY = dt.datetime.now(dt.UTC).date()
CATEGORY = "stg.phase1/mod.mab/"
SECRET = "Zyxograft"
TERMS = ("op.lyophilisation", "op.aseptic-filling", "an.hplc", "an.sec", "svc.reg.qp")


@dataclass(frozen=True)
class World:
    """Three kept sites of different worth, and briefs of several sponsors that ask different things."""

    sponsors: list[Organisation]
    briefs: list[Brief]
    sites: list[Site]


def term(code: str) -> Term:
    return TermFactory.create(code=code)


def open_brief(sponsor: Organisation, *codes: str, **more: Any) -> Brief:
    brief = BriefFactory.create(
        open=True,
        organisation=sponsor,
        title=f"{SECRET} for the trial",
        text=f"{SECRET} is ours",
        stage=term("stg.phase1"),
        modality=term("mod.mab"),
        **more,
    )
    step = StepFactory.create(brief=brief)
    for code in codes:
        RequirementFactory.create(brief=brief, step=step, term=term(code), label=f"{SECRET} {code}")
    return brief


def made_world(sponsor_count: int = 6) -> World:
    sponsors = [OrganisationFactory.create(name=f"{SECRET} {number}") for number in range(sponsor_count)]
    sites = [SiteFactory.create(name=f"Works {number}") for number in range(3)]
    for number, site in enumerate(sites):
        LineFactory.create(site=site)
        for code in TERMS[number:]:
            CapabilityFactory.create(
                site=site, term=term(code), confirmed_on=TODAY, is_offered=code != "an.sec"
            )
    SiteFactory.create(partner__unclaimed=True, name="Nobody's")
    briefs = [
        open_brief(sponsor, *TERMS[number % 3 : number % 3 + 3]) for number, sponsor in enumerate(sponsors)
    ]
    briefs.append(open_brief(sponsors[0], *TERMS, "haz.beta-lactam"))
    briefs[-1].requirements.filter(term__code="haz.beta-lactam").update(kind="hazard", strength="must_not")
    RequirementFactory.create(
        brief=briefs[0], kind="place", term=None, places=["IE"], label=f"{SECRET} in Ireland"
    )
    RequirementFactory.create(brief=briefs[1], wish=True, term=term("op.coating"), label=SECRET)
    return World(sponsors, briefs, sites)


def rows() -> dict[str, list[tuple[Any, ...]]]:
    return {
        "demand": sorted(
            DemandFigure.objects.values_list("week", "category", "kind", "term__code", "briefs", "sponsors"),
            key=str,
        ),
        "standing": sorted(
            SiteStanding.objects.values_list(
                "week", "category", "site", "briefs", "sponsors", "eligible", "open_questions", "near", "rest"
            )
        ),
        "reasons": sorted(
            SiteReason.objects.values_list(
                "week", "category", "site", "kind", "term__code", "verdict", "briefs", "sponsors"
            ),
            key=str,
        ),
    }


def by_objects(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """The same rows, each brief judged by itself in words."""
    known, week = store.known(), week_of(TODAY)
    standings: dict[str, Counter[Standing]] = defaultdict(Counter)
    reasons: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    asked: dict[tuple[str, str], list[int]] = defaultdict(list)
    for brief in world.briefs:
        plain = brief_asked(brief, known.vocabulary, weights_of(brief))
        for match in judged_alone(plain, known.sites.values(), known.vocabulary, today=TODAY):
            standings[match.key][match.standing] += 1
            found = {
                (match.key, *subject, judged.verdict.status)
                for judged in match.judged
                if is_gate(judged.requirement) and judged.verdict.status != Status.MET
                for condition in judged.requirement.conditions
                for subject in subjects_of(condition)
            }
            for each in found:
                reasons[each].append(brief.organisation_id)
        gates = [each for each in plain.requirements if is_gate(each)]
        for subject in {each for gate in gates for part in gate.conditions for each in subjects_of(part)}:
            asked[subject].append(brief.organisation_id)
    everybody = [each.organisation_id for each in world.briefs]
    whole = len(everybody), len(set(everybody))
    counted = [(("", ""), everybody), *asked.items()]
    pks = {str(site.uid): site.pk for site in world.sites}
    listed = (Standing.ELIGIBLE, Standing.OPEN_QUESTIONS, Standing.NEAR_MISS)
    return {
        "demand": sorted(
            (
                (week, CATEGORY, kind, code or None, len(sponsors), len(set(sponsors)))
                for (kind, code), sponsors in counted
                if len(set(sponsors)) >= FEWEST
            ),
            key=str,
        ),
        "standing": sorted(
            (
                *(week, CATEGORY, pk, *whole),
                *(standings[key][each] for each in listed),
                whole[0] - sum(standings[key][each] for each in listed),
            )
            for key, pk in pks.items()
        ),
        "reasons": sorted(
            (
                (
                    *(week, CATEGORY, pks[key], kind, code or None, str(verdict)),
                    *(len(sponsors), len(set(sponsors))),
                )
                for (key, kind, code, verdict), sponsors in reasons.items()
                if key in pks and len(set(sponsors)) >= FEWEST
            ),
            key=str,
        ),
    }


def test_figures_when_counted_on_columns_then_equal_what_each_brief_says_by_itself() -> None:
    world = made_world()

    assert counting.count_due(seconds=20) == 1

    found, expected = rows(), by_objects(world)
    assert found == expected
    assert len(found["demand"]) > 1
    assert found["reasons"]
    assert {row[2] for row in found["standing"]} == {site.pk for site in world.sites}


def test_figures_when_counted_again_then_are_the_same_rows_and_not_twice() -> None:
    made_world()
    counting.count_due(seconds=20)
    first = rows()

    assert counting.count_due(seconds=20) == 0
    CategoryWeek.objects.update(state=CategoryWeek.State.DUE)
    assert counting.count_due(seconds=20) == 1

    assert rows() == first


def test_figures_when_a_sponsor_leaves_before_they_are_counted_again_then_nothing_of_it_is_left() -> None:
    world = made_world(FEWEST)
    counting.count_due(seconds=20)
    assert rows()["standing"]

    Brief.objects.filter(organisation=world.sponsors[-1]).update(state=Brief.State.CLOSED)
    CategoryWeek.objects.update(state=CategoryWeek.State.DUE)
    counting.count_due(seconds=20)

    assert not any(rows().values())


def test_figures_when_the_lease_was_taken_over_meanwhile_then_the_late_one_writes_nothing() -> None:
    made_world()
    counting.count_due(seconds=20)
    first = rows()
    CategoryWeek.objects.update(state=CategoryWeek.State.DUE)
    late = counting.FIGURES.claim()[0]
    CategoryWeek.objects.update(lease_token=late.token + 1)
    SiteStanding.objects.update(eligible=77)

    counting.count_again(late)

    assert {row[5] for row in rows()["standing"]} == {77}
    assert rows()["demand"] == first["demand"]


def test_four_sponsors_when_counted_then_nothing_is_kept() -> None:
    made_world(FEWEST - 1)

    counting.count_due(seconds=20)

    assert not any(rows().values())


@pytest.mark.parametrize(
    "change",
    [
        {"state": Brief.State.CLOSED},
        {"state": Brief.State.DRAFT},
        {"archived_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    ],
    ids=["closed", "a draft", "archived"],
)
def test_fifth_sponsor_when_its_brief_is_not_open_then_does_not_count(change: dict[str, Any]) -> None:
    world = made_world(FEWEST)
    Brief.objects.filter(organisation=world.sponsors[-1]).update(**change)

    counting.count_due(seconds=20)

    assert not any(rows().values())


def test_fifth_sponsor_when_suspended_then_does_not_count() -> None:
    world = made_world(FEWEST)
    Organisation.objects.filter(pk=world.sponsors[-1].pk).update(state=Organisation.State.SUSPENDED)

    counting.count_due(seconds=20)

    assert not any(rows().values())


def test_fifth_sponsor_when_its_brief_contradicts_itself_then_does_not_count() -> None:
    world = made_world(FEWEST)
    RequirementFactory.create(brief=world.briefs[FEWEST - 1], term=term("an.hplc"), exclusion=True)
    RequirementFactory.create(brief=world.briefs[FEWEST - 1], term=term("an.hplc"))

    counting.count_due(seconds=20)

    assert not any(rows().values())


def test_figures_when_a_sponsor_knows_something_itself_then_do_not_show_it() -> None:
    world = made_world()
    counting.count_due(seconds=20)
    before = rows()
    for sponsor in world.sponsors:
        record = PrivateRecordFactory.create(organisation=sponsor, site=world.sites[2])
        PrivateFactFactory.create(record=record, term=term("op.lyophilisation"), source="Audit", as_of=TODAY)

    CategoryWeek.objects.update(state=CategoryWeek.State.DUE)
    counting.count_due(seconds=20)

    assert rows() == before


def test_what_is_kept_when_looked_through_then_holds_no_word_of_a_sponsor() -> None:
    made_world()

    counting.count_due(seconds=20)

    models = (DemandFigure, SiteStanding, SiteReason, CategoryWeek)
    kept = [str(each) for model in models for each in model._default_manager.values()]
    assert len(kept) > 3
    assert SECRET not in "".join(kept)


def test_week_when_it_passed_uncounted_then_never_gets_the_figures_of_another() -> None:
    made_world()
    past = week_of(TODAY) - dt.timedelta(weeks=1)
    missed = CategoryWeek.objects.create(week=past, category=CATEGORY)
    late = counting.FIGURES.claim()[0]

    counting.count_again(late)
    assert not any(rows().values())
    counting.count_due(seconds=20)

    assert {row[0] for row in rows()["standing"]} == {week_of(TODAY)}
    assert not CategoryWeek.objects.filter(pk=missed.pk).exists()


def test_briefs_when_they_do_not_say_their_kind_of_work_then_count_nowhere() -> None:
    made_world()
    Brief.objects.update(stage=None, modality=None)

    counting.count_due(seconds=20)

    assert not CategoryWeek.objects.exists()


def test_old_figures_when_a_week_is_counted_then_go() -> None:
    made_world()
    old = week_of(TODAY) - dt.timedelta(weeks=60)
    DemandFigure.objects.create(week=old, category=CATEGORY, briefs=9, sponsors=9)

    counting.count_due(seconds=20)

    assert not DemandFigure.objects.filter(week=old).exists()


def test_pump_when_run_then_counts_without_a_broker() -> None:
    made_world()

    call_command("pump")

    assert CategoryWeek.objects.get().state == CategoryWeek.State.DONE
    assert SiteStanding.objects.count() == 3
