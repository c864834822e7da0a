"""The check of all words: every screen in every language with the longest that can ever stand in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.engine import graph, show
from app.engine.catalogue import Counted, Entry, Source, first
from app.engine.circles import circles
from app.engine.flow import Flows, Screen
from app.engine.gsm import COST, fold, parts
from app.engine.render import BACK, MORE, SAYS, fill, placeholders, size
from app.engine.source import Fault
from app.engine.state import Answers, Mark, Option, State
from app.engine.words import LANGUAGES, SOURCE_LANGUAGE, Texts, Words, on_screen, sources

UNSAID: Final = "not said in this language"
NUMBERED: Final = {"engine.more": f"{MORE}. ", "engine.back": f"{BACK}. "}


@dataclass(frozen=True)
class Worst:
    """The longest that the shell can ever lend, by language (English where a language has none of its own).

    `values`: placeholder -> value; `lists`: list -> every option it may have, at its longest; `limit`: septets of a
    screen; `segments`: what a text outside the screens may cost, 0 = anything; `kinds` and `effects`: the names that
    the shell knows, None = any.
    """

    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, Sequence[Option]]] = field(default_factory=dict)
    limit: int = 160
    segments: int = 0
    kinds: frozenset[str] | None = None
    effects: frozenset[str] | None = None

    @property
    def count(self) -> int:
        """How many values and lists a screen may have."""
        return sum(len({name for one in lent.values() for name in one}) for lent in (self.values, self.lists))

    def value(self, name: str, language: str) -> str | None:
        """The longest value of a placeholder, None if there is no such placeholder."""
        return self.values.get(language, {}).get(name, self.values.get(SOURCE_LANGUAGE, {}).get(name))

    def options(self, source: str, language: str) -> Sequence[Option] | None:
        """A list at its longest, None if there is no such list."""
        return self.lists.get(language, {}).get(source, self.lists.get(SOURCE_LANGUAGE, {}).get(source))


def check(flows: Flows, words: Words, texts: Texts, worst: Worst) -> tuple[list[Fault], int]:
    """Every fault there is, sorted by file and line, and how many screens (times languages) were looked at."""
    checking = _Check(flows, words, texts, worst)
    faults = {*checking.structure(), *checking.names()}
    for language in words.languages:
        faults |= {*checking.translations(language), *checking.screens(language)}
    return sorted(faults), len(list(graph.screens(flows))) * len(words.languages)


@dataclass(frozen=True)
class _Lent:
    """What a phone would be lent in a language, all of it at its longest."""

    words: Words
    worst: Worst
    language: str

    @property
    def limit(self) -> int:
        return self.worst.limit

    def say(self, context: str, source: str, answers: Answers) -> str:
        return self.words.say(context, source, self.language)

    def options(self, source: str, answers: Answers) -> Sequence[Option]:
        return self.worst.options(source, self.language) or ()

    def value(self, name: str, answers: Answers) -> str:
        return self.worst.value(name, self.language) or ""

    def read(self, kind: str, typed: str, answers: Answers) -> Answers | None:
        return None


@dataclass(frozen=True)
class _Check:
    """One run over all that is said."""

    flows: Flows
    words: Words
    texts: Texts
    worst: Worst

    def structure(self) -> Iterator[Fault]:
        """Ways that lead nowhere or in a circle, and what the engine says in other words than the texts."""
        for flow, screen, what in graph.wrong(self.flows):
            yield Fault(f"{flow}.yaml", self._line(f"{flow}.{screen}"), f"{screen}: {what}" if screen else what)
        for path in circles(self.flows):
            what = f"passed for ever without being shown: {' -> '.join((*path, path[0]))}"
            yield self._fault(path[0], what)
        for name, said in SAYS.items():
            if self.texts.sources.get(name, said) != said:
                what = f"{name}: the engine says '{said}', other words belong in a catalogue"
                yield Fault("texts.yaml", self.texts.line(name), what)
        for language in self.words.languages if self.words.speeches else ():
            if language not in self.words.speeches:
                yield Fault(LANGUAGES, 1, f"{language}: has a catalogue, but its name, days and months are missing")

    def names(self) -> Iterator[Fault]:
        """Placeholders, lists, kinds and effects that the shell does not know."""
        for at, screen in graph.screens(self.flows):
            for name in sorted(_placeholders(screen)):
                if self.worst.value(name, SOURCE_LANGUAGE) is None:
                    yield self._fault(at, f"there is no value for {{{name}}}")
            if screen.source and self.worst.options(screen.source, SOURCE_LANGUAGE) is None:
                yield self._fault(at, f"there is no list '{screen.source}'")
            if screen.ask and self.worst.kinds is not None and screen.ask.kind not in self.worst.kinds:
                yield self._fault(at, f"nobody can read words of the kind '{screen.ask.kind}'")
            for effect in (screen.do.effect if screen.do else None, screen.on_drop):
                if effect and self.worst.effects is not None and effect not in self.worst.effects:
                    yield self._fault(at, f"there is no effect '{effect}'")

    def translations(self, language: str) -> Iterator[Fault]:
        """What is not said in a language, or not as the English says it."""
        for file, row, (context, source) in sources(self.flows, self.texts.sources):
            entry = self.words.entry(context, source, language)
            forms: tuple[str, ...] = (source,) if isinstance(source, str) else source
            where = (file, row or self.texts.line(context))
            if entry:
                forms, where = entry.said, (f"locale/{language}.po", entry.line)
                yield from (Fault(*where, f"{context}: {what}") for what in _differ(source, entry))
            elif language != SOURCE_LANGUAGE:
                yield Fault(f"locale/{language}.po", 1, f"{context}: {UNSAID}: '{first(source)}'")
            elif not isinstance(source, str) and placeholders(source.one) != placeholders(source.other):
                yield Fault(*where, f"{context}: one and other must have the same placeholders")
            for said in forms:
                yield from (Fault(*where, f"{context}: {what}") for what in self._letters(context, said, language))

    def _letters(self, name: str, said: str, language: str) -> Iterator[str]:
        """What is wrong with a text by itself: letters, braces, numbers, cost."""
        strange = sorted({letter for letter in fold(said) if letter not in COST})
        if strange:
            yield f"not every phone can show {' '.join(strange)}"
        if graph.stray(said):
            yield "a placeholder is a name in braces, like {area}"
        if name in NUMBERED and not said.startswith(NUMBERED[name]):
            yield f"must begin with '{NUMBERED[name]}'"
        known = {one: self.worst.value(one, language) for one in placeholders(said)}
        if name in self.texts.sources and None not in known.values():
            cost = parts(fold(fill(said, lambda one: known[one] or ""))).count
            if 0 < self.worst.segments < cost:
                yield f"{cost} segments, {self.worst.segments} are allowed"

    def screens(self, language: str) -> Iterator[Fault]:
        """Screens that do not fit a phone in a language, and listed answers that lead nowhere."""
        entered = graph.entered(self.flows)
        for at, screen in graph.screens(self.flows):
            options = self.worst.options(screen.source, language) or () if screen.source else ()
            for option in options:
                if screen.way(option.key) is None and language == SOURCE_LANGUAGE:
                    yield self._fault(at, f"next: no way for '{option.key}' of the list '{screen.source}'")
            page = self._page(at, screen, language, at in entered)
            over = size(page) - self.worst.limit
            said = language == SOURCE_LANGUAGE or self.words.entry(at, screen.text or "", language)
            if over > 0 and (said or size(self._page(at, screen, SOURCE_LANGUAGE, at in entered)) <= self.worst.limit):
                what = f"{screen.name}: in {language} {over} septets too long: {' / '.join(page.splitlines())}"
                yield Fault(*self._grown(at, screen, language), what)

    def _page(self, at: str, screen: Screen, language: str, can_go_back: bool) -> str:
        """The longest page of a screen that nothing can make shorter."""
        lent = _Lent(self.words, self.worst, language)
        trail = (Mark("", {}),) if can_go_back and not screen.ends else ()
        face = show.face(screen, show.filled(screen, State(at, {}, trail=trail), lent), lent)
        has_list = bool(screen.source and lent.options(screen.source, {}))
        return min(face.whole(), face.tightest(), key=size) if has_list else face.whole()

    def _grown(self, at: str, screen: Screen, language: str) -> tuple[str, int]:
        """File and line of what makes a screen long: the translation that is longest beside its English."""
        found = ((self.words.entry(*said, language), said[1]) for said in on_screen(at, screen))
        grown = [(size(entry.text) - size(english), entry.line) for entry, english in found if entry]
        if language == SOURCE_LANGUAGE or not grown:
            return f"{at.partition('.')[0]}.yaml", self._line(at)
        return f"locale/{language}.po", max(grown)[1]

    def _fault(self, at: str, what: str) -> Fault:
        """A fault at a screen."""
        flow, _, screen = at.partition(".")
        return Fault(f"{flow}.yaml", self._line(at), f"{screen}: {what}")

    def _line(self, at: str) -> int:
        """The line of a screen in its file."""
        flow, _, screen = at.partition(".")
        found = self.flows[flow].screens.get(screen)
        return found.line if found else 1


def _placeholders(screen: Screen) -> frozenset[str]:
    """All that a screen wants to be filled in."""
    hint = screen.ask.hint if screen.ask else None
    return placeholders(" ".join([screen.text or "", hint or "", *(choice.label for choice in screen.choices)]))


def _differ(source: Source, entry: Entry) -> Iterator[str]:
    """Where a translation is not of the kind of the English, and which placeholders it lost or made up."""
    if bool(entry.forms) != isinstance(source, Counted):
        yield (
            "needs plural forms: msgid_plural and msgstr[0]" if not entry.forms else "no count here, so no plural forms"
        )
    wanted = placeholders(first(source))
    for said in entry.said:
        ways = [("lost", wanted - placeholders(said)), ("unknown", placeholders(said) - wanted)]
        if any(names for _, names in ways):
            yield ", ".join(f"{word} {{{name}}}" for word, names in ways for name in sorted(names))
