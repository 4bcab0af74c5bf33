"""Words on the command line that several commands take."""

import datetime as dt
from argparse import ArgumentTypeError


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day in the form YYYY-MM-DD") from None
