"""Flow files read into frozen models, every fault at once with its file and line."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.engine import graph
from app.engine.flow import Flow, Flows, Screen
from app.engine.source import Fault, FlowFaults, Plain, Source, parse

__all__ = ["Fault", "FlowFaults", "load", "read"]

NOT_FLOWS: Final = frozenset(
    {"texts", "keywords", "languages"}
)  # they stand in the same folder and have a grammar of their own
KEYS: Final = frozenset(
    ("text", "menu", "ask", "next", "call", "once", "needs", "otherwise", "empty", "as", "do", "on_drop", "forgets")
)
PLAIN: Final = {  # pydantic's words for a wrong type, in ours
    "bool_type": "must be true or false",
    "string_type": "must be words",
    "missing": "missing",
    "extra_forbidden": "unknown key",
    "mapping_type": "must be keys and values",
    "dict_type": "must be keys and values",
    "model_type": "must be keys and values",
}


def load(folder: Path) -> Flows:
    """The flows of a folder, by the names of their files; FlowFaults with all that is wrong with any of them."""
    found = (path for path in sorted(folder.glob("*.yaml")) if not path.name.startswith("."))  # editors hide some there
    files = {path.stem: path for path in found if path.stem not in NOT_FLOWS}
    return read({name: path.read_text("utf-8", errors="replace") for name, path in files.items()})


def read(files: Mapping[str, str]) -> Flows:
    """The flows of these texts by name; FlowFaults with all that is wrong with any of them."""
    sources = {name: parse(f"{name}.yaml", text) for name, text in files.items()}
    faults = [fault for source in sources.values() for fault in source.faults]
    flows = {name: _flow(name, source, faults) for name, source in sources.items()}
    if not faults:  # only whole flows can be followed from screen to screen
        faults = [
            Fault(f"{flow}.yaml", sources[flow].line(screen or "start"), f"{screen}: {what}" if screen else what)
            for flow, screen, what in graph.wrong(flows)
        ]
    if faults:
        raise FlowFaults(sorted(faults))
    return flows


def _flow(name: str, source: Source, faults: list[Fault]) -> Flow:
    """A file as a flow; its faults are added to the list."""
    data = source.data if isinstance(source.data, dict) else {}
    start = data.get("start")
    if not isinstance(start, str) and not (source.faults and not data):  # a file that cannot be read lacks nothing
        faults.append(Fault(f"{name}.yaml", source.line("start"), "start: the name of the first screen is missing"))
    screens = {}
    for key, raw in data.items():
        if key == "start":
            continue
        wrong = list(_unshaped(raw))
        if not wrong and isinstance(raw, dict):
            screens[key], wrong = _screen(key, source.line(key), raw)
        faults += (Fault(f"{name}.yaml", source.line(key, *keys), f"{key}: {what}") for keys, what in wrong)
    return Flow(name=name, start=str(start), screens={key: screen for key, screen in screens.items() if screen})


Wrong = tuple[tuple[str, ...], str]  # the keys inside the screen that lead to it, what is wrong


def _unshaped(raw: Plain) -> Iterator[Wrong]:
    """What keeps a top-level value from being a screen at all."""
    if not isinstance(raw, dict):
        yield (), "a screen is keys and values, like text: and menu:"
        return
    for key, value in raw.items():
        if key not in KEYS:
            yield (key,), f"unknown key '{key}'{_meant(key)}"
        elif value is None:
            yield (key,), f"{key}: nothing stands behind it"
    menu = raw.get("menu", {})
    if not isinstance(menu, dict):
        yield ("menu",), "menu: must be keys and labels"
        return
    yield from ((("menu", key), f"menu: {key}: must be words") for key in menu if not isinstance(menu[key], str))


def _meant(key: str) -> str:
    """The key of the grammar that was probably meant."""
    near = difflib.get_close_matches(key, sorted(KEYS), 1)
    return f", did you mean '{near[0]}'?" if near else ""


def _screen(name: str, line: int, raw: Mapping[str, Plain]) -> tuple[Screen | None, list[Wrong]]:
    """The screen that a mapping means, or all that is wrong with it."""
    shaped: dict[str, object] = {("saved_as" if key == "as" else key): value for key, value in raw.items()}
    menu = raw.get("menu")
    if isinstance(menu, dict):
        choices = [{"key": key, "label": label} for key, label in menu.items() if key != "from"]
        shaped["menu"] = {"source": menu.get("from"), "choices": choices}
    try:
        return Screen.model_validate(shaped | {"name": name, "line": line}), []
    except ValidationError as wrong:
        return None, [_said(error) for error in wrong.errors()]


def _said(error: ErrorDetails) -> Wrong:
    """What pydantic found, in our words."""
    keys = tuple("as" if key == "saved_as" else str(key) for key in error["loc"])
    return keys, f"{': '.join(keys)}: {PLAIN.get(error['type'], error['msg'])}"
