"""The lines that a calendar may speak of: its feed's own, and all of the partner by the ids of events."""

from partners.feeds.calendar_file import CalendarLine, CalendarLines
from partners.models import Feed, Line


def lines_for(feed: Feed) -> CalendarLines:
    """What reading the feed needs to know of lines, which is nothing unless it is a calendar."""
    if feed.format != Feed.Format.ICAL:
        return CalendarLines()
    known: dict[tuple[str, str], CalendarLine] = {}
    for line in Line.objects.filter(site__partner_id=feed.partner_id).select_related("site"):
        spoken_of = CalendarLine(
            str(line.site.uid), str(line.uid), line.capacity_unit, line.nominal_per_quarter
        )
        for site_id in (line.site.external_id, str(line.site.uid)):
            for line_id in (line.external_id, str(line.uid)):
                known[site_id, line_id] = spoken_of
    line_of_feed = feed.calendar_line
    if line_of_feed is None:
        return CalendarLines(None, known)
    own = known.get((str(line_of_feed.site.uid), str(line_of_feed.uid)))
    return CalendarLines(own, known, line_of_feed.site.time_zone)
