"""A match result in lines of text, for a terminal: the same lists, sentences and numbers as on the page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Found = Mapping[str, Any]
LISTS = {
    "eligible": "Eligible",
    "open_questions": "Open questions",
    "near_misses": "Near misses",
}


def lines_of(result: Found) -> Iterator[str]:
    weights = ", ".join(f"{head} {100 * share:.1f}" for head, share in result["weights"].items())
    yield f"As of {result['as_of']}: {result['sites_seen']:,} sites looked at. Weights: {weights}."
    for key, title in LISTS.items():
        yield from ("", f"{title} ({len(result[key])})")
        for rank, each in enumerate(result[key], 1):
            yield from candidate_lines(rank, each)
    yield from register_lines(result["registered_only"], result["registered_only_count"])
    yield from coverage_lines(result["coverage"])
    yield from rest_lines(result["rest"], result["rest_count"])


def candidate_lines(rank: int, each: Found) -> Iterator[str]:
    """Name, place and score; under it whatever stands between the site and being eligible."""
    yield f"{rank:4}. {site_name(each)}, {each['country'] or 'country not stated'}{score_text(each['score'])}"
    if each["standing"] == "eligible":
        return
    for gate in each["requirements"]:
        if gate["strength"] != "prefer" and gate["status"] == "unmet":
            yield f"      fails “{gate['label']}”: {gate['reason']}"
            if gate["change"]:
                yield f"      would pass with: {gate['change']['text']}"
    yield from (f"      ask: {question}" for question in each["questions"])


def score_text(score: Found | None) -> str:
    if score is None:
        return ""
    low, high = score["shown"], score["shown_high"]
    return f": {low:.1f} points" if low == high else f": {low:.1f} to {high:.1f} points"


def site_name(each: Found) -> str:
    """The partner's name, unless the site's own begins with it."""
    name, partner = str(each["name"]), str(each["partner_name"])
    return name if name.startswith(partner) else f"{partner}, {name}"


def register_lines(sites: Sequence[Found], count: int) -> Iterator[str]:
    if count:
        yield from ("", f"Registered, not enough known ({count:,})")
        yield from (f"      {site_name(each)}, {each['country']}" for each in sites)


def coverage_lines(coverage: Found | None) -> Iterator[str]:
    if coverage is None:
        return
    yield from (
        "",
        "Covered together" + ("" if coverage["is_complete"] else " (best found within the time limit)"),
    )
    if not coverage["covers"]:
        yield "      No set of partners that covers every part of the brief was found."
    for rank, cover in enumerate(coverage["covers"], 1):
        contracts, changes = counted(cover["partners"], "partner"), counted(cover["hand_overs"], "hand-over")
        questions = ", with open questions" if cover["has_open_questions"] else ""
        yield f"{rank:4}. {contracts}, {changes}, {cover['score']:.1f} points{questions}"
        yield from (f"      {each['label']}: {site_name(each['site'])}" for each in cover["assignments"])


def counted(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def rest_lines(reasons: Sequence[Found], count: int) -> Iterator[str]:
    if count:
        yield from ("", f"The rest, by reason ({count:,})")
        yield from (f"{each['count']:>9,}  {each['label']}" for each in reasons)
