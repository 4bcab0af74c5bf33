"""The shipped vocabulary, and what makes a file no vocabulary."""

import pytest

from partners.vocabulary import Vocabulary, VocabularyError, current_vocabulary, read_vocabulary


def small(*terms: str) -> str:
    return "facets:\n- id: service\n  label: Services\n  terms:\n" + "".join(
        f"  - {term}\n" for term in terms
    )


@pytest.fixture
def vocabulary() -> Vocabulary:
    return current_vocabulary()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("facets: [", "not readable YAML"),
        ("[]", "list named `facets`"),
        (small("{id: a}"), "no text under 'label'"),
        (small("{id: a, label: A}", "{id: a, label: B}"), "a stands twice"),
        (small("{id: a, label: A, sny: [x]}"), "unknown key 'sny'"),
        (small("{id: a, label: A, implies: [b]}"), "a implies b, which does not exist"),
        (small("{id: a, label: A, includes: [b]}"), "a includes b, which does not exist"),
        (small("{id: a, label: A, implies: [b]}", "{id: b, label: B, implies: [a]}"), "circle of 'implies'"),
        (small("{id: a, label: A, iso: [NO]}"), "quote words such as NO"),
        (small("{id: sc.a, label: A}"), "sc.a has no base unit"),
        (small("{id: sc.a, label: A, base_unit: L, aliases: {mL: few}}"), "no number as its factor"),
        (small("{id: sc.a, label: A, base_unit: L, aliases: {mL: -1}}"), "not above zero"),
        (small("{id: a, label: A, children: 3}"), "are not a list"),
        ("facets: [{id: a, label: A}, {id: a, label: B}]", "facet a stands twice"),
    ],
)
def test_read_vocabulary_when_the_file_is_wrong_then_says_what(text: str, message: str) -> None:
    with pytest.raises(VocabularyError, match=message):
        read_vocabulary(text)


def test_lineage_when_a_term_has_grandparents_then_nearest_comes_first(vocabulary: Vocabulary) -> None:
    assert vocabulary.lineage("df.tablet.film-coated") == (
        "df.tablet.film-coated",
        "df.tablet",
        "df.oral-solid",
    )


def test_descendants_when_asked_for_a_hazard_then_children_stand_below_it(vocabulary: Vocabulary) -> None:
    assert set(vocabulary.descendants("haz.beta-lactam")) == {
        "haz.beta-lactam",
        "haz.penicillin",
        "haz.cephalosporin",
        "haz.carbapenem",
    }


def test_countries_when_groups_include_groups_then_all_are_found(vocabulary: Vocabulary) -> None:
    europe = vocabulary.countries_of("geo.europe")

    assert {"IE", "NO", "GB", "CH"} <= europe
    assert "US" not in europe


def test_united_states_when_continental_then_without_puerto_rico(vocabulary: Vocabulary) -> None:
    assert vocabulary.countries_of("geo.us") == {"US", "PR"}
    assert vocabulary.countries_of("geo.us-continental") == {"US"}


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("svc.commercial", "contract manufacturing"),
        ("op.aseptic-filling", "filling line"),
        ("mod.adc", "bioconjugate"),
        ("mod.peptide", "GLP-1"),
        ("df.gummy", "gummies"),
        ("svc.reg.dmf", "CEP"),
        ("con.beta-lactam-segregated", "penicillin-free"),
        ("sc.batch-kg", "campaign size"),
        ("svc.clin.placebo", "over-encapsulation"),
        ("cer.fda-inspection-clean", "no Form 483"),
        ("con.animal-free", "TSE/BSE free"),
    ],
)
def test_synonyms_when_they_mean_something_else_then_they_are_gone(
    vocabulary: Vocabulary, code: str, word: str
) -> None:
    assert word not in vocabulary.terms[code].synonyms


def test_company_of_concern_when_looked_up_then_stands_with_business_terms(vocabulary: Vocabulary) -> None:
    assert vocabulary.terms["geo.not-bcc"].facet == "business"


def test_label_when_the_term_left_the_file_then_is_its_code(vocabulary: Vocabulary) -> None:
    assert vocabulary.label("op.gone") == "op.gone"
