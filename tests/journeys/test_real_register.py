"""A sponsor asks the real register: who is registered for this, there? And what does the register not say?"""

import datetime as dt

import pytest
from django.core.management import call_command

from matching.models import Brief, Requirement
from matching.ranking import match_brief
from matching.scoring.eligibility import Standing
from matching.scoring.results import Judged, MatchResult
from matching.scoring.verdicts import Status
from partners.models import Registration, Term
from tests.factories.briefs import BriefFactory, RequirementFactory
from tests.partners.importers.register_texts import REAL_FILES

REAL = REAL_FILES / "drls_reg_2025-07-25_nocontacts.csv.gz"
LISTED_ON = dt.date(2025, 7, 25)
API_AND_ANALYSIS = {"C82401", "C25391"}
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.exists(), reason="the published register is not at ../shared/data/fda"),
]


@pytest.fixture
def brief() -> Brief:
    call_command("load_vocabulary", verbosity=0)
    call_command("import_fda_registrations", str(REAL), verbosity=0)
    brief: Brief = BriefFactory.create(title="API, registered with FDA, in Germany or Ireland", open=True)
    ask(brief, "registration", term="reg.fda", operations=sorted(API_AND_ANALYSIS))
    ask(brief, "place", places=["DE", "IE"])
    ask(brief, "term", term="svc.ds.small-molecule")
    ask(brief, "term", term="svc.ds.small-molecule", measure="sc.batch-kg", relation="covers", lo=50, hi=100)
    return brief


def ask(brief: Brief, kind: str, *, term: str = "", measure: str = "", **values: object) -> None:
    RequirementFactory.create(
        brief=brief,
        kind=Requirement.Kind(kind),
        term=Term.objects.get(code=term) if term else None,
        measure=Term.objects.get(code=measure) if measure else None,
        position=brief.requirements.count(),
        **values,
    )


def expected_sites() -> set[str]:
    """Worked out apart from scoring: a union of operations over the rows of each site, in two countries."""
    operations: dict[str, set[str]] = {}
    rows = Registration.objects.filter(site__country__in=["DE", "IE"])
    for name, codes in rows.values_list("site__slug", "operations"):
        operations.setdefault(name, set()).update(codes)
    return {name for name, codes in operations.items() if codes >= API_AND_ANALYSIS}


def statuses(judged: tuple[Judged, ...]) -> list[Status]:
    return [each.verdict.status for each in judged]


def test_brief_when_the_register_is_loaded_lists_registered_sites_apart_with_questions(brief: Brief) -> None:
    result: MatchResult = match_brief(brief).result

    expected = expected_sites()
    assert len(expected) > 50
    assert result.registered_only_count == len(expected)
    assert (result.eligible, result.open_questions, result.near_misses) == ((), (), ())
    assert 0 < len(result.registered_only) <= len(expected)
    for match in result.registered_only:
        assert match.country in {"DE", "IE"}
        assert match.standing is Standing.REGISTERED_ONLY
        assert match.score is None
        assert statuses(match.judged) == [Status.MET, Status.MET, Status.UNKNOWN, Status.UNKNOWN]
        assert match.questions


def test_registered_fact_when_met_says_its_day_and_never_that_it_is_offered(brief: Brief) -> None:
    result: MatchResult = match_brief(brief).result

    first = result.registered_only[0]

    registration, _, offer, scale = (each.verdict for each in first.judged)
    assert {(each.origin, each.as_of) for each in registration.evidence} == {("regulator", LISTED_ON)}
    assert "for Analysis and API manufacture" in registration.reason
    assert offer.status is Status.UNKNOWN
    assert scale.status is Status.UNKNOWN
    assert any("contract service" in question for question in first.questions)
