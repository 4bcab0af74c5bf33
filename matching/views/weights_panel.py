"""The panel "What matters" of the match page: what its controls show, and the addresses that it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.http import QueryDict

from matching.forms.heads import HEAD_LABELS
from matching.forms.weights import (
    Asked,
    asked_weights,
    query_of,
    ranks_of,
    worded,
)
from matching.models import Brief, MatchRun
from matching.ranking import match_brief, weighting_of_run
from matching.scoring.matching import BriefInvalid
from matching.scoring.requirements import HEADS
from matching.scoring.serialisation import to_json
from matching.scoring.weightings import Weighting, by_preset, shown_shares
from matching.scoring.weights import WeightsInvalid


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of weights that a link puts into the panel; `numbers` in the order of the heads."""

    label: str
    query: str
    numbers: str


@dataclass(frozen=True, slots=True)
class Head:
    key: str
    label: str
    share: float
    rank: int
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """What the controls show: the weights of the preview, or those of the run where there is none."""

    asked: Asked
    own: Weighting
    weighting: Weighting
    is_preview: bool

    @property
    def by(self) -> str:
        return "order" if self.weighting.by == "order" else "points"

    @property
    def query(self) -> str:
        """The part of the address that holds the preview."""
        return query_of(self.weighting, self.asked.keep) if self.is_preview else ""

    @property
    def heads(self) -> list[Head]:
        shares = self.weighting.shares
        shown, ranks = shown_shares(shares), ranks_of(shares)
        if self.weighting.by == "order":
            shown = {head: 100 * share for head, share in shares.items()}
            ranks = {head: rank for rank, head in enumerate(self.weighting.order, 1)}
        return [
            Head(head, str(HEAD_LABELS[head]), shown[head], ranks[head], head in self.asked.keep)
            for head in HEADS
        ]

    @property
    def ranks(self) -> range:
        return range(1, len(HEADS) + 1)

    @property
    def presets(self) -> list[Choice]:
        return [_choice(str(label), by_preset(value)) for value, label in Brief.Preset.choices]

    @property
    def reset(self) -> Choice:
        return _choice("", self.own)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What is sent to save the preview."""
        return parse_qsl(query_of(self.weighting))


def _choice(label: str, weighting: Weighting) -> Choice:
    shares = shown_shares(weighting.shares)
    return Choice(label, query_of(weighting), " ".join(f"{share:g}" for share in shares.values()))


def panel_of(brief: Brief, run: MatchRun, data: QueryDict) -> Panel:
    """The weights of the run, unless the address holds others that can be used."""
    own, asked = weighting_of_run(brief, run), asked_weights(data)
    weighting = asked.weighting or own
    is_same = shown_shares(weighting.shares) == shown_shares(own.shares)
    return Panel(asked, own, weighting, is_preview=not is_same)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page shows: the stored result, or one with other weights; `errors` say why it is not."""

    panel: Panel
    result: Mapping[str, Any]
    errors: tuple[str, ...]


def previewed(brief: Brief, run: MatchRun, data: QueryDict) -> Preview:
    """Weights that cannot be used leave the brief's own, with what is wrong."""
    panel = panel_of(brief, run, data)
    if not panel.is_preview:
        return Preview(panel, run.result, tuple(panel.asked.errors.values()))
    try:
        ranked = match_brief(brief, weights=panel.weighting.points)
    except WeightsInvalid as error:
        return _refused(panel, run, worded(error))
    except BriefInvalid as error:
        return _refused(panel, run, str(error))
    return Preview(panel, to_json(ranked.result), ())


def _refused(panel: Panel, run: MatchRun, text: str) -> Preview:
    own = Panel(Asked(), panel.own, panel.own, is_preview=False)
    return Preview(own, run.result, (text,))


def leaders(eligible: list[Mapping[str, Any]], most: int = 3) -> list[str]:
    return [site["partner_name"] for site in eligible[:most]]
