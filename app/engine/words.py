"""Words in every language: gettext catalogues for what flows and texts.yaml say in English."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from app.engine import catalogue, graph, speech
from app.engine.catalogue import Counted, Entry, Key, Source, first
from app.engine.flow import Flows, Screen
from app.engine.render import SAYS, fill
from app.engine.source import Fault, FlowFaults, Plain, parse
from app.engine.source import Source as Written
from app.engine.speech import Speech, Speeches

SOURCE_LANGUAGE: Final = "en"
SOURCE_RULE: Final = "n != 1"
LANGUAGES: Final = "languages.yaml"


@dataclass(frozen=True)
class Words:
    """The catalogues of a folder, their rules of plurals, and what languages say of themselves; by language.

    Drafts count only if asked for.
    """

    catalogues: Mapping[str, Mapping[Key, Entry]] = field(default_factory=dict)
    drafts: bool = False
    rules: Mapping[str, str] = field(default_factory=dict)
    speeches: Speeches = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path, drafts: bool = False) -> "Words":
        """The words of `<language>.po` in a folder, and of `languages.yaml` beside it; FlowFaults if they are none."""
        read = {path.stem: catalogue.read(path) for path in sorted(folder.glob("*.po"))}
        entries = {language: one.entries for language, one in read.items()}
        rules = {language: one.rule for language, one in read.items()}
        return cls(entries, drafts, rules, speech.load(folder.parent / LANGUAGES))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """English, and every language in which anything can be said, in the order of `languages.yaml`."""
        order = [SOURCE_LANGUAGE, *self.speeches, *self.catalogues]
        return tuple(name for name in dict.fromkeys(order) if name == SOURCE_LANGUAGE or self._is_spoken(name))

    def _is_spoken(self, language: str) -> bool:
        return any(map(self._counts, self.catalogues.get(language, {}).values()))

    def speech(self, language: str) -> Speech:
        """What a language says of itself."""
        return self.speeches.get(language) or speech.figures(language)

    def say(self, context: str, source: Source, language: str, count: str = "") -> str:
        """The translation, or the English text where there is none to be trusted: a lost placeholder is never said.

        `count` chooses among plural forms, where there are any.
        """
        entry = self.entry(context, source, language)
        if entry and entry.holds(source):
            return catalogue.form(entry.said, self.rules.get(language, SOURCE_RULE), count)
        return source if isinstance(source, str) else catalogue.form(source, SOURCE_RULE, count)

    def entry(self, context: str, source: Source, language: str) -> Entry | None:
        """The translation that counts, as it stands in the catalogue."""
        entry = self.catalogues.get(language, {}).get((context, first(source)))
        return entry if entry and self._counts(entry) else None

    def _counts(self, entry: Entry) -> bool:
        return self.drafts or not entry.draft


@dataclass(frozen=True)
class Texts:
    """What is said outside the screens, by dotted name (`receipt.full`); the lines are known only to files."""

    words: Words
    sources: Mapping[str, Source]
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    @classmethod
    def load(cls, words: Words, path: Path) -> "Texts":
        """The texts of `texts.yaml`; FlowFaults if it is not names and texts."""
        source = parse(path.name, path.read_text("utf-8"))
        said = _texts(source, path.name)
        return cls(words, said, {name: source.line(name) for name in said})

    def line(self, name: str) -> int:
        """The line of a text, the first of the file if nobody knows it."""
        return self.lines.get(name, 1)

    def text(self, name: str, language: str, /, **values: str) -> str:
        """A text in the language with its placeholders filled; KeyError for an unknown name or a missing value.

        The value `count` chooses the plural form of a text that has any.
        """
        said = self.words.say(name, self.sources[name], language, values.get("count", ""))
        return fill(said, values.__getitem__)


def _texts(source: Written, file: str) -> dict[str, Source]:
    """A file of names and texts, a text that counts as `{one: ..., other: ...}`; FlowFaults if it is anything else."""
    data = source.data if isinstance(source.data, dict) else {"": source.data}
    read = {name: _source(said) for name, said in data.items()}
    found = {name: said for name, said in read.items() if said is not None and name}
    wrong = [Fault(file, source.line(name), f"{name}: not a text") for name in data if name not in found]
    if source.faults or wrong:
        raise FlowFaults([*source.faults, *wrong])
    return found


def _source(said: Plain) -> Source | None:
    """A text of the file, None if it is none."""
    if isinstance(said, dict) and set(said) == set(Counted._fields):
        one, other = said["one"], said["other"]
        return Counted(one, other) if isinstance(one, str) and isinstance(other, str) else None
    return said if isinstance(said, str) else None


def sources(flows: Flows, texts: Mapping[str, Source]) -> Iterator[tuple[str, int, tuple[str, Source]]]:
    """Everything there is to translate: file, line, and msgctxt with the English."""
    for at, screen in graph.screens(flows):
        yield from ((f"{at.partition('.')[0]}.yaml", screen.line, said) for said in on_screen(at, screen))
    for name, text in {**SAYS, **texts}.items():
        yield "texts.yaml", 0, (name, text)


def on_screen(at: str, screen: Screen) -> Iterator[Key]:
    """What the flows say on a screen (`flow.screen`): msgctxt and the English of its text, choices and hint."""
    if screen.text:
        yield at, screen.text
    yield from ((f"{at}.{choice.key}", choice.label) for choice in screen.choices)
    if screen.ask and screen.ask.hint:
        yield f"{at}.hint", screen.ask.hint


def template(flows: Flows, texts: Mapping[str, Source], project: str = "Izwi") -> bytes:
    """The catalogue template (.pot) of all that is said: the same words always give the same bytes."""
    made = Catalog(project=project, charset="utf-8", fuzzy=False)
    for file, line, (context, source) in sources(flows, texts):
        made.add(source, context=context, locations=[(f"flows/{file}", line)])
    out = BytesIO()
    write_po(out, made, width=0, omit_header=True)
    header = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return header + out.getvalue()
