"""The examination of a ranking in sentences, a small chart, and a remark on each card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cdmo_portal.look.wording import percent, points
from matching.forms.heads import HEAD_LABELS
from matching.scoring.examination import Examination, Examined
from matching.views.match_cards import CardList, Insight

DRAWN = 6
"""How many candidates the chart shows."""

NAMED_RANKS = 3
LEVEL = 0.05

QUESTIONS: Mapping[str, Any] = {
    "fit.preferences": lazy("Which of the technical wishes does it meet?"),
    "fit.batch": lazy("What is the smallest and the largest batch of the line?"),
    "fit.stage": lazy("Up to which stage can it take the product?"),
    "quality.backed": lazy("What backs its statements: certificates, inspections, batches made?"),
    "quality.preferences": lazy("Which of the regulatory wishes does it meet?"),
    "quality.inspection_age": lazy("When was its last inspection, and by whom?"),
    "quality.outcome": lazy("What was the outcome of its last inspection?"),
    "timing.slack": lazy("When could it start, and when would it release?"),
    "timing.open": lazy("How much is open in the time that is needed?"),
    "experience.batches": lazy("How many similar batches did it make in the last 36 months?"),
    "experience.ppq": lazy("How many validation campaigns has it done?"),
    "place.preferences": lazy("Where would the work be done?"),
    "place.campaign": lazy("What is its smallest campaign?"),
    "place.second_site": lazy("Is there a second site in reserve?"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    first: float
    shares: Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class RobustnessPanel:
    """All of it is words and shares that a template prints."""

    sentence: str
    sampled: str
    changes: Sequence[str]
    question: str
    bars: Sequence[Bar]


def robustness_panel(found: Examination) -> RobustnessPanel:
    return RobustnessPanel(
        sentence=_sentence(found.candidates),
        sampled=_sampled(found),
        changes=[words for words in (_weight_words(found), _score_words(found)) if words],
        question=_question_words(found),
        bars=[_bar(each) for each in found.candidates[:DRAWN]],
    )


def nothing_to_compare(result: Mapping[str, Any]) -> str:
    """Why there is no examination."""
    if result["eligible"]:
        return _("Only one site is eligible, so there is nothing to compare it with.")
    return _("No site is eligible, so there is no ranking to examine.")


def _sentence(candidates: Sequence[Examined]) -> str:
    leader = candidates[0]
    others = sorted(candidates[1:], key=lambda each: -each.rank_acceptability[0])
    first, second = leader.rank_acceptability[0], others[0].rank_acceptability[0]
    words = {
        "leader": leader.name,
        "first": percent(first),
        "other": others[0].name,
        "second": percent(second),
    }
    if second == 0:
        return _("%(leader)s is first in every plausible weighting.") % words
    if second > first:
        text = _(
            "%(leader)s leads on what is proven, and is first in %(first)s of plausible weightings; "
            "most often first: %(other)s (%(second)s)."
        )
        return text % words
    text = _(
        "%(leader)s is first in %(first)s of plausible weightings; second most often: %(other)s (%(second)s)."
    )
    return text % words


def _sampled(found: Examination) -> str:
    drawn = _("unknown facts drawn between worst and best")
    if found.statement == "ordered":
        weights = _("all weights that keep your order")
    else:
        weights = _("weights within ±%(share)s of yours, each by itself") % {"share": percent(found.share)}
    if found.samples:
        text = _("%(number)s weightings sampled: %(weights)s; %(drawn)s; seed %(seed)s.")
        words = text % {
            "number": f"{found.samples:,}",
            "weights": weights,
            "drawn": drawn,
            "seed": found.seed,
        }
    else:
        words = _("Worked out exactly over %(weights)s.") % {"weights": weights}
    if found.eligible == len(found.candidates):
        return words
    cut = _("Compared are the first %(number)s of %(all)s eligible.")
    return f"{words} {cut % {'number': len(found.candidates), 'all': found.eligible}}"


def is_level(found: Examination) -> bool:
    """Whether the runner-up is so near that its points show as none."""
    return found.score_change is not None and found.score_change.points < LEVEL


def _weight_words(found: Examination) -> str:
    change = found.weight_change
    if is_level(found):
        return ""
    if change is None:
        return _("No single weight change puts another first.")
    text = _("%(head)s from %(before)s to %(after)s of 100, the others rescaled, would put %(rival)s level.")
    return text % {
        "head": HEAD_LABELS[change.head],
        "before": _plain(change.before),
        "after": _plain(change.after),
        "rival": change.rival,
    }


def _plain(share: float) -> str:
    # A break-even at nothing comes out a rounding error below it.
    return f"{100 * max(share, 0.0):.1f}".removesuffix(".0")


def _score_words(found: Examination) -> str:
    change = found.score_change
    if change is None:
        return ""
    if is_level(found):
        return _("%(rival)s is level with the leader on what is proven.") % {"rival": change.rival}
    words = {
        "rival": change.rival,
        "points": points(change.points),
        "level": change.level,
        "label": change.label.lower(),
    }
    if not change.level:
        text = _("%(rival)s needs %(points)s more points; no single fact can give it all of them.")
        return text % words
    return _("%(rival)s needs %(points)s more points, for example by %(label)s: %(level)s.") % words


def _question_words(found: Examination) -> str:
    asked = found.next_question
    if asked is None:
        return ""
    question = QUESTIONS.get(asked.criterion) or _("What is its %(label)s?") % {"label": asked.label.lower()}
    text = _("Ask %(name)s: %(question)s The answer is worth up to %(points)s points.")
    return text % {"name": asked.name, "question": question, "points": points(asked.points)}


def _bar(candidate: Examined) -> Bar:
    ranks = candidate.rank_acceptability
    names = [_("rank %(n)s") % {"n": rank} for rank in range(1, min(NAMED_RANKS, len(ranks)) + 1)]
    rest = max(1 - sum(ranks[: len(names)]), 0.0)
    shares = [*zip(names, ranks, strict=False), (_("lower"), rest if rest > 1e-9 else 0.0)]
    return Bar(candidate.name, ranks[0], shares)


def with_insights(lists: Sequence[CardList], found: Examination) -> list[CardList]:
    """The eligible cards with who is as good as the next, and why each is not first."""
    insights = {
        each.key: Insight(_tie(each, below), _why_not_first(each))
        for each, below in zip(found.candidates, (*found.candidates[1:], None), strict=True)
    }
    return [
        replace(
            each,
            cards=[replace(card, insight=insights.get(card.site["key"])) for card in each.cards],
        )
        if each.key == "eligible"
        else each
        for each in lists
    ]


def _tie(each: Examined, below: Examined | None) -> str:
    if below is None or not each.is_tied_with_next:
        return ""
    return _("Practically tied with %(name)s") % {"name": below.name}


def _why_not_first(each: Examined) -> str:
    if not each.losses:
        return ""
    losses = ", ".join(f"{loss.label.lower()} ({points(loss.points)})" for loss in each.losses)
    text = _("Why not first: %(behind)s points behind; it loses most on %(losses)s.")
    return text % {"behind": points(each.behind), "losses": losses}
