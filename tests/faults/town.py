"""A town that keeps talking to an instance while its processes are killed: what it was told, and what became of it."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from app.local.services import until
from scripts.measure.instance import Instance, command_line, descendants, kill

PATIENCE = 90.0  # seconds in which anything must have come right, on whatever machine
WORDS = "No water in Kholwani, trial {:06d}"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Answer(NamedTuple):
    """What came back to a post; no status if the connection broke."""

    status: int | None
    text: str = ""

    @property
    def acknowledges(self) -> bool:
        """Whether it says that what was posted is kept."""
        return self.status == 200 and self.text.startswith(("OK", "END Thanks"))


@dataclass(frozen=True)
class Town:
    """Residents by number: three of four write, the fourth dials."""

    running: Instance
    urls: dict[str, str]
    engine: Engine
    talked: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, running: Instance) -> "Town":
        """The residents of a running instance."""
        return cls(running, dict(running.urls), create_engine(running.settings["DATABASE_URL"]))

    # -- talking ---------------------------------------------------------------------------------------------------

    def report(self, number: int) -> Answer:
        """One resident's report."""
        return self.dial(number) if number % 4 == 0 else self.write(number)

    def write(self, number: int) -> Answer:
        """A report by SMS."""
        self.talked.add(number)
        form = {"id": f"sms-{number}", "from": phone(number), "to": "31245", "text": WORDS.format(number), "date": ""}
        return post(self.urls["sms"], form)

    def dial(self, number: int, *typed: str) -> Answer:
        """A report by a dial whose first hop is followed by the last; or the hop after what was typed."""
        self.talked.add(number)
        if not typed:
            self._hop(number)
        return self._hop(number, *(typed or ("1", "1", "1", "Kholwani Central", WORDS.format(number))))

    def _hop(self, number: int, *typed: str) -> Answer:
        form = {"sessionId": f"ATUid_{number:032d}", "serviceCode": "*120*4932#", "phoneNumber": phone(number)}
        return post(self.urls["ussd"], form | {"networkCode": "65501", "text": "*".join(typed)})

    def refused_while(self, numbers: Sequence[int], faults: Iterable[Callable[[], object]]) -> dict[int, Answer]:
        """Reports of many at once, a part of them under way at each fault; the answers that acknowledge nothing."""
        faults = tuple(faults)
        with ThreadPoolExecutor(8) as pool:
            sent: dict[int, Future[Answer]] = {}
            for turn, fault in enumerate(faults):
                sent |= {number: pool.submit(self.report, number) for number in numbers[turn :: len(faults)]}
                fault()
        answers = {number: answer.result() for number, answer in sent.items()}
        return {number: answer for number, answer in answers.items() if not answer.acknowledges}

    # -- what became of it -----------------------------------------------------------------------------------------

    def filed(self, numbers: Iterable[int]) -> dict[int, int]:
        """How often the report of each resident is filed, once all letters are worked; bounded, not timed."""
        until(self.nothing_new, PATIENCE, "letters stay in the inbox or the spool", lambda: None)
        wanted = set(numbers)
        words = self.ask("SELECT words FROM report")
        counts = Counter(int(row[0][-6:]) for row in words)
        return {number: counts[number] for number in wanted}

    def nothing_new(self) -> bool:
        """Whether no letter waits to be worked."""
        try:
            ((waiting,),) = self.ask("SELECT count(*) FROM inbox WHERE state = 'new'")
        except OperationalError:  # the database is on its way back
            return False
        return waiting == 0 and not list((self.running.data / "spool").glob("*.letter"))

    def given_up(self) -> int:
        """Letters that nobody could work."""
        ((parked,),) = self.ask("SELECT count(*) FROM inbox WHERE state IN ('dead', 'unusable')")
        return int(parked)

    def reference_of(self, number: int) -> str:
        """The reference of a resident's case."""
        question = (
            f"SELECT c.reference FROM report r JOIN \"case\" c ON c.id = r.case_id WHERE words LIKE '%{number:06d}'"
        )
        ((reference,),) = self.ask(question)
        return str(reference)

    def ask(self, question: str) -> Sequence[Sequence[object]]:
        """Rows of the instance's database. Raises OperationalError while it is away."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]

    # -- faults ----------------------------------------------------------------------------------------------------

    def kill_and_wait(self, kind: str) -> None:
        """kill -9, then until the supervisor has another one."""
        gone = set(self.running.pids(kind))
        for pid in gone:
            kill(pid)
        until(lambda: bool(set(self.running.pids(kind)) - gone), PATIENCE, f"no new {kind}", lambda: None)

    def wait_for_web(self) -> None:
        """Until pages are served again."""
        until(lambda: get(self.urls["health"]) == 200, PATIENCE, "no web", lambda: None)

    @contextmanager
    def frozen(self, *names: str) -> Iterator[None]:
        """Services that stand still: their connections stay, nothing is answered."""
        pids = [pid for pid in descendants(self.running.pid) if any(name in command_line(pid) for name in names)]
        send(pids, signal.SIGSTOP)
        try:
            yield
        finally:
            send(pids, signal.SIGCONT)


@contextmanager
def under_way(act: Callable[[], Answer]) -> Iterator[Callable[[], Answer | None]]:
    """Something that is posted meanwhile; what it got so far."""
    got: list[Answer] = []
    thread = threading.Thread(target=lambda: got.append(act()))
    thread.start()
    try:
        yield lambda: got[0] if got else None
    finally:
        thread.join(PATIENCE)


def phone(number: int) -> str:
    """A resident's number: one that no other test and no pack has."""
    return f"+2782{number:07d}"


def send(pids: Iterable[int], how: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            continue


def post(url: str, form: dict[str, str], seconds: float = 60) -> Answer:
    """The answer to a form."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=seconds)
    try:
        connection.request("POST", address.path, urlencode(form), FORM)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode())
    except (OSError, HTTPException):
        return Answer(None)
    finally:
        connection.close()


def get(url: str) -> int | None:
    """The status of a page."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.request("GET", address.path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
