"""What stands in the picture of a flow: screens as phones show them, ways as they are pressed, both in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.engine import show
from app.engine.flow import ANY, RESUME, RETURN, Flow, Flows, Screen
from app.engine.hear import numbered
from app.engine.outside import Outside
from app.engine.render import number
from app.engine.state import Answers, Mark, Option, State
from app.pictures.before import has_before
from app.pictures.ink import said

FEW: Final = 3  # choices of one way that are still named one by one
ANYTHING: Final = "anything pressed"


@dataclass(frozen=True, slots=True)
class Scene:
    """A resident whose screens stand as examples: all that is lent and answered; the first scene fills the screens."""

    outside: Outside
    answers: Answers


@dataclass(frozen=True, slots=True)
class PlainWords:
    """Names of the program in plain words: a name without any is said as it is.

    `about`: flow -> what it is for. `effects`, `drops`: effect -> what then happens to what was said. `shown_to`:
    answer -> those of whom it is known. `passed_if`: answer -> when its screen is not shown.
    """

    about: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, str] = field(default_factory=dict)
    drops: Mapping[str, str] = field(default_factory=dict)
    shown_to: Mapping[str, str] = field(default_factory=dict)
    passed_if: Mapping[str, str] = field(default_factory=dict)
    language: str = ""  # of the phones, where it is worth saying


@dataclass(frozen=True, slots=True)
class Card:
    """A screen of the flow: what the phone shows, and notes, each of a kind (`when`, `kept`, `lost`, `plain`)."""

    name: str
    phone: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    ends: bool = False
    sees: str = ""  # the other flow that is gone through here


@dataclass(frozen=True, slots=True)
class Way:
    """A way on: what is pressed for it, a line each; `target`: a screen of the flow, or `away` says where it leads."""

    source: str
    target: str
    pressed: tuple[str, ...] = ()
    away: str = ""
    is_silent: bool = False  # taken without the screen being shown


@dataclass(frozen=True, slots=True)
class Picture:
    """A flow as a council meeting may read it."""

    name: str
    about: str
    language: str
    start: str
    cards: Mapping[str, Card]
    ways: Sequence[Way]


def picture(flows: Flows, name: str, scenes: Sequence[Scene], plain: PlainWords) -> Picture:
    """The picture of one flow, its screens in the order in which they are met."""
    return _Painter(flows, flows[name], scenes, plain).paint()


@dataclass(frozen=True, slots=True)
class _Painter:
    flows: Flows
    flow: Flow
    scenes: Sequence[Scene]
    plain: PlainWords

    def paint(self) -> Picture:
        start = self._through(self.flow.start)
        cards: dict[str, Card] = {}
        ways: list[Way] = []
        ahead = [start]
        while ahead:
            name = ahead.pop(0)
            if name in cards or name not in self.flow.screens:
                continue
            cards[name] = self._card(self.flow.screens[name])
            found = list(self._ways(self.flow.screens[name]))
            ways += found
            ahead += [way.target for way in found]
        return Picture(
            self.flow.name, self.plain.about.get(self.flow.name, ""), self.plain.language, start, cards, ways
        )

    # -- screens ---------------------------------------------------------------------------------------------------

    def _card(self, screen: Screen) -> Card:
        """A screen with what the phone shows on its first page."""
        sees = (screen.call or "").removesuffix("/")
        phone = self._pages(screen, self.scenes[0])[0] if screen.text is not None else ""
        return Card(screen.name, phone, tuple(self._notes(screen)), screen.ends, sees)

    def _state(self, screen: Screen, scene: Scene) -> State:
        at = f"{self.flow.name}.{screen.name}"
        trail = (Mark("", {}),) if not screen.ends and has_before(self.flows, at, scene.answers) else ()
        return show.filled(screen, State(at, scene.answers, trail=trail), scene.outside)

    def _pages(self, screen: Screen, scene: Scene) -> tuple[str, ...]:
        return show.faces(screen, self._state(screen, scene), scene.outside)

    def _notes(self, screen: Screen) -> Iterator[tuple[str, str]]:
        """What the phone does not show."""
        plain = self.plain
        if screen.needs:
            yield "when", f"Only for {plain.shown_to.get(screen.needs, f'those with {said(screen.needs)}')}."
        if screen.once:
            yield "when", f"Not shown if {plain.passed_if.get(screen.answer, f'{said(screen.answer)} is known')}."
        if screen.text is not None and (more := len(self._pages(screen, self.scenes[0])) - 1):
            yield "plain", f"98 turns to {'another page' if more == 1 else f'{more} more pages'} of this list."
        if screen.forgets:
            yield "lost", "Nothing is kept: all that was said is wiped."
        if screen.do:
            yield "kept", plain.effects.get(screen.do.effect, "Kept and sent to the city.")
        yield from self._if_it_breaks_off(screen)
        if screen.ends and not (screen.do or screen.forgets) and any(one.do for one in self.flow.screens.values()):
            yield "kept", "What was chosen before is kept."

    def _if_it_breaks_off(self, screen: Screen) -> Iterator[tuple[str, str]]:
        if screen.on_drop:
            filed = self.plain.drops.get(screen.on_drop, "what was said is sent to the city")
            yield "kept", f"If the call breaks off here: {filed}."
        elif not (screen.ends or screen.call) and any(one.on_drop for one in self.flow.screens.values()):
            yield "lost", "If the call breaks off here: nothing is sent."

    # -- ways ------------------------------------------------------------------------------------------------------

    def _ways(self, screen: Screen) -> Iterator[Way]:
        """Every way out of a screen, in the order of the numbers that are pressed."""
        for target, pressed in self._pressed(screen).items():
            yield self._way(screen, target, tuple(pressed))
        if screen.empty:
            yield self._way(screen, screen.empty, ("nothing to choose from",), is_silent=True)
        if screen.otherwise:
            yield self._way(screen, screen.otherwise, ("everybody else: not asked",), is_silent=True)

    def _way(self, screen: Screen, target: str, pressed: tuple[str, ...], is_silent: bool = False) -> Way:
        target = self._through(target)
        if target == RETURN:
            return Way(screen.name, "", pressed, "goes on where this was asked from", is_silent)
        if target == RESUME:
            return Way(screen.name, "", pressed, "goes on where the call broke off", is_silent)
        if target.endswith("/"):
            return Way(screen.name, "", pressed, f"see “{said(target[:-1])}”", is_silent)
        return Way(screen.name, target, pressed, is_silent=is_silent)

    def _through(self, target: str) -> str:
        """The target, or where it leads by itself: a screen that only goes on is no screen."""
        seen: set[str] = set()
        while target in self.flow.screens and target not in seen:
            seen.add(target)
            screen = self.flow.screens[target]
            if screen.text is not None or screen.call or screen.needs or set(screen.next or {}) != {ANY}:
                break
            target = (screen.next or {})[ANY]
        return target

    def _pressed(self, screen: Screen) -> dict[str, list[str]]:
        """Target -> what is pressed for it."""
        found: dict[str, list[tuple[str, str]]] = {}
        shown = self._shown(screen, self.scenes[0])
        for key, press, label in shown:
            found.setdefault(screen.way(key) or "", []).append((press, label))
        found.pop("", None)
        pressed = {target: _lines(options, len(shown)) for target, options in found.items()}
        if screen.ask:
            pressed.setdefault(screen.way(ANY) or "", []).append("words typed")
        elif not screen.takes_input and screen.next:
            known = {ANY: [] if screen.call else [ANYTHING]}
            pressed |= {way: known.get(key, [f"if it is {said(key)}"]) for key, way in screen.next.items()}
        for key, label in self._unseen(screen, {key for key, _, _ in shown}):
            pressed.setdefault(screen.way(key) or "", []).append(label)
        return pressed

    def _shown(self, screen: Screen, scene: Scene) -> list[tuple[str, str, str]]:
        """The choices of a screen in a scene: the answer, the number pressed, the words."""
        if not screen.menu:
            return []
        shown = self._state(screen, scene).shown
        with_number = numbered(screen, shown)
        return [(option.key, _press(place, with_number), option.label) for place, option in enumerate(shown)]

    def _unseen(self, screen: Screen, seen: set[str]) -> Iterator[tuple[str, str]]:
        """Choices that this list has in other scenes only, where they lead elsewhere."""
        for scene in self.scenes[1:]:
            for key, _, label in self._shown(screen, scene):
                if key not in seen and key in (screen.next or {}):
                    seen.add(key)
                    yield key, f"{label} (when it is offered)"


def _press(place: int, options: Sequence[Option]) -> str:
    """The number of the choice at a place; the way out has 0."""
    return str(number(place)) if place < len(options) else "0"


def _lines(options: Sequence[tuple[str, str]], count: int) -> list[str]:
    """The choices of one way, a line each; many of them together."""
    if len(options) == count > 1:
        return ["any number"]
    if len(options) <= FEW:
        return [f"{press}  {label}" for press, label in options]
    return [_runs([int(press) for press, _ in options])]


def _runs(numbers: Sequence[int]) -> str:
    """Numbers as people say them: `1 to 5, 7`."""
    runs: list[list[int]] = []
    for one in numbers:
        if runs and runs[-1][-1] + 1 == one:
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
