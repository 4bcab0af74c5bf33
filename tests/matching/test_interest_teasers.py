"""What a teaser says of a brief, and that nothing else of the brief is ever in it."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.continents import CONTINENTS
from matching.interest_teasers import BATCH_SIZES, mark_of, teaser_of
from matching.models import Brief, Requirement
from partners.actions.vocabulary import load_vocabulary
from partners.importers.countries import country_names
from partners.models import Term
from partners.vocabulary import current_vocabulary
from tests.factories.briefs import BriefFactory, RequirementFactory, StepFactory

pytestmark = pytest.mark.django_db
SECRET = "Zyxquorl"
PLACES = ("DE", "IE", "geo.us", "geo.eu", "geo.not-bcc", SECRET)


@pytest.fixture(autouse=True)
def _vocabulary(db: None) -> None:
    load_vocabulary(current_vocabulary())


def term(code: str) -> Term:
    return Term.objects.get(code=code)


def told(brief: Brief) -> dict[str, str]:
    return {line["label"]: line["value"] for line in teaser_of(brief)}


def measured(brief: Brief, code: str, lo: str | None, hi: str | None, **more: Any) -> None:
    numbers = {"lo": lo and Decimal(lo), "hi": hi and Decimal(hi)}
    RequirementFactory.create(brief=brief, measure=term(code), relation="covers", **numbers, **more)


def placed(brief: Brief, *places: str, **more: Any) -> None:
    RequirementFactory.create(brief=brief, kind=Requirement.Kind.PLACE, term=None, places=places, **more)


def test_teaser_when_all_is_known_has_a_line_of_each_in_words_of_the_vocabulary() -> None:
    brief = BriefFactory.create(
        stage=term("stg.phase2"),
        modality=Term.objects.filter(facet__code="modality")[0],
        dosage_form=Term.objects.filter(facet__code="dosage_form")[0],
        needed_by=dt.date(2028, 8, 17),
    )
    StepFactory.create(brief=brief, kind="drug-product", position=0)
    StepFactory.create(brief=brief, kind="packaging", position=1)
    placed(brief, "geo.eu", "CH")
    measured(brief, "sc.batch-units", "52341", "52341")

    assert told(brief) == {
        "Stage": "Phase II",
        "Modality": str(brief.modality),
        "Dosage form": str(brief.dosage_form),
        "Work": "Drug product, Packaging",
        "Needed by": "Q3 2028",
        "Region": "European Union member states, Europe",
        "Batch size": "10,000 to 100,000 units",
    }


def test_teaser_when_nothing_is_known_is_empty() -> None:
    assert teaser_of(BriefFactory.create()) == []


@pytest.mark.parametrize(
    ("lo", "hi", "said"),
    [
        ("0.037", "0.052", "0.01 to 0.1 kg"),
        ("7", "7", "1 to 10 kg"),
        ("100", "100", "100 to 1,000 kg"),
        ("52", "3500", "10 to 10,000 kg"),
        (None, "52", "10 to 100 kg"),
        ("0", "52", "10 to 100 kg"),
    ],
)
def test_batch_size_when_told_lies_between_powers_of_ten(lo: str | None, hi: str, said: str) -> None:
    brief = BriefFactory.create()
    measured(brief, "sc.batch-kg", lo, hi)

    assert told(brief) == {"Batch size": said}


def test_batch_size_when_several_rows_ask_is_that_of_all_but_what_must_not_be() -> None:
    brief = BriefFactory.create()
    measured(brief, "sc.batch-kg", "52", "52")
    measured(brief, "sc.batch-kg", "700", "700", strength="prefer")
    measured(brief, "sc.batch-kg", "90000", "90000", strength="must_not")
    measured(brief, "sc.oel-ug-m3", "3", "3")

    assert told(brief) == {"Batch size": "10 to 1,000 kg"}


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (["DE", "FR"], "Europe"),
        (["geo.us"], "North America"),
        (["geo.uk"], "Europe"),
        (["geo.apac"], "Asia-Pacific"),
        (["JP", "BR"], "Asia, South America"),
    ],
)
def test_region_when_told_names_no_single_country(places: list[str], said: str) -> None:
    brief = BriefFactory.create()
    placed(brief, *places)
    placed(brief, "CN", strength="must_not")
    placed(brief, "AU", strength="prefer")

    assert told(brief) == {"Region": said}


def test_region_when_it_is_no_place_on_earth_is_not_told() -> None:
    brief = BriefFactory.create()
    placed(brief, "geo.not-bcc")

    assert teaser_of(brief) == []


def test_continents_when_compared_with_the_countries_then_each_has_one() -> None:
    assert set(CONTINENTS) == set(country_names())


def test_mark_when_the_teaser_differs_is_another() -> None:
    brief = BriefFactory.create(stage=term("stg.phase2"))
    before = mark_of(teaser_of(brief))
    brief.stage = term("stg.phase3")

    assert mark_of(teaser_of(brief)) != before


codes = st.sampled_from(sorted(current_vocabulary().terms))
numbers = st.decimals("0.0001", "99999999", places=4).filter(lambda each: len(each.as_tuple().digits) > 3)
strengths = st.sampled_from(Requirement.Strength.values)
requirements = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Requirement.Kind.values),
        "strength": strengths,
        "code": codes,
        "measure": st.none() | st.sampled_from([*BATCH_SIZES, "sc.oel-ug-m3", "sc.vial-size"]),
        "number": numbers,
        "sizes": st.lists(numbers, max_size=2),
        "places": st.lists(
            st.sampled_from(["DE", "IE", "geo.us", "geo.eu", "geo.not-bcc", SECRET]), max_size=3
        ),
    }
)
briefs = st.fixed_dictionaries(
    {
        "stage": st.none() | st.just("stg.phase1"),
        "needed_by": st.none() | st.dates(dt.date(2027, 1, 1), dt.date(2035, 1, 1)),
        "steps": st.sets(st.sampled_from(["drug-substance", "drug-product", "testing"])),
        "requirements": st.lists(requirements, max_size=4),
    }
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(briefs)
def test_teaser_when_made_of_any_brief_never_holds_words_or_exact_numbers(
    asked: dict[str, Any],
) -> None:
    brief = BriefFactory.create(
        title=f"{SECRET} tablets",
        text=f"{SECRET} text",
        organisation__name=f"{SECRET} Therapeutics",
        stage=term(asked["stage"]) if asked["stage"] else None,
        needed_by=asked["needed_by"],
    )
    for kind in asked["steps"]:
        StepFactory.create(brief=brief, kind=kind)
    for row in asked["requirements"]:
        RequirementFactory.create(
            brief=brief,
            kind=row["kind"],
            strength=row["strength"],
            term=term(row["code"]),
            measure=term(row["measure"]) if row["measure"] else None,
            label=f"{SECRET} wording",
            entered_text=f"{SECRET} {row['number']}",
            lo=row["number"],
            hi=row["number"],
            sizes=row["sizes"],
            places=row["places"],
            quantity=Decimal("777.123"),
        )

    said = json.dumps(teaser_of(brief))

    typed = [str(each) for row in asked["requirements"] for each in (row["number"], *row["sizes"])]
    exact = [*typed, *(f"{Decimal(each):,f}" for each in typed), "777", str(asked["needed_by"])]
    assert [each for each in (SECRET, str(brief.uid), *exact) if each in said] == []
    by_label = told(brief)
    assert by_label.get("Stage", "Phase I") == "Phase I"
    assert set(by_label) <= {"Stage", "Work", "Needed by", "Region", "Batch size"}
