import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from partners.search_address import address, canonical

NAMES = (
    "q",
    "country",
    "service",
    "measure",
    "value",
    "unit",
    "measure_3",
    "value_3",
    "area",
    "sort",
    "view",
)
questions = st.lists(
    st.tuples(
        st.sampled_from([*NAMES, "page", "numbers"]), st.sampled_from(["", "a", "b", "map", "name", "ü ,&="])
    )
)


def asked(pairs: list[tuple[str, str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    return query


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("country=IE&country=DE", "country=DE&country=IE&country=DE"),
        ("q=lyo&country=IE", "country=IE&q=lyo&page=7"),
        ("sort=relevance&view=list&q=", ""),
        ("measure_4=sc.a&value_4=2&unit_4=L", "measure=sc.a&value=2&unit=L&numbers=more"),
        ("measure=b&value=1&measure_2=a&value_2=2", "measure_2=b&value_2=1&measure_5=a&value_5=2"),
    ],
)
def test_canonical_when_two_ask_the_same_then_is_the_same(one: str, other: str) -> None:
    assert canonical(QueryDict(one)) == canonical(QueryDict(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("country=IE", "country=DE"),
        ("measure=a&value=1&measure_2=b&value_2=2", "measure=a&value=2&measure_2=b&value_2=1"),
        ("area=1,2,3,4", "area=1,2,3,5"),
        ("sort=name", ""),
    ],
)
def test_canonical_when_two_ask_differently_then_differs(one: str, other: str) -> None:
    assert canonical(QueryDict(one)) != canonical(QueryDict(other))


@given(questions)
def test_canonical_when_taken_again_then_stays(pairs: list[tuple[str, str]]) -> None:
    once = canonical(asked(pairs))

    assert canonical(QueryDict(once)) == once
    assert "page" not in QueryDict(once)


@given(questions, st.sampled_from(NAMES))
def test_address_when_a_filter_is_taken_away_then_the_others_stay_and_the_page_is_the_first(
    pairs: list[tuple[str, str]], name: str
) -> None:
    query = QueryDict(address(asked(pairs), without=(name,)).partition("?")[2])

    assert name not in query
    assert "page" not in query
    for kept in set(NAMES) - {name, "sort", "view"}:
        assert query.getlist(kept) == [value for key, value in pairs if key == kept and value]


def test_address_when_nothing_is_taken_away_then_keeps_the_page() -> None:
    assert address(QueryDict("q=lyo&page=3&sort=relevance&numbers=more")) == "/sites/?q=lyo&page=3"
    assert address(QueryDict("q=lyo&page=3"), put={"view": "map"}) == "/sites/?q=lyo&view=map"
    assert address(QueryDict("q=lyo&view=map"), put={"view": "list"}) == "/sites/?q=lyo"
    assert address(QueryDict("country=IE&country=DE"), value=("country", "IE")) == "/sites/?country=DE"
