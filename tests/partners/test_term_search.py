"""Terms while somebody types: synonyms, half words, other spellings, misspelt words; the best first."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from partners.actions.stated import STATED_FACETS
from partners.actions.vocabulary import load_vocabulary
from partners.models import Term
from partners.term_index import term_index
from partners.term_search import MOST_FOUND, find_terms
from partners.vocabulary import current_vocabulary
from tests.partners.editors import house, signed_in


@pytest.fixture(autouse=True)
def vocabulary(db: None) -> None:
    load_vocabulary(current_vocabulary())


def codes(typed: str) -> list[str]:
    return [each.code for each in find_terms(typed, STATED_FACETS, term_index())]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("lyo", "op.lyophilisation"),
        ("Lyophiliz", "op.lyophilisation"),
        ("freeze dr", "op.lyophilisation"),
        ("FREEZE-DRYING", "op.lyophilisation"),
        ("op.lyophilisation", "op.lyophilisation"),
        ("ffs", "op.ffs"),
        ("gummies", "df.soft-chew"),
    ],
)
def test_find_terms_when_a_name_or_its_beginning_is_typed_put_its_term_first(typed: str, code: str) -> None:
    assert codes(typed)[0] == code


def test_find_terms_when_a_synonym_fits_then_say_which_and_where_the_term_stands() -> None:
    found = find_terms("lyo", STATED_FACETS, term_index())

    assert (found[0].label, found[0].name) == ("Lyophilisation", "lyo")
    assert "df.inj.lyo-vial" in [each.code for each in found]
    vial = next(each for each in found if each.code == "df.inj.lyo-vial")
    assert "Dosage form" in vial.where
    assert "›" in vial.where


def test_find_terms_when_two_terms_share_a_synonym_then_both_are_found() -> None:
    assert {"op.bfs", "cnt.bfs"} <= set(codes("bfs"))


def test_find_terms_when_the_word_is_misspelt_then_offer_the_likest() -> None:
    assert "op.lyophilisation" in codes("lyofilisation")


@pytest.mark.parametrize("typed", ["", "  ", "?!", "qqqqzx", "\x00", "x" * 10_000])
def test_find_terms_when_words_are_noise_find_none(typed: str) -> None:
    assert codes(typed) == []


def test_find_terms_when_a_term_is_retired_or_of_another_facet_leave_it_out() -> None:
    Term.objects.filter(code="op.bfs").update(retired_at="2026-01-01T00:00Z")

    assert "op.bfs" not in codes("blow fill seal")
    assert find_terms("lyophilisation", ["analytical"], term_index()) == []
    assert len(find_terms("a", (), term_index())) <= MOST_FOUND


def test_term_search_when_asked_answers_labels_in_two_queries_more_than_the_session(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = signed_in(house().editor)
    url = reverse("partners:term_search")
    client.get(url, {"q": "lyo"})

    with django_assert_max_num_queries(9):
        answer = client.get(url, {"q": "lyo", "facets": "unit_operation,dosage_form"})

    assert answer.json()["terms"][0] == {
        "label": "Lyophilisation",
        "name": "lyo",
        "where": "Unit operations and technologies › Sterile processing",
    }
    assert client.get(url, {"q": "lyo", "facets": "no such facet"}).json() == {"terms": []}
    assert client.post(url).status_code == 405
    assert Client().get(url).status_code == 302
