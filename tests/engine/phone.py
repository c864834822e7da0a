"""A phone and a small town for the engine's tests: flows of our own, and all that a shell would lend to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.engine.flow import Flows
from app.engine.gsm import septets
from app.engine.load import read
from app.engine.state import Option, State, Turn
from app.engine.step import begin, step

REPORT = """
start: kind
kind:
  text: "What is wrong?"
  menu: {from: categories}
  as: category
  next: {danger: danger/, "*": where}
where:
  needs: home_area
  otherwise: area
  text: "Where is it?"
  menu: {here: "{home_area}", another: "Another area"}
  on_drop: file_report
  next: {here: landmark, "*": area}
area:
  once: true
  text: "Which area?"
  menu: {unknown: "I do not know"}
  ask: {kind: place, hint: "Or a ward number"}
  as: place
  on_drop: file_report
  next: landmark
landmark:
  text: "Near what?"
  menu: {from: alike, unsaid: "Cannot say"}
  ask: {kind: words}
  on_drop: file_report
  next: thanks
thanks:
  text: "Thanks. {reference}."
  do: file_report
"""
DANGER = """
start: numbers
numbers:
  forgets: true
  text: "Call {emergency}. We saved nothing."
"""
HOME = """
start: home
home:
  text: "Izwi: tell the city"
  menu: {report: "Report", settings: "Settings"}
  next: {report: report/, settings: settings/}
"""
SETTINGS = """
start: settings
settings:
  text: "Settings"
  menu: {language: "Language", home: "Start page"}
  as: setting
  next: {language: language, home: home/}
language:
  text: "Language"
  menu: {from: languages}
  do: {effect: set_language, now: true}
  next: settings
"""
CITY: Flows = read({"home": HOME, "report": REPORT, "danger": DANGER, "settings": SETTINGS})
ZULU = {
    "What is wrong?": "Yini inkinga?",
    "Near what?": "Eduze kwani?",
    "Thanks. {reference}.": "Siyabonga. {reference}.",
}


def options(*keys: str) -> list[Option]:
    """A list whose labels are its keys as words."""
    return [Option(key, key.replace("_", " ").capitalize()) for key in keys]


@dataclass
class Town:
    """All that a shell lends, from plain dicts."""

    limit: int = 160
    lists: Mapping[str, Sequence[Option]] = field(
        default_factory=lambda: {
            "categories": options("no_water", "leak", "danger"),
            "alike": options("vilakazi_st"),
            "languages": [Option("en", "English"), Option("zu", "isiZulu")],
        }
    )
    values: Mapping[str, str] = field(
        default_factory=lambda: {"reference": "482 913 1", "emergency": "10111", "home_area": "Orlando West"}
    )

    def say(self, context: str, source: str, answers: Mapping[str, str]) -> str:
        return ZULU.get(source, source) if answers.get("language") == "zu" else source

    def options(self, source: str, answers: Mapping[str, str]) -> Sequence[Option]:
        return self.lists[source]

    def value(self, name: str, answers: Mapping[str, str]) -> str:
        return self.values[name]

    def read(self, kind: str, typed: str, answers: Mapping[str, str]) -> Mapping[str, str] | None:
        if kind == "place":
            return {"": typed.strip().lower(), "area": typed} if typed.strip().isalpha() else None
        return {"": typed}


def dial(
    flows: Flows, *typed: str, start: str = "report", known: Mapping[str, str] | None = None, town: Town | None = None
) -> Turn:
    """The last turn of a conversation; on the way every reply must fit, and every state must survive JSON."""
    town = town or Town()
    turn = begin(flows, start, known or {}, town)
    for words in typed:
        turn = step(flows, kept(turn, town), words, town)
    kept(turn, town)
    return turn


def kept(turn: Turn, town: Town) -> State:
    """The state as a session store gives it back, after the reply was measured."""
    cost = septets(turn.reply.text)
    assert cost is not None, f"outside GSM-7: {turn.reply.text}"
    assert cost <= town.limit, f"{cost} septets: {turn.reply.text}"
    assert State.read(turn.state.dump()) == turn.state
    return turn.state


def flow(text: str, **others: str) -> Flows:
    """One flow named `t` (and others by name), read as its file would be."""
    return read({"t": text, **others})


def names(turn: Turn) -> list[str]:
    """The names of the effects of a turn."""
    return [effect.name for effect in turn.effects]
