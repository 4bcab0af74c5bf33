"""Gates that no site could pass together, said before any site is looked at; and those that only look so."""

import datetime as dt
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.scoring.contradictions import contradictions
from matching.scoring.criteria import criteria_for
from matching.scoring.facts import Scope, SiteFacts
from matching.scoring.lines import groups_of, judge_site
from matching.scoring.matching import BriefInvalid, match
from matching.scoring.requirements import (
    HEADS,
    BriefAsked,
    CapacityAsked,
    CertificateAsked,
    Condition,
    HazardAsked,
    InspectionAsked,
    MeasureAsked,
    PlaceAsked,
    RegistrationAsked,
    Relation,
    Requirement,
    TermAsked,
    TimeFrame,
)
from matching.scoring.verdicts import Status
from matching.scoring.weights import WeightsInvalid
from tests.matching.scoring.examples import (
    EVEN,
    TODAY,
    VOCABULARY,
    batch,
    brief,
    capsules,
    context,
    hazard,
    line,
    must,
    must_not,
    prefer,
    site,
    yes,
)

BLISTER, PACKAGING = TermAsked("svc.pack.blister"), TermAsked("svc.packaging")
PENICILLIN, BETA_LACTAM = HazardAsked("haz.penicillin"), HazardAsked("haz.beta-lactam")
EU, US = PlaceAsked(frozenset({"geo.eu"}), "the EU"), PlaceAsked(frozenset({"US"}), "the US")
IRELAND = PlaceAsked(frozenset({"IE"}), "Ireland")
PUERTO_RICO = PlaceAsked(frozenset({"US-PR"}), "Puerto Rico")
CONTINENT = PlaceAsked(frozenset({"US", "US-PR"}), "the continental US")
FDA = InspectionAsked(frozenset({"reg.fda"}), 36)
LINE, BUILDING, SITE, CAMPUS = Scope.LINE, Scope.BUILDING, Scope.SITE, Scope.CAMPUS


def vessels(relation: Relation, lo: float, hi: float | None = None, count: int = 1) -> TermAsked:
    return TermAsked(
        "op.mammalian", MeasureAsked("sc.bioreactor-l", relation, lo, lo if hi is None else hi, count=count)
    )


def certificate(months: float | None, authority: str = "") -> CertificateAsked:
    return CertificateAsked("cer.gmp-certificate", authority, months)


def registered(*operations: str) -> RegistrationAsked:
    return RegistrationAsked("reg.fda", frozenset(operations))


CONTRADICTING: dict[str, tuple[list[Requirement], str]] = {
    "a term asked for and excluded": ([must("a", BLISTER), must_not("b", BLISTER)], "b"),
    "a term asked for, its parent excluded": ([must("a", BLISTER), must_not("b", PACKAGING)], "b"),
    "a term with a number, excluded whatever the number": (
        [must("a", capsules(1, 2)), must_not("b", TermAsked("df.capsule-hard"))],
        "b",
    ),
    "at least 2,000 L, but none of 500 L or more": (
        [must("a", vessels(Relation.AT_LEAST, 2000)), must_not("b", vessels(Relation.AT_LEAST, 500))],
        "b",
    ),
    "down to 1, but nobody who goes down to 10": (
        [must("a", vessels(Relation.AT_MOST, 1)), must_not("b", vessels(Relation.AT_MOST, 10))],
        "b",
    ),
    "a batch range, and a part of it excluded": (
        [must("a", capsules(10, 90)), must_not("b", capsules(20, 30))],
        "b",
    ),
    "two vessels of a size, and one of it excluded": (
        [must("a", vessels(Relation.ONE_OF, 200, count=2)), must_not("b", vessels(Relation.ONE_OF, 200))],
        "b",
    ),
    "a term on a line, excluded from the site": (
        [must("a", BLISTER, scope=LINE), must_not("b", BLISTER, scope=SITE)],
        "b",
    ),
    "a term on a line, excluded from the line": (
        [must("a", BLISTER, scope=LINE), must_not("b", BLISTER, scope=LINE)],
        "b",
    ),
    "a hazard asked for, its family excluded": ([must("a", PENICILLIN), must_not("b", BETA_LACTAM)], "b"),
    "a hazard on the line, excluded from the campus": (
        [must("a", PENICILLIN, scope=LINE), must_not("b", PENICILLIN, scope=CAMPUS)],
        "b",
    ),
    "every alternative is excluded": (
        [must("a", BLISTER, TermAsked("df.tablet")), must_not("b", PACKAGING, TermAsked("df.tablet"))],
        "b",
    ),
    "every alternative is excluded by another gate": (
        [
            must("a", BLISTER, TermAsked("df.tablet")),
            must_not("b", PACKAGING),
            must_not("c", TermAsked("df.tablet")),
        ],
        "c",
    ),
    "an inspection asked for and excluded": ([must("a", FDA), must_not("b", FDA)], "b"),
    "a certificate of 24 months, none of 36 allowed": (
        [must("a", certificate(24)), must_not("b", certificate(36))],
        "b",
    ),
    "a certificate by one authority, none by any allowed": (
        [must("a", certificate(None, "reg.hpra")), must_not("b", certificate(None))],
        "b",
    ),
    "registered for two operations, not for one of them": (
        [must("a", registered("C82401", "C25391")), must_not("b", registered("C25391"))],
        "b",
    ),
    "in the EU and in the US": ([must("a", EU), must("b", US)], "b"),
    "in Ireland and not in the EU": ([must("a", IRELAND), must_not("b", EU)], "b"),
    "in the continental US and in Puerto Rico": ([must("a", CONTINENT), must("b", PUERTO_RICO)], "b"),
    "in the US, in the EU or Ireland": ([must("a", US), must("b", EU, IRELAND)], "b"),
    "three places of which each two could be": (
        [
            must("a", PlaceAsked(frozenset({"IE", "DE"}))),
            must("b", PlaceAsked(frozenset({"DE", "AT"}))),
            must("c", PlaceAsked(frozenset({"AT", "IE"}))),
        ],
        "c",
    ),
    "a range upside down": ([must("a", TermAsked("df.capsule-hard", batch(9, 5)))], "a"),
    "a number that is none": ([must("a", TermAsked("df.capsule-hard", batch(math.nan, 5)))], "a"),
    "no vessel at all": ([must("a", vessels(Relation.AT_LEAST, 5, count=0))], "a"),
    "no place": ([must("a", PlaceAsked(frozenset()))], "a"),
    "no authority": ([must("a", InspectionAsked(frozenset()))], "a"),
    "no quantity": ([must("a", CapacityAsked(0))], "a"),
    "no end of capacity": ([must("a", CapacityAsked(math.inf))], "a"),
}

POSSIBLE: dict[str, list[Requirement]] = {
    "one alternative survives": [must("a", BLISTER, TermAsked("df.tablet")), must_not("b", PACKAGING)],
    "the parent asked for, a child excluded": [must("a", PACKAGING), must_not("b", BLISTER)],
    "a wish against an exclusion": [prefer("a", BLISTER), must_not("b", BLISTER)],
    "a term at the site, not on this line": [must("a", BLISTER), must_not("b", BLISTER, scope=LINE)],
    "a term in the building, not on this line": [
        must("a", BLISTER, scope=BUILDING),
        must_not("b", BLISTER, scope=LINE),
    ],
    "a hazard on the campus, not at the site": [
        must("a", PENICILLIN, scope=CAMPUS),
        must_not("b", PENICILLIN, scope=SITE),
    ],
    "an implied hazard is a question, not a fact": [
        must("a", TermAsked("mod.adc")),
        must_not("b", HazardAsked("haz.cytotoxic")),
    ],
    "a range of vessels is large and small": [
        must("a", vessels(Relation.AT_LEAST, 1000)),
        must("b", vessels(Relation.AT_MOST, 200)),
    ],
    "a small batch, but no large one": [must("a", capsules(1, 5)), must_not("b", capsules(1, 500))],
    "a certificate that may be old, no fresh one": [
        must("a", certificate(60)),
        must_not("b", certificate(12)),
    ],
    "any certificate, but none of one authority": [
        must("a", certificate(None)),
        must_not("b", certificate(None, "reg.hpra")),
    ],
    "Ireland lies in the EU": [must("a", IRELAND), must("b", EU)],
    "in the US without Puerto Rico": [must("a", US), must_not("b", PUERTO_RICO)],
    "places or something else": [must("a", US, BLISTER), must("b", EU)],
    "not here and not there": [must_not("a", EU), must_not("b", US)],
}


def labelled(requirement: Requirement) -> Requirement:
    return Requirement(
        requirement.key,
        requirement.strength,
        requirement.conditions,
        requirement.scope,
        requirement.step,
        f"Gate {requirement.key.upper()}",
    )


def scored(asked: BriefAsked) -> None:
    match(asked, [site()], VOCABULARY, today=TODAY)


@pytest.mark.parametrize("case", CONTRADICTING)
def test_contradiction_is_refused_and_names_every_gate_involved(case: str) -> None:
    gates, field = CONTRADICTING[case]

    with pytest.raises(BriefInvalid) as refused:
        scored(brief(*(labelled(each) for each in gates)))

    assert refused.value.field == field
    assert set(refused.value.keys) == {each.key for each in gates}
    assert all(f"“Gate {each.key.upper()}”" in refused.value.reason for each in gates)


@pytest.mark.parametrize("case", POSSIBLE)
def test_gates_that_some_site_could_pass_are_scored(case: str) -> None:
    scored(brief(*POSSIBLE[case]))


def test_sentence_says_which_gates_and_why_in_the_words_of_the_sponsor() -> None:
    asked = brief(must("a", IRELAND, label="Made in Ireland"), must_not("b", EU, label="Outside the EU"))

    with pytest.raises(BriefInvalid) as refused:
        scored(asked)

    assert refused.value.reason == (
        "“Made in Ireland” (must) and “Outside the EU” (must not) cannot both be kept at one site: "
        "no country is left."
    )


def test_steps_may_be_done_in_different_places_by_sites_that_differ() -> None:
    steps = ["drug-substance", "drug-product"]
    apart = [
        must("a", US, step=steps[0]),
        must("b", EU, step=steps[1]),
        must("c", BLISTER, step=steps[0]),
        must_not("d", PACKAGING, step=steps[1]),
    ]

    scored(brief(*apart, steps=steps))


def test_what_holds_at_every_site_holds_for_each_step() -> None:
    steps = ["drug-substance", "drug-product"]
    asked = brief(
        must("a", BLISTER, step=steps[0]), must("b", EU, step=steps[1]), must_not("c", PACKAGING), steps=steps
    )

    with pytest.raises(BriefInvalid) as refused:
        scored(asked)

    assert refused.value.keys == ("a", "c")


def test_lines_of_different_steps_may_differ() -> None:
    steps = ["drug-product", "packaging"]
    asked = brief(
        must("a", BLISTER, step=steps[1], scope=LINE),
        must_not("b", BLISTER, step=steps[0], scope=LINE),
        must("c", TermAsked("df.tablet"), step=steps[0], scope=LINE),
        steps=steps,
    )

    scored(asked)


def late(weeks: int) -> TimeFrame:
    return TimeFrame(needed_by=TODAY + dt.timedelta(weeks=weeks), contracting_weeks=8, release_weeks=2)


def test_capacity_needed_before_any_work_could_start_is_refused() -> None:
    with pytest.raises(BriefInvalid) as refused:
        scored(brief(must("a", CapacityAsked(2), label="Two batches"), time_frame=late(9)))

    assert (refused.value.field, refused.value.keys) == ("needed_by", ("a",))
    assert "“Two batches” cannot be done in time" in refused.value.reason
    assert "18 January 2027" in refused.value.reason


@pytest.mark.parametrize(
    "asked",
    [
        brief(must("a", CapacityAsked(2)), time_frame=late(11)),
        brief(must("a", BLISTER), time_frame=late(9)),
        brief(prefer("a", CapacityAsked(2)), time_frame=late(9)),
    ],
    ids=["time is left", "no capacity is asked", "capacity is a wish"],
)
def test_short_time_without_a_capacity_gate_is_no_contradiction(asked: BriefAsked) -> None:
    scored(asked)


@pytest.mark.parametrize(
    ("weights", "field"),
    [
        ({**EVEN, "fit": -1.0}, "fit"),
        ({**EVEN, "quality": math.nan}, "quality"),
        ({**EVEN, "timing": math.inf}, "timing"),
        (dict.fromkeys(HEADS, 0.0), "weights"),
        ({}, "weights"),
        ({"price": 5.0}, "price"),
    ],
)
def test_weights_that_define_no_share_are_refused_by_name(weights: dict[str, float], field: str) -> None:
    with pytest.raises(WeightsInvalid) as refused:
        scored(brief(must("a", BLISTER), weights=weights))

    assert refused.value.field == field


def test_requirements_are_looked_at_before_any_site() -> None:
    with pytest.raises(BriefInvalid):
        match(brief(must("a", EU), must("b", US)), [None], VOCABULARY, today=TODAY)  # type: ignore[list-item]


TERMS = ("svc.packaging", "svc.pack.blister", "df.tablet", "df.tablet.layered")
HAZARDS = ("haz.beta-lactam", "haz.penicillin")
COUNTRIES = ("IE", "DE", "US", "PR")
drawn_gates = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(TERMS).map(TermAsked), st.sampled_from([LINE, BUILDING, SITE, CAMPUS])),
        st.tuples(st.sampled_from(HAZARDS).map(HazardAsked), st.sampled_from([LINE, BUILDING, SITE, CAMPUS])),
        st.tuples(
            st.frozensets(st.sampled_from([*COUNTRIES, "geo.eu", "US-PR"]), min_size=1).map(PlaceAsked),
            st.just(SITE),
        ),
    ),
    min_size=2,
    max_size=4,
)
drawn_sites = st.builds(
    lambda country, region, own, lines, hazards: site(
        *(yes(term) for term in own),
        country=country,
        region=region,
        lines=tuple(line(f"L{i}", *(yes(term) for term in each)) for i, each in enumerate(lines)),
        hazards=tuple(hazard(*each) for each in hazards),
    ),
    st.sampled_from(COUNTRIES),
    st.sampled_from(["", "PR", "US-PR"]),
    st.sets(st.sampled_from(TERMS)),
    st.lists(st.sets(st.sampled_from(TERMS)), max_size=2),
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(HAZARDS), st.booleans(), st.sampled_from([SITE, CAMPUS])),
            st.tuples(st.sampled_from(HAZARDS), st.booleans(), st.just(LINE), st.sampled_from(["l0", "l1"])),
        ),
        max_size=3,
    ),
)


@settings(max_examples=400)
@given(
    drawn_gates,
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.lists(drawn_sites, min_size=1, max_size=4),
)
def test_no_site_passes_gates_that_are_called_contradictory(
    drawn: list[tuple[Condition, Scope]], wanted: list[bool], sites: list[SiteFacts]
) -> None:
    gates = [
        (must if is_wanted else must_not)(f"g{number}", condition, scope=scope)
        for number, ((condition, scope), is_wanted) in enumerate(zip(drawn, wanted, strict=False))
    ]
    asked, around = brief(*gates), context()
    judged = [judge_site(asked, groups_of(asked), criteria_for(asked), each, around) for each in sites]

    called = list(contradictions(asked, around))
    passing = [each for each in judged if {one.status for one in each.verdicts.values()} == {Status.MET}]

    assert not (passing and called)
