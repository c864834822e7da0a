"""An edition: all that is said at one moment, under the hash of its content.

It is read from the folder of flows, or from the JSON that another process wrote of it. A conversation keeps the digest
of the edition in which it began, and goes on in it whatever is edited meanwhile.
"""

import errno
import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import TypeAdapter

from app.engine import load
from app.engine.catalogue import Entry
from app.engine.catalogue import Source as English
from app.engine.flow import Flow, Flows
from app.engine.source import Fault, FlowFaults, Source, parse
from app.engine.speech import Speech
from app.engine.words import Texts, Words

TEXTS: Final = "texts.yaml"
KEYWORDS: Final = "keywords.yaml"
NEEDED: Final = (TEXTS, KEYWORDS, "languages.yaml")
MOST_BYTES: Final = 512 * 1024  # of one file; a catalogue has some 60 KB
Read = TypeVar("Read")


@dataclass(frozen=True, eq=False, repr=False)
class Edition:
    """Flows, texts with their words, and keywords as plain data (their grammar is civic's); `digest`: 64 hex digits.

    Lines are known only while it comes from files: what moves no word makes no other edition.
    """

    digest: str
    flows: Flows
    texts: Texts
    keywords: Source

    @property
    def words(self) -> Words:
        """The catalogues of all languages."""
        return self.texts.words


def read(folder: Path, drafts: bool = False) -> Edition:
    """The edition that the files of a folder make; FlowFaults with all that is wrong with any of them."""
    faults = [*_unreadable(folder)]
    if faults:
        raise FlowFaults(sorted(faults))
    words = _or_faults(lambda: Words.load(folder / "locale", drafts), Words(), faults)
    texts = _or_faults(lambda: Texts.load(words, folder / TEXTS), Texts(words, {}), faults)
    none: Flows = {}
    flows = _or_faults(lambda: load.load(folder), none, faults)
    keywords = _or_faults(lambda: parse(KEYWORDS, (folder / KEYWORDS).read_text("utf-8")), Source({}, {}, []), faults)
    if faults or keywords.faults:
        raise FlowFaults(sorted([*faults, *keywords.faults]))
    made = Edition("", flows, texts, keywords)
    return replace(made, digest=sha256(written(made)).hexdigest())


def written(edition: Edition) -> bytes:
    """The content of an edition as JSON: the same words always give the same bytes."""
    words = edition.words
    content = _Content(
        flows={name: _without_lines(flow) for name, flow in edition.flows.items()},
        texts=dict(edition.texts.sources),
        entries={
            language: [_Row(*key, entry.text, entry.draft, entry.forms) for key, entry in entries.items()]
            for language, entries in words.catalogues.items()
        },
        rules=dict(words.rules),
        speeches=dict(words.speeches),
        keywords=edition.keywords.data,
    )
    plain = _grammar().dump_python(content, mode="json", exclude_defaults=True)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def opened(content: bytes, drafts: bool = False) -> Edition:
    """The edition that was written so; ValueError if this program cannot read it."""
    held = _grammar().validate_json(content)
    catalogues = {
        language: {(row.context, row.source): Entry(row.text, row.draft, 0, row.forms) for row in rows}
        for language, rows in held.entries.items()
    }
    words = Words(catalogues, drafts, held.rules, held.speeches)
    keywords = Source(held.keywords, {}, [])
    return Edition(sha256(content).hexdigest(), held.flows, Texts(words, held.texts), keywords)


class _Row(NamedTuple):
    """One translation: msgctxt, the English text, what is said for it."""

    context: str
    source: str
    text: str
    draft: bool
    forms: tuple[str, ...]


@dataclass(frozen=True)
class _Content:
    """An edition as JSON has it."""

    flows: dict[str, Flow]
    texts: dict[str, English]
    entries: dict[str, list[_Row]]
    rules: dict[str, str]
    speeches: dict[str, Speech]
    keywords: Any  # Plain, which pydantic cannot follow


@cache
def _grammar() -> TypeAdapter[_Content]:
    """What writes and reads it, made when it is first needed."""
    return TypeAdapter(_Content)


def _without_lines(flow: Flow) -> Flow:
    screens = {name: screen.model_copy(update={"line": 0}) for name, screen in flow.screens.items()}
    return flow.model_copy(update={"screens": screens})


def _or_faults(reading: Callable[[], Read], nothing: Read, faults: list[Fault]) -> Read:
    """What was read; where that failed nothing, and the faults are added to the list."""
    try:
        return reading()
    except FlowFaults as wrong:
        faults += wrong.faults
    except (OSError, UnicodeDecodeError) as wrong:  # a file changed while it was read: the next look reads it whole
        faults.append(Fault("flows", 1, f"changed while it was read: {type(wrong).__name__}"))
    return nothing


def files(folder: Path) -> list[Path]:
    """The files that an edition is made of; what editors hide beside them is none. Raises OSError."""
    listed = [path for path in folder.iterdir() if path.suffix == ".yaml"]
    locale = folder / "locale"
    listed += [path for path in locale.iterdir() if path.suffix == ".po"] if locale.is_dir() else []
    return sorted(path for path in listed if not path.name.startswith("."))


def _size(path: Path) -> int:
    """The bytes of a file. Raises OSError for what is no file: reading a pipe or a device might never end."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    return found.st_size


def _unreadable(folder: Path) -> Iterator[Fault]:
    """Files that are missing, that nobody may read, or that are not UTF-8."""
    try:
        found = files(folder)
    except OSError as wrong:
        yield Fault("flows", 1, f"the folder cannot be read: {wrong.strerror}")
        return
    for name in NEEDED:
        if folder / name not in found:
            yield Fault(name, 1, "the file is missing")
    for path in found:
        name = str(path.relative_to(folder))
        try:
            size = _size(path)
            if size > MOST_BYTES:
                yield Fault(name, 1, f"{size // 1024:,} KB are too much: at most {MOST_BYTES // 1024} KB")
                continue
            content = path.read_bytes()
            content.decode("utf-8")
        except OSError as wrong:
            yield Fault(name, 1, f"cannot be read: {wrong.strerror}")
        except UnicodeDecodeError as wrong:
            line = content.count(b"\n", 0, wrong.start) + 1
            yield Fault(name, line, f"byte {content[wrong.start]:#04x} is not UTF-8: save the file as UTF-8")
