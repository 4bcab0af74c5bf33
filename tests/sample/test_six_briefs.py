"""Each cell of the table of sample briefs: who is eligible, who has a question, who nearly fits and why."""

import pytest

from matching.scoring.eligibility import Standing
from matching.scoring.verdicts import Status
from tests.sample.conftest import LISTED, Matches

# The fixture writes, so a test database has to be there although no test asks it anything.
pytestmark = pytest.mark.django_db

LONG_LIST = "Long list for film-coated tablets"
CAPSULES = "First-in-human capsules, 1 and 5 mg"
TABLETS = "Second source for coated tablets, 250 kg"
ANTIBODY_VIALS = "First-in-human freeze-dried antibody, 10R"
ANTIBODY_CHAIN = "Phase II antibody: drug substance, vials and release"
SYRINGES = "Biosimilar syringes, 3.5 million a year"
POTENT_STEP = "Potent step with azide and hydrogenation"


@pytest.mark.parametrize(
    ("brief", "eligible"),
    [
        (CAPSULES, {"Larkfen Dosage"}),
        (TABLETS, {"Brisamar Formas"}),
        (ANTIBODY_VIALS, {"Cloonmore Biologics"}),
        (ANTIBODY_CHAIN, set()),
        (SYRINGES, {"Traunfeld Injektion"}),
        (POTENT_STEP, {"Dachsberg Chemie"}),
    ],
)
def test_brief_when_matched_then_exactly_these_are_eligible(
    matches: Matches, brief: str, eligible: set[str]
) -> None:
    assert matches.written[brief].names(Standing.ELIGIBLE) == eligible


@pytest.mark.parametrize(
    ("brief", "partner", "question"),
    [
        (CAPSULES, "Fernlow Capsules", "placebo"),
        (TABLETS, "Montaraz Solids", "High-containment handling"),
        (ANTIBODY_VIALS, "Lillebro Vials", "cytotoxics"),
        (SYRINGES, "Innrain Syringe", "commercial products"),
        (POTENT_STEP, "Tarrasint Quimica", "When did"),
    ],
)
def test_brief_when_a_fact_is_not_stated_then_it_becomes_the_one_question(
    matches: Matches, brief: str, partner: str, question: str
) -> None:
    seen = matches.written[brief]

    assert partner in seen.names(Standing.OPEN_QUESTIONS)
    assert len(seen.find(partner).questions) == 1
    assert question in seen.find(partner).questions[0]


@pytest.mark.parametrize(
    ("brief", "partner", "changes"),
    [
        (CAPSULES, "Brisamar Formas", ["smallest batch 200,000 → at most 3,000"]),
        (TABLETS, "Vindhya Formulations", ["Sex hormones exclusion: campus → building"]),
        (TABLETS, "Lusivar Comprimidos", ["verified to 1 µg/m³ → at most 0.4 µg/m³"]),
        (ANTIBODY_VIALS, "Leiemond Sterile", ["1.5 m² → at least 2.8 m²"]),
        (
            ANTIBODY_CHAIN,
            "Hanseong Bioworks",
            ["smallest campaign 6 → at most 2", "smallest batch 50,000 → at most 8,000"],
        ),
        (SYRINGES, "Dravska Injekt", ["7,200 units/hour → at least 12,000 units/hour"]),
        (SYRINGES, "Garonnet Seringues", ["start one quarter later"]),
        (POTENT_STEP, "Basaltine Synthese", ["40 months → at most 36 months"]),
        (POTENT_STEP, "Ergolzer Chemie", ["5 bar → at least 20 bar"]),
    ],
)
def test_brief_when_a_site_nearly_fits_then_the_changes_are_named(
    matches: Matches, brief: str, partner: str, changes: list[str]
) -> None:
    seen = matches.written[brief]

    assert partner in seen.names(Standing.NEAR_MISS)
    found = seen.find(partner).changes
    assert len(found) == len(changes)
    assert all(any(change in text for text in found) for change in changes)


def test_long_list_when_little_is_asked_then_there_are_several_to_compare(matches: Matches) -> None:
    seen = matches.written[LONG_LIST]

    assert {"Brisamar Formas", "Vindhya Formulations"} <= seen.names(Standing.ELIGIBLE)
    assert len({match.points for match in seen.result.eligible}) > 3


@pytest.mark.parametrize("partner", ["Ellsworth Sterile", "Aarequell Conjugates"])
def test_vials_for_the_eu_when_the_site_is_elsewhere_and_has_no_qp_then_it_is_among_the_rest(
    matches: Matches, partner: str
) -> None:
    seen = matches.written[ANTIBODY_VIALS]

    assert partner not in seen.names(*LISTED)
    labels = {reason.label for reason in seen.result.rest}
    assert {"In the EU", "EU certification"} <= labels


def test_syringes_when_capacity_opens_late_then_the_slack_is_thin(matches: Matches) -> None:
    score = matches.written[SYRINGES].find("Traunfeld Injektion").score

    assert score is not None
    slack = next(each for each in score.contributions if each.criterion == "timing.slack")
    assert slack.value_high < 0.6


def test_chain_when_no_site_does_all_then_drug_substance_and_vials_come_from_two_partners(
    matches: Matches,
) -> None:
    seen = matches.written[ANTIBODY_CHAIN]

    assert ("Norrvik Biologics", "Cloonmore Biologics", "Cloonmore Biologics") in seen.covers()
    assert seen.result.coverage is not None
    best = seen.result.coverage.covers[0]
    assert (best.partners, best.hand_overs) == (2, 1)


def test_chain_when_the_vials_come_from_the_us_then_an_importing_qp_is_needed(matches: Matches) -> None:
    seen = matches.written[ANTIBODY_CHAIN]

    assert seen.part("drug-product")["Ellsworth Sterile"] is Standing.ELIGIBLE
    assert "Ellsworth Sterile" not in seen.part("release")
    assert seen.part("release")["Leinequell Analytik"] is Standing.ELIGIBLE


def test_chain_when_the_window_is_indicative_then_its_drug_substance_is_a_question(matches: Matches) -> None:
    candidates = matches.written[ANTIBODY_CHAIN].part("drug-substance")

    assert candidates["Aurajoki Cultures"] is Standing.OPEN_QUESTIONS
    assert candidates["Norrvik Biologics"] is Standing.ELIGIBLE


def test_capsules_when_the_trial_is_dutch_then_the_laboratory_can_release_them(matches: Matches) -> None:
    seen = matches.dutch_capsules

    assert not seen.names(Standing.ELIGIBLE)
    assert "Larkfen Dosage" not in seen.names(*LISTED)
    assert seen.part("drug-product")["Larkfen Dosage"] is Standing.ELIGIBLE
    assert seen.part("testing")["Larkfen Dosage"] is Standing.ELIGIBLE
    assert "Larkfen Dosage" not in seen.part("release")
    assert seen.part("release")["Leinequell Analytik"] is Standing.ELIGIBLE


def test_potent_step_when_only_the_register_knows_a_site_then_it_stands_apart(matches: Matches) -> None:
    result = matches.with_register.result

    assert [match.name for match in result.registered_only] == ["Registered only"]
    assert result.registered_only[0].score is None


@pytest.mark.parametrize(
    ("brief", "partner"),
    [
        (CAPSULES, "Tolmere Forms"),
        (TABLETS, "Tessaro Solidi"),
        (ANTIBODY_VIALS, "Murwald Aseptic"),
        (ANTIBODY_CHAIN, "Brannoch Proteins"),
        (SYRINGES, "Pontinia Siringhe"),
        (POTENT_STEP, "Agognara Sintesi"),
    ],
)
def test_trap_when_no_single_line_does_all_then_it_fails_although_the_site_passes_every_term(
    matches: Matches, brief: str, partner: str
) -> None:
    strict, loose = matches.written[brief], matches.of_site[brief]

    assert partner not in strict.names(Standing.ELIGIBLE, Standing.OPEN_QUESTIONS)
    assert partner in loose.names(Standing.ELIGIBLE)


def test_trap_when_another_line_would_do_then_the_verdict_says_so(matches: Matches) -> None:
    judged = matches.written[CAPSULES].find("Tolmere Forms").judged

    failed = [each.verdict.reason for each in judged if each.verdict.status is Status.UNMET]
    assert any("TAB-1 small tablets does, but not all the rest" in reason for reason in failed)
