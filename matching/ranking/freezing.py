"""Keeping the facts that a run was made on, and making it again from them.

Facts are stored once per site and version, under the SHA-256 of their text. A process remembers the digests
of the facts it holds, so that freezing facts of which few changed reads and writes few.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from django.db import transaction

from matching.models import FactsSnapshot, FactsVersion, MatchRun
from matching.scoring.facts import SiteFacts, Vocabulary
from matching.scoring.facts_json import (
    digest,
    digest_of_all,
    facts_from_json,
    facts_to_json,
    vocabulary_from_json,
    vocabulary_to_json,
)
from matching.scoring.matching import ENGINE_VERSION, SHOWN
from matching.scoring.own_facts import OwnFacts, laid_over, match_with_own
from matching.scoring.plain_records import from_plain, to_plain
from matching.scoring.serialisation import Json, to_json
from matching.scoring.stored_brief import asked_from_json

BATCH = 1_000
OF_VOCABULARY = ""


class CannotReproduce(Exception):
    """The run cannot be made again; the message says why."""


class Facts(Protocol):
    """What a run was made on: sites by primary key, the same object while a site is unchanged."""

    @property
    def sites(self) -> Mapping[int, SiteFacts]: ...

    @property
    def vocabulary(self) -> Vocabulary: ...


@dataclass(frozen=True, slots=True)
class Digested:
    """Facts with the digest of their text, and the row that holds them once that is known to be committed.

    The text itself is at hand only where it was just made.
    """

    facts: SiteFacts | Vocabulary
    sha256: str
    version: int | None = None
    text: str = ""


@dataclass
class Digests:
    """Digests by primary key of the site (0: the vocabulary). The same object has the same digest.

    Threads may work on it at once: the worst that comes of it is that a digest is worked out twice.
    """

    known: dict[int, Digested] = field(default_factory=dict)

    def of(self, facts: Facts) -> Mapping[int, Digested]:
        fresh = {pk: self._of_one(pk, each) for pk, each in facts.sites.items()}
        fresh[0] = self._of_one(0, facts.vocabulary)
        self.known = {pk: replace(each, text="") if each.text else each for pk, each in fresh.items()}
        return fresh

    def _of_one(self, pk: int, facts: SiteFacts | Vocabulary) -> Digested:
        found = self.known.get(pk)
        if found is not None and found.facts is facts:
            return found
        text = text_of(facts)
        return Digested(facts, digest(text), text=text)

    def remember(self, versions: Mapping[str, int]) -> None:
        """Rows that are committed, by digest: others might be rolled back yet."""
        self.known = {
            pk: replace(each, version=versions.get(each.sha256)) if each.version is None else each
            for pk, each in self.known.items()
        }


digests = Digests()


def text_of(facts: SiteFacts | Vocabulary) -> str:
    return facts_to_json(facts) if isinstance(facts, SiteFacts) else vocabulary_to_json(facts)


@transaction.atomic
def freeze(facts: Facts) -> FactsSnapshot:
    """The snapshot of these facts, stored now where it is not there yet.

    Safe for several at once: who comes second waits for the first, and reads what it wrote.
    """
    by_site = dict(digests.of(facts))
    vocabulary = by_site.pop(0)
    sha256 = digest_of_all((each.sha256 for each in by_site.values()), vocabulary.sha256)
    found = FactsSnapshot.objects.filter(sha256=sha256).defer("versions").first()
    if found is not None:
        return found
    ids = version_ids([vocabulary, *by_site.values()])
    snapshot = FactsSnapshot(
        sha256=sha256,
        versions=sorted(ids[each.sha256] for each in by_site.values()),
        vocabulary_id=ids[vocabulary.sha256],
    )
    FactsSnapshot.objects.bulk_create([snapshot], ignore_conflicts=True)
    return FactsSnapshot.objects.defer("versions").get(sha256=sha256)


def version_ids(digested: Collection[Digested]) -> dict[str, int]:
    """The rows of these facts by digest; facts that no row holds yet are written."""
    ids = {each.sha256: each.version for each in digested if each.version is not None}
    asked = [each for each in digested if each.version is None]
    found = stored_ids(each.sha256 for each in asked)
    missing = [each for each in asked if each.sha256 not in found]
    if missing:
        write(missing)
        found |= stored_ids(each.sha256 for each in missing)
    if found:
        transaction.on_commit(partial(digests.remember, found))
    return ids | found


def stored_ids(hashes: Iterable[str]) -> dict[str, int]:
    rows = FactsVersion.objects.filter(sha256__in=list(hashes))
    return dict(rows.values_list("sha256", "pk"))


def write(missing: Iterable[Digested]) -> None:
    # In one order, so that two who write the same facts wait for each other in turn and never in a circle.
    rows = [
        FactsVersion(key=key_of(each.facts), sha256=each.sha256, facts=each.text or text_of(each.facts))
        for each in sorted(missing, key=lambda each: each.sha256)
    ]
    FactsVersion.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


def key_of(facts: SiteFacts | Vocabulary) -> str:
    return facts.key if isinstance(facts, SiteFacts) else OF_VOCABULARY


def facts_of(run: MatchRun, keys: Collection[str] | None = None) -> tuple[list[SiteFacts], Vocabulary]:
    """The facts that a run was made on (of the sites with these keys only); raises CannotReproduce.

    As its organisation knew them: with its own facts, and without the sites that it had blocked.
    """
    sites, vocabulary = shared_facts_of(run, keys)
    return laid_over(sites, own_of_run(run), vocabulary, run.as_of), vocabulary


def shared_facts_of(run: MatchRun, keys: Collection[str] | None = None) -> tuple[list[SiteFacts], Vocabulary]:
    if run.facts is None:
        raise CannotReproduce("This run was made before facts were kept.")
    rows = FactsVersion.objects.of(run.facts)
    if keys is not None:
        rows = rows.about(keys)
    texts = rows.order_by("key").values_list("facts", flat=True)
    return [facts_from_json(text) for text in texts], vocabulary_from_json(run.facts.vocabulary.facts)


def own_to_plain(own: OwnFacts) -> dict[str, Json]:
    plain: dict[str, Json] = to_plain(OwnFacts)(own) if own else {}
    return plain


def own_of_run(run: MatchRun) -> OwnFacts:
    own: OwnFacts = from_plain(OwnFacts)(run.own_facts)
    return own


def reproduce(run: MatchRun) -> dict[str, Json]:
    """The run's result made again from what it keeps, as of its day; raises CannotReproduce."""
    if run.engine_version != ENGINE_VERSION:
        raise CannotReproduce(
            f"This run was made by engine version {run.engine_version}; this is version {ENGINE_VERSION},"
            " which may judge and score otherwise."
        )
    asked, (sites, vocabulary) = asked_from_json(run.asked), shared_facts_of(run)
    own = own_of_run(run)
    return to_json(match_with_own(asked, sites, vocabulary, own, today=run.as_of, shown=SHOWN))
