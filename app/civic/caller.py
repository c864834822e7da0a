"""What the city knows of the person who dials, as the conversation needs it: small, frozen, no number in it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class KnownCase:
    """A case as its reporter may see it. `undo_until`: until then the report can be taken back."""

    reference: str
    category: str
    place: str | None
    ward: str | None
    status: str
    asks: bool = False
    aim: date | None = None
    promised: date | None = None
    reason: str = ""
    landmark: str = ""
    undo_until: datetime | None = None
    merged_into: str = ""


@dataclass(frozen=True)
class KnownPoll:
    """An open poll: `choices` are (key, label) in the order they are numbered."""

    id: str
    question: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Caller:
    """What is known of a caller before the first screen; somebody new is `Caller()`.

    `home` and `second` are places they live in; `is_home_old`: they have not said so for half a year.
    Not `is_known`: nobody could be asked who they are, so that nothing may be said of what they have.
    """

    language: str = ""
    home: str | None = None
    cases: tuple[KnownCase, ...] = ()
    polls: tuple[KnownPoll, ...] = ()
    second: str | None = None
    is_home_old: bool = False
    for_others: bool = False
    is_known: bool = True

    def case(self, reference: str) -> KnownCase | None:
        """Their case with this reference."""
        return next((case for case in self.cases if case.reference == reference), None)

    def poll(self, poll_id: str) -> KnownPoll | None:
        """The open poll with this id."""
        return next((poll for poll in self.polls if poll.id == poll_id), None)

    def asked(self) -> KnownCase | None:
        """The case that waits for their word whether it is fixed."""
        return next((case for case in self.cases if case.asks), None)

    def answers(self) -> dict[str, str]:
        """What a conversation knows before its first screen."""
        asked = self.asked()
        known = {
            "language": self.language,
            "home_area": self.home or "",
            "second_area": self.second or "",
            "home_is_old": "yes" if self.home and self.is_home_old else "",
            "reports_for_others": "yes" if self.for_others else "",
            "asked_case": asked.reference if asked else "",
            "reports_count": str(len(self.cases)),
            "polls_count": str(len(self.polls)),
        }
        return {name: value for name, value in known.items() if value}

    def dump(self) -> dict[str, Any]:
        """As JSON, kept with the session."""
        plain = asdict(self)
        for case in plain["cases"]:
            for name in ("aim", "promised", "undo_until"):
                case[name] = case[name].isoformat() if case[name] else None
        return plain

    @classmethod
    def read(cls, plain: dict[str, Any]) -> "Caller":
        """From what `dump` made."""
        cases = tuple(_case(case) for case in plain["cases"])
        polls = tuple(
            KnownPoll(poll["id"], poll["question"], tuple((key, label) for key, label in poll["choices"]))
            for poll in plain["polls"]
        )
        later = {name: plain[name] for name in ("second", "is_home_old", "for_others", "is_known") if name in plain}
        return cls(plain["language"], plain["home"], cases, polls, **later)


def _case(plain: dict[str, Any]) -> KnownCase:
    days = {name: date.fromisoformat(plain[name]) if plain[name] else None for name in ("aim", "promised")}
    undo = datetime.fromisoformat(plain["undo_until"]) if plain["undo_until"] else None
    return KnownCase(**{**plain, **days, "undo_until": undo})
