"""Sites and partners side by side with what one brief says of each, judged anew on what is known now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from cdmo_portal.accounts.actors import ActorRequest
from cdmo_portal.look.wording import basis_words, points
from cdmo_portal.spreadsheets import Kind
from matching.forms.heads import HEAD_LABELS
from matching.models import Brief
from matching.ranking.judging_now import JudgedNow, judged_now
from matching.scoring.eligibility import Standing
from matching.scoring.explanation import summary
from matching.scoring.own_facts import BLOCKED_LABEL
from matching.scoring.requirements import HEADS, Requirement, Strength
from matching.scoring.results import SiteMatch
from matching.scoring.score import Score
from matching.scoring.verdicts import Evidence, Status, Verdict
from matching.scoring.weights import WeightsInvalid
from matching.views.briefs import find_brief
from partners.comparing.comparison import compared
from partners.comparing.options import Option, asked_for, ids_in
from partners.comparing.rows import Cell, Group, Row, not_stated
from partners.quarters import Quarter
from partners.views.comparisons import FEWEST, comparison_context, download, too_few, tray_address

TEMPLATE = "matching/brief_compare.html"
MOST_EVIDENCE = 2
FEWEST_AXES = 3
STANDINGS = {
    Standing.ELIGIBLE: (gettext_lazy("Eligible"), "good"),
    Standing.OPEN_QUESTIONS: (gettext_lazy("Open questions"), "warn"),
    Standing.NEAR_MISS: (gettext_lazy("Near miss"), "warn"),
    Standing.REGISTERED_ONLY: (gettext_lazy("Registered, not enough known"), ""),
    Standing.REST: (gettext_lazy("Not eligible, or too little known"), "bad"),
}
PASSING = {Standing.ELIGIBLE, Standing.OPEN_QUESTIONS}
STATUS_WORDS = {
    Status.MET: gettext_lazy("Met"),
    Status.UNMET: gettext_lazy("Not met"),
    Status.UNKNOWN: gettext_lazy("Unknown"),
}
STRENGTH_WORDS = {
    Strength.MUST: gettext_lazy("must"),
    Strength.MUST_NOT: gettext_lazy("must not"),
    Strength.PREFER: gettext_lazy("prefer"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """An option with the site that stands for it; none where no site of it could be judged."""

    option: Option
    match: SiteMatch | None
    is_blocked: bool = False


@require_safe
def brief_compare(request: ActorRequest, uid: UUID) -> HttpResponseBase:
    brief = find_brief(request, uid)
    if to_tray := tray_address(request, request.path):
        return redirect(to_tray)
    asked = asked_for(ids_in(request.GET.getlist("ids")))
    if len(asked.options) < FEWEST:
        return too_few(request, TEMPLATE, asked, {"brief": brief})
    told = _judged(brief, asked.options)
    columns = columns_of(asked.options, told) if told else []
    comparison = compared(
        asked.options,
        actor=request.actor,
        today=timezone.localdate(),
        first=brief_groups(columns, told) if told else (),
        needed=Quarter.of(brief.needed_by) if brief.needed_by else None,
    )
    if request.GET.get("format") == Kind.XLSX:
        return download(request, comparison, more=[(_("Brief"), f"{brief.title}, version {brief.version}")])
    context = comparison_context(request, asked, comparison)
    context |= {"brief": brief, "radar": radar_of(columns), "is_unscored": told is None}
    return render(request, TEMPLATE, context)


def _judged(brief: Brief, options: Sequence[Option]) -> JudgedNow | None:
    """None where the brief's weights fit nothing that it asks."""
    try:
        return judged_now(brief, {site.pk for option in options for site in option.sites})
    except WeightsInvalid:
        return None


def columns_of(options: Sequence[Option], told: JudgedNow) -> list[Column]:
    """A partner stands by its best site, as in a match."""
    return [_column(each, [str(site.uid) for site in each.sites], told) for each in options]


def _column(option: Option, keys: Sequence[str], told: JudgedNow) -> Column:
    best = told.best_of(keys)
    return Column(option, best, is_blocked=best is None and not told.blocked.isdisjoint(keys))


def brief_groups(columns: Sequence[Column], told: JudgedNow) -> list[Group]:
    fit = [*_standing_rows(columns), *_score_rows(columns), _question_row(columns)]
    asked = {each.requirement.key: each.requirement for each in _first(columns)}
    required = tuple(_requirement_row(columns, each) for each in asked.values())
    return [
        Group("brief", _("How it fits the brief"), tuple(fit)),
        Group("requirements", _("What the brief asks"), required),
    ]


def _first(columns: Sequence[Column]) -> Sequence[Any]:
    """The requirements, in the brief's order: every site is judged by all of them."""
    return next((each.match.judged for each in columns if each.match), ())


def _standing_rows(columns: Sequence[Column]) -> Iterator[Row]:
    if any(each.option.is_partner for each in columns):
        yield Row(_("Judged by its best site"), tuple(_site(each) for each in columns))
    yield Row(_("Standing"), tuple(_standing(each) for each in columns))


def _site(column: Column) -> Cell:
    return Cell(column.match.name) if column.match else not_stated()


def _standing(column: Column) -> Cell:
    if column.is_blocked:
        return Cell(BLOCKED_LABEL, tone="bad")
    if column.match is None:
        return not_stated(_("Not judged"))
    text, tone = STANDINGS[column.match.standing]
    return Cell(str(text), (summary(column.match),), tone=tone)


def _score_rows(columns: Sequence[Column]) -> Iterator[Row]:
    if not any(_score(each) for each in columns):
        return
    yield _score_row(columns)
    for head in _heads(columns):
        parts = [_points(each.match, head) for each in columns]
        most = max(part[2] for part in parts if part)
        cells = tuple(_interval(part[0], part[1]) if part else not_stated(_("No score")) for part in parts)
        yield Row(str(HEAD_LABELS[head]), cells, note=_("of %s points") % points(most))


def _score(column: Column) -> Score | None:
    return column.match.score if column.match else None


def _score_row(columns: Sequence[Column]) -> Row:
    scores = [_score(each) for each in columns]
    word = _("Highest proven")
    first = _first_by_score(columns)
    cells = tuple(
        _interval(score.shown, score.shown_high, mark=word if at in first else "")
        if score
        else not_stated(_("No score"))
        for at, score in enumerate(scores)
    )
    note = _("proven, and possible if every open question is answered well")
    return Row(_("Score, of 100"), cells, note=note)


def _first_by_score(columns: Sequence[Column]) -> set[int]:
    """Who has the highest score, where it tells anybody apart.

    Gates come before scores: where one of them fails a gate, nobody is marked.
    """
    shown = {at: score.shown for at, each in enumerate(columns) if (score := _score(each))}
    best = max(shown.values())
    first = {at for at, points_shown in shown.items() if points_shown == best}
    passes = all((match := columns[at].match) and match.standing in PASSING for at in first)
    return first if passes and len(set(shown.values())) > 1 else set()


def _interval(low: float, high: float, *, mark: str = "") -> Cell:
    text = points(low)
    if high > low:
        text = _("%(low)s, up to %(high)s") % {"low": text, "high": points(high)}
    return Cell(text, mark=mark)


def _heads(columns: Sequence[Column]) -> list[str]:
    """The heads that the brief gives points for."""
    scores = [each.match.score for each in columns if each.match and each.match.score]
    used = {each.head for score in scores[:1] for each in score.contributions}
    return [head for head in HEADS if head in used]


def _points(match: SiteMatch | None, head: str) -> tuple[float, float, float] | None:
    """Points shown for a head, those possible, and the most there are."""
    if match is None or match.score is None:
        return None
    mine = [each for each in match.score.contributions if each.head == head]
    return (
        sum(each.shown for each in mine),
        sum(each.shown_high for each in mine),
        100 * sum(each.weight for each in mine),
    )


def _question_row(columns: Sequence[Column]) -> Row:
    return Row(_("Questions to ask"), tuple(_questions(each.match) for each in columns))


def _questions(match: SiteMatch | None) -> Cell:
    if match is None:
        return not_stated(_("Not judged"))
    count = len(match.questions)
    text = ngettext("%(count)s question", "%(count)s questions", count) % {"count": count}
    return Cell(text if count else _("None open"), match.questions, key=match.questions)


def _requirement_row(columns: Sequence[Column], asked: Requirement) -> Row:
    cells = tuple(_verdict(each.match, asked.key) for each in columns)
    return Row(asked.label, cells, note=str(STRENGTH_WORDS[asked.strength]))


def _verdict(match: SiteMatch | None, key: str) -> Cell:
    found = (
        next((each.verdict for each in match.judged if each.requirement.key == key), None) if match else None
    )
    if found is None:
        return not_stated(_("Not judged"))
    return Cell(str(STATUS_WORDS[found.status]), _because(found), verdict=found.status.value)


def _because(verdict: Verdict) -> tuple[str, ...]:
    changes = (_("To pass: %s.") % verdict.change.text,) if verdict.change else ()
    return (verdict.reason, *changes, *(_backed(each) for each in verdict.evidence[:MOST_EVIDENCE]))


def _backed(evidence: Evidence) -> str:
    basis = basis_words(evidence.basis, evidence.origin) if evidence.basis else ""
    parts = [evidence.what, basis, evidence.source]
    text = ", ".join(part for part in parts if part)
    return f"{text} ({evidence.age})" if evidence.age else text


def radar_of(columns: Sequence[Column]) -> dict[str, Any] | None:
    """What is proven of each head, from 0 to 1; fewer than three axes draw no shape."""
    heads = _heads(columns)
    scored = [each for each in columns if each.match and each.match.score]
    if len(heads) < FEWEST_AXES or not scored:
        return None
    series = [
        {"label": each.option.name, "values": [_share(each.match, head) for head in heads]} for each in scored
    ]
    return {"axes": [str(HEAD_LABELS[head]) for head in heads], "series": series}


def _share(match: SiteMatch | None, head: str) -> float:
    found = _points(match, head)
    return round(found[0] / found[2], 2) if found and found[2] else 0.0
