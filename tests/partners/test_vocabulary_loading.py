"""Loading the vocabulary: bits for ever, retired not deleted, twice the same."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from partners.actions.vocabulary import LoadReport, load_vocabulary
from partners.models import Term
from partners.vocabulary import Vocabulary, current_vocabulary, read_vocabulary

pytestmark = pytest.mark.django_db

FIRST = """
facets:
- {id: service, label: Services, terms: [{id: svc.a, label: A, children: [{id: svc.b, label: B}]}]}
- id: geography
  label: Places
  terms:
  - {id: geo.x, label: X, iso: [IE]}
  - {id: geo.y, label: Y, includes: [geo.x]}
"""


def vocabulary_of(text: str) -> Vocabulary:
    return read_vocabulary(text)


def bits() -> dict[str, int]:
    return dict(Term.objects.values_list("code", "bit"))


def test_load_when_the_database_is_empty_then_every_term_is_added() -> None:
    report = load_vocabulary(current_vocabulary())

    assert report == LoadReport(added=len(current_vocabulary().terms), changed=0, retired=0, unchanged=0)
    assert Term.objects.get(code="haz.penicillin").parent == Term.objects.get(code="haz.beta-lactam")


def test_load_when_run_twice_then_nothing_changes() -> None:
    load_vocabulary(current_vocabulary())

    report = load_vocabulary(current_vocabulary())

    assert report == LoadReport(added=0, changed=0, retired=0, unchanged=len(current_vocabulary().terms))


def test_load_when_groups_include_groups_then_countries_are_spelled_out() -> None:
    load_vocabulary(vocabulary_of(FIRST))

    assert Term.objects.get(code="geo.y").countries == ["IE"]


def test_load_when_a_label_changed_then_only_that_term_is_written() -> None:
    load_vocabulary(vocabulary_of(FIRST))

    report = load_vocabulary(vocabulary_of(FIRST.replace("label: B", "label: Bee")))

    assert report == LoadReport(added=0, changed=1, retired=0, unchanged=3)
    assert Term.objects.get(code="svc.b").label == "Bee"


def test_load_when_a_term_vanished_then_it_is_retired_and_its_bit_is_not_reused() -> None:
    load_vocabulary(vocabulary_of(FIRST))
    gone = FIRST.replace("{id: geo.y, label: Y, includes: [geo.x]}", "{id: geo.z, label: Z}")

    report = load_vocabulary(vocabulary_of(gone))

    assert (report.added, report.retired) == (1, 1)
    assert Term.objects.get(code="geo.y").retired_at is not None
    assert len(set(bits().values())) == 5


def test_load_when_a_retired_term_comes_back_then_it_has_its_old_bit() -> None:
    load_vocabulary(vocabulary_of(FIRST))
    before = bits()
    load_vocabulary(vocabulary_of(FIRST.replace(", children: [{id: svc.b, label: B}]", "")))

    load_vocabulary(vocabulary_of(FIRST))

    assert bits() == before
    assert Term.objects.get(code="svc.b").retired_at is None


def test_command_when_the_file_is_no_vocabulary_then_refuses_it_and_writes_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("facets: [{id: a, label: A, terms: [{id: b}]}]")

    with pytest.raises(CommandError, match="no text under 'label'"):
        call_command("load_vocabulary", file=broken)

    assert not Term.objects.exists()
