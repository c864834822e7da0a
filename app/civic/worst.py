"""The longest that a city can ever lend to its flows and texts, for the check that all of it fits every phone."""

from collections.abc import Iterable, Iterator

from app.civic.city import City
from app.civic.longest import Codes, Longest
from app.civic.outside import READERS
from app.engine.check import Worst
from app.engine.gsm import fold, septets
from app.engine.render import fill
from app.engine.source import Fault
from app.engine.words import SOURCE_LANGUAGE, Texts

SEGMENTS = 2
SAID_AT_ONCE = "dial."
"""Texts by these names are screens of their own: they end a session and have no second page."""


def worst(city: City, texts: Texts, codes: Codes, effects: Iterable[str]) -> Worst:
    """The longest values and lists in every language; `effects` are the names that the shell knows."""
    spoken = {language: Longest(city, texts, codes, language) for language in texts.words.languages}
    return Worst(
        values={language: longest.values() for language, longest in spoken.items()},
        lists={language: longest.lists() for language, longest in spoken.items()},
        limit=codes.limit,
        segments=SEGMENTS,
        kinds=frozenset(READERS),
        effects=frozenset(effects),
    )


def screens_too_long(texts: Texts, found: Worst) -> Iterator[Fault]:
    """The texts that end a session and do not fit on its screen."""
    for name in (name for name in texts.sources if name.startswith(SAID_AT_ONCE)):
        for language in texts.words.languages:
            said = _said(texts, found, name, language)
            over = (septets(fold(said)) or 0) - found.limit
            is_told = language != SOURCE_LANGUAGE and not texts.words.entry(name, texts.sources[name], language)
            if over > 0 and not is_told:  # where English is said, its own line names it
                yield Fault(*_where(texts, name, language), f"{name}: in {language} {over} septets too long: {said}")


def _where(texts: Texts, name: str, language: str) -> tuple[str, int]:
    """File and line of a text in a language."""
    entry = texts.words.entry(name, texts.sources[name], language)
    return (f"locale/{language}.po", entry.line) if entry else ("texts.yaml", texts.line(name))


def _said(texts: Texts, found: Worst, name: str, language: str) -> str:
    words = texts.words.say(name, texts.sources[name], language)
    return fill(words, lambda one: found.value(one, language) or "")
