"""The facts of all sites, held once per process and kept current by the sites' change rows.

A reader asks for the facts; changes that committed since the last question are loaded first, at a cost in
proportion to the change. With `MATCHING_KEEPS_FACTS` off, every question loads everything (tests, whose
uncommitted rows no change mark can see).
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from matching.ranking.loading import campus_neighbours, load_site_facts, load_vocabulary
from matching.scoring.facts import SiteFacts, Vocabulary
from partners.changes import changed_sites_since, current_mark


@dataclass(frozen=True, slots=True)
class Known:
    """Facts by primary key of the site, with the vocabulary they are stated in."""

    sites: Mapping[int, SiteFacts]
    vocabulary: Vocabulary


@dataclass
class FactStore:
    lock: threading.Lock = field(default_factory=threading.Lock)
    mark: int | None = None
    sites: dict[int, SiteFacts] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    def known(self) -> Known:
        """The facts as of now: everything committed before this call is in them."""
        if not settings.MATCHING_KEEPS_FACTS:
            return Known(load_site_facts(), load_vocabulary())
        with self.lock:
            if self.mark is None:
                self._load_all()
            else:
                self._catch_up(self.mark)
            return Known(self.sites, self.vocabulary)

    def _load_all(self) -> None:
        mark = current_mark()  # before loading: what commits meanwhile is loaded again
        self.sites, self.vocabulary = load_site_facts(), load_vocabulary()
        self.mark = mark

    def _catch_up(self, mark: int) -> None:
        changed, new_mark = changed_sites_since(mark)
        if changed:
            changed |= campus_neighbours(changed)
            fresh = load_site_facts(changed)
            # A new dictionary, so that a match under way keeps the one it started with. A site that is
            # gone is among the changed and not among the fresh.
            kept = {pk: facts for pk, facts in self.sites.items() if pk not in changed}
            self.sites = kept | fresh
        self.mark = new_mark


store = FactStore()
