"""A match result as plain dicts, lists, strings and numbers: the frozen shape that pages and the API read.

    {"engine_version", "as_of": "YYYY-MM-DD", "brief", "weights": {head: share of 1},
     "sites_seen", "eligible": [SITE], "open_questions": [SITE], "near_misses": [SITE],
     "counts": {"eligible": n, …}, "further": {"eligible": [{"key", "name", "partner", "low", "high"}], …},
     "registered_only": [SITE], "registered_only_count", "rest": [{"key", "label", "count"}], "rest_count",
     "coverage": null | {"is_complete", "parts": [{"key", "label", "candidates": [CANDIDATE], "count"}],
                         "covers": [{"partners", "hand_overs", "score", "has_open_questions",
                                     "assignments": [{"part", "label", "site": CANDIDATE}]}]}}

    SITE = {"key", "name", "partner", "partner_name", "country", "region", "standing", "summary",
            "score": null | {"low", "high", "shown", "shown_high", "contributions": [CONTRIBUTION]},
            "requirements": [VERDICT], "lines": {step key or "": line name}, "questions": [str],
            "changes": [str], "strengths": [str], "gaps": [str],
            "other_sites": [{"key", "name", "standing", "score"}]}
    CONTRIBUTION = {"criterion", "head", "label", "weight", "value_low", "value_high", "points_low",
                    "points_high", "shown", "shown_high", "detail", "evidence": [EVIDENCE]}
    VERDICT = {"key", "label", "strength", "scope", "step", "status": "met" | "unmet" | "unknown", "reason",
               "question", "change": null | {"kind", "text"}, "line", "evidence": [EVIDENCE]}
    EVIDENCE = {"what", "basis", "source", "origin": "company" | "regulator" | "own", "as_of": null | date,
                "age"}
    CANDIDATE = {"key", "name", "partner", "partner_name", "standing", "score", "questions", "changes"}

The lists hold the candidates that are explained, `counts` how many there are, `further` the next by score.
Weights are shares of 1, points are of 100. `shown` points have one decimal and add up to the shown score.
Keys and lists always stand in the same order, so the same result gives the same text.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from matching.scoring.explanation import explain
from matching.scoring.results import Cover, Coverage, Further, Judged, MatchResult, PartCandidate, SiteMatch
from matching.scoring.score import Contribution, Score
from matching.scoring.verdicts import Evidence

type Json = str | int | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None


def to_json(result: MatchResult) -> dict[str, Json]:
    return {
        "engine_version": result.engine_version,
        "as_of": result.as_of.isoformat(),
        "brief": result.brief,
        "weights": dict(result.weights),
        "sites_seen": result.sites_seen,
        "eligible": [site(each) for each in result.eligible],
        "open_questions": [site(each) for each in result.open_questions],
        "near_misses": [site(each) for each in result.near_misses],
        "counts": dict(result.counts),
        "further": {key: [further(each) for each in found] for key, found in result.further.items()},
        "registered_only": [site(each) for each in result.registered_only],
        "registered_only_count": result.registered_only_count,
        "rest": [{"key": each.key, "label": each.label, "count": each.count} for each in result.rest],
        "rest_count": result.rest_count,
        "coverage": coverage(result.coverage) if result.coverage is not None else None,
    }


def to_text(result: MatchResult) -> str:
    """One line of JSON, the same to the last digit for the same result; NaN and infinity are refused."""
    return json.dumps(to_json(result), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def site(match: SiteMatch) -> dict[str, Json]:
    explained = explain(match)
    return {
        "key": match.key,
        "name": match.name,
        "partner": match.partner,
        "partner_name": match.partner_name,
        "country": match.country,
        "region": match.region,
        "standing": match.standing.value,
        "summary": explained.summary,
        "score": score(match.score) if match.score is not None else None,
        "requirements": [requirement(each) for each in match.judged],
        "lines": dict(match.lines),
        "questions": list(match.questions),
        "changes": list(match.changes),
        "strengths": list(explained.strengths),
        "gaps": list(explained.gaps),
        "other_sites": [
            {"key": each.key, "name": each.name, "standing": each.standing.value, "score": each.score}
            for each in match.other_sites
        ],
    }


def further(each: Further) -> dict[str, Json]:
    return {
        "key": each.key,
        "name": each.name,
        "partner": each.partner,
        "low": each.low,
        "high": each.high,
    }


def score(found: Score) -> dict[str, Json]:
    return {
        "low": found.low,
        "high": found.high,
        "shown": found.shown,
        "shown_high": found.shown_high,
        "contributions": [contribution(each) for each in found.contributions],
    }


def contribution(each: Contribution) -> dict[str, Json]:
    return {
        "criterion": each.criterion,
        "head": each.head,
        "label": each.label,
        "weight": each.weight,
        "value_low": each.value_low,
        "value_high": each.value_high,
        "points_low": each.points_low,
        "points_high": each.points_high,
        "shown": each.shown,
        "shown_high": each.shown_high,
        "detail": each.detail,
        "evidence": [evidence(item) for item in each.evidence],
    }


def requirement(each: Judged) -> dict[str, Json]:
    asked, verdict = each.requirement, each.verdict
    change = verdict.change
    return {
        "key": asked.key,
        "label": asked.label,
        "strength": asked.strength.value,
        "scope": asked.scope.value,
        "step": asked.step,
        "status": verdict.status.value,
        "reason": verdict.reason,
        "question": verdict.question,
        "change": {"kind": change.kind, "text": change.text} if change is not None else None,
        "line": verdict.line,
        "evidence": [evidence(item) for item in verdict.evidence],
    }


def evidence(item: Evidence) -> dict[str, Json]:
    return {
        "what": item.what,
        "basis": item.basis,
        "source": item.source,
        "origin": item.origin,
        "as_of": day(item.as_of),
        "age": item.age,
    }


def day(value: dt.date | None) -> str | None:
    return value.isoformat() if value is not None else None


def coverage(found: Coverage) -> dict[str, Json]:
    return {
        "is_complete": found.is_complete,
        "parts": [
            {
                "key": each.part.key,
                "label": each.part.label,
                "candidates": [candidate(one) for one in each.candidates],
                "count": each.count,
            }
            for each in found.parts
        ],
        "covers": [cover(each) for each in found.covers],
    }


def cover(found: Cover) -> dict[str, Json]:
    return {
        "partners": found.partners,
        "hand_overs": found.hand_overs,
        "score": found.score,
        "has_open_questions": found.has_open_questions,
        "assignments": [
            {"part": each.part.key, "label": each.part.label, "site": candidate(each.candidate)}
            for each in found.assignments
        ],
    }


def candidate(found: PartCandidate) -> dict[str, Json]:
    return {
        "key": found.key,
        "name": found.name,
        "partner": found.partner,
        "partner_name": found.partner_name,
        "standing": found.standing.value,
        "score": found.score,
        "questions": list(found.questions),
        "changes": list(found.changes),
    }
