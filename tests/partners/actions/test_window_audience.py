"""Who may see one window: what its line says, or what was said of the window itself."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse
from django.utils import timezone

from partners.actions import lines
from partners.actions.capacity import WindowFacts, set_window
from partners.actions.capacity_grid import Sheet, save_grid
from partners.actions.lines import LineFacts
from partners.capacity_grids import Cell
from partners.feeds.rows import CapacityRow, Snapshot
from partners.models import Audience, CapacityWindow, Line
from partners.quarters import Quarter
from partners.snapshot_plans import Keeper, plan_snapshot
from partners.snapshots import write
from tests.factories.capacity import CapacityWindowFactory, LineFactory
from tests.partners.editors import House, house, signed_in

pytestmark = pytest.mark.django_db


def coming() -> Quarter:
    return Quarter.of(timezone.localdate()).next


@pytest.fixture
def home() -> House:
    return house()


@pytest.fixture
def line(home: House) -> Line:
    row: Line = LineFactory.create(
        site=home.site, name="L1", external_id="L1", capacity_audience=Audience.SPONSORS
    )
    return row


def facts(**values: object) -> WindowFacts:
    known = WindowFacts(start=coming().start, end=coming().end, state="open", quantity=Decimal(2))
    return replace(known, **values)  # type: ignore[arg-type]


def stands(window: CapacityWindow) -> tuple[str, bool]:
    window.refresh_from_db()
    return window.audience, window.follows_line


def widen(home: House, line: Line) -> None:
    row = Line.objects.get(pk=line.pk)
    said = LineFacts(name=row.name, capacity_audience=Audience.PUBLIC, external_id=row.external_id)
    lines.save_line(site=home.site, facts=said, by=home.actor, line=row, version=str(row.version))


def test_window_when_its_line_gets_another_audience_then_follows_unless_it_has_one_of_its_own(
    home: House, line: Line
) -> None:
    following = set_window(line=line, facts=facts(), by=home.actor)
    later = coming().next
    apart = set_window(
        line=line,
        facts=facts(start=later.start, end=later.end, audience=Audience.AGREEMENT),
        by=home.actor,
    )
    assert stands(following) == (Audience.SPONSORS, True)

    widen(home, line)

    assert stands(following) == (Audience.PUBLIC, True)
    assert stands(apart) == (Audience.AGREEMENT, False)


def test_window_when_told_to_follow_again_then_has_its_lines_audience(home: House, line: Line) -> None:
    window = set_window(line=line, facts=facts(audience=Audience.MATCHING), by=home.actor)

    set_window(line=line, facts=facts(quantity=Decimal(3)), by=home.actor)
    assert stands(window) == (Audience.MATCHING, False)

    set_window(line=line, facts=facts(audience=""), by=home.actor)
    assert stands(window) == (Audience.SPONSORS, True)


def test_window_of_its_own_audience_when_the_grid_or_a_snapshot_writes_it_then_keeps_that(
    home: House, line: Line
) -> None:
    window = CapacityWindowFactory.create(
        line=line,
        period=DateRange(coming().start, coming().end),
        quantity=Decimal(2),
        follows_line=False,
        audience=Audience.AGREEMENT,
    )
    cell = Cell("open", coming())

    save_grid(
        site=home.site,
        sheets=[Sheet(line.uid, {cell: Decimal(2)}, {cell: Decimal(5)})],
        by=home.actor,
    )
    assert stands(window) == (Audience.AGREEMENT, False)

    Line.objects.update(capacity_source=Line.Source.UPLOAD)
    row = CapacityRow(
        line_number=2,
        site_id=str(home.site.uid),
        resource_id="L1",
        resource_label="",
        start=coming().start,
        end=coming().end,
        state="open",
        quantity=Decimal(7),
        unit="batches",
        lead_time_weeks=None,
        min_campaign=None,
        confidence="firm",
        reason="",
        held_until=None,
        valid_until=None,
        note="",
        observed_at=timezone.now() + dt.timedelta(minutes=1),
    )
    keeper = Keeper(home.partner.pk, Line.Source.UPLOAD)
    write(keeper, plan_snapshot(keeper, Snapshot((row,), ())))
    assert stands(window) == (Audience.AGREEMENT, False)
    assert window.quantity == 7


def test_window_form_when_sent_then_says_and_takes_whose_audience_it_is(home: House, line: Line) -> None:
    editor = signed_in(home.editor)
    window = set_window(line=line, facts=facts(), by=home.actor)
    url = reverse("partners:window_update", args=[home.site.slug, window.uid])
    page = editor.get(url).content.decode()
    assert "As its line: signed-in sponsors" in page
    sent = {
        "version": lines.window_mark(window),
        "quarter": str(coming()),
        "state": "open",
        "quantity": "2",
        "confidence": "firm",
        "audience": "agreement",
    }

    assert editor.post(url, sent).status_code == 302

    assert stands(window) == (Audience.AGREEMENT, False)
    page = editor.get(reverse("partners:window_list", args=[home.site.slug])).content.decode()
    assert "Seen by: after an agreement" in page
    window.refresh_from_db()
    again = {**sent, "version": lines.window_mark(window), "audience": "everyone"}
    assert editor.post(url, again).status_code == 422
