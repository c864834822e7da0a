"""Golden conversations: what people read on their phones, kept as text that a translator can review.

A file holds a conversation: a sentence, who dials, what is typed (`> `) and what the phone shows. The first `> ` is the
code that is dialled. It stands in the folder of its language; those of IN_EVERY_LANGUAGE are typed alike in each.
After a change that is meant, make them anew and read what changed:
`IZWI_REMAKE=1 scripts/test tests/flows/test_golden.py`
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from app.engine import graph
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
    """Who dials, and what stands round them: neighbours' open cases; a dial that begins deeper has a start.

    `left`: what they typed before their last call broke off.
    """

    caller: Caller = field(default_factory=Caller)
    neighbours: Sequence[OpenCase] = ()
    start: str = "home"
    known: Mapping[str, str] = field(default_factory=dict)
    left: Sequence[str] = ()

    def speaking(self, language: str) -> "Scene":
        """The same, in a language, unless they have not chosen one yet."""
        return replace(self, caller=replace(self.caller, language=language)) if self.caller.language else self


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
    "somebody new who dialled a long code": Scene(known={"language": "en", "language_later": "yes"}),
    "a resident whose call broke off": Scene(
        RESIDENT, start="resume", known={"left_category": "LEAK", "left_place": "kholofelo"}, left=("1", "2", "1")
    ),
    "a resident who reports for others": Scene(replace(RESIDENT, for_others=True)),
    "a resident who has not said where they live for half a year": Scene(replace(RESIDENT, is_home_old=True)),
    "a resident with two places": Scene(replace(RESIDENT, second="acacia-park")),
}
IN_EVERY_LANGUAGE: Final = (
    *("bribe", "danger", "join", "my_reports_status", "polls", "report_new", "report_returning", "resume"),
    *("settings_area", "speak", "verdict_asked"),
)
NEW_TYPE_A_LANGUAGE: Final = ("somebody new",)


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
    left = list(play(replace(scene, start="home", left=()), scene.left))[-1].state if scene.left else None
    turn = begin(flows(), scene.start, {**scene.caller.answers(), **scene.known}, lent, left)
    yield turn
    for words in typed:
        assert not turn.reply.ends, f"it ended before '{words}' was typed"
        turn = step(flows(), turn.state, words, lent)
        yield turn


def transcript(golden: str, language: str) -> str:
    """The same file, with what the phone shows now."""
    head, _, talk = golden.partition("\n\n")
    dialled, *typed = (line.removeprefix("> ") for line in talk.splitlines() if line.startswith("> "))
    turns = play(scene_of(golden, language), typed)
    shown = (screen(words, turn) for words, turn in zip((dialled, *typed), turns, strict=True))
    return "\n\n".join((head, *shown)) + "\n"


def screen(typed: str, turn: Turn) -> str:
    """What was typed, what the phone shows then, and what is done."""
    measure = f"({'END' if turn.reply.ends else 'CON'}, {septets(turn.reply.text)})"
    return "\n".join((f"> {typed}", turn.reply.text, measure, *(done(effect) for effect in turn.effects)))


def done(effect: Effect) -> str:
    told = (f"{name}={value}" for name, value in sorted(effect.data.items()) if value and not name.endswith("_count"))
    return f"* {effect.name}: " + ", ".join(told)


def scene_of(golden: str, language: str) -> Scene:
    return SCENES[who(golden)].speaking(language)


def who(golden: str) -> str:
    return golden.splitlines()[1].removeprefix("Who dials: ")


def typed_in(golden: str) -> list[str]:
    return [line.removeprefix("> ") for line in golden.splitlines() if line.startswith("> ")][1:]


def conversations() -> list[Path]:
    return sorted(GOLDEN.glob("*/*.txt"))


def every_conversation() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", conversations(), ids=lambda path: f"{path.parent.name}-{path.stem}")


def translated(golden: str, language: str) -> str:
    """A conversation in English, typed in another language: only somebody new types otherwise, to choose it."""
    head, _, talk = golden.partition("\n\n")
    dialled, *typed = (line for line in talk.splitlines() if line.startswith("> "))
    if who(golden) in NEW_TYPE_A_LANGUAGE:
        typed = [*(f"> {keys}" for keys in keys_of(language)), *typed[1:]]
    return "\n\n".join((head, *(f"{line}\n" for line in (dialled, *typed))))


def keys_of(language: str) -> list[str]:
    """What somebody new types for a language: its number, on the second page if it stands there."""
    offered = [option.key for option in outside(Scene()).options("languages", {})]
    number = str(offered.index(language) + 1)
    (first,) = play(Scene(), ())
    return [number] if f"\n{number}. " in first.reply.text else ["98", number]


def missing() -> Iterator[tuple[Path, str]]:
    """The conversations that some language lacks, as they are to be made."""
    for name in IN_EVERY_LANGUAGE:
        english = (GOLDEN / "en" / f"{name}.txt").read_text(encoding="utf-8")
        for language in texts().words.languages:
            path = GOLDEN / language / f"{name}.txt"
            if not path.exists():
                yield path, transcript(translated(english, language), language)


@every_conversation()
def test_a_conversation_reads_as_it_was_reviewed(path: Path):
    golden = path.read_text(encoding="utf-8")
    now = transcript(golden, path.parent.name)
    if REMAKE:
        path.write_text(now, encoding="utf-8")
    elif now != golden:
        difference = unified_diff(golden.splitlines(), now.splitlines(), "reviewed", "now", lineterm="", n=20)
        pytest.fail("\n".join((f"{path.name} reads otherwise now:", *difference)), pytrace=False)


@every_conversation()
def test_every_screen_of_it_fits_a_phone(path: Path):
    golden = path.read_text(encoding="utf-8")
    turns = play(scene_of(golden, path.parent.name), typed_in(golden))
    sizes = {turn.reply.text: septets(turn.reply.text) for turn in turns}

    assert {text: size for text, size in sizes.items() if size is None or size > LIMIT} == {}


def test_every_screen_of_the_flows_is_shown_in_some_conversation():
    files = [path.read_text(encoding="utf-8") for path in conversations() if path.parent.name == "en"]
    shown = {turn.state.at for golden in files for turn in play(scene_of(golden, "en"), typed_in(golden))}
    every = {at for at, screen in graph.screens(flows()) if screen.text}

    assert every - shown == set()


def test_every_flow_is_reviewed_in_every_language():
    for path, made in missing() if REMAKE else ():
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8")

    assert [path for path, _ in missing()] == []
    assert {path.parent.name for path in conversations()} == set(texts().words.languages)


def test_a_conversation_in_every_language_stands_for_every_flow():
    shown = set()
    for name in IN_EVERY_LANGUAGE:
        golden = (GOLDEN / "en" / f"{name}.txt").read_text(encoding="utf-8")
        shown |= {turn.state.flow for turn in play(scene_of(golden, "en"), typed_in(golden))}

    assert shown == set(flows())


def test_the_check_finds_no_fault_in_any_screen_of_any_language(record_property: Callable[[str, object], None]):
    longest = worst(demo_city(), texts(), Codes(CODE, "31245", LIMIT), EFFECTS)
    faults, looked_at = check(flows(), texts().words, texts(), longest)
    record_property("screens times languages", looked_at)

    assert [str(fault) for fault in (*faults, *screens_too_long(texts(), longest))] == []
    assert looked_at == sum(len(flow.screens) for flow in flows().values()) * len(texts().words.languages)
