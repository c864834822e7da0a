"""Whether a resident who comes to a screen has seen one before it, to which `0. Back` leads."""

from collections.abc import Iterator

from app.engine import graph
from app.engine.flow import Flows, Screen, find
from app.engine.state import Answers

Come = tuple[str, Screen, bool]  # from where, the screen there, whether the way is taken without showing it


def has_before(flows: Flows, at: str, answers: Answers, seen: frozenset[str] = frozenset()) -> bool:
    """Whether some way to `at` leads past a screen that is shown to whoever has answered this much."""
    screen = find(flows, at)
    if screen is None or at in seen or (screen.once and screen.name == flows[at.partition(".")[0]].start):
        return False
    for source, one, is_silent in _ways_to(flows, at):
        if is_silent or one.text is None or (one.once and answers.get(one.answer)):
            if has_before(flows, source, answers, seen | {at}):
                return True
        elif not (one.do and one.do.now):  # what is done at once cannot be taken back: no way leads back past it
            return True
    return False


def _ways_to(flows: Flows, at: str) -> Iterator[Come]:
    for source, screen, key, target in graph.ways(flows):
        if target == at:
            yield source, screen, not key.startswith("next")
