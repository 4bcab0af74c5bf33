"""What is asked of a partner, and what only sounds like it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.reading.evaluation.measuring import evidence_of
from matching.reading.findings import Strength
from matching.reading.plain import to_plain
from matching.reading.reading import LONGEST, TextRefused
from tests.matching.reading.reading_texts import reading_of, strengths_of

MUST, MUST_NOT, PREFER = Strength.MUST, Strength.MUST_NOT, Strength.PREFER
ASKED, FUTURE, CONTEXT = Strength.ASKED, Strength.FUTURE, Strength.CONTEXT


@pytest.mark.parametrize(
    ("text", "code", "strength"),
    [
        ("We need lyophilised vials.", "op.lyophilisation", MUST),
        ("We need lyophilized vials.", "op.lyophilisation", MUST),
        ("We need freeze-dried vials.", "df.inj.lyo-vial", MUST),
        ("Prefilled syringes, aseptically filled.", "cnt.pfs", MUST),
        ("Spray drying is a must, film coating would be a plus.", "op.coating", PREFER),
        ("Spray drying is a must, film coating would be a plus.", "op.spray-drying", MUST),
        ("Tablets, wet granulation. Do you offer dry granulation?", "op.dry-granulation", ASKED),
        ("Vial filling now; serialisation will be needed later.", "svc.pack.serialisation", FUTURE),
        ("A monoclonal antibody in Phase II.", "mod.mab", CONTEXT),
        ("A monoclonal antibody in Phase II.", "stg.phase2", CONTEXT),
        ("The site must not make penicillins on the campus.", "con.beta-lactam-segregated", MUST_NOT),
        ("Must not handle cytotoxics in the building.", "con.cytotoxic", MUST_NOT),
        ("The site must be inspected by the FDA.", "reg.fda", MUST),
        ("An FDA registered site is required.", "cer.fda-registration", MUST),
        ("No company of concern under BIOSECURE.", "geo.not-bcc", MUST),
        ("The medium must be free of animal components.", "con.animal-free", MUST),
    ],
)  # fmt: skip
def test_term_has_the_strength_that_its_sentence_gives_it(text: str, code: str, strength: Strength) -> None:
    assert strengths_of(text).get(code) is strength


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We do not need packaging or formulation development.", "svc.packaging"),
        ("We do not need packaging or formulation development.", "svc.formulation"),
        ("Vials only; serialisation is not required.", "svc.pack.serialisation"),
        ("The API is micronised by us. Tablets, direct compression.", "op.micronisation"),
        ("Tablets. Blister packing is done by our partner in Spain.", "svc.pack.primary"),
        ("The compound is not cytotoxic.", "con.cytotoxic"),
        ("Product is a tablet; no controlled substance.", "con.controlled-drug"),
        ("For the US market and FDA approval in 2028.", "reg.fda"),
        ("Give us the drug, please: tell us more.", "geo.us"),
        ("We sub-contract nothing.", "op.single-use"),
        ("An antibody-drug conjugate.", "mod.mab"),
        ("Oral syringe of 5 mL in the folding box.", "cnt.pfs"),
        ("Stored at 25 °C/60 % RH for the ICH stability study.", "st.ambient"),
    ],
)
def test_what_only_sounds_like_a_requirement_is_none(text: str, code: str) -> None:
    assert strengths_of(text).get(code) not in {MUST, MUST_NOT}


def test_acronyms_keep_their_case() -> None:
    assert "an.sec" in strengths_of("Release: SEC and CE.")
    assert "an.sec" not in strengths_of("Only 30 sec per unit, once per sec.")


def test_finer_term_replaces_its_parent() -> None:
    found = strengths_of("Film-coated tablets, made by compression.")

    assert "df.tablet.film-coated" in found
    assert "df.tablet" not in found


def test_finer_codes_of_the_vocabulary_are_kept_beside_what_briefs_ask() -> None:
    (found,) = reading_of("DSCSA serialisation is required.").requirements

    assert found.id == "svc.pack.serialisation"
    assert "svc.pack.ser.us" in found.narrower


def test_alternatives_stand_together_and_not_among_the_requirements() -> None:
    reading = reading_of("Aseptic filling of vials in an isolator or closed RABS.")

    assert [set(group.ids) for group in reading.any_of] == [{"op.isolator", "op.rabs"}]
    assert not {"op.isolator", "op.rabs"} & {each.id for each in reading.requirements}


def test_exclusion_from_the_line_is_weaker_than_from_the_site() -> None:
    (found,) = [each for each in reading_of("No cytotoxics on the line we use.").requirements if each.hazards]

    assert (found.is_named, found.scope) == (True, "line")
    assert [each.code for each in found.hazards] == ["haz.cytotoxic"]


def test_two_deadlines_for_one_thing_are_reported_and_both_kept() -> None:
    reading = reading_of(
        "First GMP vials released by 30 June 2027. GMP vials must be released by 30 September 2027."
    )

    assert len(reading.contradictions) == 1
    assert len(reading.dates) == 2


def test_places_that_exclude_each_other_gate_nothing_until_answered() -> None:
    reading = reading_of("The site must be in the EU. Filling at a US site only.")

    assert [each.about for each in reading.contradictions] == ["location"]
    assert not [each for each in reading.places if each.role == "must_in"]


def test_silence_is_told_and_is_no_requirement() -> None:
    reading = reading_of("We need HPLC.")

    assert {"location", "timeline", "QP release"} <= set(reading.not_stated)
    assert not reading.places
    assert not reading.dates


def test_rows_of_a_table_and_fields_of_a_form_answer_their_label() -> None:
    table = "| Item | Needed |\n| Film coating | yes |\n| Serialisation | no |\n"
    text = f"{table}Placebo: not needed\nHPLC: required"
    found = strengths_of(text)

    assert found.get("an.hplc") is MUST
    assert "svc.pack.serialisation" not in found
    assert "svc.clin.placebo" not in found


def test_lists_stand_under_their_heading() -> None:
    text = (
        "Must have:\n- vial filling\n- HPLC\n\nNice to have:\n- spray drying\n\nOut of scope:\n- packaging\n"
    )
    found = strengths_of(text)

    assert found.get("an.hplc") is MUST
    assert found.get("op.spray-drying") is PREFER
    assert "svc.packaging" not in found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no text"),
        (" \n\t ", "no text"),
        ("MZ\x00\x01\x02 something", "binary"),
        ("x" * (LONGEST + 1), "at most"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(TextRefused, match=words):
        reading_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "نحتاج إلى تعبئة قوارير HPLC معقمة في الاتحاد الأوروبي",
        "我们需要在2027年第三季度之前的 lyophilised vials",
        "Wir brauchen HPLC; nous cherchons un CDMO; EU only please",
        "\u202e" + "HPLC and vials " * 3,
        "((((((((((" * 200 + " HPLC",
        "a" * 30_000 + "!",
        "no " * 5_000 + "HPLC",
        "1,000 to " * 3_000 + "vials",
        ", ".join(["HPLC", "SEC", "CE-SDS", "10R vials"] * 1_000),
        "-" * 20_000,
        "by by by Q3 2027 " * 2_000,
    ],
)
def test_odd_texts_are_read_as_far_as_they_can_be(text: str) -> None:
    reading = reading_of(text)

    assert all(reading.words(each.span) for each in reading.requirements)


PIECES = st.sampled_from(
    [
        "HPLC", "not", "no", "we need", "vials", "10R", "by Q3 2027", "EU only", "China", "or",
        "isolator", "RABS", "5k", "1.000", "µg/m3", "OEL", ";", ".", ",", "\n", "- ", ": ", "(", ")", "?",
        "must not", "penicillins", "on the line", "prefer", "later", "€350k", "2-8 °C", "25/60", "ß", "Ⅷ",
        "\u2028", "İ", "e\u0301", "🧪", "3 × 2000 L", "~", "to", "between", "and",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), min_size=1, max_size=60).map(" ".join))
def test_evidence_is_exactly_what_stands_in_the_text(text: str) -> None:
    try:
        plain = to_plain(reading_of(text))
    except TextRefused:
        return

    for found in evidence_of(plain):
        assert found["evidence"]
        assert text[found["start"] : found["end"]] == found["evidence"]


@settings(max_examples=50, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=40).map(" ".join))
def test_same_text_and_day_give_the_same_reading(text: str) -> None:
    try:
        first = to_plain(reading_of(text))
    except TextRefused:
        return

    assert to_plain(reading_of(text)) == first


@pytest.mark.parametrize(
    ("text", "are_contradictory"),
    [
        ("GMP capsules must be released by 31 August 2026. Release of capsules: by 30 October 2026.", True),
        ("PPQ batches must be made by 31 March 2027. PPQ cannot start before Q3 2027.", True),
        ("Exhibit batches must be completed by 31 March 2027. We run exhibit batches in Q2 2027.", True),
        ("The first GMP vector is released by 31 March 2027. Vector by the end of 2026.", False),
        ("We need the route proposal within 14 weeks and GMP API by the end of February 2027.", False),
    ],
)
def test_days_that_exclude_each_other_are_reported(text: str, are_contradictory: bool) -> None:
    found = reading_of(text)

    assert len(found.dates) == 2
    assert bool(found.contradictions) is are_contradictory


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("Tablets: 12 million per year, growing to 22 million by 2030.", "2030 forecast"),
        ("We need 45 million tablets a year, rising to about 65 million tablets a year.", "forecast"),
        ("The process has to be scaled up to 45,000 tablets per batch.", ""),
    ],
)
def test_number_that_is_grown_to_is_a_forecast(text: str, basis: str) -> None:
    assert reading_of(text).quantities[-1].basis == basis


def test_each_hazard_has_the_words_that_name_it() -> None:
    found = reading_of("The site must not handle penicillins or cephalosporins on the campus.")
    (excluded,) = found.requirements

    named = {hazard.code: found.words(hazard.span) for hazard in excluded.hazards}
    assert named == {"haz.penicillin": "penicillins", "haz.cephalosporin": "cephalosporins"}
