"""`scripts/bench`: processor time and rate of what matters, as ratios to a limit measured in the same run."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from app.civic import pack
from app.config import read_settings
from app.storage import cities
from app.storage.schema import migrate
from app.wiring import wire
from scripts.measure import machine
from scripts.measure.crowd import Crowd, Script
from scripts.measure.engine import engine
from scripts.measure.places import places

REPORT = (
    ("", "CON Izwi"),
    ("1", "CON Izwi: tell the city"),
    ("1", "CON What is wrong?"),
    ("2", "CON Where?"),
    ("HLANGANANI", "CON"),
    ("1", "CON Near what?"),
    ("Mooki St", "END Thanks"),
)
BARE = tuple((one, "CON") for one, _ in REPORT)


@dataclass(frozen=True)
class Figure:
    """One line of the table: microseconds of the server's processors per request, rate, p99 in milliseconds."""

    what: str
    connections: str
    requests: int
    cpu_us: float
    per_second: float
    p99_ms: float
    wrong: int


@click.group()
def bench() -> None:
    """Speed beside its limits."""


@bench.command()
@click.option("--rounds", default=300, help="conversations per measurement")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
def hop(rounds: int, as_json: bool) -> None:
    """A hop of the report conversation against a bare Flask route with the same two calls to Redis."""
    with machine.services() as settings, tempfile.TemporaryDirectory() as logs:
        os.environ.update(settings)
        prepare()
        code = read_settings().service_code
        path = f"/at/{settings['WEBHOOK_TOKENS']}/ussd"
        scripts = (
            ("limit", "scripts.measure.limit:create_app", Script("/hop", code, BARE)),
            ("hop", "app.web.factory:create_app", Script(path, code, REPORT)),
        )
        figures = [
            figure for what, factory, script in scripts for figure in measure(what, factory, script, rounds, Path(logs))
        ]
    show(figures, as_json)


def prepare() -> None:
    """The schema and the demo city."""
    settings = read_settings()
    migrate(settings.database_url)
    services = wire(settings)
    with services.database.begin() as session:
        cities.store(session, pack.read(settings.city), services.clock.now())
    services.database.engine.dispose()


def measure(what: str, factory: str, script: Script, rounds: int, logs: Path) -> list[Figure]:
    """Kept alive, then a new connection a request; a tenth of the rounds beforehand to warm up."""
    with machine.web(factory, "/healthz", logs / f"{what}.log") as (port, pid):
        asyncio.run(Crowd(port, script, keep_alive=True, first=9_000_000).dial(max(16, rounds // 10)))
        return [
            one_run(what, port, pid, Crowd(port, script, keep_alive=keep, first=start), rounds)
            for keep, start in ((True, 0), (False, 1_000_000))
        ]


def one_run(what: str, port: int, pid: int, crowd: Crowd, rounds: int) -> Figure:
    """One crowd, with the server's processor time around it."""
    before, began = machine.cpu_seconds(pid), time.perf_counter()
    seen = asyncio.run(crowd.dial(rounds))
    took, cpu = time.perf_counter() - began, machine.cpu_seconds(pid) - before
    count = len(seen.seconds)
    kind = "kept alive" if crowd.keep_alive else "new"
    return Figure(what, kind, count, cpu / count * 1e6, count / took, seen.percentile(0.99) * 1000, seen.wrong)


def show(figures: Sequence[Figure], as_json: bool) -> None:
    """The table, each line beside its limit."""
    limits = {figure.connections: figure.cpu_us for figure in figures if figure.what == "limit"}
    rows = [asdict(one) | {"times_limit": round(one.cpu_us / limits[one.connections], 2)} for one in figures]
    if as_json:
        click.echo(json.dumps(rows))
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row.values()))
    Console().print(table)


bench.add_command(engine)
bench.add_command(places)


if __name__ == "__main__":
    bench()
