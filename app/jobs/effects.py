"""What a conversation causes: one small function an effect, found by its name in the flows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.civic.cases import Verdict
from app.jobs import filing, moves
from app.jobs.work import Work
from app.storage import cases, polls, residents
from app.storage.polls import Ballot
from app.storage.tables import Case, Resident

Answers = Mapping[str, str]


@dataclass(frozen=True)
class Cause:
    """Where an effect comes from: the key of its letter, the number, the reference that was said, when.

    `channel`: `ussd`, where the closing words were read before this is done, or `sms`, where they are still to be said.
    `remark`: what was written beside the last answer.
    """

    key: str
    phone: str
    reference: str
    received_at: datetime
    channel: str = "ussd"
    remark: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether somebody has read an end to it, so that what that could not say takes a text of its own."""
        return self.channel == "ussd"


@dataclass(frozen=True)
class Done:
    """What an effect did that its closing words could not know.

    `case`: where its report stands; `instead`: a text that must be said in their place; `keeps`: it took in the remark.
    """

    case: Case | None = None
    instead: str = ""
    keeps: bool = False

    def and_then(self, later: "Done") -> "Done":
        """Both."""
        return Done(later.case or self.case, later.instead or self.instead, later.keeps or self.keeps)


def apply(work: Work, name: str, answers: Answers, cause: Cause) -> Done:
    """Does one effect. Raises KeyError for a name that the flows may not cause."""
    resident = work.resident(cause.phone, answers.get("language", ""))
    return EFFECTS[name](work, resident, answers, cause) or Done()


def file_report(work: Work, resident: Resident, answers: Answers, cause: Cause) -> Done:
    """A report."""
    said = filing.said_by_dial(cause.key, cause.reference, dict(answers), cause.received_at)
    return _file(work, resident, said, cause)


def join_case(work: Work, resident: Resident, answers: Answers, cause: Cause) -> Done:
    """A report on a neighbour's case."""
    return _file(work, resident, filing.said_by_joining(cause.key, dict(answers), cause.received_at), cause)


def _file(work: Work, resident: Resident, said: filing.Said, cause: Cause) -> Done:
    """Files what was said, with its receipt; by SMS the answer is the receipt."""
    case, is_new = filing.file(work, resident, replace(said, channel=cause.channel))
    if is_new and cause.is_answered:
        filing.receipt(work, resident, case, said)
    return Done(case)


def give_verdict(work: Work, resident: Resident, answers: Answers, cause: Cause) -> Done:
    """A reporter's word on a repair."""
    case = cases.by_reference(work.session, answers.get("case") or answers.get("asked_case", ""), lock=True)
    if case is None:
        return Done()
    moves.give_verdict(work, case, resident, Verdict(answers.get("move") or answers["verdict"]))
    return Done(keeps=bool(cause.remark) and filing.add_words(work, resident, case, [cause.remark]))


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
    """No more texts as of the letter; by dial that held from when it was kept, and by SMS it holds from its work on."""
    work.stop(resident, cause.received_at, cause.channel)


def vote(work: Work, resident: Resident, answers: Answers, cause: Cause) -> Done:
    """A voice in a poll; one that came after its end is thanked by a screen that could not know, and is told so."""
    ballot = Ballot(int(answers["poll"]), answers["choice"], cause.remark, cause.received_at)
    if polls.count(work.session, resident, ballot):
        return Done(keeps=True)
    if cause.is_answered and resident.measure != "none":
        text = work.say("poll.closed", resident.language)
        work.tell(resident, f"poll_closed:{cause.key}", "poll", text, answers_at=cause.received_at, tries=3)
    return Done(instead="poll.closed")


EFFECTS: Mapping[str, Callable[[Work, Resident, Answers, Cause], Done | None]] = {
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
