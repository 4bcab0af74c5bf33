"""What the log of a feed keeps of a reading, bounded, in the words of the feed's format."""

from partners.feeds.formats import FORMATS
from partners.feeds.rows import RowError

ROW_ERRORS_KEPT = 200
CHANGES_KEPT = 500

type Refusal = dict[str, str | int | None]


def refusals(published_as: str, errors: tuple[RowError, ...]) -> list[Refusal]:
    """Refused rows with the place where their publisher finds them."""
    place = FORMATS[published_as].place
    found: list[Refusal] = [
        {"line": error.line_number, "field": error.field, "message": error.message, "place": place(error)}
        for error in errors[:ROW_ERRORS_KEPT]
    ]
    if len(errors) > ROW_ERRORS_KEPT:
        more = f"{len(errors) - ROW_ERRORS_KEPT:,} more rows were refused."
        found.append({"line": None, "field": "", "message": more, "place": ""})
    return found
