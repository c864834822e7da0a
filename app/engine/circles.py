"""Screens that could be passed for ever without one being shown, found by the conditions under which each is passed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from app.engine import graph
from app.engine.flow import ANY, RESUME, RETURN, Flows, Screen, place

UNKNOWN: Final = ""
When = Mapping[str, str]  # answer -> its value, `*` any that is known, empty for not known


@dataclass(frozen=True, slots=True)
class Pass:
    """A way past a screen that is not shown, and when it is taken."""

    to: str
    when: When


def circles(flows: Flows) -> Iterator[tuple[str, ...]]:
    """Every circle of passed screens, as `flow.screen`, each once and from its first name on."""
    passes = {at: tuple(_passes(flows, at, screen)) for at, screen in graph.screens(flows)}
    for at in passes:
        yield from _around(passes, (at,), {})


def _around(passes: Mapping[str, tuple[Pass, ...]], path: tuple[str, ...], when: When) -> Iterator[tuple[str, ...]]:
    """The circles that go on from a path and come back to its start; none is begun at two of its screens."""
    for way in passes.get(path[-1], ()):
        both = _both(when, way.when)
        if both is None or way.to < path[0]:
            continue
        if way.to == path[0]:
            yield path
        elif way.to not in path:
            yield from _around(passes, (*path, way.to), both)


def _both(one: When, other: When) -> When | None:
    """Two conditions at once, None if they cannot both hold."""
    together = dict(one)
    for name, value in other.items():
        known = together.get(name, value)
        if known != value and (UNKNOWN in (known, value) or ANY not in (known, value)):
            return None
        together[name] = known if value == ANY else value
    return together


def _passes(flows: Flows, at: str, screen: Screen) -> Iterator[Pass]:
    """The ways past a screen: it lacks what it needs, is answered, silent or a call, or its list leaves no choice."""
    flow = at.partition(".")[0]
    shown: When = {}
    if screen.needs:
        shown = {screen.needs: ANY}
        yield Pass(place(flows, screen.otherwise or "", flow), {screen.needs: UNKNOWN})
    only = bool(screen.source) and not (screen.choices or screen.ask or screen.do)
    if screen.empty:
        yield Pass(place(flows, screen.empty, flow), shown)
    if screen.call:
        yield Pass(place(flows, screen.call), shown)
    for answer, target in (screen.next or {}).items():
        if screen.once or only:
            yield from _followed(flows, flow, target, {**shown, screen.answer: answer})
        elif screen.text is None and not screen.call:
            yield from _followed(flows, flow, target, shown if answer == ANY else {**shown, screen.answer: answer})


def _followed(flows: Flows, flow: str, target: str, when: When) -> Iterator[Pass]:
    """A target as passes; a `return` goes on wherever a screen called this flow, `resume` at a shown screen."""
    if target == RESUME:
        return
    if target != RETURN:
        yield Pass(place(flows, target, flow), when)
        return
    for at, caller in graph.screens(flows):
        if caller.call == f"{flow}/":
            onward = (way for way in (caller.next or {}).values() if way != RETURN)
            yield from (Pass(place(flows, way, at.partition(".")[0]), when) for way in onward)
