"""The examination in sentences, where numbers come near to nothing."""

import pytest

from matching.scoring.examination import Examination, Examined, HeadChange, Needed
from matching.views.robustness_panel import robustness_panel


def examination(points: float, after: float) -> Examination:
    candidates = tuple(Examined(name, name, (0.5, 0.5), False, 0.0, ()) for name in ("First", "Second"))
    change = HeadChange("quality", 0.166, after, "Second")
    needed = Needed("Second", points, "fit.preferences", "Technical preferences met", "100 % met")
    return Examination("within", 0.5, 2_000, 1, 2, candidates, change, needed, None)


@pytest.mark.parametrize(
    ("points", "after", "changes"),
    [
        (0.0, 0.166, ["Second is level with the leader on what is proven."]),
        (
            9.64,
            -1e-17,
            [
                "Quality and regulatory record from 16.6 to 0 of 100, the others rescaled, would put Second "
                "level.",
                "Second needs 9.6 more points, for example by technical preferences met: 100 % met.",
            ],
        ),
    ],
)
def test_changes_when_near_nothing_are_said_plainly(points: float, after: float, changes: list[str]) -> None:
    assert robustness_panel(examination(points, after)).changes == changes
