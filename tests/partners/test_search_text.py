import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners import searching
from partners.folding import folded, words
from partners.models import SearchRow
from partners.search_text import TextSearch
from partners.term_index import term_index
from tests.factories.capabilities import CapabilityFactory
from tests.factories.partners import PartnerFactory, SiteFactory, SiteIdentifierFactory
from tests.factories.vocabulary import TermFactory


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lyophilization", "lyophilisation"),
        ("pre-filled syringes", "Pre filled syringe"),
        ("fill & finish", "fill and finish"),
        ("haematology", "hematology"),
        ("Sulphate", "sulfate"),
        ("Zürich", "zurich"),
        ("Monoclonal antibodies", "monoclonal antibody"),
    ],
)
def test_folded_when_only_the_spelling_differs_then_is_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_words_when_a_compound_is_hyphenated_then_both_spellings_are_indexed() -> None:
    assert words("pre-filled") == ["pre", "filled", "prefilled"]


@given(st.text(max_size=300))
def test_words_when_given_any_text_then_are_short_folded_and_plain(text: str) -> None:
    for word in words(text):
        assert word.isalnum()
        assert word == word.casefold() or not word.isascii()


def found(text: str) -> list[str]:
    rows = SearchRow.objects.filter(reader="public")
    search = TextSearch(text, rows, term_index())
    return sorted(rows.filter(search.condition).values_list("site__name", flat=True))


@pytest.fixture
def world(db: None) -> None:
    mab = TermFactory.create(code="mod.mab", label="Monoclonal antibodies", synonyms=["mAb", "mAbs"])
    lyo = TermFactory.create(code="op.lyophilisation", synonyms=["lyo", "freeze-drying"])
    linz = SiteFactory.create(
        name="Linz", city="Linz", country="AT", partner=PartnerFactory.create(name="Traunfeld")
    )
    cork = SiteFactory.create(
        name="Corvane", city="Cork", partner=PartnerFactory.create(name="Société Élan Vert")
    )
    CapabilityFactory.create(site=linz, term=mab)
    CapabilityFactory.create(site=cork, term=lyo)
    SiteIdentifierFactory.create(site=cork, value="3001234567")
    for number in range(4):
        SiteFactory.create(name=f"Filler {number}", country="US", city="Salem")
    searching.rebuild_all()


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mab", ["Linz"]),
        ("monoclonal antibody", ["Linz"]),
        ("lyo", ["Corvane"]),
        ("freeze drying", ["Corvane"]),
        ("lyophiliz", ["Corvane"]),
        ("societe elan", ["Corvane"]),
        ("Traun", ["Linz"]),
        ("antibodies austria", ["Linz"]),
        ("antibodies ireland", []),
        ("3001234567", ["Corvane"]),
        ("lyophilzation", ["Corvane"]),
        ("Travnfeld", ["Linz"]),
        ("Autria", ["Linz"]),
        ("!!!", []),
        ("') OR 1=1 --", ["Filler 1"]),
    ],
)
def test_text_search_when_synonym_prefix_accent_or_typo_then_finds_what_is_meant(
    text: str, names: list[str]
) -> None:
    assert found(text) == names


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_characters="\x00"), max_size=200))
def test_text_search_when_given_any_text_then_never_breaks_the_query(world: None, text: str) -> None:
    assert set(found(text)) <= {"Linz", "Corvane", *(f"Filler {number}" for number in range(4))}
