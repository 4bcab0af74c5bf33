"""Capacity as a calendar: what events become, in which zone, how often, and what is refused."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.feeds.calendar_events import events_in
from partners.feeds.calendar_file import CalendarLine, CalendarLines, parse_calendar, span_read, windows_of
from partners.feeds.formats import FORMATS
from partners.feeds.rows import FileRefused, Snapshot

# Of the day of the reading, the quarters from Q1 2027 to Q4 2028 are read.
NOW = dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC)
LINE = CalendarLine("S1", "L1", "batches", Decimal(92))
OTHER = CalendarLine("S1", "L2", "batches", None)
LINES = CalendarLines(own=LINE, known={("S1", "L1"): LINE, ("S1", "L2"): OTHER}, time_zone="Europe/Berlin")
BERLIN = """BEGIN:VTIMEZONE
TZID:Our own Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*parts: str) -> bytes:
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Larkfen//EN", *parts, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


def event(*lines: str) -> str:
    return "\n".join(["BEGIN:VEVENT", "UID:one", *lines, "END:VEVENT"])


def parsed(*parts: str, lines: CalendarLines = LINES) -> Snapshot:
    """As `parse_calendar`, without the process around it, which takes its time to start."""
    first, end = span_read(NOW.date())
    events = events_in(calendar(*parts), zone=lines.time_zone, first=first, end=end)
    return windows_of(events, received_at=NOW, lines=lines)


def said(snapshot: Snapshot) -> list[tuple[str, str, str, Decimal]]:
    assert snapshot.errors == ()
    return [(str(row.start), str(row.end), row.state, row.quantity) for row in snapshot.rows]


def days_of(*lines: str) -> list[tuple[str, str]]:
    """The days of one event as the process that reads it says, in Berlin."""
    found = events_in(
        calendar(BERLIN, event(*lines)),
        zone="Europe/Berlin",
        first=dt.date(2027, 1, 1),
        end=dt.date(2029, 1, 1),
    )
    assert [each.get("refused") for each in found if "refused" in each] == []
    return [(each["start"], each["end"]) for each in found]


def test_quarter_when_it_is_free_as_a_whole_then_it_has_the_whole_nominal() -> None:
    snapshot = parsed(event("DTSTART;VALUE=DATE:20270701", "DTEND;VALUE=DATE:20271101", "TRANSP:TRANSPARENT"))

    assert said(snapshot) == [
        ("2027-07-01", "2027-10-01", "open", Decimal(92)),
        ("2027-10-01", "2027-11-01", "open", Decimal(31)),
    ]


def test_days_when_several_events_name_them_then_the_least_free_state_counts() -> None:
    free = event("DTSTART;VALUE=DATE:20270701", "DTEND;VALUE=DATE:20270721", "TRANSP:TRANSPARENT")
    campaign = event("DTSTART;VALUE=DATE:20270706", "DTEND;VALUE=DATE:20270711")
    meeting = event("DTSTART:20270707T080000Z", "DTEND:20270707T090000Z")

    snapshot = parsed(free, campaign, meeting)

    assert said(snapshot) == [
        ("2027-07-01", "2027-07-06", "open", Decimal(5)),
        ("2027-07-11", "2027-07-21", "open", Decimal(10)),
        ("2027-07-06", "2027-07-11", "committed", Decimal(5)),
    ]


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ((), "committed"),
        (("TRANSP:OPAQUE",), "committed"),
        (("TRANSP:TRANSPARENT",), "open"),
        (("STATUS:TENTATIVE", "TRANSP:OPAQUE"), "held"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:OOF",), "unavailable"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:FREE",), "open"),
        (("X-CAPACITY-STATE:Unavailable", "TRANSP:TRANSPARENT"), "unavailable"),
    ],
)
def test_state_when_a_client_writes_it_in_its_own_way_then_it_is_understood(
    lines: tuple[str, ...], state: str
) -> None:
    (row,) = said(parsed(event("DTSTART;VALUE=DATE:20270701", *lines)))

    assert row == ("2027-07-01", "2027-07-02", state, Decimal(1))


def test_free_busy_when_published_then_each_kind_is_a_state_and_silence_is_none() -> None:
    snapshot = parsed(
        "BEGIN:VFREEBUSY\nUID:f\nDTSTART:20270701T000000Z\nDTEND:20271001T000000Z",
        "FREEBUSY;FBTYPE=FREE:20270630T220000Z/P2D,20270709T220000Z/20270710T220000Z",
        "FREEBUSY:20270711T080000Z/PT8H",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270712T220000Z/P1D",
        "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20270713T220000Z/P1D",
        "END:VFREEBUSY",
    )

    assert said(snapshot) == [
        ("2027-07-01", "2027-07-03", "open", Decimal(2)),
        ("2027-07-10", "2027-07-11", "open", Decimal(1)),
        ("2027-07-11", "2027-07-12", "committed", Decimal(1)),
        ("2027-07-13", "2027-07-14", "held", Decimal(1)),
        ("2027-07-14", "2027-07-15", "unavailable", Decimal(1)),
    ]


def test_event_when_it_states_a_quantity_then_it_is_a_window_like_a_row_of_a_file() -> None:
    snapshot = parsed(
        event(
            "DTSTART;VALUE=DATE:20270701",
            "DTEND;VALUE=DATE:20271001",
            "SUMMARY:Contract with Fernlow",
            "X-CAPACITY-RESOURCE-ID:L2",
            "X-CAPACITY-STATE:open",
            "X-CAPACITY-QUANTITY:8",
            "X-CAPACITY-LEAD-TIME-WEEKS:9.5",
            "X-CAPACITY-NOTE:from two suites",
        )
    )

    (row,) = snapshot.rows
    assert (row.site_id, row.resource_id, row.unit) == ("S1", "L2", "batches")
    assert (row.quantity, row.lead_time_weeks) == (Decimal(8), Decimal("9.5"))
    assert (row.note, row.observed_at) == ("from two suites", NOW)
    assert "Fernlow" not in str(snapshot)


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (("DTSTART;VALUE=DATE:20270701",), [("2027-07-01", "2027-07-02")]),
        (("DTSTART;VALUE=DATE:20270701", "DURATION:P1W"), [("2027-07-01", "2027-07-08")]),
        # Midnight of Berlin, written in UTC, in Berlin, in a zone of the file and in Outlook's words.
        (("DTSTART:20270630T220000Z", "DTEND:20270701T220000Z"), [("2027-07-01", "2027-07-02")]),
        (
            ("DTSTART;TZID=Europe/Berlin:20270701T000000", "DTEND;TZID=Europe/Berlin:20270702T000000"),
            [("2027-07-01", "2027-07-02")],
        ),
        (("DTSTART;TZID=Our own Berlin:20270701T233000", "DURATION:PT1H"), [("2027-07-01", "2027-07-03")]),
        (
            ("DTSTART;TZID=W. Europe Standard Time:20270701T233000", "DURATION:PT1H"),
            [("2027-07-01", "2027-07-03")],
        ),
        # In New York it is still the day before.
        (("DTSTART;TZID=America/New_York:20270630T190000", "DURATION:PT1H"), [("2027-07-01", "2027-07-02")]),
        # Floating times are those of the line's site.
        (("DTSTART:20270701T233000", "DURATION:PT15M"), [("2027-07-01", "2027-07-02")]),
        # Every Sunday at 00:30, over both changes of the clock.
        (
            ("DTSTART;TZID=Europe/Berlin:20270321T003000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"),
            [("2027-03-21", "2027-03-22"), ("2027-03-28", "2027-03-29"), ("2027-04-04", "2027-04-05")],
        ),
        (
            ("DTSTART;TZID=Our own Berlin:20271024T003000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"),
            [("2027-10-24", "2027-10-25"), ("2027-10-31", "2027-11-01"), ("2027-11-07", "2027-11-08")],
        ),
        (
            (
                "DTSTART;TZID=Europe/Berlin:20270701T080000",
                "DURATION:PT1H",
                "RRULE:FREQ=DAILY;UNTIL=20270703T060000Z",
                "EXDATE;TZID=Europe/Berlin:20270702T080000",
                "RDATE:20270710T060000Z",
            ),
            [("2027-07-01", "2027-07-02"), ("2027-07-03", "2027-07-04"), ("2027-07-10", "2027-07-11")],
        ),
        (
            ("DTSTART;VALUE=DATE:20270701", "RRULE:FREQ=MONTHLY;UNTIL=20270801"),
            [("2027-07-01", "2027-07-02"), ("2027-08-01", "2027-08-02")],
        ),
        (
            ("DTSTART;VALUE=DATE:20270104", "RDATE;VALUE=PERIOD:20270110T230000Z/P2D"),
            [("2027-01-04", "2027-01-05"), ("2027-01-11", "2027-01-13")],
        ),
        # What began long ago and comes for ever is read for the quarters that count.
        (
            ("DTSTART;VALUE=DATE:19300215", "DURATION:P2D", "RRULE:FREQ=YEARLY"),
            [("2027-02-15", "2027-02-17"), ("2028-02-15", "2028-02-17")],
        ),
        (("DTSTART;VALUE=DATE:20261231", "DURATION:P1D"), []),
        (("DTSTART;VALUE=DATE:20261231", "DURATION:P2D"), [("2026-12-31", "2027-01-02")]),
        (("DTSTART;VALUE=DATE:20290101",), []),
        (("DTSTART;VALUE=DATE:20270701", "STATUS:CANCELLED"), []),
    ],
)
def test_event_when_it_happens_then_on_the_days_of_the_site(
    lines: tuple[str, ...], days: list[tuple[str, str]]
) -> None:
    assert days_of(*lines) == days


def test_occurrence_when_another_event_replaces_it_then_only_that_one_counts() -> None:
    series = event("DTSTART;TZID=Europe/Berlin:20270701T080000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3")
    moved = event("RECURRENCE-ID:20270702T060000Z", "DTSTART;VALUE=DATE:20270720")
    gone = event(
        "RECURRENCE-ID:20270703T060000Z", "DTSTART:20270703T060000Z", "DURATION:PT1H", "STATUS:CANCELLED"
    )

    assert said(parsed(series, moved, gone)) == [
        ("2027-07-01", "2027-07-02", "committed", Decimal(1)),
        ("2027-07-20", "2027-07-21", "committed", Decimal(1)),
    ]


@pytest.mark.parametrize(
    ("lines", "place", "words"),
    [
        ((), "Event 2, DTSTART", "needed"),
        (("DTSTART;VALUE=DATE:20270230",), "Event 2, DTSTART", "cannot be read"),
        (("DTSTART;TZID=Mars/Olympus:20270701T080000",), "Event 2, DTSTART", "time zone is not known"),
        (("DTSTART:20270701T080000Z", "DTEND;VALUE=DATE:20270702"), "Event 2, DTEND", "both dates"),
        (("DTSTART:20270701T080000Z", "DTEND:20270702T080000"), "Event 2, DTEND", "Only one"),
        (("DTSTART;VALUE=DATE:20270702", "DTEND;VALUE=DATE:20270701"), "Event 2, DTEND", "before it starts"),
        (("DTSTART;VALUE=DATE:20270701", "RRULE:FREQ=SECONDLY"), "Event 2, RRULE", "come secondly"),
        (("DTSTART:20270701T080000Z", "RRULE:FREQ=MINUTELY"), "Event 2, RRULE", "come minutely"),
        (("DTSTART;VALUE=DATE:20270701", "RRULE:FREQ=SOMETIMES"), "Event 2, RRULE", "cannot be read"),
        (
            ("DTSTART;VALUE=DATE:20270701", "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270801"),
            "Event 2, RRULE",
            "not both",
        ),
        (
            ("DTSTART;VALUE=DATE:20270701", "RECURRENCE-ID;RANGE=THISANDFUTURE:20270701"),
            "Event 2, RECURRENCE-ID",
            "RANGE",
        ),
        (("DTSTART;VALUE=DATE:20270701", "DURATION:P9999999D"), "Event 2", "times cannot be read"),
        (("DTSTART;VALUE=DATE:20270701", "X-CAPACITY-STATE:idle"), "Event 2, X-CAPACITY-STATE", "“idle”"),
        (("DTSTART;VALUE=DATE:20270701", "X-CAPACITY-QUANTITY:few"), "Event 2, quantity", "plain number"),
        (("DTSTART;VALUE=DATE:20270701", "X-CAPACITY-RESOURCE-ID:L2"), "Event 2", "no nominal capacity"),
        (("DTSTART;VALUE=DATE:20270701", "X-CAPACITY-RESOURCE-ID:L9"), "Event 2", "“L9”"),
    ],
)
def test_event_when_something_is_wrong_then_it_is_refused_by_its_number_and_the_others_stay(
    lines: tuple[str, ...], place: str, words: str
) -> None:
    snapshot = parsed(event("DTSTART;VALUE=DATE:20270501"), event(*lines))

    (error,) = snapshot.errors
    assert [str(row.start) for row in snapshot.rows] == ["2027-05-01"]
    assert FORMATS["ical"].place(error) == place
    assert words in error.message


def test_event_when_neither_it_nor_the_feed_names_a_line_then_it_is_refused() -> None:
    snapshot = parsed(event("DTSTART;VALUE=DATE:20270501"), lines=CalendarLines())

    assert "names no line" in snapshot.errors[0].message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"site_id,resource_id", "not a calendar"),
        (b"BEGIN:VEVENT\r\nDTSTART:20270101T000000Z\r\nEND:VEVENT\r\n", "not a calendar"),
        (calendar(event("SUMMARY:Mädchen")).decode().encode("latin-1"), "not UTF-8"),
        (calendar().decode().encode("utf-16"), "UTF-16"),
        (calendar(*["BEGIN:VEVENT\nEND:VEVENT"] * 5_001), "more than 5,000 events"),
        (calendar(event("DTSTART:20270101T000000Z", "RRULE:FREQ=HOURLY")), "More than 5,000 events happen"),
        (b"x" * 5_000_001, "at most 5,000,000"),
    ],
)
def test_file_when_it_makes_no_sense_then_it_is_refused_whole(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        parse_calendar(content, received_at=NOW, lines=LINES)


@pytest.mark.slow
def test_file_when_its_rule_runs_for_ever_then_its_process_ends_and_the_file_is_refused() -> None:
    endless = event("DTSTART:19700101T000000Z", "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")

    with pytest.raises(FileRefused, match="too much time or memory"):
        # One such rule ends in the year 9999, which a quick machine reaches within the limit.
        parse_calendar(calendar(*[endless] * 20), received_at=NOW, lines=LINES)


def test_file_when_it_is_read_in_its_process_then_the_windows_are_the_same() -> None:
    parts = (BERLIN, event("DTSTART;TZID=Our own Berlin:20270701T233000", "DURATION:PT1H"))

    assert parse_calendar(calendar(*parts), received_at=NOW, lines=LINES) == parsed(*parts)


def test_calendar_when_it_has_no_events_then_there_are_no_rows() -> None:
    assert parsed().row_count == 0


lines_of_events = st.sampled_from(
    [
        "DTSTART;VALUE=DATE:20270701",
        "DTSTART:20270701T080000Z",
        "DTSTART;TZID=Our own Berlin:20270701T080000",
        "DTSTART:99991231T235959Z",
        "DTSTART:00010101T000000Z",
        "DTEND:20270702T080000Z",
        "DURATION:P1D",
        "DURATION:-P1D",
        "DURATION:P999999999D",
        "RRULE:FREQ=DAILY;COUNT=5",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;INTERVAL=0",
        "RRULE:FREQ=YEARLY;BYMONTHDAY=31;UNTIL=20280101T000000Z",
        "RRULE:COUNT=3",
        "RRULE:",
        "EXDATE:20270702T080000Z",
        "RDATE;VALUE=PERIOD:20270702T080000Z/PT1H",
        "RDATE;VALUE=DATE:20270702",
        "RECURRENCE-ID:20270702T080000Z",
        "STATUS:TENTATIVE",
        "X-CAPACITY-QUANTITY:3",
        "TZID:x",
        ":::",
        "BEGIN:VALARM",
        "END:VEVENT",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.one_of(lines_of_events, st.text(max_size=20)), max_size=6), max_size=3))
def test_any_events_are_each_read_or_refused_with_a_reason(events: list[list[str]]) -> None:
    content = calendar(BERLIN, *(event(*lines) for lines in events))
    try:
        found = events_in(content, zone="UTC", first=dt.date(2027, 1, 1), end=dt.date(2029, 1, 1))
    except FileRefused:
        return
    for each in found:
        assert each.get("refused") or each["start"] < each["end"]
