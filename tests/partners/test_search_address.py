from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from partners import facets
from partners.search_address import canonical

FILTERS = {"q", "sort", "measure", "value", "unit", *facets.LABELS}


def of(query: str) -> str:
    return canonical(QueryDict(query))


def test_canonical_when_the_same_is_asked_in_other_ways_then_it_is_the_same_text() -> None:
    asked = "country=IE&country=DE&q=lyo+vial"

    assert of(asked) == "q=lyo+vial&country=DE&country=IE"
    for other in (
        "q=lyo+vial&country=DE&country=IE&country=DE&page=7",
        "country=IE&q=+lyo+vial+&country=DE&service=&measure=&sort=relevance&view=map",
    ):
        assert of(other) == of(asked)


def test_canonical_when_rows_of_numbers_stand_elsewhere_then_they_close_up_in_one_order() -> None:
    first = "measure=sc.a&value=1&unit=L&measure2=sc.b&value2=2"
    gap = "measure3=sc.a&value3=1&unit3=L&measure2=sc.b&value2=2"

    assert of(gap) == of(first) != of("measure=sc.a&value=2&measure2=sc.b&value2=1&unit2=L")


names = st.sampled_from(sorted(FILTERS | {"page", "view"}))


@given(st.lists(st.tuples(names, st.text(max_size=8)), max_size=8))
def test_canonical_when_asked_again_then_nothing_changes(pairs: list[tuple[str, str]]) -> None:
    asked = QueryDict(mutable=True)
    for name, value in pairs:
        asked.appendlist(name, value)

    once = canonical(asked)

    assert canonical(QueryDict(once)) == once
    assert not {"page", "view"} & set(QueryDict(once))
