"""How rows about the world's brief are written."""

from collections.abc import Callable
from typing import Any

from matching.models import Brief
from tests.api_matrix.rows import Row, own_only
from tests.api_matrix.world import World

type Address = Callable[[World], str]


def brief(tail: str = "", state: Brief.State = Brief.State.DRAFT, **columns: Any) -> Address:
    """The address of the world's brief, or of what hangs on it, once the brief is in this state."""

    def address(world: World) -> str:
        Brief.objects.filter(pk=world.brief.pk).update(state=state, **columns)
        return f"/api/v1/briefs/{world.brief.uid}/{tail}"

    return address


def reads(name: str, address: Address) -> Row:
    return own_only(name, address, "sponsor")


def writes(
    name: str,
    method: str,
    address: Address,
    done: int,
    *,
    editor: int | None = None,
    viewer: int = 403,
    if_match: str = "",
    **more: Any,
) -> Row:
    """Owners are answered `done`, and so are editors where nothing else is said; strangers find nothing."""
    return Row(
        name,
        method,
        "sponsor",
        address,
        viewer=viewer,
        editor=done if editor is None else editor,
        owner=done,
        stranger_sponsor=404,
        stranger_cdmo=404,
        if_match=if_match or ("" if method == "post" else "*"),
        **more,
    )
