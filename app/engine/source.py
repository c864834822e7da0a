"""Words files as they were written: YAML 1.2 read with the line of every key, and faults that name file and line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tokens import AliasToken, AnchorToken

Plain = str | bool | None | list["Plain"] | dict[str, "Plain"]
TRUTHS: Final = {"true": True, "false": False}
Line = tuple[str, ...]  # the keys that lead to a line
Lines = dict[Line, int]


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """Something wrong in a words file, and where."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class FlowFaults(ValueError):
    """All that is wrong with a folder of words, at once."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Source:
    """A words file as plain data (every scalar its own text, but for true, false and nothing) with its lines."""

    data: Plain
    lines: Lines
    faults: list[Fault]

    def line(self, *keys: str) -> int:
        """The line of a key, or of the nearest above it."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)


def parse(file: str, text: str) -> Source:
    """The words file of that name; what YAML itself cannot read is a fault, not an error."""
    reading = _Reading(file, {}, [])
    try:
        for line in _anchors(text):
            reading.faults.append(Fault(file, line, "write it out, & and * are not part of this"))
            return Source({}, reading.lines, reading.faults)
        root = YAML(typ="safe", pure=True).compose(text)
        data: Plain = {} if root is None else reading.plain(root, ())
    except RecursionError:
        reading.faults.append(Fault(file, 1, "not YAML: too many brackets in each other"))
        data = {}
    except YAMLError as wrong:
        mark = wrong.problem_mark if isinstance(wrong, MarkedYAMLError) else None
        what = (isinstance(wrong, MarkedYAMLError) and wrong.problem) or "cannot be read"
        reading.faults.append(Fault(file, mark.line + 1 if mark else 1, f"not YAML: {what}"))
        data = {}
    return Source(data, reading.lines, reading.faults)


def _anchors(text: str) -> Iterator[int]:
    """The lines of anchors and aliases, before anything is built: a few of them may stand for a billion words."""
    for token in YAML(typ="safe", pure=True).scan(text):
        if isinstance(token, (AliasToken, AnchorToken)):
            yield token.start_mark.line + 1


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file while it is read: composed nodes become plain data, and lines and faults are kept on the way."""

    file: str
    lines: Lines
    faults: list[Fault]

    def plain(self, node: Node, path: Line) -> Plain:
        """The data of a node; `path` are the keys that lead to it."""
        if isinstance(node, MappingNode):
            return {key: self.plain(value, (*path, key)) for key, value in self._pairs(node, path)}
        if isinstance(node, SequenceNode):
            return [self._item(item, (*path, str(at))) for at, item in enumerate(node.value)]
        return _scalar(node)

    def _item(self, node: Node, path: Line) -> Plain:
        """The data of one item of a list; its line is known by its place."""
        self.lines[path] = node.start_mark.line + 1
        return self.plain(node, path)

    def _pairs(self, node: MappingNode, path: Line) -> Iterator[tuple[str, Node]]:
        """The keys of a mapping, each once, with their lines noted."""
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                self.faults.append(Fault(self.file, line, "a key is one word"))
            elif (*path, name) in self.lines:
                self.faults.append(Fault(self.file, line, f"'{name}' stands here twice"))
            else:
                self.lines[(*path, name)] = line
                yield name, value


def _scalar(node: Node) -> Plain:
    """A scalar as it was written, so that a reference or a code keeps its zeros."""
    if not isinstance(node, ScalarNode):
        return None
    tag = str(node.tag).rpartition(":")[2]
    text = str(node.value)
    if tag == "bool":
        return TRUTHS.get(text.lower(), text)
    return None if tag == "null" else text
