"""What is written down of a brief's changes, and taking one back."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from cdmo_portal.accounts.actors import Actor, actor_of_member
from matching.actions import briefs, requirements
from matching.actions.brief_sections import save_section
from matching.actions.taking_back import CannotTakeBack, take_back
from matching.merging import Plain, marks
from matching.models import Brief, BriefChange, Requirement
from matching.plain_briefs import requirement_values, values_of
from matching.scoring.weightings import by_points
from tests.factories.accounts import MemberFactory
from tests.factories.briefs import BriefFactory, RequirementFactory, StepFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return actor_of_member(MemberFactory.create())


@pytest.fixture
def brief(by: Actor) -> Brief:
    return BriefFactory.create(organisation=by.organisation, title="First")


def save(by: Actor, brief: Brief, **sent: Plain) -> None:
    now = Brief.objects.get(pk=brief.pk)
    save_section(by=by, brief=now, sent=sent, opened=marks(values_of(now)))


def read(brief: Brief) -> list[tuple[object, object]]:
    rows = brief.changes.as_read().select_related("continues")
    return [(row.stood_before, row.after) for row in rows]


def latest(brief: Brief) -> BriefChange:
    return BriefChange.objects.select_related("brief", "continues").filter(brief=brief)[0]


def test_typing_when_saved_many_times_reads_as_one_change(by: Actor, brief: Brief) -> None:
    for title in ("Fi", "Fil", "Filled"):
        save(by, brief, title=title)

    assert read(brief) == [("First", "Filled")]
    assert brief.changes.count() == 3


def test_typing_when_a_colleague_came_between_or_time_went_by_reads_as_changes_of_each(
    by: Actor, brief: Brief
) -> None:
    other = actor_of_member(MemberFactory.create(organisation=by.organisation))
    save(by, brief, title="A")
    save(other, brief, title="B")
    save(by, brief, title="C")
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=31)):
        save(by, brief, title="D")

    assert read(brief) == [("C", "D"), ("B", "C"), ("A", "B"), ("First", "A")]


def test_change_when_written_cannot_be_rewritten(by: Actor, brief: Brief) -> None:
    save(by, brief, title="A")

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        BriefChange.objects.update(after="B")


def test_field_when_taken_back_has_its_old_value_and_that_can_be_taken_back(by: Actor, brief: Brief) -> None:
    save(by, brief, title="Typing")
    save(by, brief, title="Second")

    take_back(by=by, change=latest(brief))
    back = Brief.objects.get().title
    take_back(by=by, change=latest(brief))

    assert (back, Brief.objects.get().title) == ("First", "Second")
    assert read(brief) == [("First", "Second"), ("Second", "First"), ("First", "Second")]


def test_field_when_changed_again_since_is_not_taken_back(by: Actor, brief: Brief) -> None:
    other = actor_of_member(MemberFactory.create(organisation=by.organisation))
    save(by, brief, title="Second")
    change = latest(brief)
    save(other, brief, title="Third")

    with pytest.raises(CannotTakeBack):
        take_back(by=by, change=change)

    assert Brief.objects.get().title == "Third"


def test_weights_when_taken_back_are_said_as_they_were(by: Actor, brief: Brief) -> None:
    save(
        by, brief, weighting={"by": "order", "rule": "roc", "preset": "late",
                              "order": ["place", "fit", "quality", "timing", "experience"]},
    )  # fmt: skip
    assert Brief.objects.get().weighting["order"][0] == "place"

    take_back(by=by, change=latest(brief))

    now = Brief.objects.get()
    assert (now.preset, now.weighting, now.weights) == ("early", {}, {})


def test_requirement_when_removed_and_taken_back_is_the_same_row_again(by: Actor, brief: Brief) -> None:
    step = StepFactory.create(brief=brief)
    row = RequirementFactory.create(brief=brief, step=step, label="Isolator", position=7)
    before = requirement_values(row)
    requirements.remove_requirement(by=by, requirement=row, version=1)

    take_back(by=by, change=latest(brief))

    again = Requirement.objects.get()
    assert (again.uid, requirement_values(again)) == (row.uid, before)


def test_requirement_when_added_or_changed_and_taken_back_is_gone_or_as_it_was(
    by: Actor, brief: Brief
) -> None:
    row = RequirementFactory.build(brief=brief, term=None, label="Isolator")
    requirements.add_requirement(by=by, brief=brief, requirement=row)
    added = latest(brief)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        row.label = "RABS"
        requirements.change_requirement(by=by, requirement=row, version=1)
        with pytest.raises(CannotTakeBack):
            take_back(by=by, change=added)
        take_back(by=by, change=latest(brief))
    assert Requirement.objects.get().label == "Isolator"

    take_back(by=by, change=added)

    assert not Requirement.objects.exists()


def test_requirement_when_its_work_is_gone_is_not_taken_back(by: Actor, brief: Brief) -> None:
    row = RequirementFactory.create(brief=brief, step=StepFactory.create(brief=brief))
    requirements.remove_requirement(by=by, requirement=row, version=1)
    removal = latest(brief)
    save(by, brief, steps=["packaging"])

    with pytest.raises(CannotTakeBack):
        take_back(by=by, change=removal)


def test_steps_when_one_goes_away_tell_which_requirements_moved(by: Actor, brief: Brief) -> None:
    row = RequirementFactory.create(brief=brief, step=StepFactory.create(brief=brief))

    save(by, brief, steps=[])

    row.refresh_from_db()
    kinds = brief.changes.order_by("pk").values_list("kind", "subject")
    assert (row.step, row.version) == (None, 2)
    assert list(kinds) == [("requirement", str(row.uid)), ("field", "steps")]


def test_step_when_it_comes_again_is_asked_again_what_nobody_changed_since(by: Actor, brief: Brief) -> None:
    step = StepFactory.create(brief=brief)
    kept, changed = RequirementFactory.create_batch(2, brief=brief, step=step)
    moved_by_hand = RequirementFactory.create(brief=brief, step=step)
    moved_by_hand.step = None
    requirements.change_requirement(by=by, requirement=moved_by_hand, version=1)
    save(by, brief, steps=["packaging"])
    changed.refresh_from_db()
    changed.label = "Isolator"
    requirements.change_requirement(by=by, requirement=changed, version=2)

    save(by, brief, steps=["drug-product", "packaging"])

    steps = {row.uid: row.step and row.step.kind for row in brief.requirements.select_related("step")}
    assert steps == {kept.uid: "drug-product", changed.uid: None, moved_by_hand.uid: None}
    assert brief.changes.filter(subject=str(kept.uid)).count() == 2


def test_steps_when_taken_back_take_their_requirements_with_them_both_ways(by: Actor, brief: Brief) -> None:
    row = RequirementFactory.create(brief=brief, step=StepFactory.create(brief=brief))
    save(by, brief, steps=[])

    moved = [take_back(by=by, change=latest(brief))]
    there = Requirement.objects.select_related("step").get().step
    moved.append(take_back(by=by, change=latest(brief)))

    row.refresh_from_db()
    assert moved == [1, 1]
    assert (there and there.kind, row.step) == ("drug-product", None)


def test_steps_when_nothing_moves_read_as_one_change_however_often_they_are_saved(
    by: Actor, brief: Brief
) -> None:
    for steps in (["testing"], ["testing", "release"], ["release"]):
        save(by, brief, steps=list[Plain](steps))

    assert read(brief) == [([], ["release"])]


def test_requirement_when_it_only_stands_elsewhere_since_is_taken_back_there(by: Actor, brief: Brief) -> None:
    row = RequirementFactory.create(brief=brief, label="Isolator")
    row.label = "RABS"
    requirements.change_requirement(by=by, requirement=row, version=1)
    change = latest(brief)
    first = RequirementFactory.build(brief=brief, term=row.term, label="First")
    requirements.replace_requirements(by=by, brief=brief, requirements=[first, row])

    take_back(by=by, change=change)

    now = Requirement.objects.get(uid=row.uid)
    assert (now.label, now.position) == ("Isolator", 1)


def test_requirement_when_its_numbers_have_more_digits_than_are_kept_is_taken_back(
    by: Actor, brief: Brief
) -> None:
    row = RequirementFactory.build(
        brief=brief, term=None, lo=Decimal("0.1234567891"), sizes=[Decimal("2E+1")]
    )
    requirements.add_requirement(by=by, brief=brief, requirement=row)

    take_back(by=by, change=latest(brief))

    assert not Requirement.objects.exists()


def test_change_of_a_state_or_of_a_closed_brief_is_not_taken_back(by: Actor, brief: Brief) -> None:
    save(by, brief, title="Second")
    title = latest(brief)
    briefs.close(by=by, brief=brief)

    for change in (title, latest(brief)):
        with pytest.raises(briefs.BriefActionRefused):
            take_back(by=by, change=change)

    assert Brief.objects.get().title == "Second"


def test_stranger_or_reader_when_taking_back_is_refused(by: Actor, brief: Brief) -> None:
    save(by, brief, title="Second")
    reader = actor_of_member(MemberFactory.create(organisation=by.organisation, viewer=True))

    for other in (reader, actor_of_member(MemberFactory.create())):
        with pytest.raises(briefs.NotAllowed):
            take_back(by=other, change=latest(brief))


@pytest.mark.parametrize("kind", ["update", "weigh"])
def test_api_and_match_page_when_they_change_a_brief_write_it_down_too(
    by: Actor, brief: Brief, kind: str
) -> None:
    if kind == "update":
        briefs.update(by=by, brief=brief, version=1, fields={"title": "Second"}, steps=[])
        assert read(brief) == [("First", "Second")]
    else:
        points = dict.fromkeys(("fit", "quality", "timing", "experience", "place"), 20.0)
        briefs.weigh(by=by, brief=brief, version=1, weighting=by_points(points))
        assert latest(brief).after == {"by": "points", "points": points, "preset": "early"}
