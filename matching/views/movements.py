"""Who moved in the lists of a preview against the stored run: by partner, since its best site may change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from matching.views.match_cards import Card, CardList, Movement


def moved(lists: Sequence[CardList], stored: Mapping[str, Any]) -> list[CardList]:
    """The lists of a preview with each card's movement. Sites of a register are not ranked, so they stay."""
    return [
        each
        if each.key == "registered_only"
        else replace(each, cards=[_moved(card, everybody(stored, each.key)) for card in each.cards])
        for each in lists
    ]


def everybody(stored: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """All candidates of a list in their order, those that are not explained too."""
    return [*stored[key], *stored["further"][key]]


def _moved(card: Card, stored: Sequence[Mapping[str, Any]]) -> Card:
    partner = card.site["partner"]
    before = next((rank for rank, site in enumerate(stored, 1) if site["partner"] == partner), None)
    return replace(card, movement=Movement(None if before is None else before - card.rank))


def order_in_words(eligible: Sequence[Mapping[str, Any]]) -> str:
    """What the live region says after the ranking changed."""
    if not eligible:
        return _("Ranking updated: no site is eligible.")
    names = [site["partner_name"] for site in eligible[:2]]
    if len(names) == 1:
        return _("Ranking updated: %(first)s is the only eligible one.") % {"first": names[0]}
    return _("Ranking updated: %(first)s first, %(second)s second.") % {"first": names[0], "second": names[1]}
