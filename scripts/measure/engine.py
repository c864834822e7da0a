"""`scripts/bench engine`: what one turn of the report conversation costs, and what it costs to read the flows."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table

from app.civic import dates, pack, references
from app.civic.caller import Caller
from app.civic.city import City
from app.civic.likeness import OpenCase
from app.civic.outside import Outside
from app.civic.places import PlaceIndex
from app.config import ROOT
from app.engine import edition, load
from app.engine.edition import Edition
from app.engine.gsm import septets
from app.engine.state import Turn
from app.engine.step import begin, step
from app.wiring import FLOWS

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)
NEW, THEIRS = references.make(482_913), references.make(482_901)
HOME = "kholofelo"
LANGUAGES = ("en", "zu")
CALLS = {
    "first dial": (True, ("1", "1", "2", "KHOL", "1", "Mooki St")),
    "returning": (False, ("1", "2", "1", "Mooki St")),
}
"""Whether nobody knows the caller, and what is typed; somebody new types the number of their language first."""


@dataclass(frozen=True)
class Figure:
    """Processor time of one thing in microseconds, beside that of its limit in the same run."""

    what: str
    median_us: float
    p99_us: float
    limit: str
    limit_us: float
    times_limit: float


@click.command()
@click.option("--rounds", default=2000, help="how often each turn is taken; the flows are read a hundredth as often")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def engine(rounds: int, as_json: bool) -> None:
    """Turns of the report conversation beside the same text made by one format, and reading flows beside bare JSON."""
    city, made = pack.read(ROOT / "demo"), edition.read(FLOWS, drafts=True)
    places = PlaceIndex(city, dates.day(NOW, city.zone))
    talks = [
        figure
        for language in LANGUAGES
        for call in CALLS
        for figure in turns(Conversation(made, city, places, language, call), rounds)
    ]
    show([*talks, *readings(made, max(rounds // 100, 5))], as_json)


# -- turns -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conversation:
    """A report from dial to end, by somebody new or by a resident, in a language."""

    made: Edition
    city: City
    places: PlaceIndex
    language: str
    call: str

    def typed(self) -> Sequence[str]:
        """What is typed after dialling."""
        is_new, typed = CALLS[self.call]
        offered = [option.key for option in self.outside().options("languages", {})]
        return (str(offered.index(self.language) + 1), *typed[1:]) if is_new else typed

    def caller(self) -> Caller:
        """Who dials."""
        return Caller() if CALLS[self.call][0] else Caller(self.language, HOME)

    def outside(self) -> Outside:
        """All that is lent, as for one hop."""
        return Outside(
            city=self.city,
            places=self.places,
            words=self.made.words,
            texts=self.made.texts,
            caller=self.caller(),
            now=NOW,
            service_code="*120*4932#",
            short_code="31245",
            alike=lambda category, place: (OpenCase(THEIRS, "Clinic", NOW),),
            new_reference=lambda: NEW,
        )


def turns(talk: Conversation, rounds: int) -> Iterator[Figure]:
    """Every hop of a conversation, each from the state that the hop before left."""
    flows = talk.made.flows
    name, answers = f"{talk.call}, {talk.language}", talk.caller().answers()
    turn = begin(flows, "home", answers, talk.outside())
    yield _hop(f"{name}: dial", turn, lambda: begin(flows, "home", answers, talk.outside()), rounds)
    for typed in talk.typed():
        state = turn.state
        turn = step(flows, state, typed, talk.outside())
        yield _hop(
            f"{name}: {turn.state.at}",
            turn,
            lambda state=state, typed=typed: step(flows, state, typed, talk.outside()),
            rounds,
        )
    if not turn.reply.ends or turn.state.at != "report.thanks":
        raise click.ClickException(f"{name}: the conversation did not end with a report, but with: {turn.reply.text}")


def _hop(what: str, turn: Turn, taken: Callable[[], Turn], rounds: int) -> Figure:
    """A hop beside the least that any program does for it: the same text filled in once and measured."""
    head, _, tail = turn.reply.text.partition(" ")
    pattern = head.replace("{", "{{").replace("}", "}}") + " {rest}"

    def bare() -> int | None:
        return septets(pattern.format(rest=tail))

    return _beside(what, taken, "format and septets", bare, rounds)


# -- reading -----------------------------------------------------------------------------------------------------------


def readings(made: Edition, rounds: int) -> Iterator[Figure]:
    """The flows and the whole edition from their files, and the edition from what was written of it."""
    content = edition.written(made)
    flows = json.dumps(json.loads(content)["flows"])
    yield _beside("flows from YAML", lambda: load.load(FLOWS), "json.loads", lambda: json.loads(flows), rounds)
    for what, taken in (
        ("edition from files", lambda: edition.read(FLOWS, drafts=True)),
        ("edition from JSON", lambda: edition.opened(content, drafts=True)),
    ):
        yield _beside(what, taken, "json.loads", lambda: json.loads(content), rounds)


# -- figures -----------------------------------------------------------------------------------------------------------


def _beside(what: str, taken: Callable[[], object], limit: str, bare: Callable[[], object], rounds: int) -> Figure:
    """Both in turn, so that whatever else the machine does befalls both; a tenth beforehand to warm up."""
    ours, least = [], []
    for _ in range(rounds + rounds // 10):
        ours.append(_microseconds(taken))
        least.append(_microseconds(bare))
    ours, least = sorted(ours[-rounds:]), sorted(least[-rounds:])
    median, beside = ours[rounds // 2], least[rounds // 2]
    return Figure(
        what, round(median, 1), round(ours[rounds * 99 // 100], 1), limit, round(beside, 1), round(median / beside, 1)
    )


def _microseconds(taken: Callable[[], object]) -> float:
    began = time.thread_time_ns()
    taken()
    return (time.thread_time_ns() - began) / 1000


def show(figures: Sequence[Figure], as_json: bool) -> None:
    """The table, each line beside its limit."""
    rows = [asdict(one) for one in figures]
    if as_json:
        click.echo(json.dumps(rows))
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console(width=140).print(table)
