"""Why a card is among the results: the terms and other facts that answer the words of the search."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from partners.models import Registration, SearchRow, Site, SiteIdentifier
from partners.search_marks import Marker, whole
from partners.term_index import Entry, TermIndex


@dataclass(frozen=True, slots=True)
class Offer:
    """A term on a card; `found_by` is the other name by which the search came to it."""

    label: SafeString
    found_by: SafeString | str = ""


@dataclass(frozen=True, slots=True)
class OtherReason:
    """A fact that cards do not show, such as a number in a register, and the words of it that were found."""

    kind: str
    text: SafeString


@dataclass(frozen=True)
class Reasons:
    """What the words of one search find in the vocabulary; made once per page."""

    marker: Marker
    terms: TermIndex
    _by_bit: dict[int, frozenset[int]] = field(default_factory=dict)

    def answers(self, bit: int) -> frozenset[int]:
        """The words of the search that the term's names, and those above it, answer."""
        if bit not in self._by_bit:
            words = self.terms.search_words(bit) if bit in self.terms.by_bit else ()
            self._by_bit[bit] = self.marker.answered_by(words)
        return self._by_bit[bit]

    def explaining(self, exact: Sequence[Entry]) -> list[Entry]:
        """As few of these terms as answer all the words that any of them answers, the best first."""
        left = frozenset(number for entry in exact for number in self.answers(entry.bit))
        chosen: list[Entry] = []
        while left:
            best = max(exact, key=lambda entry: self._worth(entry, left))
            chosen.append(best)
            left -= self.answers(best.bit)
        return chosen

    def _worth(self, entry: Entry, left: frozenset[int]) -> tuple[int, int]:
        in_label = len(self.marker.answered(entry.label))
        return len(self.answers(entry.bit) & left), in_label

    def offer(self, entry: Entry, *, explains: bool) -> Offer:
        """The term as its card shows it; one that explains the search says by which name, if by another."""
        if self.marker.answered(entry.label) or not explains:
            return Offer(self.marker.marked(entry.label))
        names = self.terms.search_names(entry.bit)
        name = max(names, key=lambda each: len(self.marker.answered(each)))
        return Offer(whole(entry.label), self.marker.marked(name))


def other_reasons(
    rows: Iterable[SearchRow], sites: Mapping[int, Site], shown: Mapping[int, str], reasons: Reasons
) -> dict[int, list[OtherReason]]:
    """Per site, where the words were found that neither its name and place (`shown`) nor its terms answer."""
    marker = reasons.marker
    missing: dict[int, frozenset[int]] = {}
    for row in rows:
        by_terms = frozenset(number for bit in row.term_bits for number in reasons.answers(bit))
        missing[row.site_id] = marker.all - by_terms - marker.answered(shown[row.site_id], is_name=True)
    missing = {site_id: words for site_id, words in missing.items() if words}
    if not missing:
        return {}
    found = {}
    for site_id, texts in _unseen_texts(missing, sites, reasons.terms).items():
        fitting = {kind: text for kind, text in reversed(texts) if marker.answered(text) & missing[site_id]}
        found[site_id] = [OtherReason(kind, marker.marked(text)) for kind, text in fitting.items()]
        if not fitting and marker.is_forgiving:
            found[site_id] = [OtherReason("like letters in its name", whole(sites[site_id].name))]
    return found


def _unseen_texts(
    site_ids: Iterable[int], sites: Mapping[int, Site], terms: TermIndex
) -> dict[int, list[tuple[str, str]]]:
    """What is searched and no card shows: numbers and names in registers, postal codes, regions."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    site_ids = list(site_ids)
    numbers = SiteIdentifier.objects.filter(site_id__in=site_ids)
    for number in numbers:
        found[number.site_id] += [
            (number.get_scheme_display(), value)
            for value in dict.fromkeys((number.value, number.value.lstrip("0")))
        ]
    listed = Registration.objects.filter(site_id__in=site_ids, no_longer_listed_on__isnull=True).order_by(
        "pk"
    )
    for site_id, name in listed.values_list("site_id", "firm_name"):
        found[site_id].append(("name in FDA’s register", name))
    for site_id in site_ids:
        site = sites[site_id]
        groups = [name for entry in terms.groups_of(site.country) for name in entry.names]
        found[site_id] += [("postal code", site.postal_code), ("country", site.country)]
        found[site_id] += [("region", name) for name in groups]
    return found
