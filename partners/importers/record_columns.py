"""A sponsor's own list of CDMOs: which of its columns is which field, and what its status words mean."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from partners.folding import folded

# What people write above such columns, the likeliest first; compared as `heading_key` folds them.
HEADINGS: Final[Mapping[str, str]] = {
    "name": "name|CDMO|company|company name|supplier|supplier name|vendor|vendor name|partner|site name"
    "|manufacturer|organisation|firm|legal entity",
    "city": "city|town|location|site city|place",
    "country": "country|country code|site country|country/region",
    "duns": "DUNS|DUNS number|DUNS no|D-U-N-S|D-U-N-S number",
    "fei": "FEI|FEI number|FEI no|FDA establishment identifier|FDA FEI",
    "status": "status|approval status|qualification status|supplier status|vendor status|approval"
    "|qualification|ASL status|AVL status",
    "condition": "condition|conditions|condition for approval|restriction|limitation|scope|approved for"
    "|scope of approval",
    "vendor_number": "vendor number|vendor no|vendor id|vendor code|supplier number|supplier no|supplier id"
    "|SAP number|SAP vendor|creditor number|ERP number",
    "last_audit_on": "last audit|last audit date|date of last audit|audit date|audited on|last audited"
    "|last audit on",
    "next_audit_due_on": "next audit|next audit due|next audit date|audit due|re-audit due"
    "|requalification due|due date|next audit due on",
    "owner": "relationship owner|owner|responsible|account owner|relationship manager|internal contact",
    "notes": "notes|comments|remarks",
    "cda_from": "CDA from|CDA start|CDA date|CDA signed|CDA effective|NDA from|NDA date",
    "cda_until": "CDA until|CDA expiry|CDA end|CDA expires|CDA valid until|CDA expiry date|CDA expiration"
    "|NDA until|NDA expiry",
    "msa_from": "MSA from|MSA start|MSA date|MSA signed|MSA effective",
    "msa_until": "MSA until|MSA expiry|MSA end|MSA expires|MSA valid until|MSA expiry date|MSA expiration",
    "quality_from": "quality agreement from|quality agreement start|quality agreement date|QA from|QTA from"
    "|QTA date",
    "quality_until": "quality agreement until|quality agreement expiry|quality agreement end|QA until"
    "|QTA until|QAA expiry|QTA expiry|quality agreement valid until",
}
AGREEMENTS: Final = {
    "cda": ("cda_from", "cda_until"),
    "msa": ("msa_from", "msa_until"),
    "quality": ("quality_from", "quality_until"),
}
STATUS_WORDS: Final[Mapping[str, str]] = {
    "approved": "approved|qualified|active|ok|preferred|yes|green|released",
    "conditional": "conditional|conditionally approved|approved conditionally|approved with conditions"
    "|restricted|limited|provisional|amber|yellow|partially approved|on probation",
    "blocked": "blocked|disqualified|rejected|not approved|no|red|do not use|suspended|unapproved"
    "|disapproved|terminated|banned",
    "none": "none|new|pending|tbd|not assessed|not audited|unknown|not stated|none stated|candidate"
    "|in evaluation|under evaluation|prospective",
}
MOST_STATUS_WORDS: Final = 30
LONGEST_KEY: Final = 120


def heading_key(heading: str) -> str:
    """Words are compared without case, brackets and plurals: "Next audits (due)" is "next audit due"."""
    return folded(re.sub(r"[^\w\s/-]", " ", heading))[:LONGEST_KEY]


@cache
def _headings() -> Mapping[str, Sequence[str]]:
    return {field: [heading_key(word) for word in words.split("|")] for field, words in HEADINGS.items()}


@cache
def _status_words() -> Mapping[str, str]:
    return {heading_key(word): status for status, words in STATUS_WORDS.items() for word in words.split("|")}


def guessed(headings: Sequence[str], remembered: Mapping[str, str]) -> dict[str, int]:
    """Fields with the column that they probably are: as the last time, then by usual words.

    A column is one field at most.
    """
    keys = [heading_key(heading) for heading in headings]
    found: dict[str, int] = {}
    for names in ({field: [key] for field, key in remembered.items()}, _headings()):
        for field, words in names.items():
            at = next((keys.index(word) for word in words if word in keys), None)
            if field in HEADINGS and field not in found and at is not None and at not in found.values():
                found[field] = at
    return found


def meant(word: str, remembered: Mapping[str, str]) -> str:
    """The status that a word of the list probably means, or nothing."""
    key = heading_key(word)
    return (remembered.get(key) or _status_words().get(key, "")) if key else ""
