"""Golden conversations: what people read on their phones, kept as text that a translator can review.

A file holds a conversation: a sentence, who dials, what is typed (`> `) and what the phone shows. The first `> ` is the
code that is dialled. After a change that is meant, make them anew and read what changed:
`IZWI_REMAKE=1 scripts/test tests/flows/test_golden.py`
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from difflib import unified_diff
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from app.civic import dates, references
from app.civic.caller import Caller, KnownCase, KnownPoll
from app.civic.likeness import OpenCase
from app.civic.longest import Codes
from app.civic.outside import Outside
from app.civic.places import PlaceIndex
from app.civic.worst import screens_too_long, worst
from app.config import ROOT
from app.engine.check import check
from app.engine.flow import Flows
from app.engine.gsm import septets
from app.engine.load import load
from app.engine.state import Effect, Turn
from app.engine.step import begin, step
from app.engine.words import Texts, Words
from app.jobs.effects import EFFECTS
from tests.conftest import demo_city

GOLDEN: Final = Path(__file__).parent / "golden"
FLOWS: Final = ROOT / "flows"
REMAKE: Final = bool(os.environ.get("IZWI_REMAKE"))
LIMIT: Final = 160
NOW: Final = datetime(2026, 3, 3, 8, tzinfo=UTC)  # ten in the morning in the city, a Tuesday
NEW: Final = references.make(482_913)
OURS: Final = references.make(482_900)
THEIRS: Final = references.make(482_901)
CODE: Final = "*120*4932#"


@dataclass(frozen=True)
class Scene:
    """Who dials, and what stands round them: neighbours' open cases; a dial that begins deeper has a start."""

    caller: Caller = field(default_factory=Caller)
    neighbours: Sequence[OpenCase] = ()
    start: str = "home"
    known: Mapping[str, str] = field(default_factory=dict)


def case(status: str, **more: object) -> KnownCase:
    """A case of the caller."""
    return KnownCase(OURS, "LEAK", "kholofelo", "2021/3", status, **more)  # type: ignore[arg-type]


RESIDENT: Final = Caller("en", "kholofelo")
JOINED: Final = {"joins": THEIRS, "joins_category": "LEAK", "joins_place": "kholofelo", "joins_ward": "2021/3"}
PLACES: Final = (("1", "Kholofelo"), ("2", "Kholwani"), ("3", "Neither"))
POLL: Final = KnownPoll("1", "Where should the new clinic stand?", PLACES)
FRESH: Final = case("received", aim=date(2026, 3, 5), undo_until=NOW + timedelta(minutes=8))
SECOND: Final = KnownCase(references.make(482_905), "ROADS", None, "2021/12", "in_progress")
REPAIRED: Final = KnownCase(references.make(482_905), "ROADS", None, "2021/12", "fixed", asks=True)
OTHER_POLL: Final = KnownPoll("2", "Is your rubbish taken every week?", (("1", "Yes"), ("2", "No")))
SCENES: Final[Mapping[str, Scene]] = {
    "somebody new": Scene(),
    "a resident of Kholofelo": Scene(RESIDENT),
    "a resident whose neighbours reported a leak": Scene(
        RESIDENT, [OpenCase(THEIRS, "Vilakazi St", NOW), OpenCase(OURS, "Mooki St", NOW)]
    ),
    "a resident who reported two minutes ago": Scene(Caller("en", "kholofelo", (FRESH,))),
    "a resident whose leak was promised": Scene(
        Caller("en", "kholofelo", (case("scheduled", promised=date(2026, 3, 9)),))
    ),
    "a resident whose leak the city calls fixed": Scene(Caller("en", "kholofelo", (case("fixed", asks=True),))),
    "a resident with two repairs to judge": Scene(Caller("en", "kholofelo", (case("fixed", asks=True), REPAIRED))),
    "a resident whose case was declined": Scene(
        Caller("en", "kholofelo", (case("declined", reason="private ground"),))
    ),
    "a resident with two reports": Scene(Caller("en", "kholofelo", (FRESH, SECOND))),
    "a resident while a poll is open": Scene(Caller("en", "kholofelo", (), (POLL,))),
    "a resident while two polls are open": Scene(Caller("en", "kholofelo", (), (POLL, OTHER_POLL))),
    "a neighbour who joins": Scene(RESIDENT, start="join", known=JOINED),
    "somebody with a wrong number to join": Scene(Caller("en"), start="join"),
}


@cache
def flows() -> Flows:
    return load(FLOWS)


@cache
def texts() -> Texts:
    return Texts.load(Words.load(FLOWS / "locale", drafts=True), FLOWS / "texts.yaml")


@cache
def places() -> PlaceIndex:
    return PlaceIndex(demo_city(), dates.day(NOW, demo_city().zone))


def outside(scene: Scene) -> Outside:
    return Outside(
        city=demo_city(),
        places=places(),
        words=texts().words,
        texts=texts(),
        caller=scene.caller,
        now=NOW,
        service_code=CODE,
        short_code="31245",
        alike=lambda category, place: scene.neighbours,
        new_reference=lambda: NEW,
    )


def play(scene: Scene, typed: Sequence[str]) -> Iterator[Turn]:
    """The turns of a conversation, until it ends or nothing more is typed."""
    lent = outside(scene)
    turn = begin(flows(), scene.start, {**scene.caller.answers(), **scene.known}, lent)
    yield turn
    for words in typed:
        assert not turn.reply.ends, f"it ended before '{words}' was typed"
        turn = step(flows(), turn.state, words, lent)
        yield turn


def transcript(golden: str) -> str:
    """The same file, with what the phone shows now."""
    head, _, talk = golden.partition("\n\n")
    dialled, *typed = (line.removeprefix("> ") for line in talk.splitlines() if line.startswith("> "))
    turns = play(scene_of(golden), typed)
    shown = (screen(words, turn) for words, turn in zip((dialled, *typed), turns, strict=True))
    return "\n\n".join((head, *shown)) + "\n"


def screen(typed: str, turn: Turn) -> str:
    """What was typed, what the phone shows then, and what is done."""
    measure = f"({'END' if turn.reply.ends else 'CON'}, {septets(turn.reply.text)})"
    return "\n".join((f"> {typed}", turn.reply.text, measure, *(done(effect) for effect in turn.effects)))


def done(effect: Effect) -> str:
    told = (f"{name}={value}" for name, value in sorted(effect.data.items()) if value and not name.endswith("_count"))
    return f"* {effect.name}: " + ", ".join(told)


def scene_of(golden: str) -> Scene:
    return SCENES[golden.splitlines()[1].removeprefix("Who dials: ")]


def typed_in(golden: str) -> list[str]:
    return [line.removeprefix("> ") for line in golden.splitlines() if line.startswith("> ")][1:]


def conversations() -> list[Path]:
    return sorted(GOLDEN.glob("*.txt"))


def every_conversation() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", conversations(), ids=lambda path: path.stem)


@every_conversation()
def test_a_conversation_reads_as_it_was_reviewed(path: Path):
    golden = path.read_text(encoding="utf-8")
    now = transcript(golden)
    if REMAKE:
        path.write_text(now, encoding="utf-8")
    elif now != golden:
        difference = unified_diff(golden.splitlines(), now.splitlines(), "reviewed", "now", lineterm="", n=20)
        pytest.fail("\n".join((f"{path.name} reads otherwise now:", *difference)), pytrace=False)


@every_conversation()
def test_every_screen_of_it_fits_a_phone(path: Path):
    golden = path.read_text(encoding="utf-8")
    sizes = {turn.reply.text: septets(turn.reply.text) for turn in play(scene_of(golden), typed_in(golden))}

    assert {text: size for text, size in sizes.items() if size is None or size > LIMIT} == {}


def test_every_screen_of_the_flows_is_shown_in_some_conversation():
    files = [path.read_text(encoding="utf-8") for path in conversations()]
    shown = {turn.state.at for golden in files for turn in play(scene_of(golden), typed_in(golden))}
    every = {f"{name}.{screen}" for name, flow in flows().items() for screen in flow.screens}

    assert every - shown == set()


def test_a_new_report_is_reviewed_in_every_language():
    reviewed = {path.stem.rpartition("_")[2] for path in GOLDEN.glob("report_new_*")}

    assert reviewed == set(texts().words.languages)


def test_the_check_finds_no_fault_in_any_screen_of_any_language(record_property: Callable[[str, object], None]):
    longest = worst(demo_city(), texts(), Codes(CODE, "31245", LIMIT), EFFECTS)
    faults, looked_at = check(flows(), texts().words, texts(), longest)
    record_property("screens times languages", looked_at)

    assert [str(fault) for fault in (*faults, *screens_too_long(texts(), longest))] == []
    assert looked_at == sum(len(flow.screens) for flow in flows().values()) * len(texts().words.languages)
