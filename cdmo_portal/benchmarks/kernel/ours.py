"""The portal's own kernel: gates, counts, values and the best rows."""

from dataclasses import dataclass

import numpy as np

from cdmo_portal.benchmarks.kernel.world import BEST, World
from matching.scoring.kernel import REST, Table, curve_of, judge, top
from matching.scoring.kernel.columns import Doubles, Rows
from matching.scoring.kernel.standings import Judged


@dataclass(frozen=True, slots=True)
class Found:
    judged: Judged
    table: Table
    rows: Rows
    scores: Doubles


def match(world: World) -> Found:
    """Values are computed for rows that appear in one of the lists."""
    judged = judge(world.gates, world.rows)
    # Row numbers take eight bytes each, so none are made where every row is listed.
    is_whole = np.count_nonzero(judged.standing) == world.rows
    table = Table.of_columns(
        [curve_of(scale) for scale in world.scales],
        world.columns,
        judged.standing,
        None if is_whole else np.flatnonzero(judged.standing != REST),
    )
    return Found(judged, table, *top(table, world.weights, BEST))
