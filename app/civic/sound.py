"""Whether an edition may be said: what is wrong with it anywhere, and what does not fit the city that is served."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import ValidationError

from app.civic.city import City
from app.civic.keywords import Keywords
from app.civic.longest import Codes
from app.civic.worst import screens_too_long, worst
from app.engine import check
from app.engine.edition import KEYWORDS, TEXTS, Edition
from app.engine.flow import Flows
from app.engine.graph import targets
from app.engine.source import Fault
from app.engine.words import Texts, Words

ANY_LENGTH: Final = 1_000_000


@dataclass(frozen=True)
class Found:
    """The faults of an edition: `broken` in any city, `unfit` for this one, and how many texts a language lacks."""

    broken: Sequence[Fault]
    unfit: Sequence[Fault] = ()
    unsaid: int = 0


def examine(edition: Edition, city: City, codes: Codes, effects: Collection[str]) -> Found:
    """Everything that is wrong with an edition, drafts as far as it has them; `effects` are those that can be done.

    What a language lacks is no fault: English is said.
    """
    try:
        longest = worst(city, edition.texts, codes, effects)
    except KeyError as missing:
        return Found((Fault(TEXTS, 1, f"{missing.args[0]}: missing, and the program says it"),))
    english = Texts(Words(), edition.texts.sources)
    anywhere = replace(longest, limit=ANY_LENGTH, segments=0)
    broken = {*check.check(edition.flows, english.words, english, anywhere)[0], *meaningless(edition)}
    found = {*check.check(edition.flows, edition.words, edition.texts, longest)[0]}
    found |= {*screens_too_long(edition.texts, longest)}
    unsaid = {fault for fault in found if f": {check.UNSAID}: " in fault.what}
    return Found(sorted(broken), sorted(found - broken - unsaid), len(unsaid))


def gone(new: Edition, old: Edition) -> Iterator[Fault]:
    """What an edit took away although only the program leads there: nobody else would miss it before it is dialled."""
    for name in old.texts.sources:
        if name not in new.texts.sources:
            yield Fault(TEXTS, 1, f"{name}: the program says it, so it may change but not go")
    for name in sorted(_entries(old.flows) - set(new.flows)):
        yield Fault(f"{name}.yaml", 1, "the program leads to this flow, so it may change but not go")


def worse(new: Sequence[Fault], old: Sequence[Fault]) -> Sequence[Fault]:
    """The faults that were not there before, wherever they stood."""
    known = {(fault.file, fault.what) for fault in old}
    return [fault for fault in new if (fault.file, fault.what) not in known]


def _entries(flows: Flows) -> set[str]:
    """The flows that no other flow leads to."""
    led_to = set()
    for flow in flows.values():
        for screen in flow.screens.values():
            ways = [target for _, target in targets(screen)] + [screen.call or ""]
            led_to |= {way.removesuffix("/") for way in ways if way.endswith("/")} - {flow.name}
    return set(flows) - led_to


def meaningless(edition: Edition) -> Iterator[Fault]:
    """What is wrong with the keywords."""
    try:
        Keywords.model_validate(edition.keywords.data)
    except ValidationError as wrong:
        for error in wrong.errors():
            keys = [str(key) for key in error["loc"]]
            what = ": ".join([*keys, error["msg"].removeprefix("Value error, ")])
            yield Fault(KEYWORDS, edition.keywords.line(*keys), what)
