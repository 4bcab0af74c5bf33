"""How a decision table and its scores look, for the description of the API."""

from collections.abc import Mapping
from typing import Any

type Schema = dict[str, Any]

NUMBER: Schema = {"type": "number"}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
OR_NULL: Schema = {"type": ["number", "null"]}


def many(items: Schema, text: str = "") -> Schema:
    return {"type": "array", "items": items} | ({"description": text} if text else {})


def exactly_two(text: str) -> Schema:
    return {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2, "description": text}


def closed(properties: Mapping[str, Schema], required: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": required,
        "additionalProperties": False,
    }


CRITERION = closed(
    {
        "name": NAME,
        "objective": {"enum": ["max", "min"], "default": "max", "description": "Turns a range round."},
        "range": exactly_two("Low and high end: worst and best, or best and worst for min; clipped beyond."),
        "cutoffs": many(NUMBER, "Rising; straight lines between, the end values beyond. With `values`."),
        "values": many(NUMBER, "0 to 1, one for each cut-off, taken as they are."),
        "target": NUMBER | {"description": "With `range`: 1 − |x − target| ÷ (hi − lo), clipped."},
    },
    ["name"],
)
CELL: Schema = {
    "description": "A number; null: unknown; or a distribution in the units of the criterion.",
    "oneOf": [
        OR_NULL,
        closed({"beta": exactly_two("a and b")}, ["beta"]),
        closed({"normal": exactly_two("Mean and standard deviation")}, ["normal"]),
        closed({"uniform": exactly_two("Low and high end")}, ["uniform"]),
    ],
}
SWINGS: Schema = {"oneOf": [many(NUMBER), {"type": "object", "additionalProperties": NUMBER}]}
WEIGHTS: Schema = {
    "description": "null: equal for the scores, all weights for the robustness.",
    "oneOf": [
        many(NUMBER, "Points, one for each criterion; only their proportions count."),
        closed({"order": many(NAME, "All criteria, most important first")}, ["order"]),
        closed({"swings": SWINGS}, ["swings"]),
        {"type": "null"},
    ],
}
REQUEST = closed(
    {
        "alternatives": many(NAME),
        "criteria": many(CRITERION),
        "matrix": many(many(CELL), "One row for each alternative, one cell for each criterion."),
        "weights": WEIGHTS,
        "spread": NUMBER | {"description": "0 to 1: examine each stated weight within ± this share."},
        "samples": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        "seed": {"type": "integer", "minimum": 0, "default": 1},
    },
    ["alternatives", "criteria", "matrix"],
)
RESULTS: Mapping[str, Schema] = {
    "alternatives": many(NAME),
    "criteria": many(NAME),
    "scores": many(NUMBER, "0 to 100; unknown cells count their low end."),
    "score_interval": many(exactly_two("Lowest and highest possible score")),
    "contributions": many(many(NUMBER), "Points of each criterion; they add up to the score."),
    "shown": closed(
        {"scores": many(NUMBER), "contributions": many(many(NUMBER))}, ["scores", "contributions"]
    )
    | {"description": "With one decimal, adding up as shown."},
    "ranks": many({"type": "integer"}, "1 is best; equals share the better rank."),
    "weights": many(NUMBER, "Shares of 1."),
    "rank_acceptability": many(many(NUMBER), "Share of weights and cells that give each rank."),
    "central_weights": many({"type": ["array", "null"], "items": NUMBER}, "null: never first."),
    "confidence_factor": many(OR_NULL, "How often first under its own central weights."),
    "pairwise_winning": many(many(NUMBER), "How often the row beats the column."),
    "exact": {"type": "boolean", "description": "In closed form: nothing was drawn."},
    "samples": {"type": "integer"},
    "seed": {"type": "integer"},
    "break_even": many(OR_NULL, "The weight at which somebody draws level with the leader."),
    "overtaken_by": many({"type": ["string", "null"]}, "Who draws level there."),
}
RESPONSE = closed(RESULTS, list(RESULTS))
EXAMPLE: Schema = {
    "alternatives": ["Fernbrook", "Halden"],
    "criteria": [
        {"name": "lead time, months", "objective": "min", "range": [6, 14]},
        {"name": "clean inspections", "cutoffs": [0, 1, 3], "values": [0, 0.6, 1]},
        {"name": "batch size, kg", "target": 40, "range": [20, 100]},
    ],
    "matrix": [[8, 3, 60], [{"uniform": [7, 11]}, None, 40]],
    "weights": {"order": ["lead time, months", "clean inspections", "batch size, kg"]},
    "samples": 10_000,
    "seed": 1,
}
