"""What a row of the matrix says: one method of one address, and what each kind of caller gets from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.api_matrix.world import World

type Side = Literal["sponsor", "cdmo"]


@dataclass(frozen=True)
class Row:
    """`viewer`, `editor` and `owner` belong to the organisation on `side`, a stranger to one of their own.

    `counterpart` is the owner on the world's other side: the CDMO on the brief's shortlist, or the sponsor
    that has it there; where it is left out, that owner gets what a stranger of the same kind gets. An address
    or a body may be made from the world, with more rows in it. `may_show_secret` says why an outsider may
    read what was planted.
    """

    name: str
    method: str
    side: Side
    address: Callable[[World], str] | str
    viewer: int
    editor: int
    owner: int
    stranger_sponsor: int
    stranger_cdmo: int
    counterpart: int | None = None
    body: Any = None
    if_match: str = ""
    content_type: str = "application/json"
    may_show_secret: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.name}"

    def expected(self, caller: str) -> int:
        fixed = {"anonymous": 401, "revoked": 401, "other_scope": 403}
        if caller in fixed:
            return fixed[caller]
        if caller == "counterpart" and self.counterpart is None:
            return self.stranger_cdmo if self.side == "sponsor" else self.stranger_sponsor
        return int(getattr(self, caller))

    def address_in(self, world: World) -> str:
        return self.address if isinstance(self.address, str) else self.address(world)

    def body_in(self, world: World) -> Any:
        return self.body(world) if callable(self.body) else self.body


def everybody(name: str, address: Callable[[World], str] | str, side: Side = "sponsor") -> Row:
    """A GET that each member of any organisation may make; what it shows differs."""
    return Row(
        name, "get", side, address, viewer=200, editor=200, owner=200, stranger_sponsor=200, stranger_cdmo=200
    )


def own_only(name: str, address: Callable[[World], str] | str, side: Side) -> Row:
    """A GET of one thing of an organisation: there for its members, not there for anybody else."""
    return Row(
        name, "get", side, address, viewer=200, editor=200, owner=200, stranger_sponsor=404, stranger_cdmo=404
    )
