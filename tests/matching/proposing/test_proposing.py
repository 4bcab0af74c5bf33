"""What a brief would ask because of a reading: kinds, numbers, places, alternatives, and notes."""

import datetime as dt
from typing import Any

import pytest

from matching.proposing import Group, Proposal, project_of, propose, with_term
from matching.proposing.proposals import MOST_PROPOSALS
from matching.reading.findings import (
    AlternativesFound,
    HazardFound,
    PlaceRole,
    Reading,
    Relation,
    RequirementFound,
    Span,
    Strength,
)
from tests.matching.proposing.readings import AS_OF, asked, date, number, place, reading, span

LYO = asked("df.inj.lyo-vial", "lyophilised vials")


def rows(**findings: Any) -> tuple[Proposal, ...]:
    return propose(reading(**findings)).rows


def only(**findings: Any) -> dict[str, Any]:
    (found,) = rows(**findings)
    return found.row


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (LYO, {"kind": "term", "term": "df.inj.lyo-vial", "step": "drug-product", "scope": "line"}),
        (asked("an.hplc", "HPLC"), {"kind": "term", "term": "an.hplc", "step": "testing", "scope": "site"}),
        (asked("svc.pack.ser.eu", "serialisation"), {"kind": "term", "step": "packaging", "scope": "site"}),
        (asked("svc.reg.qp.eu", "EU only"), {"kind": "term", "step": "release"}),
        (asked("op.mammalian", "HPLC"), {"kind": "term", "step": "drug-substance", "scope": "line"}),
        (asked("con.potent-handling", "HPLC"), {"kind": "term", "step": None, "scope": "site"}),
        (asked("reg.fda", "FDA inspected"), {"kind": "inspection", "authorities": ["reg.fda"]}),
        (asked("cer.fda-registration", "FDA inspected"), {"kind": "certificate"}),
        (asked("geo.not-bcc", "not in China"), {"kind": "term", "term": "geo.not-bcc"}),
    ],
)  # fmt: skip
def test_term_when_asked_makes_the_kind_of_its_facet(found: RequirementFound, wanted: dict[str, Any]) -> None:
    row = only(requirements=(found,))

    assert {name: row[name] for name in wanted} == wanted
    assert (row["strength"], row["label"]) == ("must", reading().words(found.span))


def test_exclusion_when_it_names_hazards_is_one_row_each_with_its_scope() -> None:
    found = asked(
        "con.beta-lactam-segregated", "No penicillins anywhere on the campus", Strength.MUST_NOT,
        scope="campus",
        hazards=(
            HazardFound("haz.penicillin", span("penicillins")),
            HazardFound("haz.cephalosporin", span("campus")),
        ),
    )  # fmt: skip

    made = rows(requirements=(found,))

    assert [(each.row["kind"], each.row["term"], each.row["scope"]) for each in made] == [
        ("hazard", "haz.penicillin", "campus"),
        ("hazard", "haz.cephalosporin", "campus"),
    ]
    assert [each.spans for each in made] == [(span("penicillins"),), (span("campus"),)]
    assert {each.group for each in made} == {Group.MUST_NOT}


@pytest.mark.parametrize(
    ("narrower", "term", "finer"),
    [
        ((), "svc.pack.serialisation", ()),
        (("svc.pack.ser.eu",), "svc.pack.ser.eu", ("svc.pack.serialisation", "svc.pack.ser.eu")),
        (
            ("svc.pack.ser.eu", "svc.pack.ser.us"),
            "svc.pack.serialisation",
            ("svc.pack.serialisation", "svc.pack.ser.eu", "svc.pack.ser.us"),
        ),
    ],
)
def test_finer_terms_when_one_is_taken_and_when_several_are_offered(
    narrower: tuple[str, ...], term: str, finer: tuple[str, ...]
) -> None:
    (found,) = rows(requirements=(asked("svc.pack.serialisation", "serialisation", narrower=narrower),))

    assert (found.row["term"], found.finer) == (term, finer)


def test_row_when_a_finer_term_is_chosen_keeps_its_number() -> None:
    (found,) = rows(
        requirements=(asked("df.tablet", "HPLC"),),
        quantities=(number("sc.batch-kg", "kg", "5,000", value=250.0),),
    )

    row = with_term(found.row, "df.tablet.film-coated")

    assert (row["term"], row["measure"], row["value"]) == ("df.tablet.film-coated", "sc.batch-kg", "250")


@pytest.mark.parametrize(
    ("term", "quantity", "wanted"),
    [
        ("df.capsule-hard", ("sc.batch-units", "capsules", {"lo": 1000.0, "hi": 3000.0}),
         ("df.capsule-hard", "covers", "1,000–3,000", "capsules")),
        ("df.capsule-hard", ("sc.batch-units", "capsules", {"hi": 10000.0}),
         ("df.capsule-hard", "covers", "up to 10,000", "capsules")),
        ("op.aseptic-filling", ("sc.fill-volume-ml", "mL", {"value": 5.2}),
         ("op.aseptic-filling", "covers", "5.2", "mL")),
        ("cnt.vial", ("sc.fill-volume-ml", "mL", {"value": 5.2}), ("cnt.vial", "covers", "5.2", "mL")),
        ("df.inj.lyo-vial", ("sc.vials-per-batch", "vials", {"value": 5000.0}),
         ("op.aseptic-filling", "covers", "5,000", "vials")),
        ("df.inj.solution", ("sc.vials-per-batch", "vials", {"value": 5000.0}),
         ("df.inj.solution", "covers", "5,000", "vials")),
        ("df.inj.lyo-vial", ("sc.vial-size", "mL nominal", {"value": 10.0}),
         ("cnt.vial", "one_of", "10", "mL nominal")),
        ("cnt.pfs", ("sc.rate-units-hour", "units/hour", {"lo": 12000.0}),
         ("cnt.pfs", "at_least", "from 12,000", "units/hour")),
        ("cnt.pfs", ("sc.annual-units", "syringes", {"value": 2500000.0, "per": "year"}),
         ("cnt.pfs", "at_least", "2,500,000", "units/year")),
        ("op.mammalian", ("sc.bioreactor-l", "L", {"value": 2000.0, "count": 3}),
         ("op.mammalian", "one_of", "3 × 2,000", "L")),
        ("cnt.bfs", ("sc.annual-units", "unit doses", {"value": 5.0, "per": "year"}),
         ("cnt.bfs", "at_least", "5", "units/year")),
        ("op.hydrogenation", ("pressure", "bar", {"value": 8.0}),
         ("op.hydrogenation", "at_least", "8", "bar")),
        ("df.tablet", ("OEL", "ug/m3", {"value": 0.4}), ("con.potent-handling", "at_most", "0.4", "ug/m3")),
    ],
)  # fmt: skip
def test_number_when_it_belongs_to_a_term_is_compared_as_sites_state_it(
    term: str, quantity: tuple[str, str, dict[str, Any]], wanted: tuple[str, str, str, str]
) -> None:
    measure, unit, more = quantity

    made = rows(requirements=(asked(term, "HPLC"),), quantities=(number(measure, unit, "5,000", **more),))

    row = next(each.row for each in made if "measure" in each.row)
    assert (row["term"], row["relation"], row["value"], row["unit"]) == wanted


@pytest.mark.parametrize(
    ("measure", "unit", "more", "text"),
    [
        ("OEL", "ug/m3", {"value": 150.0}, "OEL"),
        ("concentration", "mg/mL", {"value": 60.0}, "Concentration"),
        ("volume split", "percent", {"share": "70/30"}, "Volume split"),
        ("sc.batch-units", "furlongs per litre", {"value": 5.0}, "Batch size in finished units"),
        (
            "sc.batch-units",
            "tablets",
            {"value": 5.0, "strength": Strength.FUTURE},
            "Batch size in finished units",
        ),
        (
            "sc.annual-units",
            "tablets",
            {"value": 5.0, "basis": "2030 forecast"},
            "Annual volume (2030 forecast)",
        ),
    ],
)
def test_number_when_no_site_could_be_asked_for_it_is_a_note(
    measure: str, unit: str, more: dict[str, Any], text: str
) -> None:
    found = propose(reading(requirements=(LYO,), quantities=(number(measure, unit, "5,000", **more),)))

    assert [each.row["term"] for each in found.rows] == ["df.inj.lyo-vial"]
    assert [(each.group, each.text) for each in found.notes] == [(Group.NUMBERS, text)]


def test_numbers_when_a_term_has_two_make_a_row_each() -> None:
    vials = number("sc.vials-per-batch", "vials", "5,000", value=5000.0)
    volume = number("sc.fill-volume-ml", "mL", "5.2 mL", value=5.2)

    made = rows(requirements=(asked("op.aseptic-filling", "filled"),), quantities=(vials, volume))

    assert [each.row["measure"] for each in made] == ["sc.vials-per-batch", "sc.fill-volume-ml"]
    assert {each.row["term"] for each in made} == {"op.aseptic-filling"}


def test_batches_of_this_project_ask_for_capacity() -> None:
    made = rows(requirements=(LYO,), quantities=(number("sc.annual-batches", "batches", "5,000", value=2.0),))

    (row,) = [each.row for each in made if each.row["kind"] == "capacity"]
    assert (row["quantity"], row["quantity_unit"], row["step"]) == (2.0, "batches", "drug-product")


@pytest.mark.parametrize(("unit", "most"), [("months", {"hi": 36.0}), ("years", {"value": 3.0})])
def test_age_of_an_inspection_is_asked_of_the_inspections_of_its_sentence(
    unit: str, most: dict[str, Any]
) -> None:
    fda, eu = asked("reg.fda", "FDA"), asked("reg.ema", "EU")

    made = rows(
        requirements=(fda, eu), quantities=(number("age of last inspection", unit, "inspected", **most),)
    )

    assert {each.row["authorities"][0]: each.row.get("at_most_months") for each in made} == {
        "reg.fda": 36.0,
        "reg.ema": None,
    }


def test_places_when_asked_are_alternatives_and_when_refused_stand_alone() -> None:
    made = rows(
        places=(
            place("geo.eu", "EU only"),
            place("CH", "EU"),
            place("geo.china", "China", PlaceRole.MUST_NOT_IN),
            place("IN", "not", PlaceRole.MUST_NOT_IN),
            place("Atlantis", "not"),
        )
    )

    assert [(each.row["strength"], each.row["places"]) for each in made] == [
        ("must", ["geo.eu", "CH"]),
        ("must_not", ["IN"]),
        ("must_not", ["geo.china"]),
    ]


def test_alternatives_share_a_name() -> None:
    found = AlternativesFound(("op.isolator", "op.rabs"), Strength.MUST, span("Isolator or RABS"))

    made = rows(any_of=(found, AlternativesFound(("an.hplc", "an.gc"), Strength.PREFER, span("HPLC"))))

    assert [(each.row["term"], each.row["alternative"]) for each in made] == [
        ("op.isolator", "choice 1"),
        ("op.rabs", "choice 1"),
        ("an.hplc", "choice 2"),
        ("an.gc", "choice 2"),
    ]


@pytest.mark.parametrize("strength", [Strength.ASKED, Strength.FUTURE, Strength.CONTEXT])
def test_what_is_asked_later_or_told_is_offered_and_not_kept(strength: Strength) -> None:
    (found,) = rows(requirements=(asked("an.hplc", "HPLC", strength),))

    assert (found.is_kept, found.group.value, found.row["strength"]) == (False, strength.value, "must")


def test_words_without_a_term_and_stages_make_no_row() -> None:
    named = RequirementFound("commercial experience", Strength.MUST, span("HPLC"), is_named=True)

    found = propose(reading(requirements=(named, asked("stg.phase1", "First-in-human", Strength.CONTEXT))))

    assert found.rows == ()
    assert found.named == (named,)


def test_same_term_when_found_twice_is_one_row_with_both_places() -> None:
    (found,) = rows(requirements=(asked("an.hplc", "HPLC"), asked("an.hplc", "serialisation")))

    assert found.spans == (span("HPLC"), span("serialisation"))


def test_label_when_the_words_are_long_or_broken_is_one_short_line() -> None:
    text = "a\nb\t\u202e" + "c" * 400

    (found,) = propose(
        Reading(text, AS_OF, requirements=(RequirementFound("an.hplc", Strength.MUST, Span(0, len(text))),))
    ).rows

    assert found.row["label"].startswith("a b ccc")
    assert len(found.row["label"]) == 160


def test_thousands_of_findings_are_proposed_up_to_a_limit_that_is_said() -> None:
    numbers = tuple(number("concentration", "mg", "5,000", value=float(each)) for each in range(5_000))

    found = propose(reading(requirements=(LYO,) * 5_000, quantities=numbers))

    assert (len(found.rows), len(found.notes), found.left_out) == (1, MOST_PROPOSALS, 4_900)


def test_project_when_read_has_its_fields() -> None:
    whole = reading(
        requirements=(
            LYO,
            asked("an.hplc", "HPLC"),
            asked("mod.mab", "vials", Strength.CONTEXT),
            asked("stg.phase1", "First-in-human", Strength.CONTEXT),
        ),
        dates=(
            date("drug product needed", dt.date(2026, 8, 15)),
            date("first-in-human", dt.date(2026, 9, 30), relation=Relation.TARGET, strength=Strength.CONTEXT),
            date(
                "drug substance available", dt.date(2026, 6, 30),
                relation=Relation.WINDOW, earliest=dt.date(2026, 6, 1),
            ),
        ),
    )  # fmt: skip

    project = project_of(whole, propose(whole))

    assert project.title == "Lyophilised vial, Phase I"
    assert project.steps == ("drug-product", "testing")
    assert (project.stage, project.modality, project.dosage_form) == (
        "stg.phase1",
        "mod.mab",
        "df.inj.lyo-vial",
    )
    assert project.needed_by == dt.date(2026, 8, 15)
    assert project.material_available_on == dt.date(2026, 6, 1)
    assert project.preset == "early"


def test_project_when_the_text_says_nothing_is_empty_but_for_a_title() -> None:
    project = project_of(reading(), propose(reading()))

    assert project.title.startswith("We need lyophilised vials")
    assert (project.steps, project.stage, project.needed_by, project.preset) == ((), "", None, "early")
