"""The funnel of a flow: how many people came to each screen, went on, or were lost there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from app.engine import graph
from app.engine.flow import Flow, Flows
from app.engine.render import fill
from app.pictures.ink import said
from app.pictures.plan import Lead, rows_of

Counted = Mapping[str, Mapping[str, int]]  # flow.screen -> metric -> n
FIRST: Final = "home"
COLUMNS: Final = ("shown", "answered", "not understood", "broke off", "ended", "seconds")


@dataclass(frozen=True, slots=True)
class Stage:
    """A screen in figures: times shown, inputs, inputs not understood, calls that broke off there, ends.

    `looked_ms` is the time people looked at it before they typed, all together. A screen that the flows have no more
    has no text.
    """

    screen: str
    text: str
    shown: int = 0
    hops: int = 0
    retries: int = 0
    dropped: int = 0
    ended: int = 0
    looked_ms: int = 0

    @property
    def answered(self) -> int:
        """How many inputs were understood."""
        return max(self.hops - self.retries, 0)

    @property
    def puzzled(self) -> float:
        """The share of inputs that were not understood, 0 to 1."""
        return self.retries / self.hops if self.hops else 0.0

    @property
    def lost(self) -> float:
        """The share of times it was shown that the call broke off there, 0 to 1."""
        return self.dropped / self.shown if self.shown else 0.0

    @property
    def seconds(self) -> float:
        """How long people looked at it before they typed, on average."""
        return self.looked_ms / self.hops / 1000 if self.hops else 0.0


METRICS: Final = frozenset(one.name for one in fields(Stage)) - {"screen", "text"}


def figures(stage: Stage) -> Mapping[str, str]:
    """The figures of a screen as people read them, by their columns."""
    puzzled, lost = _share(stage.retries, stage.puzzled), _share(stage.dropped, stage.lost)
    seconds = f"{stage.seconds:.1f}" if stage.hops else ""
    row = (f"{stage.shown}", f"{stage.answered}", puzzled, lost, f"{stage.ended}", seconds)
    return dict(zip(COLUMNS, row, strict=True))


def _share(count: int, share: float) -> str:
    return f"{count} ({share:.0%})" if count else "0"


def stages(flows: Flows, counted: Counted) -> Mapping[str, Sequence[Stage]]:
    """The screens of every flow that were ever shown, flows and screens in the order in which a resident meets them."""
    found: dict[str, list[Stage]] = {}
    for at in (*_met(flows), *sorted(counted)):
        flow, _, name = at.partition(".")
        row = found.setdefault(flow, [])
        if name and at not in {stage.screen for stage in row}:
            row.append(_stage(flows, at, counted.get(at, {})))
    seen = {flow: [stage for stage in row if stage.shown or stage.hops] for flow, row in found.items()}
    return {flow: row for flow, row in seen.items() if row}


def _met(flows: Flows) -> Iterator[str]:
    """Every screen that shows something, as `flow.screen`."""
    for name in _flows_in_order(flows):
        yield from (f"{name}.{screen}" for screen in in_order(flows[name]))


def _flows_in_order(flows: Flows) -> list[str]:
    """The flows from the first menu on, then those that nothing leads to."""
    found: list[str] = []
    ahead = [FIRST, *flows]
    while ahead:
        name = ahead.pop(0)
        if name in flows and name not in found:
            found.append(name)
            if name == FIRST:
                ahead[:0] = [target[:-1] for target in _targets(flows[name]) if target.endswith("/")]
    return found


def _targets(flow: Flow) -> Iterator[str]:
    for name in in_order(flow):
        yield from (target for _, target in graph.targets(flow.screens[name]))


def in_order(flow: Flow) -> list[str]:
    """The screens of a flow that show something, each behind all that may come before it."""
    leads = [
        Lead(name, target if target in flow.screens else "")
        for name, screen in flow.screens.items()
        for _, target in graph.targets(screen)
    ]
    rows, _ = rows_of(flow.start, leads)
    return [name for name in sorted(rows, key=rows.__getitem__) if flow.screens[name].text is not None]


def _stage(flows: Flows, at: str, counted: Mapping[str, int]) -> Stage:
    flow, _, name = at.partition(".")
    screen = flows[flow].screens.get(name) if flow in flows else None
    known = {metric: n for metric, n in counted.items() if metric in METRICS}
    text = fill((screen.text if screen else None) or "", lambda name: f"({said(name)})")
    return Stage(at, text, **known)
