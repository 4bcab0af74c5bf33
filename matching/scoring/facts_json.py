"""Facts as canonical JSON text and back, exactly: what match runs are frozen with.

The text of equal facts is equal, so its SHA-256 is the address under which they are stored once.
"""

import hashlib
import json
from collections.abc import Iterable

from matching.scoring.facts import SiteFacts, Vocabulary
from matching.scoring.plain_records import canonical, from_plain, to_plain


def facts_to_json(facts: SiteFacts) -> str:
    return canonical(to_plain(SiteFacts)(facts))


def facts_from_json(text: str) -> SiteFacts:
    """Raises RecordUnknown for facts that this engine has no place for."""
    facts: SiteFacts = from_plain(SiteFacts)(json.loads(text))
    return facts


def vocabulary_to_json(vocabulary: Vocabulary) -> str:
    return canonical(to_plain(Vocabulary)(vocabulary))


def vocabulary_from_json(text: str) -> Vocabulary:
    vocabulary: Vocabulary = from_plain(Vocabulary)(json.loads(text))
    return vocabulary


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def digest_of_all(sites: Iterable[str], vocabulary: str) -> str:
    """SHA-256 that stands for these digests of sites, in whatever order, and that of the vocabulary."""
    return digest("\n".join([*sorted(sites), vocabulary]))
