"""Words in every language: gettext catalogues for what flows and texts.yaml say in English."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from app.engine import graph
from app.engine.flow import Flows
from app.engine.render import SAYS, fill, placeholders
from app.engine.source import Fault, FlowFaults, texts

SOURCE_LANGUAGE: Final = "en"
Key = tuple[str, str]  # msgctxt and the English text


@dataclass(frozen=True, slots=True)
class Entry:
    """One translation as it stands in a catalogue; a draft is one that nobody has reviewed (`fuzzy`)."""

    text: str
    draft: bool
    line: int

    def holds(self, source: str) -> bool:
        """Whether it has the placeholders of the English text, none lost and none invented."""
        return placeholders(self.text) == placeholders(source)


@dataclass(frozen=True)
class Words:
    """The catalogues of a folder, by language; drafts count only if asked for."""

    catalogues: Mapping[str, Mapping[Key, Entry]] = field(default_factory=dict)
    drafts: bool = False

    @classmethod
    def load(cls, folder: Path, drafts: bool = False) -> "Words":
        """The words of `<language>.po` in a folder; FlowFaults for a file that is no catalogue."""
        return cls({path.stem: dict(_entries(path)) for path in sorted(folder.glob("*.po"))}, drafts)

    @property
    def languages(self) -> tuple[str, ...]:
        """English, and every language in which anything can be said."""
        others = (name for name, entries in self.catalogues.items() if any(map(self._counts, entries.values())))
        return (SOURCE_LANGUAGE, *(name for name in others if name != SOURCE_LANGUAGE))

    def say(self, context: str, source: str, language: str) -> str:
        """The translation, or the English text where there is none to be trusted: a lost placeholder is never said."""
        entry = self.entry(context, source, language)
        return entry.text if entry and entry.holds(source) else source

    def entry(self, context: str, source: str, language: str) -> Entry | None:
        """The translation that counts, as it stands in the catalogue."""
        entry = self.catalogues.get(language, {}).get((context, source))
        return entry if entry and self._counts(entry) else None

    def _counts(self, entry: Entry) -> bool:
        return self.drafts or not entry.draft


@dataclass(frozen=True)
class Texts:
    """What is said outside the screens, by dotted name (`receipt.full`)."""

    words: Words
    sources: Mapping[str, str]

    @classmethod
    def load(cls, words: Words, path: Path) -> "Texts":
        """The texts of `texts.yaml`; FlowFaults if it is not names and texts."""
        return cls(words, texts(path))

    def text(self, name: str, language: str, /, **values: str) -> str:
        """A text in the language with its placeholders filled; KeyError for an unknown name or a missing value."""
        return fill(self.words.say(name, self.sources[name], language), values.__getitem__)


def sources(flows: Flows, texts: Mapping[str, str]) -> Iterator[tuple[str, int, Key]]:
    """Everything there is to translate: file, line, and the key in the catalogues."""
    for at, screen in graph.screens(flows):
        file = f"{at.partition('.')[0]}.yaml"
        if screen.text:
            yield file, screen.line, (at, screen.text)
        for choice in screen.choices:
            yield file, screen.line, (f"{at}.{choice.key}", choice.label)
        if screen.ask and screen.ask.hint:
            yield file, screen.line, (f"{at}.hint", screen.ask.hint)
    for name, text in {**SAYS, **texts}.items():
        yield "texts.yaml", 0, (name, text)


def template(flows: Flows, texts: Mapping[str, str], project: str = "Izwi") -> bytes:
    """The catalogue template (.pot) of all that is said: the same words always give the same bytes."""
    catalogue = Catalog(project=project, charset="utf-8", fuzzy=False)
    for file, line, (context, source) in sources(flows, texts):
        catalogue.add(source, context=context, locations=[(f"flows/{file}", line)])
    out = BytesIO()
    write_po(out, catalogue, width=0, omit_header=True)
    header = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return header + out.getvalue()


def _entries(path: Path) -> Iterator[tuple[Key, Entry]]:
    """The translations of a catalogue; what is empty or plural is none."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as wrong:
        line = int(getattr(wrong, "lineno", 0)) + 1  # Babel counts from 0
        raise FlowFaults([Fault(f"locale/{path.name}", line, f"no catalogue: {wrong}")]) from wrong
    for message in catalogue:
        if message.id and isinstance(message.id, str) and isinstance(message.string, str) and message.string:
            yield (message.context or "", message.id), _entry(message, message.string)


def _entry(message: Message, text: str) -> Entry:
    return Entry(text, message.fuzzy, message.lineno or 0)
