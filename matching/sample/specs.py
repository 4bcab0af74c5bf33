"""How a sample brief is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Asks:
    """One requirement. `number` is measure, relation, text and unit; empty kinds of values are not asked."""

    label: str
    kind: str = "term"
    term: str = ""
    step: str = ""
    strength: str = "must"
    scope: str = "site"
    number: tuple[str, str, str, str] | None = None
    least_basis: str = "claimed"
    alternative: str = ""
    places: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    at_most_months: int | None = None
    quantity: tuple[int, str] | None = None

    def wished(self) -> "Asks":
        return replace(self, strength="prefer")


def term(label: str, code: str, step: str = "", **more: object) -> Asks:
    """A term on offer somewhere at the site."""
    return replace(Asks(label, term=code, step=step), **more)  # type: ignore[arg-type]  # replace checks names


def line(
    label: str, code: str, step: str, number: tuple[str, str, str, str] | None = None, **more: object
) -> Asks:
    """A term on offer by the one line that does the step."""
    asked = Asks(label, term=code, step=step, scope="line", number=number)
    return replace(asked, **more)  # type: ignore[arg-type]  # replace checks names


def without(label: str, hazard: str, scope: str, step: str = "") -> Asks:
    return Asks(label, kind="hazard", term=hazard, strength="must_not", scope=scope, step=step)


def place(label: str, *places: str) -> Asks:
    return Asks(label, kind="place", places=places)


def inspected(label: str, *authorities: str, months: int | None = None) -> Asks:
    return Asks(label, kind="inspection", authorities=authorities, at_most_months=months)


def capacity(label: str, step: str, quantity: int, unit: str = "batches") -> Asks:
    return Asks(label, kind="capacity", scope="line", step=step, quantity=(quantity, unit))


@dataclass(frozen=True, slots=True)
class BriefSpec:
    """A brief. Quarters are counted from the day of loading: 3 is the third calendar quarter after it."""

    title: str
    sponsor: str
    text: str
    steps: tuple[str, ...]
    asks: tuple[Asks, ...]
    stage: str
    modality: str
    dosage_form: str = ""
    preset: str = "early"
    start_quarter: int | None = None
    end_quarter: int | None = None
    weeks: Mapping[str, int] = field(default_factory=dict)
