"""The gateway's end of the line: it posts hops and events in its manners, and judges each answer."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.conformance import manners, verdict
from app.conformance.manners import Hop, Manner
from app.conformance.played import Finding, Shown
from app.conformance.script import Step, Words
from app.conformance.verdict import Broken, Screen
from app.conformance.wire import Answer, Request


@dataclass(frozen=True)
class Deployment:
    """What a talk is held with: where, in which manners, and how to ask and to wait."""

    url: str
    manner: Manner
    send: Callable[[Request], Answer]
    wait: Callable[[float], None] = time.sleep
    code: str = ""  # another service code than the script's
    limit: int = 160


class Stop(Exception):
    """The talk cannot go on; what is wrong is a finding already."""


@dataclass
class Session:
    """One USSD session of a phone: every hop that was posted in it, and its last screen."""

    first: Hop
    hops: list[Hop] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    screen: Screen | None = None
    dropped: bool = False
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether its last screen ended it."""
        return self.screen is not None and self.screen.ends

    def next(self, typed: str) -> Hop:
        """The hop after one more input."""
        last = self.hops[-1]
        return Hop(last.session, last.code, last.dialled, last.phone, last.run, (*last.inputs, typed), first=False)


@dataclass
class Line:
    """Where hops are posted; keeps what was shown and what was wrong."""

    file: str
    deployment: Deployment
    shown: list[Shown] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    hops: int = 0
    ended: int = 0
    takes_events: bool = True  # until nobody is found at their address

    def hop(self, step: Step, session: Session, hop: Hop, said: str, together: int = 1) -> Screen:
        """A new hop, from one thread or several, and what nervous manners add to it. Raises Stop."""
        self.hops += 1
        if together > 1 and self.deployment.manner.text == "last":
            self.note(step, "left out", "at once: these manners tell no repeat from a new input")
            together = 1
        answers = self._ask(hop, together)
        session.hops.append(hop)
        session.answers.append(answers[0])
        session.screen = self._judge(step, answers[0], "dials" if hop.first else "types", said)
        self._alike(step, session, answers[1:], "at once")
        if session.screen is None:
            raise Stop
        self._nervously(step, session)
        if session.over:
            self.end(step, session, "Success")
        return session.screen

    def begin_twice(self, step: Step, session: Session) -> Screen:
        """Two sessions of one phone begin at once; the caller sees the first, nobody goes on with the other."""
        hop = session.first
        other = Hop(f"{hop.session}b", hop.code, hop.dialled, hop.phone, hop.run, hop.inputs, first=True)
        with ThreadPoolExecutor(1) as beside:
            second = beside.submit(self._ask, other, 1)
            screen = self.hop(step, session, hop, hop.dialled)
        self._judge(step, second.result()[0], "begins twice")
        return screen

    def repeat(self, step: Step, session: Session, together: int = 1) -> None:
        """The last hop once more, byte for byte; it must show what it showed."""
        self._alike(step, session, self._ask(session.hops[-1], together), "again")

    def late(self, step: Step, session: Session, hop: Hop) -> Screen | None:
        """An older hop that comes late; what it is answered is free, but what ended stays ended."""
        screen = self._judge(step, self._ask(hop, 1)[0], "late")
        if screen is not None and session.over and not screen.ends:
            self.wrong(step, Broken("over", "a late hop after END is answered as if the session went on"))
        return screen

    def end(self, step: Step, session: Session, status: str) -> None:
        """The event of a session's end, as often as these manners have it."""
        ended = self.deployment.manner.end
        self.ended += 1
        if ended is None or not self.takes_events or self.ended % ended.every:
            return
        where, facts = self.deployment, _facts(session, status)
        request = manners.end_request(where.url, where.manner, ended, session.hops[-1], facts)
        for _ in range(ended.times):
            self._event(step, request, status)
        if ended.tail:
            self.repeat(step, session)

    def wrong(self, step: Step, broken: Broken) -> None:
        """Notes a finding."""
        self.findings.append(Finding(self.file, step.line, self.hops, step.phone, broken.rule, broken.what))

    def stop(self, step: Step, what: str) -> Stop:
        """Notes why the talk cannot go on."""
        self.wrong(step, Broken("talk", what))
        return Stop()

    def note(self, step: Step, deed: str, said: str = "") -> None:
        """A line of the transcript without a screen."""
        self.shown.append(Shown(step.phone, deed, said))

    def _event(self, step: Step, request: Request, status: str) -> None:
        """Tells of a session's end; an application need not listen."""
        answer = self.deployment.send(request)
        self.takes_events = answer.status not in (404, 405)
        self.note(step, "event", status if self.takes_events else f"{status}: nobody listens")
        if answer.failure or (answer.status != 200 and self.takes_events):
            self.wrong(step, Broken("event", answer.why or f"status {answer.status}"))

    def _ask(self, hop: Hop, together: int) -> list[Answer]:
        request = manners.request(self.deployment.url, self.deployment.manner, hop)
        if together == 1:
            return [self.deployment.send(request)]
        with ThreadPoolExecutor(together) as threads:
            return list(threads.map(self.deployment.send, [request] * together))

    def _judge(self, step: Step, answer: Answer, deed: str, said: str = "") -> Screen | None:
        screen, broken = verdict.judge(answer, self.deployment.manner.reply, self.deployment.limit)
        self.shown.append(Shown(step.phone, deed, said, screen, answer.seconds))
        for one in broken:
            self.wrong(step, one)
        return screen

    def _alike(self, step: Step, session: Session, answers: list[Answer], deed: str) -> None:
        """Answers to a repeat must show what the first one showed."""
        for answer in answers:
            screen = self._judge(step, answer, deed)
            if screen is not None and session.screen is not None and screen != session.screen:
                self.wrong(step, Broken("repeat", f"a repeat shows something else: {screen.text[:40]!r}"))

    def _nervously(self, step: Step, session: Session) -> None:
        """What these manners repeat unasked."""
        manner, count = self.deployment.manner, len(session.hops)
        if manner.repeat_every and count % manner.repeat_every == 0:
            self.repeat(step, session)
        if manner.late_every and count > 1 and count % manner.late_every == 0:
            self.late(step, session, session.hops[-2])


def _facts(session: Session, status: str) -> Words:
    """What an event tells of a session."""
    last = session.hops[-1]
    return {
        "status": status,
        "hops": str(len(session.hops)),
        "millis": str(round((time.monotonic() - session.began) * 1000)),
        "input": "*".join(last.inputs),
        "last": session.answers[-1].body.decode("utf-8", "replace"),
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
    }
