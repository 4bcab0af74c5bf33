"""What an upload does to a profile: capacity as a snapshot, capabilities statement by statement."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from cdmo_portal.events.models import Event
from partners.actions import profile_uploads, profiles
from partners.actions.editing import NotAllowed
from partners.actions.profile_uploads import ChangedSinceDryRun, UploadRefused
from partners.actions.stated import measures_of
from partners.models import Audience, Basis, Capability, CapacityWindow, Line, ProfileUpload
from partners.record_planning import signature
from partners.tasks import forget_imports
from tests.factories.capabilities import CapabilityFactory, MeasureFactory
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import house, lyophilisation, vessel_volume
from tests.partners.uploads import CAPACITY, Works, outcomes, quarter, reasons, works

pytestmark = pytest.mark.django_db
VOLUME = "sc.bioreactor-l"
CAN = ["site_id", "line", "term", "offered", "measure", "number", "unit"]


@pytest.fixture
def ours() -> Works:
    lyophilisation()
    vessel_volume()
    TermFactory.create(code="stg.phase1", label="Phase I")
    return works()


def applied(ours: Works, uploaded: ProfileUpload) -> ProfileUpload:
    shown = signature(uploaded.plan, uploaded.kind)
    return profile_uploads.apply(uploaded=uploaded, shown=shown, by=ours.house.actor)


def quantities(line: Line) -> dict[tuple[dt.date, str], Decimal]:
    return {(each.period.lower, each.state): each.quantity for each in line.windows.current()}


def test_capacity_when_tried_then_says_what_is_new_changed_closed_and_still_true_and_writes_nothing(
    ours: Works,
) -> None:
    for start, end in (
        ("2027-01-01", "2027-04-01"),
        ("2027-04-01", "2027-07-01"),
        ("2027-07-01", "2027-10-01"),
    ):
        period = DateRange(dt.date.fromisoformat(start), dt.date.fromisoformat(end))
        CapacityWindowFactory.create(line=ours.line, period=period, source=Line.Source.UPLOAD)
    before = quantities(ours.line)

    uploaded = ours.tried(
        "capacity",
        [*CAPACITY],
        quarter(2, "2027-04-01", "2027-07-01"),
        quarter(3),
        quarter(1, state="held"),
    )

    assert outcomes(uploaded) == [([2], "same"), ([3], "changed"), ([4], "new"), ([], "closed")]
    assert ["Quantity", "2", "3"] in uploaded.plan[1]["changes"]
    assert quantities(ours.line) == before

    applied(ours, uploaded)

    assert quantities(ours.line) == {
        (dt.date(2027, 4, 1), "open"): 2,
        (dt.date(2027, 7, 1), "open"): 3,
        (dt.date(2027, 7, 1), "held"): 1,
    }
    window = ours.line.windows.current().get(state="open", quantity=2)
    assert (window.source, window.observed_at) == (Line.Source.UPLOAD, uploaded.created_at)
    assert Event.objects.get(kind="profile_upload.applied").data["new"] == 1


def test_capacity_when_rows_are_bad_then_each_is_told_by_number_and_the_good_ones_are_applied(
    ours: Works,
) -> None:
    other = LineFactory.create(
        site=ours.house.site, name="Line B", external_id="L2", capacity_source="upload"
    )
    LineFactory.create(
        site=ours.house.site, external_id="L3", capacity_source="upload", nominal_per_quarter=Decimal(4)
    )
    uploaded = ours.tried(
        "capacity",
        [*CAPACITY],
        quarter("some"),
        quarter(1, resource_id="L2"),
        quarter(1, resource_id="nobody's"),
        quarter(2, resource_id="nobody's", state="held"),
        quarter(3, resource_id="L3"),
        quarter(2, resource_id="L3", state="committed"),
        quarter(1, resource_id="L2", start="2027-08-01"),
    )

    told = reasons(uploaded)
    assert uploaded.plan[0]["what"] == f"{ours.house.site.name}, Line A"
    assert "“some” is not a plain number" in told[2]
    assert "No line of yours" in told[4]
    assert "Left out with row 4" in told[5]
    assert "5 batches over all states in Q3 2027" in told[6]
    assert "Left out with row 6" in told[7]
    assert "overlaps that of row 3" in told[8]
    applied(ours, uploaded)
    assert quantities(other) == {(dt.date(2027, 7, 1), "open"): 1}
    assert CapacityWindow.objects.count() == 1


def test_row_when_it_does_not_say_its_line_then_is_called_by_no_line_that_has_no_id_either(
    ours: Works,
) -> None:
    LineFactory.create(site=ours.house.site, name="Line B", external_id="", capacity_source="upload")

    uploaded = ours.tried("capacity", [*CAPACITY], quarter(2, resource_id=""))

    assert uploaded.plan[0]["outcome"] == "refused"
    assert uploaded.plan[0]["what"] == "S1"


def test_capacity_when_a_line_comes_another_way_then_is_refused_until_it_is_switched(ours: Works) -> None:
    Line.objects.update(capacity_source=Line.Source.FORM)
    uploaded = ours.tried("capacity", [*CAPACITY], quarter(2), quarter(1, state="held"))
    assert "switch it to upload" in reasons(uploaded)[2]
    assert uploaded.counts["other_source"] == [
        [str(ours.line.uid), f"{ours.house.site.name}, Line A", "Form"]
    ]
    with pytest.raises(UploadRefused, match="nothing to apply"):
        applied(ours, uploaded)

    switched = profile_uploads.switch_and_try(
        uploaded=uploaded, lines=[str(ours.line.uid)], by=ours.house.actor
    )

    assert outcomes(switched) == [([2], "new"), ([3], "new")]
    assert Event.objects.get(kind="line.source_switched").data["after"] == "upload"
    assert not switched.counts["other_source"]


def test_capability_when_stated_in_several_rows_then_is_one_statement_with_its_numbers(ours: Works) -> None:
    uploaded = ours.tried(
        "capabilities",
        [*CAN, "stages", "audience", "note"],
        ["S1", "Line A", "freeze drying", "yes", VOLUME, "3 x 2000", "L", "phase i", "sponsors", "Hall 2"],
        ["S1", "Line A", "op.lyophilisation", None, VOLUME, 50, "L"],
    )
    assert outcomes(uploaded) == [([2, 3], "new")]

    applied(ours, uploaded)

    row = Capability.objects.get()
    assert (row.line, row.is_offered, row.stages, row.basis) == (
        ours.line,
        True,
        ["stg.phase1"],
        Basis.CLAIMED,
    )
    assert (row.audience, row.note) == (Audience.SPONSORS, "Hall 2")
    assert sorted(map(str, row.measures.all())) == ["3 x 2000 L", "50 L"]
    assert Event.objects.get(kind="capability.stated").data["term"] == "op.lyophilisation"
    ours.house.site.refresh_from_db()
    assert ours.house.site.is_profiled


def test_capability_when_cells_are_empty_then_what_stands_stays(ours: Works) -> None:
    stands = CapabilityFactory.create(
        site=ours.house.site, term=lyophilisation(), source="Batch 12", confirmed_on=dt.date(2026, 1, 2)
    )
    MeasureFactory.create(capability=stands)
    uploaded = ours.tried("capabilities", [*CAN], ["S1", None, "Lyophilisation", "no"])

    applied(ours, uploaded)

    stands.refresh_from_db()
    assert (stands.is_offered, stands.source, stands.version) == (False, "Batch 12", 2)
    assert stands.confirmed_on == uploaded.created_at.date()
    assert len(measures_of(stands.measures.all())) == 1
    assert ProfileUpload.objects.get().sheets == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["nowhere", None, "Lyophilisation", "yes"], "site_id No site of yours has the id “nowhere”"),
        (["S1", "Line Z", "Lyophilisation", "yes"], "line .* has no line with the name or id “Line Z”"),
        (
            ["S1", None, "Lyophilisatoin", "yes"],
            "term “Lyophilisatoin” is not in the vocabulary. Did you mean",
        ),
        (["S1", None, None, "yes"], "term The cell is empty"),
        (["S1", None, "Lyophilisation", "maybe"], "offered “maybe” is neither yes nor no"),
        (["S1", None, "Lyophilisation", None], "offered This is a new statement"),
        (["S1", None, "Lyophilisation", "yes", VOLUME, "a lot"], "number “a lot”"),
        (["S1", None, "Lyophilisation", "yes", VOLUME, 5, "kg"], "unit “kg” is not a unit"),
        (["S1", None, "Lyophilisation", "yes", VOLUME], "names a measure, but no number"),
        (["S1", None, "Lyophilisation", "yes", None, None, None, "x"], "right of the last heading"),
    ],
)
def test_capability_row_when_a_cell_is_bad_then_says_which_and_why(
    ours: Works, row: list[Any], told: str
) -> None:
    uploaded = ours.tried("capabilities", [*CAN], row, ["S1", "L1", "Lyophilisation", "yes"])

    assert outcomes(uploaded) == [([2], "refused"), ([3], "new")]
    assert re.search(told, reasons(uploaded)[2])


def test_statement_when_one_of_its_rows_is_bad_or_contradicts_then_nothing_of_it_is_changed(
    ours: Works,
) -> None:
    uploaded = ours.tried(
        "capabilities",
        [*CAN],
        ["S1", None, "Lyophilisation", "yes", VOLUME, 5, "L"],
        ["S1", None, "Lyophilisation", None, VOLUME, "?", "L"],
        ["S1", "L1", "Lyophilisation", "yes"],
        ["S1", "Line A", "Lyophilisation", "no"],
    )

    told = reasons(uploaded)
    assert sorted(told) == [2, 3, 4, 5]
    assert "Left out with row 3" in told[2]
    assert "Row 4 says something else" in told[5]


def test_statement_when_its_evidence_is_from_outside_then_only_its_wording_changes(ours: Works) -> None:
    stands = CapabilityFactory.create(
        site=ours.house.site, term=lyophilisation(), basis=Basis.INSPECTED, confirmed_on=dt.date(2026, 1, 2)
    )
    refused = ours.tried("capabilities", ["site_id", "term", "offered"], ["S1", "Lyophilisation", "no"])
    assert "Choose how you back the new one" in reasons(refused)[2]
    profile_uploads.discard(uploaded=refused, by=ours.house.actor)

    applied(ours, ours.tried("capabilities", ["site_id", "term", "note"], ["S1", "Lyophilisation", "Hall 2"]))

    stands.refresh_from_db()
    assert (stands.basis, stands.note) == (Basis.INSPECTED, "Hall 2")


def test_upload_when_the_profile_changes_meanwhile_then_nothing_is_applied(ours: Works) -> None:
    stands = CapabilityFactory.create(site=ours.house.site, term=lyophilisation())
    uploaded = ours.tried("capabilities", ["site_id", "term", "offered"], ["S1", "Lyophilisation", "no"])
    profiles.delete_capability(capability=stands, version="1", by=ours.house.actor)

    with pytest.raises(ChangedSinceDryRun):
        applied(ours, uploaded)

    assert not Capability.objects.exists()
    again = profile_uploads.try_again(uploaded=uploaded, by=ours.house.actor)
    assert outcomes(again) == [([2], "new")]


def test_upload_when_applied_a_second_time_then_is_over(ours: Works) -> None:
    uploaded = ours.tried("capacity", [*CAPACITY], quarter(2))
    applied(ours, uploaded)

    with pytest.raises(UploadRefused, match="over"):
        applied(ours, uploaded)

    assert CapacityWindow.objects.count() == 1


def test_upload_when_its_member_may_no_longer_edit_then_is_not_applied(ours: Works) -> None:
    uploaded = ours.tried("capacity", [*CAPACITY], quarter(2))
    ours.house.editor.role = "viewer"
    ours.house.editor.save()

    with pytest.raises(NotAllowed):
        applied(ours, uploaded)

    assert not CapacityWindow.objects.exists()


def test_upload_when_it_names_ids_of_another_cdmo_then_they_are_nobodys(ours: Works) -> None:
    theirs = house().site
    line = LineFactory.create(site=theirs, capacity_source="upload")
    ids = {"site_id": str(theirs.uid), "resource_id": str(line.uid)}

    uploaded = ours.tried("capacity", [*CAPACITY], quarter(2, **ids))

    assert "No line of yours" in reasons(uploaded)[2]


def test_uploads_when_a_sixth_is_sent_or_a_day_has_passed_then_the_oldest_goes(ours: Works) -> None:
    for _number in range(6):
        ours.send(
            "capacity",
            b"site_id,resource_id,period_start,period_end,state,quantity,unit\nS1,L1,a,b,c,d,e\n",
            "t.csv",
        )
    assert ProfileUpload.objects.count() == 5

    ProfileUpload.objects.update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    forget_imports()

    assert not ProfileUpload.objects.exists()
