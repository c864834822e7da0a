"""`scripts/trial`: what is said to be received survives, whatever process is killed."""

import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from scripts.measure.instance import Instance, instance

TEXT = "No water in Kholwani, trial {number:06d}"


@dataclass
class Result:
    """One line of the table: seconds from the last message until all was worked, and until all texts were settled.

    A text whose sender was killed waits for its lease (25 s) before anybody may say what became of it.
    """

    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    worked_s: float = 0.0
    texts_s: float = 0.0
    slowest_ms: float = 0.0


@click.group()
def trial() -> None:
    """Faults on a whole instance."""


@trial.command()
@click.option("--messages", default=2000)
@click.option("--rate", default=50, help="messages a second")
@click.option("--every", default=2.0, help="seconds between two kills")
@click.option("--seed", default=1)
@click.option("--json", "as_json", is_flag=True)
def intake(messages: int, rate: int, every: float, seed: int, as_json: bool) -> None:
    """SMS and final hops while workers, Valkey and PostgreSQL are killed with -9 at random."""
    with instance() as running:
        result = send_under_fire(running, messages, rate, Killer(running, every, random.Random(seed)))  # noqa: S311 - which process dies next is no secret
    show(result, as_json)
    raise SystemExit(1 if result.lost or result.doubled or result.refused else 0)


@dataclass
class Killer:
    """Kills one kind of process after the other until it is told to stop."""

    running: Instance
    every: float
    chance: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """The loop of the thread."""
        while not self.stop.wait(self.every):
            kind = self.chance.choice(("worker", "valkey", "postgres"))
            self.kills[kind] += bool(self.running.kill(kind))


def send_under_fire(running: Instance, messages: int, rate: int, killer: Killer) -> Result:
    """Sends, waits until all is worked, and looks into the database."""
    urls = running.urls
    thread = threading.Thread(target=killer.run)
    thread.start()
    with ThreadPoolExecutor(32) as pool:
        began = time.monotonic()
        sends = []
        for number in range(messages):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            sends.append(pool.submit(send, urls, number))
        answers = [one.result() for one in sends]
    killer.stop.set()
    thread.join()
    ended = time.monotonic()
    result = Result(messages, kills=dict(killer.kills))
    wait_until_worked(running)
    result.worked_s = round(time.monotonic() - ended, 1)
    running.izwi("drain")
    result.texts_s = round(time.monotonic() - ended, 1)
    result.slowest_ms = round(max(seconds for _, seconds in answers) * 1000)
    kept = Counter(stored(running))
    acknowledged = [number for number, (ok, _) in enumerate(answers) if ok]
    result.acknowledged, result.refused = len(acknowledged), messages - len(acknowledged)
    result.lost = sum(kept[number] == 0 for number in acknowledged)
    result.doubled = sum(n > 1 for n in kept.values())
    return result


def send(urls: dict[str, str], number: int) -> tuple[bool, float]:
    """One message: three of four by SMS, the fourth by a dial, its first hop and its last. Whether it was received."""
    began = time.perf_counter()
    phone = f"+2782{number:07d}"
    if number % 4:
        form = {"id": f"trial-{number}", "from": phone, "to": "31245", "text": TEXT.format(number=number), "date": ""}
        ok = post(urls["sms"], form) is not None
    else:
        typed = f"1*1*1*Kholwani Central*{TEXT.format(number=number)}"
        form = {"sessionId": f"ATUid_{number:032d}", "serviceCode": "*120*4932#", "phoneNumber": phone}
        said = [post(urls["ussd"], form | {"networkCode": "65501", "text": text}) for text in ("", typed)]
        ok = (said[-1] or "").startswith("END Thanks")
    return ok, time.perf_counter() - began


def post(url: str, form: dict[str, str]) -> str | None:
    """The answer to a form, None if it was not 200."""
    try:
        with urlopen(Request(url, urlencode(form).encode()), timeout=10) as answer:  # noqa: S310 - our own address
            body: bytes = answer.read()
            return body.decode()
    except URLError:
        return None


def wait_until_worked(running: Instance) -> None:
    """Returns once no letter waits in the inbox or on disk."""
    engine = create_engine(running.settings["DATABASE_URL"])
    spool = Path(running.settings["SPOOL_DIR"])
    while any(spool.glob("*.letter")) or waiting(engine):
        time.sleep(0.1)
    engine.dispose()


def waiting(engine: Engine) -> bool:
    """Whether a letter waits in the inbox, or nobody can tell."""
    try:
        with engine.connect() as connection:
            return bool(connection.execute(text("SELECT count(*) FROM inbox WHERE state = 'new'")).scalar())
    except OperationalError:
        return True


def stored(running: Instance) -> list[int]:
    """The number of every message that was filed."""
    engine = create_engine(running.settings["DATABASE_URL"])
    with engine.connect() as connection:
        words = connection.execute(text("SELECT words FROM report")).scalars().all()
    engine.dispose()
    return [int(one[-6:]) for one in words]


def show(result: Result, as_json: bool) -> None:
    """The table."""
    row = asdict(result)
    if as_json:
        click.echo(json.dumps(row))
        return
    table = Table(*row)
    table.add_row(*(str(cell) for cell in row.values()))
    Console().print(table)


if __name__ == "__main__":
    trial()
