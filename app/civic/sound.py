"""Whether an edition may be said: what is wrong with it anywhere, and what does not fit the city that is served."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import ValidationError

from app.civic.city import City
from app.civic.keywords import Keywords
from app.civic.longest import Codes
from app.civic.worst import screens_too_long, worst
from app.engine import check
from app.engine.catalogue import first
from app.engine.check import Worst
from app.engine.edition import KEYWORDS, TEXTS, Edition
from app.engine.flow import Flows
from app.engine.graph import targets
from app.engine.render import placeholders
from app.engine.source import Fault
from app.engine.words import Texts, Words

ANY_LENGTH: Final = 1_000_000


@dataclass(frozen=True)
class Found:
    """The faults of an edition: `broken` in any city, `unfit` for this one, and how many texts a language lacks."""

    broken: Sequence[Fault]
    unfit: Sequence[Fault] = ()
    unsaid: int = 0


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
    english = Texts(Words(), edition.texts.sources)
    anywhere = replace(checked.longest, limit=ANY_LENGTH, segments=0)
    broken = {*check.check(edition.flows, english.words, english, anywhere)[0], *meaningless(edition), *checked.missing}
    unsaid = {fault for fault in checked.faults if f": {check.UNSAID}: " in fault.what}
    return Found(sorted(broken), sorted({*checked.faults} - broken - unsaid), len(unsaid))


def check_all(edition: Edition, city: City, codes: Codes, effects: Collection[str]) -> Checked:
    """Every fault of an edition in a city, what a language lacks among them."""
    longest, missing = _measured(edition.texts, lambda texts: worst(city, texts, codes, effects))
    faults, drawn = check.check(edition.flows, edition.words, edition.texts, longest)
    found = {*faults, *screens_too_long(edition.texts, longest), *meaningless(edition), *missing}
    return Checked(sorted(found), missing, drawn, longest)


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
            faults.append(Fault(TEXTS, 1, f"{', '.join(mute)}: {what}"))
            texts = Texts(texts.words, {**texts.sources, **dict.fromkeys(mute, "")})


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
