"""Whether two results say the same to a sponsor: lists, scores as shown, verdicts, sets that cover."""

from matching.scoring.attribution import Stored
from matching.scoring.comparison import LISTS
from matching.scoring.plain_records import canonical


def says_the_same(before: Stored, after: Stored) -> bool:
    """Ages, days of evidence and counts of what stands in no list do not count: they change by themselves."""
    return canonical(signature(before)) == canonical(signature(after))


def signature(result: Stored) -> object:
    return {
        "engine_version": result["engine_version"],
        "weights": result["weights"],
        "lists": {name: [of_site(each) for each in result[name]] for name in LISTS},
        "further": {name: [each["key"] for each in result["further"][name]] for name in LISTS},
        "registered_only": [each["key"] for each in result["registered_only"]],
        "registered_only_count": result["registered_only_count"],
        "covers": [of_cover(each) for each in (result["coverage"] or {"covers": []})["covers"]],
    }


def of_site(site: Stored) -> object:
    return {
        "key": site["key"],
        "names": [site["partner_name"], site["name"]],
        "score": [site["score"]["shown"], site["score"]["shown_high"]],
        "points": [
            [each["criterion"], each["shown"], each["shown_high"]] for each in site["score"]["contributions"]
        ],
        "verdicts": [[each["key"], each["status"], each["line"]] for each in site["requirements"]],
        "changes": site["changes"],
        "other_sites": [[each["key"], each["standing"]] for each in site["other_sites"]],
    }


def of_cover(cover: Stored) -> object:
    return [[each["part"], each["site"]["key"], each["site"]["standing"]] for each in cover["assignments"]]
