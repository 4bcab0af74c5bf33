"""The lines that a calendar may speak of: its feed's own, and all of the partner by the ids of events."""

from partners.feeds.calendar_file import CalendarLine, CalendarLines
from partners.line_ids import lines_by_ids
from partners.models import Feed, Line


def lines_for(feed: Feed) -> CalendarLines:
    """What reading the feed needs to know of lines, which is nothing unless it is a calendar."""
    if feed.format != Feed.Format.ICAL:
        return CalendarLines()
    known = {ids: _spoken_of(line) for ids, line in lines_by_ids(feed.partner_id).items()}
    line_of_feed = feed.calendar_line
    if line_of_feed is None:
        return CalendarLines(None, known)
    own = known.get((str(line_of_feed.site.uid), str(line_of_feed.uid)))
    return CalendarLines(own, known, line_of_feed.site.time_zone)


def _spoken_of(line: Line) -> CalendarLine:
    """Under our ids, whichever an event gives; equal for the same line."""
    return CalendarLine(str(line.site.uid), str(line.uid), line.capacity_unit, line.nominal_per_quarter)
