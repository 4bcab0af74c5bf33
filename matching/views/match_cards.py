"""From the frozen JSON of a match run to what the match page shows. Nothing is scored here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from matching.forms.heads import HEAD_LABELS
from matching.models import ShortlistEntry
from matching.scoring.own_facts import BLOCKED
from matching.scoring.requirements import HEADS
from partners.importers.countries import country_name
from partners.models import Site
from partners.open_capacity import Opening, next_openings
from partners.own_status import OwnStatus, own_statuses
from partners.site_cards import MOST_BADGES, Badge, badges_of

SHOWN = 5
"""How many candidates a page of a list shows: a card is some 8 KB, and people look at the first few."""

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
    shade: int


@dataclass(frozen=True, slots=True)
class Failure:
    """One gate that is not passed, why, and the smallest change that would pass it."""

    label: str
    reason: str
    change: str


@dataclass(frozen=True, slots=True)
class Movement:
    """`places` up (positive) or down (negative) in the same list; None: it was not in this list."""

    places: int | None

    @property
    def kind(self) -> str:
        if self.places is None:
            return "new"
        return "up" if self.places > 0 else "down" if self.places < 0 else "same"

    @property
    def text(self) -> str:
        words = {"new": _("new"), "up": _("up %(n)s"), "down": _("down %(n)s"), "same": _("same place")}
        return str(words[self.kind]) % {"n": abs(self.places or 0)}

    @property
    def spoken(self) -> str:
        """What a screen reader says after `text`."""
        if self.kind == "new":
            return str(_("in this list: not in it with the brief's own weights"))
        return str(_("against the brief's own weights"))


@dataclass(frozen=True, slots=True)
class Insight:
    """What the examination says about one candidate, in words; empty where there is nothing."""

    tie: str
    why_not_first: str


@dataclass(frozen=True, slots=True)
class Card:
    """One candidate: the frozen facts, and what the page adds (address, rank, shortlist)."""

    site: Mapping[str, Any]
    rank: int
    title: str
    place: str
    profile: Site | None
    badges: Sequence[Badge]
    opening: Opening | None
    partner_uid: str
    is_shortlisted: bool
    own: OwnStatus | None
    heads: Sequence[Mapping[str, Any]]
    rows: Sequence[Row]
    movement: Movement | None = None
    insight: Insight | None = None

    @property
    def low(self) -> float:
        return float(self.site["score"]["shown"]) if self.site["score"] else 0.0

    @property
    def high(self) -> float:
        return float(self.site["score"]["shown_high"]) if self.site["score"] else 0.0

    @property
    def has_interval(self) -> bool:
        return self.high > self.low

    @property
    def gates(self) -> Sequence[Mapping[str, Any]]:
        return [each for each in self.site["requirements"] if each["strength"] != "prefer"]

    @property
    def gates_met(self) -> int:
        return sum(each["status"] == "met" for each in self.gates)

    @property
    def failures(self) -> Sequence[Failure]:
        return [
            Failure(each["label"], each["reason"], each["change"]["text"] if each["change"] else "")
            for each in self.gates
            if each["status"] == "unmet"
        ]

    @property
    def gaps(self) -> Sequence[str]:
        """Where points are lost. The engine's sentences on failed gates come first; those are `failures`."""
        reasons = tuple(each.reason for each in self.failures)
        return [text for text in self.site["gaps"] if not text.startswith(reasons)]

    @property
    def oldest(self) -> Mapping[str, Any] | None:
        """The oldest fact that a verdict leans on."""
        dated = [fact for each in self.site["requirements"] for fact in each["evidence"] if fact["as_of"]]
        return min(dated, key=lambda fact: str(fact["as_of"]), default=None)

    @property
    def sources(self) -> Sequence[str]:
        found = (fact["source"] for each in self.site["requirements"] for fact in each["evidence"])
        return sorted({source for source in found if source})


@dataclass(frozen=True, slots=True)
class Turn:
    """Which candidates of a list are shown: those of its first page, unless somebody turned it."""

    page: int = 1
    sites: Sequence[Mapping[str, Any]] = ()

    @property
    def skipped(self) -> int:
        return SHOWN * (self.page - 1)


@dataclass(frozen=True, slots=True)
class CardList:
    key: str
    title: str
    total: int
    listed: int
    cards: Sequence[Card]
    turn: Turn

    @property
    def size(self) -> int:
        return SHOWN

    @property
    def before(self) -> int | None:
        """The page before the one that is shown, if there is one."""
        return self.turn.page - 1 if self.turn.page > 1 else None

    @property
    def after(self) -> int | None:
        """The next page, as far as the result names candidates."""
        return self.turn.page + 1 if self.last < self.listed else None

    @property
    def last(self) -> int:
        return self.turn.skipped + len(self.cards)

    @property
    def next_count(self) -> int:
        return min(SHOWN, self.listed - self.last)


@dataclass(frozen=True, slots=True)
class Known:
    """What the page looks up about the sites that it shows, in a few queries for all of them."""

    sites: Mapping[str, Site]
    badges: Mapping[int, Sequence[Badge]]
    openings: Mapping[int, Opening]
    shortlisted: Collection[str]
    own: Mapping[int, OwnStatus]


def card_lists(
    result: Mapping[str, Any], brief_id: int, *, actor: Actor, turned: Mapping[str, Turn]
) -> list[CardList]:
    """The lists of a result, each at its first page or at the one that it was turned to."""
    turns = {key: turned.get(key) or Turn(sites=result[key][:SHOWN]) for key in LISTS}
    known = _known([site["key"] for turn in turns.values() for site in turn.sites], brief_id, actor)
    totals = {**result["counts"], "registered_only": result["registered_only_count"]}
    weights = weights_that_count(result)
    return [
        CardList(
            key,
            str(title),
            totals[key],
            len(result[key]) + len(result["further"].get(key, ())),
            [
                _card(site, rank, known, weights)
                for rank, site in enumerate(turns[key].sites, turns[key].skipped + 1)
            ],
            turns[key],
        )
        for key, title in LISTS.items()
    ]


def _known(uids: Collection[str], brief_id: int, actor: Actor) -> Known:
    today = timezone.localdate()
    sites = {str(site.uid): site for site in Site.objects.filter(uid__in=uids).select_related("partner")}
    by_key = {site.pk: site for site in sites.values()}
    entries = ShortlistEntry.objects.filter(brief_id=brief_id)
    return Known(
        sites=sites,
        badges=badges_of(by_key, today),
        openings=next_openings(by_key.values(), actor=actor, today=today),
        shortlisted={str(uid) for uid in entries.values_list("partner__uid", flat=True)},
        own=own_statuses(sites.values(), actor),
    )


def _card(site: Mapping[str, Any], rank: int, known: Known, weights: Mapping[str, float]) -> Card:
    profile = known.sites.get(site["key"])
    key = profile.pk if profile else 0
    return Card(
        site=site,
        rank=rank,
        title=title_of(site),
        place=place_text(site["region"], site["country"]),
        profile=profile,
        badges=known.badges.get(key, ())[:MOST_BADGES],
        opening=known.openings.get(key),
        partner_uid="" if site["partner"].startswith("site:") else site["partner"],
        is_shortlisted=site["partner"] in known.shortlisted,
        own=known.own.get(key),
        heads=_heads(site, weights),
        rows=[_row(each) for each in site["score"]["contributions"]] if site["score"] else [],
    )


def title_of(site: Mapping[str, Any]) -> str:
    """The partner's name, unless the site's own begins with it."""
    name, partner = str(site["name"]), str(site["partner_name"])
    return name if name.startswith(partner) else f"{partner}, {name}"


def place_text(region: str, country: str) -> str:
    return ", ".join(dict.fromkeys(part for part in (region, country_name(country)) if part))


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


def weights_that_count(result: Mapping[str, Any]) -> Mapping[str, float]:
    """The share of each head in the scores, as parts of 1.

    A brief that asks nothing by which a head could be judged gives its weight to the others, so the weights
    that were said are not those that count. Every candidate of a brief has the same.
    """
    scored = (site["score"] for key in LISTS for site in result[key] if site["score"])
    contributions = next((score["contributions"] for score in scored), None)
    if contributions is None:
        weights: Mapping[str, float] = result["weights"]
        return weights
    return {head: sum(each["weight"] for each in contributions if each["head"] == head) for head in HEADS}


def _row(contribution: Mapping[str, Any]) -> Row:
    low, high = contribution["value_low"], contribution["value_high"]
    value = f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
    return Row(
        label=contribution["label"],
        value=value,
        weight=round(100 * contribution["weight"], 2),
        points=contribution["shown"],
        note=contribution["detail"],
        shade=HEADS.index(contribution["head"]),
    )


def blocked_count(result: Mapping[str, Any]) -> int:
    """How many sites were left out because the organisation blocks them."""
    return sum(each["count"] for each in result["rest"] if each["key"] == BLOCKED)


def legend(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The heads with their points of 100, in the order of the bar; those that count for nothing say so."""
    weights = weights_that_count(result)
    return [
        {
            "label": HEAD_LABELS[head],
            "weight": round(100 * weights[head], 1),
            "is_idle": weights[head] == 0 < result["weights"][head],
        }
        for head in HEADS
    ]


def covers(coverage: Mapping[str, Any] | None, shown: int = 5) -> list[dict[str, Any]]:
    """The first covers with, for each part of the work, the one site that takes it."""
    return [
        {
            **cover,
            "parts": [(each["label"], title_of(each["site"])) for each in cover["assignments"]],
        }
        for cover in (coverage or {}).get("covers", [])[:shown]
    ]
