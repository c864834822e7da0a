"""Plays a talk step by step: what each phone does becomes hops, and each screen is held against the script."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.conformance import options, verdict
from app.conformance.line import Deployment, Line, Session, Stop
from app.conformance.manners import Hop
from app.conformance.played import Played
from app.conformance.script import Script, Step, fill, fill_pattern
from app.conformance.verdict import Screen

MOST_PAGES: Final = 30


def play(script: Script, language: str, numbers: Mapping[str, str], run: str, deployment: Deployment) -> Played:
    """Holds a talk in one of its languages; `run` is new each time; it stops where it cannot go on."""
    line = Line(script.file, deployment)
    code = deployment.code or script.code
    words = {
        **script.languages[language],
        "language": language,
        "code": code,
        "stem": code.removesuffix("#"),
        "run": run,
    }
    playing = _Playing(script, numbers, line, words)
    for step in script.steps:
        try:
            playing.play(step)
        except Stop:
            line.note(step, "stops", "the rest was not played")
            break
    return Played(script, language, numbers, tuple(line.shown), tuple(line.findings))


@dataclass
class _Playing:
    """A talk while it is held: the phones' open sessions, and all that was remembered."""

    script: Script
    numbers: Mapping[str, str]
    line: Line
    words: dict[str, str]
    sessions: dict[str, Session] = field(default_factory=dict)
    dials: int = 0

    def play(self, step: Step) -> None:
        """One step, then what it must show. Raises Stop."""
        screen = DEEDS[step.does](self, step)
        if screen is None:
            return
        for broken in verdict.expected(screen, step.expect, self.words):
            self.line.wrong(step, broken)
        for name, pattern in step.remember.items():
            found = verdict.search(fill_pattern(pattern, self.words), screen.text)
            if found is None:
                raise self.line.stop(step, f"nothing on the screen matches {pattern!r} to remember as {name}")
            self.words[name] = found

    def dial(self, step: Step) -> Screen:
        """A new session; a remembered reference loses its spaces, which no phone can dial."""
        return self._dial(step, "".join(fill(step.value, self.words).split()))

    def redial(self, step: Step) -> Screen:
        """The same code once more, in a new session."""
        return self._dial(step, self.sessions[step.phone].first.dialled)

    def type(self, step: Step) -> Screen:
        """One more input."""
        return self._type(step, fill(step.value, self.words), step.together)

    def choose(self, step: Step) -> Screen | None:
        """The number of an option by its label, on this page or a later one; a choice that may be missing is left."""
        label, session = fill(step.value, self.words), self.sessions[step.phone]
        if step.maybe and session.over:
            return session.screen
        for _ in range(MOST_PAGES):
            before = self._shown(step)
            number = self._number(step, label, before)
            if number is not None:
                return self._type(step, number, step.together)
            if not options.has_more(before) or self._type(step, options.MORE).text == before:
                break
        if step.maybe:
            return session.screen
        raise self.line.stop(step, f"no option {label!r} on the screen")

    def again(self, step: Step) -> Screen | None:
        """The last hop, byte for byte."""
        session = self.sessions[step.phone]
        if self._tells_no_repeat(step):
            return None
        for _ in range(int(step.value or 1)):
            self.line.repeat(step, session, step.together)
        return session.screen

    def late(self, step: Step) -> Screen | None:
        """An older hop, after newer ones."""
        session, back = self.sessions[step.phone], int(step.value)
        if self._tells_no_repeat(step):
            return None
        if back >= len(session.hops):
            raise self.line.stop(step, f"there were {len(session.hops)} hops, none is {back} before the last")
        return self.line.late(step, session, session.hops[-1 - back])

    def drop(self, step: Step) -> None:
        """The line drops; the gateway may tell of it."""
        session = self._open(step)
        session.dropped = True
        self.line.note(step, "drops")
        if step.value != "silent":
            self.line.end(step, session, "Incomplete")

    def wait(self, step: Step) -> None:
        """Some seconds."""
        self.line.note(step, "waits", f"{step.value} s")
        self.line.deployment.wait(float(step.value))

    def _dial(self, step: Step, dialled: str) -> Screen:
        code, inputs = self._code(dialled)
        self.dials += 1
        name, run = f"talk-{self.words['run']}-{self.dials}", self.words["run"]
        hop = Hop(name, code, dialled, self.numbers[step.phone], run, inputs, first=True)
        self.sessions[step.phone] = session = Session(hop)
        double = self.line.deployment.manner.double
        if step.double or double == "sessions":
            return self.line.begin_twice(step, session)
        return self.line.hop(step, session, hop, dialled, max(step.together, 2 if double == "hop" else 1))

    def _code(self, dialled: str) -> tuple[str, tuple[str, ...]]:
        """The service code and what stands behind it; the script's own code is read as the deployment's."""
        for known in (self.words["stem"], self.script.code.removesuffix("#")):
            if dialled == f"{known}#":
                return self.words["code"], ()
            if dialled.startswith(f"{known}*"):
                return self.words["code"], tuple(dialled.removesuffix("#")[len(known) + 1 :].split("*"))
        return dialled, ()

    def _type(self, step: Step, typed: str, together: int = 1) -> Screen:
        session = self._open(step)
        return self.line.hop(step, session, session.next(typed), typed, together)

    def _open(self, step: Step) -> Session:
        """The session of a phone that is not over. Raises Stop."""
        session = self.sessions[step.phone]
        if session.dropped:
            raise self.line.stop(step, f"the line of {step.phone} has dropped: redial first")
        if session.over:
            raise self.line.stop(step, f"the session of {step.phone} is over, nothing can be typed")
        return session

    def _shown(self, step: Step) -> str:
        screen = self._open(step).screen
        return screen.text if screen else ""

    def _number(self, step: Step, label: str, text: str) -> str | None:
        try:
            return options.number_of(label, text)
        except options.NotOne as error:
            raise self.line.stop(step, str(error)) from None

    def _tells_no_repeat(self, step: Step) -> bool:
        """Whether these manners cannot repeat a hop: it would be a new input."""
        if self.line.deployment.manner.text == "last":
            self.line.note(step, "left out", "these manners tell no repeat from a new input")
            return True
        return False


DEEDS: Final[Mapping[str, Callable[[_Playing, Step], Screen | None]]] = {
    "dial": _Playing.dial,
    "redial": _Playing.redial,
    "type": _Playing.type,
    "choose": _Playing.choose,
    "again": _Playing.again,
    "late": _Playing.late,
    "drop": _Playing.drop,
    "wait": _Playing.wait,
}
