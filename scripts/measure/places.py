"""`scripts/bench places`: how often the right place is found however it is typed, and how long it takes."""

import datetime as dt
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from rapidfuzz import process
from rapidfuzz.distance import OSA
from rich.console import Console
from rich.table import Table

from app.civic import pack
from app.civic.city import City, Place
from app.civic.places import Match, PlaceIndex
from app.config import ROOT
from app.engine.render import Face, pages
from scripts.measure.johannesburg import real_city, real_sentences
from scripts.measure.mistyped import AS_IT_IS, UNKNOWABLE, attempts, in_sentences

DAY = dt.date(2026, 3, 2)
SEED = 4932
MOST = 30
GLANCE = 2
SCREEN = 160


@dataclass
class Tally:
    """What became of the attempts of one kind."""

    kind: str
    attempts: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def share(self, *outcomes: str) -> float:
        """How many of a hundred attempts ended so."""
        return 100 * sum(self.counts[one] for one in outcomes) / max(1, self.attempts)

    def add(self, outcome: str) -> None:
        """Counts one attempt."""
        self.attempts += 1
        self.counts[outcome] += 1


RIGHT = ("alone", "asked")


# -- right, asked back, wrong ------------------------------------------------------------------------------------------


def outcome(matches: Sequence[Match], meant: Place) -> str:
    """What typed words come to.

    `alone`: taken without asking, and right; `wrong`: the same, but another place; `asked`: the right one stands on
    the first two pages of "Which one?"; `deep`: on later pages; `missed`: others are offered; `nothing`: not found.
    """
    keys = [match.place.key for match in matches]
    if len(matches) == 1 and matches[0].exact:
        return "alone" if keys == [meant.key] else "wrong"
    if meant.key not in keys:
        return "missed" if keys else "nothing"
    return "asked" if keys.index(meant.key) < shown(matches) else "deep"


def shown(matches: Sequence[Match]) -> int:
    """How many places stand on the first two pages of the screen that asks which one was meant."""
    lines = [f"{number}. {match.place.name}" for number, match in enumerate(matches, 1)]
    face = Face("Which one?", (*lines, f"{len(lines) + 1}. None of these"), way_out="0. Back")
    read = "\n".join(pages(face, SCREEN)[:GLANCE]).splitlines()
    return sum(line in read for line in lines)


def typed_names(index: PlaceIndex, places: Sequence[Place], seed: int = SEED) -> list[Tally]:
    """Every place typed with every kind of mistake, by kind; last `all` mistakes but the one that nobody can know."""
    tallies: dict[str, Tally] = {}
    everything = Tally("all")
    for attempt in attempts(places, seed):
        ended = outcome(index.find(attempt.typed, MOST), attempt.place)
        tallies.setdefault(attempt.kind, Tally(attempt.kind)).add(ended)
        if attempt.kind not in (*AS_IT_IS, UNKNOWABLE):
            everything.add(ended)
    return [*tallies.values(), everything]


def named_in_sentences(index: PlaceIndex, places: Sequence[Place], texts: Sequence[str]) -> list[Tally]:
    """Every place named, with and without mistakes, at the beginning or end of a message that names none.

    `alone`: the right place; `coarse`: an area of which the right one is a part; `wrong`: another; `nothing`: asked.
    """
    quiet = [text for text in texts if index.in_text(text) is None]
    tallies = {"no place": Tally("no place")}
    for text in texts:
        tallies["no place"].add("nothing" if text in quiet else "wrong")
    for attempt in in_sentences(places, quiet, SEED):
        found = index.in_text(attempt.typed)
        tallies.setdefault(attempt.kind, Tally(attempt.kind)).add(_read(found, attempt.place))
    return list(tallies.values())


def _read(found: Match | None, meant: Place) -> str:
    if found is None:
        return "nothing"
    if found.place.key == meant.key:
        return "alone"
    return "coarse" if meant.name.startswith(found.place.name) else "wrong"


def choices_of_four_letters(index: PlaceIndex, places: Sequence[Place]) -> list[int]:
    """How many places the first four letters of each place leave, without any limit; sorted."""
    letters = (re.sub("[^a-z0-9]", "", place.name.lower())[:4] for place in places)
    return sorted(len(index.find(typed, len(places))) for typed in letters)


# -- how long it takes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Speed:
    """Processor time of queries, in microseconds."""

    what: str
    queries: int
    median_us: float
    p99_us: float


def speeds(index: PlaceIndex, places: Sequence[Place], count: int) -> list[Speed]:
    """The same queries through a bare rapidfuzz extract over the same names, through `find` and through `in_text`."""
    typed = [attempt.typed for attempt in attempts(places, SEED)]
    random.Random(SEED).shuffle(typed)  # noqa: S311 - to be repeated, not to be secret
    typed, names = typed[:count], [place.name.lower() for place in places]
    ways: dict[str, Callable[[str], object]] = {
        "bare extract": lambda words: process.extract(words, names, scorer=OSA.distance, limit=MOST),
        "find": lambda words: index.find(words, MOST),
        "in_text": lambda words: index.in_text(f"there is no water since monday in {words} please help"),
    }
    return [_timed(what, way, typed) for what, way in ways.items()]


def _timed(what: str, way: Callable[[str], object], typed: Sequence[str]) -> Speed:
    taken = []
    for words in (*typed[: len(typed) // 10], *typed):
        began = time.thread_time()
        way(words)
        taken.append((time.thread_time() - began) * 1e6)
    taken = sorted(taken[-len(typed) :])
    return Speed(what, len(taken), taken[len(taken) // 2], taken[len(taken) * 99 // 100])


def build_ms(city: City) -> float:
    """Processor time in which the names of a city are read, in milliseconds."""
    began = time.thread_time()
    PlaceIndex(city, DAY)
    return (time.thread_time() - began) * 1000


# -- the command -------------------------------------------------------------------------------------------------------


@click.command()
@click.option("--data", envvar="IZWI_TEST_DATA", type=click.Path(path_type=Path), default=ROOT.parent / "shared/data")
@click.option("--queries", default=4000, help="how many are timed")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def places(data: Path, queries: int, as_json: bool) -> None:
    """Finding places by mistyped names: right, asked back, wrong; and times a bare search over the same names.

    Without the folder of real data the places of the demo city are typed, and no sentences.
    """
    if data.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            city, texts = real_city(data, Path(folder)), real_sentences(data)
    else:
        city, texts = pack.read(ROOT / "demo"), []
    index = PlaceIndex(city, DAY)
    figures = {
        "typed": [_shares(tally) for tally in typed_names(index, city.places)],
        "in sentences": [_shares(tally) for tally in named_in_sentences(index, city.places, texts)] if texts else [],
        "four letters": [_spread(choices_of_four_letters(index, city.places))],
        "speed": _ratios(speeds(index, city.places, queries)),
        "index": [{"names": len(city.places), "build_ms": round(build_ms(city), 1)}],
    }
    _print(figures, as_json)


def _shares(tally: Tally) -> dict[str, object]:
    """A line in per cent of the attempts."""
    outcomes = ("alone", "asked", "deep", "coarse", "missed", "nothing", "wrong")
    return {"kind": tally.kind, "attempts": tally.attempts} | {one: round(tally.share(one), 2) for one in outcomes}


def _spread(choices: Sequence[int]) -> dict[str, object]:
    """How many choices are left: the middle, nine of ten, the most."""
    return {"median": choices[len(choices) // 2], "p90": choices[len(choices) * 9 // 10], "max": choices[-1]}


def _ratios(measured: Sequence[Speed]) -> list[dict[str, object]]:
    """Each line beside the first, which is the limit."""
    limit = measured[0].median_us
    return [
        {
            "what": one.what,
            "queries": one.queries,
            "median_us": round(one.median_us),
            "p99_us": round(one.p99_us),
            "times_limit": round(one.median_us / limit, 2),
        }
        for one in measured
    ]


def _print(figures: dict[str, list[dict[str, object]]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(figures))
        return
    for title, rows in figures.items():
        if rows:
            table = Table(*rows[0], title=title)
            for row in rows:
                table.add_row(*map(str, row.values()))
            Console().print(table)
