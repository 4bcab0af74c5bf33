"""Scorecards as a file: numbers without formulas. While each is alone it holds one's own scores only."""

from collections.abc import Iterator
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.spreadsheets import Cell, Column, Export, Kind, Sheet, as_download
from matching.models import Brief
from matching.score_table import CriterionLine, PartnerScores, ScoreTable, round_of, score_table
from matching.scoring.scorecards import Total
from matching.views.briefs import find_brief
from matching.views.shortlist_exports import about_export

SPREAD = (
    Column("Partner", 32),
    Column("Criterion", 36),
    Column("Share of the weight, %", 12),
    Column("Evaluators who judged", 12),
    Column("Cannot judge", 12),
    Column("Mean, of 10", 10),
    Column("Median", 10),
    Column("Lowest", 10),
    Column("Highest", 10),
    Column("Standard deviation", 12),
    Column("Agreement", 14),
    Column("Points of the total", 12),
    Column("Agreed score, of 10", 12),
)
ANSWERS = (
    Column("Partner", 32),
    Column("Criterion", 36),
    Column("Evaluator", 24),
    Column("Score, of 10", 10),
    Column("Cannot judge", 12),
)


@require_safe
def scores_export(request: ActorRequest, uid: UUID) -> HttpResponseBase:
    brief = find_brief(request, uid)
    table = score_table(brief, request.actor)
    sheets = [
        Sheet(_("Totals"), _total_columns(table), [_totals(each) for each in table.partners]),
        Sheet(_("Spread"), SPREAD, _spreads(table)),
        Sheet(_("Scores"), ANSWERS, _answers(table)),
    ]
    export = Export(f"Scorecards {brief.title}", sheets, _about(request, brief, table))
    return as_download(export, Kind.XLSX, on=timezone.localdate())


def _total_columns(table: ScoreTable) -> list[Column]:
    return [
        Column(_("Place"), 8),
        Column(_("Partner"), 32),
        Column(_("Total of all, of 100"), 12),
        Column(_("At most, if the rest were a 10"), 14),
        Column(_("Judged, % of the weight"), 12),
        *(Column(_("Total of %(name)s") % {"name": card.evaluator}, 14) for card in table.cards),
        Column(_("Agreed total, of 100"), 12),
        Column(_("Disagreements"), 12),
    ]


def _totals(scores: PartnerScores) -> list[Cell]:
    overall = scores.panel.overall
    return [
        scores.place.rank if scores.place else None,
        scores.entry.partner.name,
        _low(overall),
        overall.shown_high if overall else None,
        round(overall.judged_percent, 1) if overall else None,
        *(_low(each) for each in scores.totals),
        _low(scores.agreed),
        scores.panel.disagreements,
    ]


def _low(total: Total | None) -> float | None:
    return total.shown if total is not None and total.judged else None


def _spreads(table: ScoreTable) -> Iterator[list[Cell]]:
    for scores in table.partners:
        for line in scores.lines:
            yield [scores.entry.partner.name, line.criterion.row.name, line.criterion.shown, *_spread(line)]


def _spread(line: CriterionLine) -> list[Cell]:
    spread = line.spread
    if spread is None:
        return [0, sum(word == "?" for word in line.given), *[None] * 7, _number(line.agreed)]
    return [
        spread.count,
        spread.cannot_judge,
        round(float(spread.mean), 2),
        float(spread.median),
        float(spread.least),
        float(spread.most),
        round(spread.deviation, 2),
        _("disagree") if spread.is_disagreement else _("close"),
        line.points,
        _number(line.agreed),
    ]


def _answers(table: ScoreTable) -> Iterator[list[Cell]]:
    names = [str(card.evaluator) for card in table.cards]
    for scores in table.partners:
        for line in scores.lines:
            for name, word in zip(names, line.given, strict=True):
                where = [scores.entry.partner.name, line.criterion.row.name, name]
                yield [*where, _number(word), word == "?"]


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() else None


def _about(request: ActorRequest, brief: Brief, table: ScoreTable) -> list[tuple[str, Cell]]:
    scoring = round_of(brief)
    opened = scoring.opened_at if scoring else None
    whose = (
        f"all that were handed in, open to everybody since {opened:%Y-%m-%d %H:%M} UTC"
        if opened
        else "your own only: each scores alone until the scorecards are opened"
    )
    return [
        *about_export(request, brief),
        ("Scorecards", whose),
        ("Evaluators", ", ".join(str(card.evaluator) for card in table.cards) or "none"),
        ("Criteria", "; ".join(f"{each.row.name} {each.shown:.1f} %" for each in table.criteria)),
        ("Totals", "share of the weight × score × 10, added up: 0 to 100; computed, never typed"),
        ("Total of all", "from the mean of each criterion over those who judged it"),
        ("Cannot judge", "is no zero: the total counts what was judged, “at most” adds a 10 for the rest"),
        ("Disagree", "the highest and the lowest score of a criterion are 4 or more apart"),
    ]
