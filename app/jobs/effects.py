"""What a conversation causes: one small function an effect, found by its name in the flows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.civic.cases import Verdict
from app.jobs import filing, moves
from app.jobs.work import Work
from app.storage import cases, polls, residents
from app.storage.polls import Ballot
from app.storage.tables import Resident

Answers = Mapping[str, str]


@dataclass(frozen=True)
class Cause:
    """Where an effect comes from: the key of its letter, the number, the reference that was said, when."""

    key: str
    phone: str
    reference: str
    received_at: datetime


def apply(work: Work, name: str, answers: Answers, cause: Cause) -> None:
    """Does one effect. Raises KeyError for a name that the flows may not cause."""
    resident = work.resident(cause.phone, answers.get("language", ""))
    EFFECTS[name](work, resident, answers, cause)


def file_report(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """A report, with its receipt."""
    said = filing.said_by_dial(cause.key, cause.reference, dict(answers), cause.received_at)
    case, is_new = filing.file(work, resident, said)
    if is_new:
        filing.receipt(work, resident, case, said)


def join_case(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """A report on a neighbour's case, with its receipt."""
    said = filing.said_by_joining(cause.key, dict(answers), cause.received_at)
    case, is_new = filing.file(work, resident, said)
    if is_new:
        filing.receipt(work, resident, case, said)


def give_verdict(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """A reporter's word on a repair."""
    case = cases.by_reference(work.session, answers.get("case") or answers.get("asked_case", ""), lock=True)
    if case is not None:
        moves.give_verdict(work, case, resident, Verdict(answers.get("move") or answers["verdict"]))


def undo_report(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """A report taken back within ten minutes."""
    filing.undo(work, resident, answers["case"], cause.received_at)


def set_language(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """The language that Izwi speaks to them."""
    resident.language = answers["language"]


def set_area(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """Where they live."""
    filing.live(work, resident, answers.get("place", ""), answers.get("ward", ""))


def set_measure(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """How much a text may say."""
    if answers["measure"] in residents.MEASURES:
        resident.measure = answers["measure"]


def set_for_others(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """Whether they report for neighbours too, who are never named."""
    resident.for_others = answers["for_others"] == "yes"


def settle_draft(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """What becomes of a call that broke off: done where sessions are held, since nothing of it was filed yet."""


def set_invites(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """Whether they may be asked by polls and checks."""
    resident.invites = answers["invites"] == "yes"


def opt_out(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """No more texts: written when the letter was kept, so that workers and senders never wait for each other."""


def vote(work: Work, resident: Resident, answers: Answers, cause: Cause) -> None:
    """A voice in a poll; one that came after its end was thanked by a screen that could not know, and is told so."""
    ballot = Ballot(int(answers["poll"]), answers["choice"], "", cause.received_at)
    if not polls.count(work.session, resident, ballot) and resident.measure != "none":
        text = work.say("poll.closed", resident.language)
        work.tell(resident, f"poll_closed:{cause.key}", "poll", text, answers_at=cause.received_at, tries=3)


EFFECTS: Mapping[str, Callable[[Work, Resident, Answers, Cause], None]] = {
    "file_report": file_report,
    "join_case": join_case,
    "give_verdict": give_verdict,
    "undo_report": undo_report,
    "set_language": set_language,
    "set_area": set_area,
    "set_measure": set_measure,
    "set_invites": set_invites,
    "set_for_others": set_for_others,
    "settle_draft": settle_draft,
    "opt_out": opt_out,
    "vote": vote,
}
