"""Bars and maps as data for the page: how long, how high, which colour. The page's templates draw them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.civic import maps
from app.civic.city import Ward
from app.civic.maps import WardMap
from app.storage.summary import Figures

FULL = 100.0
MOST_COLUMNS = 92


@dataclass(frozen=True)
class Column:
    """Some days of a column chart, mostly one: what they are called, the value, its height in hundredths."""

    label: str
    value: int
    height: float


@dataclass(frozen=True)
class Step:
    """One colour of a map: `0` for nothing at all, then 1 for the lowest values."""

    step: int
    label: str


@dataclass(frozen=True)
class Measure:
    """Something that wards can be compared by."""

    key: str
    label: str
    of: Callable[[Ward, Figures], float]


def rate(ward: Ward, figures: Figures) -> float:
    """Reports per 10,000 people; 0 where nobody counted the people."""
    return round(figures.reports * 10_000 / ward.population, 1) if ward.population else 0.0


MEASURES: Mapping[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure("reports", "Reports", lambda ward, figures: figures.reports),
        Measure("rate", "Reports per 10,000 people", rate),
        Measure("open", "Open at the end", lambda ward, figures: figures.open),
        Measure("overdue", "Overdue at the end", lambda ward, figures: figures.overdue),
        Measure("fixed", "The city says fixed", lambda ward, figures: figures.fixed),
    )
}


@dataclass(frozen=True)
class ColouredMap:
    """A map of wards with its legend: `steps` has the colour of every ward by key."""

    drawing: WardMap
    steps: Mapping[str, int]
    legend: Sequence[Step]


def coloured(drawing: WardMap, values: Mapping[str, float]) -> ColouredMap:
    """Wards coloured by value, about as many on each step."""
    scale = maps.scale(values.values())
    steps = {key: scale.step(value) for key, value in values.items()}
    legend = [Step(step, _range(values[key] for key, own in steps.items() if own == step)) for step in _used(steps)]
    return ColouredMap(drawing, steps, legend)


def lengths(values: Sequence[int]) -> list[float]:
    """How long the bar of each value is, in hundredths of the longest."""
    most = max(values, default=0)
    return [_share(value, most) for value in values]


def columns(values: Mapping[date, int], first: date, last: date, say: Callable[[date, date], str]) -> list[Column]:
    """A column for each day of a period; of a long one, for as many days together as fit."""
    days = (last - first).days + 1
    width = -(-days // MOST_COLUMNS)
    spans = [(start, min(start + width - 1, days - 1)) for start in range(0, days, width)]
    sums = [sum(values.get(first + timedelta(n), 0) for n in range(start, end + 1)) for start, end in spans]
    return [
        Column(say(first + timedelta(start), first + timedelta(end)), value, height)
        for (start, end), value, height in zip(spans, sums, lengths(sums), strict=True)
    ]


def _share(value: int, most: int) -> float:
    return round(max(0, value) * FULL / most, 1) if most > 0 else 0.0


def _used(steps: Mapping[str, int]) -> list[int]:
    return sorted(set(steps.values()))


def _range(values: Iterable[float]) -> str:
    known = sorted(values)
    low, high = f"{known[0]:,g}", f"{known[-1]:,g}"
    return low if low == high else f"{low} to {high}"
