from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from partners import facets
from partners.search_address import canonical

FILTERS = {"q", "sort", "measure", "value", "unit", *facets.LABELS}


def of(query: str) -> str:
    return canonical(QueryDict(query), FILTERS)


def test_canonical_when_the_same_is_asked_in_other_ways_then_it_is_the_same_text() -> None:
    asked = "country=IE&country=DE&q=lyo+vial"

    assert of(asked) == "country=DE&country=IE&q=lyo+vial"
    for other in (
        "q=lyo+vial&country=DE&country=IE&country=DE&page=7",
        "country=IE&q=+lyo+vial+&country=DE&service=&measure=&sort=relevance&view=map",
    ):
        assert of(other) == of(asked)


def test_canonical_when_values_belong_together_by_place_then_they_keep_their_places() -> None:
    asked = "measure=sc.b&measure=sc.a&unit=&unit=L&value=2&value=1"

    assert of(asked) == asked


names = st.sampled_from(sorted(FILTERS | {"page", "view"}))


@given(st.lists(st.tuples(names, st.text(max_size=8)), max_size=8))
def test_canonical_when_asked_again_then_nothing_changes(pairs: list[tuple[str, str]]) -> None:
    asked = QueryDict(mutable=True)
    for name, value in pairs:
        asked.appendlist(name, value)

    once = canonical(asked, FILTERS)

    assert canonical(QueryDict(once), FILTERS) == once
    assert not {"page", "view"} & set(QueryDict(once))
