"""From the frozen JSON of a match run to what the match page shows. Nothing is scored here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from matching.forms.briefs import HEAD_LABELS
from matching.models import ShortlistEntry
from matching.scoring.requirements import HEADS
from partners.importers.countries import country_name
from partners.models import Site

SHOWN = 20
"""How many candidates a list shows before the rest is asked for."""

LISTS = {
    "eligible": _("Eligible"),
    "open_questions": _("Open questions"),
    "near_misses": _("Near misses"),
    "registered_only": _("Registered, not enough known"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion of the score, as the breakdown table shows it."""

    label: str
    value: str
    weight: float
    points: float
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """One candidate: the frozen facts, and what the page adds (address, rank, shortlist)."""

    site: Mapping[str, Any]
    rank: int
    url: str
    partner_uid: str
    is_shortlisted: bool
    place: str
    heads: Sequence[Mapping[str, Any]]
    rows: Sequence[Row]

    @property
    def low(self) -> float:
        return float(self.site["score"]["shown"]) if self.site["score"] else 0.0

    @property
    def high(self) -> float:
        return float(self.site["score"]["shown_high"]) if self.site["score"] else 0.0

    @property
    def has_interval(self) -> bool:
        return self.high > self.low


@dataclass(frozen=True, slots=True)
class CardList:
    key: str
    title: str
    total: int
    cards: Sequence[Card]

    @property
    def hidden(self) -> int:
        return self.total - len(self.cards)


def card_lists(result: Mapping[str, Any], brief_id: int, shown_whole: str = "") -> list[CardList]:
    """The lists of a result; `shown_whole` names the one that is not cut after the first candidates."""
    cut = {key: list(result[key]) if key == shown_whole else result[key][:SHOWN] for key in LISTS}
    uids = [site["key"] for sites in cut.values() for site in sites]
    urls = {str(uid): address for uid, address in _addresses(uids)}
    shortlisted = set(ShortlistEntry.objects.filter(brief_id=brief_id).values_list("partner__uid", flat=True))
    chosen = {str(uid) for uid in shortlisted}
    totals = {key: len(result[key]) for key in LISTS} | {"registered_only": result["registered_only_count"]}
    return [
        CardList(
            key,
            str(title),
            totals[key],
            [_card(site, rank, urls, chosen, result["weights"]) for rank, site in enumerate(cut[key], 1)],
        )
        for key, title in LISTS.items()
    ]


def _addresses(uids: Collection[str]) -> list[tuple[str, str]]:
    rows = Site.objects.filter(uid__in=uids).only("uid", "slug")
    return [(str(site.uid), site.get_absolute_url()) for site in rows]


def _card(
    site: Mapping[str, Any],
    rank: int,
    urls: Mapping[str, str],
    shortlisted: Collection[str],
    weights: Mapping[str, float],
) -> Card:
    is_partner = not site["partner"].startswith("site:")
    return Card(
        site=site,
        rank=rank,
        url=urls.get(site["key"], ""),
        partner_uid=site["partner"] if is_partner else "",
        is_shortlisted=site["partner"] in shortlisted,
        place=", ".join(part for part in (site["region"], country_name(site["country"])) if part),
        heads=_heads(site, weights),
        rows=[_row(each) for each in site["score"]["contributions"]] if site["score"] else [],
    )


def _heads(site: Mapping[str, Any], weights: Mapping[str, float]) -> list[dict[str, Any]]:
    """Points per head, so that the segments of the bar add up to the score as shown."""
    contributions = site["score"]["contributions"] if site["score"] else []
    return [
        {
            "label": HEAD_LABELS[head],
            "points": round(sum(each["shown"] for each in contributions if each["head"] == head), 1),
            "weight": round(100 * weights.get(head, 0.0), 1),
        }
        for head in HEADS
    ]


def _row(contribution: Mapping[str, Any]) -> Row:
    low, high = contribution["value_low"], contribution["value_high"]
    value = f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
    return Row(
        label=contribution["label"],
        value=value,
        weight=round(100 * contribution["weight"], 2),
        points=contribution["shown"],
        note=contribution["detail"],
    )


def legend(weights: Mapping[str, float]) -> list[dict[str, Any]]:
    """The heads with their points of 100, in the order of the bar."""
    return [{"label": HEAD_LABELS[head], "weight": round(100 * weights[head], 1)} for head in HEADS]
