"""The funnel of a flow: how many people came to each screen, went on, or were lost there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.engine import graph
from app.engine.flow import Flow, Flows

Figures = Mapping[str, Mapping[str, int]]  # flow.screen -> metric -> n


@dataclass(frozen=True, slots=True)
class Stage:
    """A screen in figures: times shown, inputs, inputs not understood, calls that broke off there, ends.

    `looked_ms` is the time people looked at it before they answered, all together.
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
    def lost(self) -> float:
        """The share of those who saw it whose call broke off there, 0 to 1."""
        return self.dropped / self.shown if self.shown else 0.0

    @property
    def seconds(self) -> float:
        """How long people looked at it before they answered, on average."""
        return self.looked_ms / self.hops / 1000 if self.hops else 0.0


def stages(flows: Flows, figures: Figures) -> Mapping[str, Sequence[Stage]]:
    """The screens of every flow that were ever shown, in the order in which a resident meets them."""
    found = {name: [_stage(flow, screen, figures) for screen in in_order(flow)] for name, flow in flows.items()}
    return {name: [stage for stage in row if stage.shown or stage.hops] for name, row in found.items()}


def in_order(flow: Flow) -> list[str]:
    """The screens of a flow that show something, nearest to the start first."""
    found, ahead = [], [flow.start]
    while ahead:
        name = ahead.pop(0)
        if name in flow.screens and name not in found:
            found.append(name)
            ahead += [target for _, target in graph.targets(flow.screens[name])]
    return [name for name in found if flow.screens[name].text is not None]


def _stage(flow: Flow, name: str, figures: Figures) -> Stage:
    screen = f"{flow.name}.{name}"
    known = {metric: n for metric, n in figures.get(screen, {}).items() if metric in METRICS}
    return Stage(screen, flow.screens[name].text or "", **known)


METRICS = ("shown", "hops", "retries", "dropped", "ended", "looked_ms")
