"""The cards of a shortlist: what is kept of each partner, and where it stands in the latest match."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils import timezone

from matching.forms.shortlists import distinct_tags, folded
from matching.models import Brief, CriterionScore, Interest, MatchRun, ShortlistEntry
from matching.scoring.score import tenths
from matching.views.match_cards import LISTS

MOST_CARDS = 60
"""How many cards the board shows; beyond it each column shows its first few and leads to all of them."""
FEW = 12
LONGEST_EXCERPT = 160
Stage = ShortlistEntry.Stage
NEXT = {
    Stage.LONG_LIST: Stage.SHORTLIST,
    Stage.SHORTLIST: Stage.CONTACTED,
    Stage.CONTACTED: Stage.SELECTED,
    Stage.SELECTED: Stage.CONTACTED,
    Stage.DECLINED: Stage.SHORTLIST,
}
"""What "Move to" offers first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a partner's best site stands in a match run. The rank is that in its list."""

    site: str
    list_title: str
    list_place: int
    rank: int
    score: float | None

    @property
    def is_eligible(self) -> bool:
        return self.list_place == 0

    @property
    def word(self) -> str:
        """The list as said of one partner."""
        return self.list_title.lower().replace("misses", "miss")


@dataclass(frozen=True, slots=True)
class BoardCard:
    entry: ShortlistEntry
    standing: Standing | None
    scorecards: int
    today: dt.date
    interest: Interest | None = None
    """What was asked of the partner, unless it is withdrawn."""

    @property
    def days(self) -> int:
        return (self.today - timezone.localdate(self.entry.stage_since)).days

    @property
    def is_to_ask(self) -> bool:
        """Whether the board offers to ask; in later stages the card's own page does."""
        is_early = self.entry.stage in {Stage.LONG_LIST, Stage.SHORTLIST}
        return is_early and self.entry.partner.is_claimed and self.interest is None

    @property
    def excerpt(self) -> str:
        text = " ".join(self.entry.note.split())
        return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT].rstrip()}…"

    @property
    def targets(self) -> list[tuple[str, str, bool]]:
        """The stages that the card can move to, the likeliest chosen."""
        likeliest = NEXT[Stage(self.entry.stage)]
        return [
            (stage.value, str(stage.label), stage == likeliest)
            for stage in Stage
            if stage != self.entry.stage
        ]


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with its cards; `total` counts those as well that there was no room for."""

    stage: Stage
    cards: Sequence[BoardCard]
    total: int


@dataclass(frozen=True, slots=True)
class Board:
    """`columns` for the board, or one `page` of cards for the table and for a single stage."""

    cards: Sequence[BoardCard]
    columns: Sequence[Column]
    page: "Page[BoardCard] | None"
    total: int
    tags: Sequence[str]
    run: MatchRun | None


def board_of(brief: Brief, said: Mapping[str, str], page: str = "") -> Board:
    """The shortlist as the address asks for it."""
    entries = list(brief.shortlist.select_related("partner", "added_by"))
    run = brief.match_runs.defer("asked").first()
    cards = sorted(cards_of(brief, entries, run), key=_order(said["sort"]))
    kept = [card for card in cards if _is_kept(card.entry, said)]
    one_list = said["view"] == "table" or said["stage"]
    return Board(
        kept,
        [] if one_list else _columns(kept),
        Paginator(kept, MOST_CARDS).get_page(page) if one_list else None,
        len(entries),
        sorted(distinct_tags(tag for entry in entries for tag in entry.tags), key=folded),
        run,
    )


def cards_of(brief: Brief, entries: Iterable[ShortlistEntry], run: MatchRun | None) -> list[BoardCard]:
    standings = standings_of(run.result) if run else {}
    scorecards = scorecards_of(brief)
    asked = {interest.partner_id: interest for interest in brief.interests.live()}
    today = timezone.localdate()
    return [
        BoardCard(
            entry,
            standings.get(str(entry.partner.uid)),
            scorecards.get(entry.pk, 0),
            today,
            asked.get(entry.partner_id),
        )
        for entry in entries
    ]


def standings_of(result: Mapping[str, Any]) -> dict[str, Standing]:
    """By partner. A partner stands once in the lists, by its best site."""
    found: dict[str, Standing] = {}
    for place, (key, title) in enumerate(LISTS.items()):
        listed = [*result[key], *result.get("further", {}).get(key, ())]
        for rank, site in enumerate(listed, 1):
            found.setdefault(
                site["partner"],
                Standing(site["name"], str(title), place, rank, _score(site)),
            )
    return found


def _score(site: Mapping[str, Any]) -> float | None:
    """Explained candidates carry their shown score, further ones the exact one."""
    if "score" in site:
        return float(site["score"]["shown"]) if site["score"] else None
    return tenths([site["low"]]) / 10


def scorecards_of(brief: Brief) -> dict[int, int]:
    """How many scorecards that were handed in score the entry: a count, which is no secret."""
    scored = CriterionScore.objects.filter(
        brief=brief, scorecard__handed_in_at__isnull=False, scorecard__evaluator__isnull=False
    )
    counted = scored.answered().values_list("entry").annotate(Count("scorecard", distinct=True)).order_by()
    return dict(counted)


def _columns(cards: Collection[BoardCard]) -> list[Column]:
    few = FEW if len(cards) > MOST_CARDS else None
    by_stage = {stage: [card for card in cards if card.entry.stage == stage] for stage in Stage}
    return [Column(stage, found[:few], len(found)) for stage, found in by_stage.items()]


def _is_kept(entry: ShortlistEntry, said: Mapping[str, str]) -> bool:
    tag, text = folded(said["tag"]), folded(said["q"])
    if said["stage"] and entry.stage != said["stage"]:
        return False
    if tag and tag not in {folded(each) for each in entry.tags}:
        return False
    return not text or text in folded(" ".join([entry.partner.name, entry.note, entry.reason, *entry.tags]))


def _order(sort: str) -> Any:
    """A key of tuples of different shapes, hence Any."""
    if sort == "name":
        return lambda card: (folded(card.entry.partner.name), card.entry.pk)
    return _by_score


def _by_score(card: BoardCard) -> tuple[int, float, str]:
    """As the match page lists them: eligible ones first, each list by score, those in none last."""
    standing = card.standing
    return (
        standing.list_place if standing else len(LISTS),
        -(standing.score or 0.0) if standing else 0.0,
        folded(card.entry.partner.name),
    )
