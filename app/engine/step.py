"""The reducer: what was typed on a screen makes the next state, the effects and the reply, and nothing else."""

from dataclasses import dataclass, replace
from typing import Final

from app.engine import hear, show
from app.engine.flow import RESUME, RETURN, Flows, Screen, find, place
from app.engine.outside import Outside
from app.engine.state import Answers, Effect, Option, Reply, State, Turn

__all__ = ["Outside", "begin", "can_resume", "dropped", "step"]

SKIPS: Final = 100  # screens passed in one turn without showing any: more is a flow that runs in a circle


def begin(flows: Flows, start: str, answers: Answers, outside: Outside, left: State | None = None) -> Turn:
    """The first turn of a conversation at a flow (`home`) or a screen (`report.area`), with what is known before.

    `left`: an earlier conversation that broke off, which `next: resume` takes up again.
    """
    at = start if "." in start else place(flows, f"{start.removesuffix('/')}/")
    return _Way(flows, outside).enter(State(at, dict(answers), left=left))


def step(flows: Flows, state: State, typed: str, outside: Outside) -> Turn:
    """One turn: what the resident typed on the screen where the state stands."""
    way, screen = _Way(flows, outside), find(flows, state.at)
    if screen is None:
        return way.lost(state)
    heard = hear.hear(screen, state, typed, lambda: len(show.faces(screen, state, outside)))
    if isinstance(heard, hear.Back):
        return way.enter(state.back())
    if isinstance(heard, hear.Page):
        state = replace(state, page=heard.page)
        return Turn(state, (), show.reply(screen, state, show.faces(screen, state, outside)))
    given = hear.given(screen, state, heard, outside)
    if given is None:
        shown = show.reply(screen, state, show.faces(screen, state, outside))
        return Turn(state, (), show.again(screen, state, outside, shown), heard=False)
    return way.enter(way.follow(screen, _caused(screen, state.answered(given))))


def dropped(flows: Flows, state: State) -> tuple[Effect, ...]:
    """What a session that broke off here still does: all that was gathered, and what the screen has for this case.

    A screen without `on_drop` inside a sub-flow does what the screen that called it has.
    """
    found = _on_drop(flows, state)
    return (*state.effects, Effect(found[1], dict(state.answers), found[0])) if found else state.effects


def can_resume(flows: Flows, state: State) -> bool:
    """Whether enough was said before the conversation broke off that it is worth going on with."""
    return _on_drop(flows, state) is not None


def _on_drop(flows: Flows, state: State) -> tuple[str, str] | None:
    """The screen that has something for a conversation that breaks off here, and the effect."""
    for at in (state.at, *reversed(state.calls)):
        screen = find(flows, at)
        if screen and screen.on_drop and not show.over(screen, state):
            return at, screen.on_drop
    return None


def _caused(screen: Screen, state: State) -> State:
    """The state with the effect of a finished screen gathered, and a copy of the answers as they are now.

    What is done at once cannot be taken back: no way leads back past it.
    """
    if screen.do is None:
        return state
    effect = Effect(screen.do.effect, dict(state.answers), state.at, screen.do.now)
    return replace(state, effects=(*state.effects, effect), trail=() if screen.do.now else state.trail)


@dataclass(frozen=True, slots=True)
class _Way:
    """The way from an answer to the next screen that is shown."""

    flows: Flows
    outside: Outside

    def enter(self, state: State) -> Turn:
        """The turn that ends at the first screen to be shown from here on."""
        for _ in range(SKIPS):
            screen = find(self.flows, state.at)
            if screen is None:
                break
            state = state.forgotten() if screen.forgets else state
            passed = self._passed(screen, state)
            if passed is None:
                state = show.filled(screen, state, self.outside)
                passed = self._picked(screen, state)
            if passed is None:
                return self._arrive(screen, state.arrived())
            state = passed
        return self.lost(state)

    def follow(self, screen: Screen, state: State) -> State:
        """The state at the screen that its answer leads to; a `return` follows the screen that called."""
        target = screen.way(state.answers.get(screen.answer, ""))
        if target == RESUME:
            return state.resumed() or replace(state, at="")
        if target is None:
            return replace(state, at="")
        if target != RETURN:
            return replace(state, at=place(self.flows, target, state.flow))
        caller = find(self.flows, state.calls[-1]) if state.calls else None
        if caller is None:
            return replace(state, at="")
        return self.follow(caller, replace(state, at=state.calls[-1], calls=state.calls[:-1]))

    def lost(self, state: State) -> Turn:
        """A polite end where a flow leads nowhere, faulty or changed under a running session: what was said is kept."""
        sorry = show.said("engine.lost", state, self.outside)
        return Turn(State("", state.answers), state.effects, Reply(sorry, ends=True))

    def _passed(self, screen: Screen, state: State) -> State | None:
        """The state behind a screen that is not shown, None for one that is."""
        if screen.needs and not state.answers.get(screen.needs):
            return replace(state, at=place(self.flows, screen.otherwise or "", state.flow))
        if screen.once and state.answers.get(screen.answer):
            return self.follow(screen, state)
        if screen.call:
            calls = state.calls[: state.calls.index(state.at)] if state.at in state.calls else state.calls
            return replace(state, at=place(self.flows, screen.call), calls=(*calls, state.at))
        return self.follow(screen, _caused(screen, state)) if screen.text is None else None

    def _picked(self, screen: Screen, state: State) -> State | None:
        """The state behind a list that leaves no choice; where a choice does something, the resident makes it."""
        if screen.source is None or screen.choices or len(state.shown) > 1:
            return None
        if not state.shown:
            return replace(state, at=place(self.flows, screen.empty, state.flow)) if screen.empty else None
        if screen.ask or screen.do:
            return None
        only: Option = state.shown[0]
        return self.follow(screen, replace(state, answers={**state.answers, screen.answer: only.key}))

    def _arrive(self, screen: Screen, state: State) -> Turn:
        """The turn at a screen that is shown: what cannot wait is done now, at an ending all that was gathered."""
        if show.over(screen, state):
            return self._close(screen, state)
        now = tuple(effect for effect in state.effects if effect.now)
        state = replace(state, effects=tuple(effect for effect in state.effects if not effect.now))
        return Turn(state, now, show.reply(screen, state, show.faces(screen, state, self.outside)))

    def _close(self, screen: Screen, state: State) -> Turn:
        """The turn at an ending; where it runs over pages, all is done before the first of them is read."""
        state = replace(_caused(screen, state) if screen.ends else state, trail=(), calls=())
        reply = show.reply(screen, state, show.faces(screen, state, self.outside))
        return Turn(replace(state, effects=()), state.effects, reply)
