"""Moves of a case: one way in which a status changes, is counted, and is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.civic import cases as life
from app.civic import references
from app.civic.cases import By, Status, Verdict
from app.civic.landmarks import confirms
from app.jobs.work import Work
from app.storage import cases, landmarks, questions, residents
from app.storage.questions import Asked
from app.storage.tables import Case, CaseEvent, Resident
from app.storage.tables import Verdict as VerdictRow

REASONED = ("declined", "rescheduled")
ASKS = Status.FIXED.value
ANSWER_WITHIN = timedelta(days=life.DAYS_UNTIL_CLOSED)


@dataclass(frozen=True)
class Step:
    """What somebody wants to do with a case: `who` is a name for the history, `on` a promised day."""

    to: Status
    by: By
    who: str
    note: str = ""
    on: date | None = None


def move(work: Work, case: Case, step: Step) -> life.Move:
    """Moves a locked case, counts it, tells its reporters. Raises IllegalMove and leaves everything as it was."""
    move = life.move(Status(case.status), step.to, by=step.by, today=work.today, date=step.on, note=step.note)
    into = _goes_on(work, case, move.into) if move.into is not None else None
    _count(work, case, move.to)
    _write(work, case, move)
    if into is not None:
        cases.merge(work.session, case, into)
    if confirms(move, [event.status for event in cases.events_of(work.session, case.id)]):
        landmarks.learn(work.session, case, [one.code for one in work.city.categories if one.public])
    work.session.add(event := _event(work, case, move, step.who))
    work.session.flush()
    told = cases.reporters(work.session, case.id) if move.tells else ()
    if move.kind == ASKS:
        _ask_reporters(work, case, told)
    if move.tells:
        _tell(work, case, event, move.tells, told)
    return move


def _write(work: Work, case: Case, move: life.Move) -> None:
    case.status = move.to.value
    case.open = move.to in life.OPEN
    case.reason = move.note if move.kind in REASONED else ""
    if move.date is not None:
        case.promised_on = move.date
    if move.kind == "reopened":
        case.promised_on, case.round, case.aim_at = None, case.round + 1, work.services.aim(case.category, work.now)
    case.due_at = life.deadline(case.aim_at, case.promised_on, work.city.zone)
    case.fixed_at = work.now if move.to == Status.FIXED else case.fixed_at


def _goes_on(work: Work, case: Case, reference: str) -> Case:
    """The open case that a merged one is part of from now on. Raises IllegalMove."""
    named = cases.by_reference(work.session, reference, lock=True)
    into = cases.standing(work.session, named, lock=True) if named is not None else None
    if into is None or into.id == case.id:
        raise life.IllegalMove(f"There is no other case {references.grouped(reference)} to join.", ())
    if not into.open:
        raise life.IllegalMove(f"Case {references.grouped(into.reference)} is not open: nobody works on it.", ())
    return into


def _event(work: Work, case: Case, move: life.Move, who: str) -> CaseEvent:
    return CaseEvent(
        case_id=case.id,
        kind=move.kind,
        status=move.to.value,
        at=work.now,
        by=who,
        note=move.note,
        promised_on=move.date,
    )


def _count(work: Work, case: Case, to: Status) -> None:
    """Figures of the ward; called while the case still bears its old status."""
    was, today = Status(case.status), work.today
    figures = work.deltas
    if was in life.OPEN and to not in life.OPEN:
        figures.add(case.ward_key, today, case.category, "open", -1)
    if was not in life.OPEN and to in life.OPEN:
        figures.add(case.ward_key, today, case.category, "open")
        figures.add(case.ward_key, today, case.category, "reopened")
    if to == Status.FIXED:
        figures.add(case.ward_key, today, case.category, "fixed")
    if case.overdue and (to not in life.OPEN or to == Status.SCHEDULED):
        figures.add(case.ward_key, today, case.category, "overdue", -1)
        case.overdue = False


def mark_overdue(work: Work, case: Case) -> None:
    """A case's time has run out: an event and a figure, not a status."""
    case.overdue = True
    work.deltas.add(case.ward_key, work.today, case.category, "overdue")
    work.session.add(CaseEvent(case_id=case.id, kind="overdue", status=case.status, at=work.now, by="clock"))


def _ask_reporters(work: Work, case: Case, told: Sequence[Resident]) -> None:
    """Every reporter is asked by one key; until they answer they are counted as "no answer"."""
    for resident in told:
        cases.ask_verdict(work.session, case, resident.id, work.today)
    work.deltas.add(case.ward_key, work.today, case.category, "no_answer", len(told))


def _tell(work: Work, case: Case, event: CaseEvent, name: str, told: Sequence[Resident]) -> None:
    """Tells every reporter of a move once, in their language and to the measure that they chose."""
    out = residents.opted_out(work.session, [one.phone_index for one in told])
    heard = [one for one in told if one.measure != "none" and bytes(one.phone_index) not in out]
    due = work.services.news_may_leave(work.now)
    for resident in heard:
        intent = f"case:{event.id}:{resident.id}"
        work.tell(resident, intent, f"case.{event.kind}", _news(work, case, name, resident), due_at=due)
    if event.kind == ASKS:
        asked = Asked("verdict", case.reference, work.now, work.now + ANSWER_WITHIN)
        questions.ask(work.session, [one.phone_index for one in heard], asked)


def _news(work: Work, case: Case, name: str, resident: Resident) -> str:
    kind = name.removeprefix("case.")
    name = name if resident.measure == "full" else f"case.number.{kind}"
    words = work.case_words(case, resident.language)
    if case.merged_into is not None:
        words["other"] = references.grouped(work.session.get_one(Case, case.merged_into).reference)
    return work.say(name, resident.language, **words)


# -- what residents say of it --------------------------------------------------------------------------------------


def give_verdict(work: Work, case: Case, resident: Resident, verdict: Verdict) -> bool:
    """Counts a reporter's word on a repair, once; returns whether it was waited for. A "not fixed" may reopen."""
    asked = next(iter(cases.asked_of(work.session, resident.id, case.id)), None)
    questions.close(work.session, [resident.phone_index], "verdict", case.reference, work.now)
    if asked is None:
        return False
    asked.verdict, asked.answered_at = verdict.value, work.now
    work.deltas.add(case.ward_key, asked.asked_on, case.category, "no_answer", -1)
    work.deltas.add(case.ward_key, work.today, case.category, f"says_{verdict.value}")
    work.session.flush()
    _reopen_if_they_say_so(work, case)
    return True


def correct_verdict(work: Work, case: Case, said: VerdictRow, verdict: Verdict) -> None:
    """Another word of a reporter on the same repair takes the place of the first, in the figures too."""
    if said.verdict == verdict.value:
        return
    work.deltas.add(case.ward_key, work.day(said.answered_at or work.now), case.category, f"says_{said.verdict}", -1)
    work.deltas.add(case.ward_key, work.today, case.category, f"says_{verdict.value}")
    said.verdict, said.answered_at = verdict.value, work.now
    work.session.flush()
    _reopen_if_they_say_so(work, case)


def _reopen_if_they_say_so(work: Work, case: Case) -> None:
    first = next((one.id for one in cases.reporters(work.session, case.id, 1)), None)
    if life.reopens(cases.verdicts(work.session, case), first):
        move(work, case, Step(Status.ACKNOWLEDGED, By.RESIDENT, "residents"))
