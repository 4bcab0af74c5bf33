"""The shortlist as a file, with what it says and how old it is."""

from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.spreadsheets import Cell, Column, Export, Kind, Sheet, as_download
from matching.forms.shortlists import SORTS, BoardQuery
from matching.models import Brief
from matching.views.board import Board, BoardCard, board_of
from matching.views.briefs import find_brief

COLUMNS = (
    Column("Stage", 12),
    Column("Partner", 32),
    Column("Fictional sample", 10),
    Column("Best site in the latest match", 36),
    Column("List of the match", 18),
    Column("Rank in its list", 10),
    Column("Match score, of 100", 12),
    Column("Tags", 28),
    Column("Note", 60),
    Column("Reason", 40),
    Column("Added by", 20),
    Column("Added on", 12),
    Column("In this stage since", 14),
    Column("Scorecards handed in", 12),
)


@require_safe
def shortlist_export(request: ActorRequest, uid: UUID, kind: str) -> HttpResponseBase:
    """The partners of the current view, all pages of it."""
    if kind not in Kind:
        raise Http404
    brief = find_brief(request, uid)
    said = BoardQuery(request.GET).said()
    board = board_of(brief, said)
    rows = [_row(card) for card in board.cards]
    about = about_shortlist(request, brief, board, said)
    export = Export(f"Shortlist {brief.title}", [Sheet(_("Shortlist"), COLUMNS, rows)], about)
    return as_download(export, Kind(kind), on=timezone.localdate())


def _row(card: BoardCard) -> list[Cell]:
    entry, standing = card.entry, card.standing
    return [
        entry.get_stage_display(),
        entry.partner.name,
        entry.partner.is_sample,
        standing.site if standing else None,
        standing.list_title if standing else None,
        standing.rank if standing else None,
        standing.score if standing else None,
        ", ".join(entry.tags),
        entry.note,
        entry.reason,
        str(entry.added_by or ""),
        timezone.localdate(entry.added_at),
        timezone.localdate(entry.stage_since),
        card.scorecards,
    ]


def about_shortlist(
    request: ActorRequest, brief: Brief, board: Board, said: dict[str, str]
) -> list[tuple[str, Cell]]:
    filters = [f"{name}: {said[name]}" for name in ("q", "tag", "stage") if said[name]]
    run = board.run
    matched = f"{run.made_at:%Y-%m-%d %H:%M} UTC, facts as of {run.as_of}" if run else "never"
    return [
        *about_export(request, brief),
        ("Filters", "; ".join(filters) or "none"),
        ("Sorted by", str(SORTS.get(said["sort"], SORTS["score"]))),
        ("Partners", f"{len(board.cards)} of {board.total}"),
        ("Sites, lists, ranks and scores are from the match of", matched),
        ("Stages, notes and tags", f"your organisation's own, as of {timezone.now():%Y-%m-%d %H:%M} UTC"),
    ]


def about_export(request: ActorRequest, brief: Brief) -> list[tuple[str, Cell]]:
    return [
        ("Taken by", str(request.actor.user)),
        ("Organisation", str(request.actor.organisation)),
        ("Taken at", f"{timezone.now():%Y-%m-%d %H:%M} UTC"),
        ("Brief", brief.title),
        ("Address", request.build_absolute_uri(request.get_full_path())),
    ]
