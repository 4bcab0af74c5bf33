"""Terms for words that the vocabulary does not know: like ones first, none for noise, one query."""

import pytest
from pytest_django import DjangoAssertNumQueries

from partners.actions.vocabulary import load_vocabulary
from partners.models import Term
from partners.term_suggestions import MOST_EACH, MOST_WORDS, suggestions_for
from partners.vocabulary import current_vocabulary

FACETS = ("unit_operation", "analytical", "dosage_form", "container", "service")


@pytest.fixture(autouse=True)
def vocabulary(db: None) -> None:
    load_vocabulary(current_vocabulary())


def codes(words: str) -> list[str]:
    return [each.code for each in suggestions_for([words], FACETS)[0]]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("lyofilised vials", "df.inj.lyo-vial"),
        ("freeze drying cycle", "op.lyophilisation"),
        ("spray-dryed", "op.spray-drying"),
        ("roller compactor", "op.dry-granulation"),
        ("Karl-Fisher titration", "an.kf"),
        ("prefiled syringes", "cnt.pfs"),
        ("serialized cartons", "svc.pack.serialisation"),
    ],
)
def test_suggestions_when_words_are_misspelt_or_akin_name_the_term(words: str, code: str) -> None:
    assert code in codes(words)


@pytest.mark.parametrize(
    "words", ["", " ", "qqqqzx", "!!!", "'; DROP TABLE partners_term; --", "🧪", "& | ! :*"]
)
def test_suggestions_when_words_are_noise_are_none(words: str) -> None:
    assert codes(words) == []


def test_suggestions_when_a_term_is_retired_or_of_another_facet_leave_it_out() -> None:
    Term.objects.filter(code="an.kf").update(retired_at="2026-01-01T00:00Z")

    assert "an.kf" not in codes("Karl Fischer")
    assert suggestions_for(["lyophilisation"], ["analytical"]) == [()]


def test_suggestions_when_many_words_are_asked_take_one_query_and_few_each(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    words = ["sterile filling", "qqqqzx"] * MOST_WORDS

    with django_assert_num_queries(1):
        found = suggestions_for(words, FACETS)

    assert len(found) == len(words)
    assert 0 < len(found[0]) <= MOST_EACH
    assert found[1] == ()
    assert found[MOST_WORDS:] == [()] * MOST_WORDS
