"""A state as the phone shows it: the lines of its screen, in the language, on pages."""

from dataclasses import replace

from app.engine.flow import Screen
from app.engine.hear import numbered
from app.engine.outside import Outside
from app.engine.render import BACK, SAYS, Face, clean, fill, line, number, pages, size
from app.engine.state import Option, Reply, State


def filled(screen: Screen, state: State, outside: Outside) -> State:
    """The state with all that can be chosen: the shell's list, the fixed choices, a way out `0` last."""
    listed = outside.options(screen.source, state.answers) if screen.source else ()
    fixed = [Option(choice.key, _say(choice.key, choice.label, state, outside)) for choice in screen.choices]
    fixed.sort(key=lambda option: option.key == BACK)
    shown = tuple(Option(option.key, line(option.label)) for option in (*listed, *fixed))
    return replace(state, shown=shown, page=0)


def faces(screen: Screen, state: State, outside: Outside) -> tuple[str, ...]:
    """The pages of the screen where the state stands."""
    return pages(face(screen, state, outside), outside.limit)


def face(screen: Screen, state: State, outside: Outside) -> Face:
    """All that the screen where the state stands has to show."""
    shown = numbered(screen, state.shown)
    return Face(
        text=clean(_say("", screen.text or "", state, outside)),
        options=tuple(f"{number(place)}. {option.label}" for place, option in enumerate(shown)),
        hint=line(_say("hint", screen.ask.hint, state, outside)) if screen.ask and screen.ask.hint else "",
        more=said("engine.more", state, outside),
        way_out=_way_out(screen, state, outside),
        page_before=said("engine.back", state, outside) if screen.takes_input else "",
    )


def reply(screen: Screen, state: State, faces: tuple[str, ...]) -> Reply:
    """The page where the state stands; the last page of what is over ends the conversation."""
    page = min(state.page, len(faces) - 1)
    return Reply(faces[page], over(screen, state) and page == len(faces) - 1)


def again(screen: Screen, state: State, outside: Outside, shown: Reply) -> Reply:
    """The same page after something that was not understood, which is said if there is room."""
    words = said("engine.retry_words" if screen.ask else "engine.retry", state, outside)
    text = f"{words}\n{shown.text}"
    return shown if over(screen, state) or size(text) > outside.limit else Reply(text, shown.ends)


def over(screen: Screen, state: State) -> bool:
    """Whether nothing can be said here any more: an ending, or a menu whose list came back empty at the very start."""
    stuck = screen.menu is not None and not (state.shown or screen.ask or state.trail)
    return screen.ends or stuck


def said(name: str, state: State, outside: Outside) -> str:
    """A line of the engine's own."""
    return clean(outside.say(name, SAYS[name], state.answers))


def _say(part: str, source: str, state: State, outside: Outside) -> str:
    """A piece of the screen in the language, its placeholders filled."""
    context = f"{state.at}.{part}" if part else state.at
    words = outside.say(context, source, state.answers) if source else ""
    return fill(words, lambda name: outside.value(name, state.answers))


def _way_out(screen: Screen, state: State, outside: Outside) -> str:
    """The line of `0`: the screen's own choice of that key, else back to where the resident came from."""
    if len(numbered(screen, state.shown)) < len(state.shown):
        return f"{BACK}. {state.shown[-1].label}"
    return said("engine.back", state, outside) if state.trail else ""
