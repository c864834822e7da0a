"""How the screens of flows hang together: what breaks the grammar, what leads nowhere, what runs in a circle."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from app.engine.flow import ANY, RESERVED, RETURN, Flow, Flows, Screen, find, place
from app.engine.render import PLACEHOLDER

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
Found = tuple[str, str, str]  # flow, screen ("" = the flow itself), what is wrong


def wrong(flows: Flows) -> Iterator[Found]:
    """Everything in the flows that no resident could get through, by flow and screen."""
    called = {screen.call for flow in flows.values() for screen in flow.screens.values()}
    for flow in flows.values():
        if flow.start not in flow.screens:
            yield flow.name, "", f"start: there is no screen '{flow.start}'"
        for screen in flow.screens.values():
            for what in (*_names(screen), *_grammar(screen), *_texts(screen), *_targets(flows, flow, screen)):
                yield flow.name, screen.name, what
            if RETURN in (screen.next or {}).values() and f"{flow.name}/" not in called:
                yield flow.name, screen.name, f"next: return, but no screen calls '{flow.name}/'"
        for name in sorted(set(flow.screens) - _reached(flow)):
            yield flow.name, name, "no way leads to this screen"


def _names(screen: Screen) -> Iterator[str]:
    """Names that could not be used in placeholders, catalogues and answers."""
    named = {
        "the name of a screen": screen.name,
        "as": screen.saved_as,
        "needs": screen.needs,
        "do": screen.do and screen.do.effect,
        "on_drop": screen.on_drop,
        "menu: from": screen.source,
        "ask: kind": screen.ask and screen.ask.kind,
    }
    for key, name in named.items():
        if name and not NAME.fullmatch(name):
            yield f"{key}: '{name}' must be small letters, digits and _, a letter first"
    if screen.name in RESERVED:
        yield f"a screen cannot be called '{screen.name}'"
    for choice in screen.choices:
        if not KEY.fullmatch(choice.key):
            yield f"menu: the key '{choice.key}' must be letters and digits"
        if choice.key in ("empty", "hint"):
            yield f"menu: '{choice.key}' is a word of the grammar and cannot be a choice"


def _grammar(screen: Screen) -> Iterator[str]:
    """Keys that do not go together."""
    fixed = bool(screen.choices)
    rules = {
        "text: missing (only a screen that calls or just goes on has none)": screen.text is None
        and (screen.takes_input or not (screen.call or screen.next)),
        "call: a screen that calls has no text, menu or ask": bool(screen.call)
        and (screen.takes_input or screen.text is not None),
        "next: missing, where does the answer lead?": bool(screen.takes_input or screen.call) and not screen.next,
        "menu: needs a choice or 'from'": screen.menu is not None and not (fixed or screen.source),
        "otherwise: without needs": screen.otherwise is not None and screen.needs is None,
        "needs: without otherwise, where to if it is not known?": screen.needs is not None and screen.otherwise is None,
        "once: an ending cannot be skipped": screen.once and screen.ends,
        "empty: without a list ('menu: {from: ...}')": screen.empty is not None and screen.source is None,
        "empty: never used, the fixed choices are always there": screen.empty is not None and fixed,
        "on_drop: an ending cannot be dropped": screen.on_drop is not None and screen.ends,
        "forgets: keeps nothing, so it does nothing ('do', 'on_drop')": screen.forgets
        and (screen.do is not None or screen.on_drop is not None),
        "as: nothing is answered at an ending": bool(screen.saved_as) and screen.ends,
    }
    yield from (what for what, broken in rules.items() if broken)
    yield from _ways(screen)


def _ways(screen: Screen) -> Iterator[str]:
    """Answers without a way, and ways without an answer."""
    if not screen.next or ANY in screen.next:
        return
    keys = {choice.key for choice in screen.choices}
    yield from (f"next: no way for '{key}'" for key in sorted(keys - set(screen.next)))
    if screen.ask or not screen.takes_input:
        yield 'next: needs a line "*" for every other answer'
    elif not screen.source:
        yield from (f"next: '{key}' is no choice of this menu" for key in sorted(set(screen.next) - keys))


def _texts(screen: Screen) -> Iterator[str]:
    """Braces that are no placeholder."""
    hint = [("hint", screen.ask.hint)] if screen.ask and screen.ask.hint else []
    labels = [(f"'{choice.key}'", choice.label) for choice in screen.choices]
    for where, text in (("text", screen.text or ""), *labels, *hint):
        if stray(text):
            yield f"{where}: a placeholder is a name in braces, like {{area}}"


def stray(text: str) -> bool:
    """Whether a text has braces that are no placeholder."""
    return any(brace in PLACEHOLDER.sub("", text) for brace in "{}")


def targets(screen: Screen) -> Iterator[tuple[str, str]]:
    """Every way out of a screen but its call: the key that says it, and the target."""
    for answer, target in (screen.next or {}).items():
        yield ("next" if answer == ANY else f"next: {answer}"), target
    if screen.otherwise is not None:
        yield "otherwise", screen.otherwise
    if screen.empty is not None:
        yield "empty", screen.empty


def _targets(flows: Flows, flow: Flow, screen: Screen) -> Iterator[str]:
    """Ways to a screen or flow that is not there."""
    for key, target in targets(screen):
        if target in RESERVED and key.startswith("next"):
            continue
        if find(flows, place(flows, target, flow.name)) is None:
            yield f"{key}: there is no {'flow' if target.endswith('/') else 'screen'} '{target}'"
    if screen.call is not None and not (screen.call.endswith("/") and screen.call[:-1] in flows):
        yield f"call: there is no flow '{screen.call}' (a flow is written with / behind)"


def _reached(flow: Flow) -> set[str]:
    """The screens that some way from the start leads to."""
    seen: set[str] = set()
    ahead = [flow.start]
    while ahead:
        name = ahead.pop()
        if name in flow.screens and name not in seen:
            seen.add(name)
            ahead += [target for _, target in targets(flow.screens[name])]
    return seen


def entered(flows: Flows) -> set[str]:
    """The screens that another screen leads to, as `flow.screen`: only there can `0. Back` stand."""
    return {target for _, _, _, target in ways(flows)}


def ways(flows: Flows) -> Iterator[tuple[str, Screen, str, str]]:
    """Every way from a screen to another: from where, the screen there, the key that says it, to where."""
    for source, screen in screens(flows):
        calls = [("call", screen.call)] if screen.call else []
        for key, named in (*targets(screen), *calls):
            target = place(flows, named, source.partition(".")[0])
            if target != source:
                yield source, screen, key, target


def screens(flows: Mapping[str, Flow]) -> Iterator[tuple[str, Screen]]:
    """Every screen with its `flow.screen`."""
    for flow in flows.values():
        for screen in flow.screens.values():
            yield f"{flow.name}.{screen.name}", screen
