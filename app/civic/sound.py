"""Whether an edition may be said: what is wrong with it anywhere, and what does not fit the city that is served."""

import difflib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from app.civic import anchors
from app.civic.city import City
from app.civic.keywords import Ambiguous, Keywords, phrase_of
from app.civic.longest import Codes
from app.civic.worst import screens_too_long, worst
from app.engine import check, graph
from app.engine.catalogue import first
from app.engine.check import Worst
from app.engine.edition import KEYWORDS, TEXTS, Edition
from app.engine.flow import Flows
from app.engine.render import placeholders
from app.engine.source import Fault, Source
from app.engine.words import LANGUAGES, Texts, Words, sources

ANY_LENGTH: Final = 1_000_000


@dataclass(frozen=True)
class Found:
    """The faults of an edition: `broken` in any city, `unfit` for this one; and what is none.

    `unsaid`: texts that a language lacks; `notes`: translations that say nothing.
    """

    broken: Sequence[Fault]
    unfit: Sequence[Fault] = ()
    unsaid: Sequence[Fault] = ()
    notes: Sequence[Fault] = ()


@dataclass(frozen=True)
class Checked:
    """Every fault of an edition in a city, texts `missing` among them; the screens drawn, with what at its longest."""

    faults: Sequence[Fault]
    missing: Sequence[Fault]
    drawn: int
    longest: Worst


def examine(edition: Edition, city: City, codes: Codes, effects: Collection[str]) -> Found:
    """Everything that is wrong with an edition, drafts as far as it has them; `effects` are those that can be done.

    What a language lacks is no fault: English is said.
    """
    checked = check_all(edition, city, codes, effects)
    english = replace(edition.texts, words=Words())
    anywhere = replace(checked.longest, limit=ANY_LENGTH, segments=0)
    broken = {*check.check(edition.flows, english.words, english, anywhere)[0], *_senseless(edition), *checked.missing}
    unsaid = {fault for fault in checked.faults if f": {check.UNSAID}: " in fault.what}
    unfit = {*checked.faults} - broken - unsaid
    return Found(sorted(broken), sorted(unfit), sorted(unsaid), sorted(useless(edition)))


def check_all(edition: Edition, city: City, codes: Codes, effects: Collection[str]) -> Checked:
    """Every fault of an edition in a city, what a language lacks among them."""
    longest, missing = _measured(edition.texts, lambda texts: worst(city, texts, codes, effects))
    faults, drawn = check.check(edition.flows, edition.words, edition.texts, longest)
    found = {*faults, *screens_too_long(edition.texts, longest), *_senseless(edition), *missing}
    found |= {*_orphans(edition.flows), *_problems(edition, city)}
    return Checked(sorted(found), missing, drawn, longest)


def _senseless(edition: Edition) -> Iterator[Fault]:
    """What the program could not work with in any city, beside what no resident could get through."""
    yield from meaningless(edition)
    yield from _missing_entries(edition.flows)


def _measured(texts: Texts, measure: Callable[[Texts], Worst]) -> tuple[Worst, Sequence[Fault]]:
    """The longest values, and what they lack: where a text cannot be said, nothing is said in its place."""
    faults: list[Fault] = []
    while True:
        try:
            return measure(texts), faults
        except KeyError as missing:
            name = str(missing.args[0])
            is_text = "." in name
            mute = (
                [name] if is_text else [one for one, said in texts.sources.items() if name in placeholders(first(said))]
            )
            if not mute:
                raise
            what = "missing, and the program says it" if is_text else f"{{{name}}} has no value in one of these"
            faults.append(Fault(TEXTS, texts.line(mute[0]), f"{', '.join(mute)}: {what}"))
            texts = replace(texts, sources={**texts.sources, **dict.fromkeys(mute, "")})


def gone(new: Edition, old: Edition) -> Iterator[Fault]:
    """What an edit took away that the program or people rely on: nobody would miss it before it is dialled."""
    for name in old.texts.sources:
        if name not in new.texts.sources:
            yield Fault(TEXTS, 1, f"{name}: the program says it, so it may change but not go")
    spoken = replace(new.words, drafts=old.words.drafts).languages
    for language in old.words.languages:
        if language not in spoken:
            what = "people are spoken to in this language: its texts may change, but not all of them go"
            yield Fault(f"locale/{language}.po", 1, what)
    yield from _lost_keys(new.flows, old.flows)


def _lost_keys(new: Flows, old: Flows) -> Iterator[Fault]:
    """Fixed choices that the program tells apart and that a screen, or its flow if the screen is gone, has no more."""
    for at, screen in graph.screens(old):
        flow, known = new.get(at.partition(".")[0]), anchors.ANSWERS.get(screen.answer, frozenset())
        if flow is None:
            continue
        heirs = [heir for heir in flow.screens.values() if heir.answer == screen.answer]
        heirs = [heir for heir in heirs if heir.name == screen.name] or heirs
        kept = {choice.key for heir in heirs for choice in heir.choices}
        for key in (choice.key for choice in screen.choices if choice.key in known - kept):
            what = f"menu: the program knows the answer '{key}': its words may change, its key may not"
            yield Fault(f"{flow.name}.yaml", heirs[0].line if heirs else 1, f"{screen.name}: {what}")


def worse(new: Sequence[Fault], old: Sequence[Fault]) -> Sequence[Fault]:
    """The faults that were not there before, wherever they stood."""
    known = {(fault.file, fault.what) for fault in old}
    return [fault for fault in new if (fault.file, fault.what) not in known]


def _missing_entries(flows: Flows) -> Iterator[Fault]:
    """Flows without which the program cannot go on."""
    for name in anchors.ENTRIES:
        if name not in flows:
            yield Fault(f"{name}.yaml", 1, "missing, and the program leads to this flow")


def _orphans(flows: Flows) -> Iterator[Fault]:
    """Flows that nobody can come to."""
    leads = {(at.partition(".")[0], to.partition(".")[0]) for at, _, _, to in graph.ways(flows)}
    reached: set[str] = set()
    ahead = set(anchors.ENTRIES)
    while ahead:
        reached |= ahead
        ahead = {to for at, to in leads if at in ahead} - reached
    for name in flows:
        if name not in reached:
            yield Fault(f"{name}.yaml", 1, f"no way leads to this flow: write it as a target, '{name}/'")


def lacking(edition: Edition, language: str) -> Iterator[Fault]:
    """The texts that are said in English where a language is asked for, by the line of the English."""
    for file, row, (context, source) in sources(edition.flows, edition.texts.sources):
        entry = edition.words.entry(context, source, language)
        if entry is None or not entry.holds(source):
            yield Fault(file, row or edition.texts.line(context), f"{context}: '{first(source)}'")


def useless(edition: Edition) -> Iterator[Fault]:
    """Translations that nobody will ever hear; they do no harm."""
    known = {context for _, _, (context, _) in sources(edition.flows, edition.texts.sources)}
    for language, entries in edition.words.catalogues.items():
        file = f"locale/{language}.po"
        if language not in (*edition.words.speeches, *edition.words.languages):
            yield Fault(file, 1, f"says nothing yet, and {language} does not stand in {LANGUAGES}")
        for (context, _), entry in entries.items():
            if context not in known:
                yield Fault(file, entry.line, f"says nothing any more: nothing is called {context or 'like this'}")


def meaningless(edition: Edition) -> Iterator[Fault]:
    """What is wrong with the keywords."""
    source = edition.keywords
    try:
        keywords = Keywords.model_validate(source.data)
    except ValidationError as wrong:
        for error in wrong.errors():
            yield from _wrong_words(source, error)
        return
    for name in keywords.commands:
        if name not in anchors.COMMANDS:
            near = difflib.get_close_matches(name, sorted(anchors.COMMANDS), 1)
            what = f"means nothing to the program{f', did you mean {near[0]}?' if near else ''}"
            yield Fault(KEYWORDS, source.line("commands", name), f"commands: {name}: {what}")
    for name in sorted(anchors.COMMANDS - set(keywords.commands)):
        what = "missing, so whoever sends it files a report"
        yield Fault(KEYWORDS, source.line("commands"), f"commands: {name}: {what}")


def _wrong_words(source: Source, error: ErrorDetails) -> Iterator[Fault]:
    """What pydantic found in the keywords, each word that means two things by its own line."""
    keys, why = [str(key) for key in error["loc"]], error.get("ctx", {}).get("error")
    if isinstance(why, Ambiguous):
        yield from (Fault(KEYWORDS, source.line(*at), what) for what, at in why.found.items())
    else:
        what = ": ".join([*keys, error["msg"].removeprefix("Value error, ")])
        yield Fault(KEYWORDS, source.line(*keys), what)


def _problems(edition: Edition, city: City) -> Iterator[Fault]:
    """Keywords that are the very words of a kind of problem: who sends one, wants to report."""
    try:
        keywords = Keywords.model_validate(edition.keywords.data)
    except ValidationError:
        return
    meant = {phrase_of(one): kind.code for kind in city.categories for said in kind.keywords.values() for one in said}
    for name, keyword in keywords.commands.items():
        for language, said in keyword.words.items():
            for at, word in enumerate(said):
                if phrase_of(word) in meant:
                    line = edition.keywords.line("commands", name, "words", language, str(at))
                    what = f"'{word}' is {meant[phrase_of(word)]} in this city, and would no longer report it"
                    yield Fault(KEYWORDS, line, f"commands: {name}: {language}: {what}")
