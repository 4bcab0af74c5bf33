"""Rows of writes that the organisation on their side alone may make."""

from collections.abc import Callable
from typing import Any

from tests.api_matrix.rows import Row, Side
from tests.api_matrix.world import World


def write(
    name: str,
    method: str,
    side: Side,
    address: Callable[[World], str] | str,
    done: int,
    *,
    strangers: int | tuple[int, int] = 404,
    body: Any = None,
    viewer: int = 403,
) -> Row:
    """Editors and owners get `done`; strangers, first the sponsor and then the CDMO, what is said."""
    sponsor, cdmo = strangers if isinstance(strangers, tuple) else (strangers, strangers)
    return Row(
        name,
        method,
        side,
        address,
        viewer=viewer,
        editor=done,
        owner=done,
        stranger_sponsor=sponsor,
        stranger_cdmo=cdmo,
        body=body,
        if_match="" if method == "post" else "*",
    )
