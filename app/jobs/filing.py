"""A report becomes a case, or joins one; and may be taken back for ten minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.civic import cases as life
from app.civic.cases import By, Status
from app.civic.lent import JOINS, TYPED, WORDS, next_step_name, place_said
from app.jobs.moves import Step, move
from app.jobs.work import Work
from app.storage import cases, questions, reckoning
from app.storage.questions import Asked
from app.storage.tables import Alias, Case, CaseEvent, Report, Resident

LONGEST_DIAL = timedelta(minutes=3)  # who was offered to take it back may still be reading
ASKED_BACK_FOR = timedelta(days=2)


@dataclass(frozen=True)
class Said:
    """What a resident said: `category`, `place` and `ward` are keys or empty, `reference` is what they were told.

    `where` is their answer to where it is, seen from their home; `landmark`: what it is near, where that was asked;
    `for_others`: the problem is a neighbour's.
    """

    key: str
    channel: str
    reference: str
    category: str
    place: str
    ward: str
    words: str
    joins: str
    received_at: datetime
    where: str = ""
    for_others: bool = False
    landmark: str = ""


def said_by_dial(key: str, reference: str, answers: dict[str, str], received_at: datetime) -> Said:
    """The answers of a report conversation."""
    landmark = answers.get("landmark", "")
    joins = landmark.removeprefix(JOINS) if landmark.startswith(JOINS) else ""
    typed = answers.get(WORDS, "") if landmark == TYPED else ""
    return Said(
        key=key,
        channel="ussd",
        reference=reference,
        category=answers.get("category", "OTHER"),
        place=place_said(answers),
        ward=answers.get("ward", ""),
        words=typed,
        joins=joins,
        received_at=received_at,
        where=_where(answers),
        for_others=answers.get("whose") == "neighbour",
        landmark=typed,
    )


def _where(answers: dict[str, str]) -> str:
    """What the answer says of the caller's home; "another area" says nothing unless they were asked about it."""
    where = answers.get("where", "")
    return "" if where == "another" and not answers.get("home_is_old") else where


def said_by_joining(key: str, answers: dict[str, str], received_at: datetime) -> Said:
    """The answers of somebody who joins a case by its number."""
    return Said(
        key=key,
        channel="ussd",
        reference="",
        category=answers["joins_category"],
        place=answers.get("joins_place", ""),
        ward=answers.get("joins_ward", ""),
        words="",
        joins=answers["joins"],
        received_at=received_at,
    )


def file(work: Work, resident: Resident, said: Said) -> tuple[Case, bool]:
    """Stores a report once, with its case and figures; returns the case, and whether the report is new to it."""
    joined = _joined(work, said)
    case = joined or _open(work, said)
    is_new = joined is None or not cases.is_reporter(work.session, joined.id, resident.id)
    if is_new:
        _add(work, case, resident, said)
    if (
        said.reference not in ("", said.joins, case.reference)
        and cases.by_reference(work.session, said.reference) is None
    ):
        work.session.add(Alias(reference=said.reference, case_id=case.id))
    _learn_home(work, resident, said)
    work.session.flush()
    return case, is_new


def _joined(work: Work, said: Said) -> Case | None:
    """The open case that a "me too" means, locked; None if it means none, a private one, or one that is closed."""
    named = cases.by_reference(work.session, said.joins, lock=True) if said.joins else None
    case = cases.standing(work.session, named, lock=True) if named is not None else None
    return case if case is not None and case.open and case.public else None


def _add(work: Work, case: Case, resident: Resident, said: Said) -> None:
    work.session.add(
        Report(
            key=said.key,
            case_id=case.id,
            resident_id=resident.id,
            channel=said.channel,
            words=said.words,
            me_too=case.reports > 0,
            for_others=said.for_others,
            received_at=said.received_at,
        )
    )
    case.reports += 1
    work.deltas.add(case.ward_key, work.day(said.received_at), case.category, "reports")


def _open(work: Work, said: Said) -> Case:
    city, day = work.city, work.day(said.received_at)
    category = city.kind(said.category)
    place = said.place if city.place(said.place) else None
    named = work.services.cities.current().places.ward_of_landmark(said.place, said.words) if said.words else None
    ward = _ward_of(work, said.place, said.ward or named or "", day)
    aim = work.services.aim(category.code, said.received_at)
    told = said.reference if said.reference != said.joins else ""  # the number of a case that is no longer open
    case = Case(
        reference=told or work.services.references.take(),
        category=category.code,
        public=category.public,
        urgent=category.urgent,
        place_key=place,
        ward_key=ward,
        landmark=said.landmark,
        owner=city.owner_of(category.code, place).code,
        status=Status.RECEIVED.value,
        open=True,
        overdue=False,
        reports=0,
        round=0,
        received_at=said.received_at,
        aim_at=aim,
        due_at=aim,
    )
    work.session.add(case)
    work.session.flush()
    work.session.add(
        CaseEvent(case_id=case.id, kind="received", status=case.status, at=said.received_at, by="resident")
    )
    for metric in ("new", "open"):
        work.deltas.add(ward, day, category.code, metric)
    return case


def _ward_of(work: Work, place: str, ward: str, day: date) -> str | None:
    """The ward that follows from a place; where that lies in several, or none is known, the ward that was typed."""
    wards = work.city.wards_of(place, day)
    if len(wards) == 1:
        return wards[0]
    return ward if work.city.ward(ward) and (not wards or ward in wards) else None


def add_words(work: Work, resident: Resident, case: Case, words: Sequence[str]) -> bool:
    """More of what somebody says about a problem stands with what they said first; False if they reported none."""
    first = cases.newest_of(work.session, case.id, resident.id)
    if first is not None and words:
        first.words = "\n".join((first.words, *words)).strip()
    return first is not None


def _learn_home(work: Work, resident: Resident, said: Said) -> None:
    """The first place that somebody names is taken for their home, so that it is not asked again; a neighbour's never.

    Who moved has a new home, who has two places keeps both, and who was asked whether they still live there has said.
    """
    if said.for_others:
        return
    is_place = bool(work.city.place(said.place))
    if said.where == "two" and is_place and said.place != resident.place_key:
        resident.second_place_key = said.place
    elif said.where == "moved" or (resident.place_key is None and is_place):
        live(work, resident, said.place, said.ward)
    if said.where:
        resident.place_said_at = work.now


def live(work: Work, resident: Resident, place: str, ward: str) -> None:
    """Notes where a resident lives: the place and its ward; for a ward alone, the place stays only if it lies there."""
    if not work.city.place(place):
        if not work.city.ward(ward):
            return
        home = resident.place_key or ""
        place = home if ward in work.city.wards_of(home, work.today) else ""
    resident.place_key, resident.ward_key = place or None, _ward_of(work, place, ward, work.today)
    resident.place_said_at = work.now
    if resident.second_place_key == resident.place_key:
        resident.second_place_key = None


def receipt(work: Work, resident: Resident, case: Case, said: Said) -> None:
    """The text after a report by dial: the number, what happens next, how to follow it; or what is still missing."""
    if resident.measure == "none":
        return
    language, joins = resident.language, bool(said.joins) and case.reports > 1
    words = work.case_words(case, language) | {"next_step": next_step(work, case, language, joins)}
    name = full_receipt(case) if resident.measure == "full" else "receipt.number"
    if resident.measure == "full" and is_unplaced(case):
        name = "receipt.place_missing"
        ask_back(work, resident, case)
    text = work.say(name, language, **words)
    work.tell(resident, f"receipt:{said.key}", "receipt", text, answers_at=said.received_at, tries=3)


def full_receipt(case: Case) -> str:
    """The name of a whole receipt; one of a private case tells nobody how to join it."""
    return "receipt.full" if case.public else "receipt.private"


def is_unplaced(case: Case) -> bool:
    """Whether nobody could say yet where it is."""
    return case.place_key is None and case.ward_key is None


def next_step(work: Work, case: Case, language: str, joins: bool = False) -> str:
    """Who aims for when, or whom to call; who joins others is told that."""
    owner = work.city.owner(case.owner)
    name = next_step_name(joins, owner is None or owner.ours, has_aim=case.aim_at is not None)
    return work.say(name, language, **work.case_words(case, language))


def ask_back(work: Work, resident: Resident, case: Case) -> None:
    """Remembers that the receipt asked for the place or the kind, so that the next SMS answers it."""
    asked = Asked("details", case.reference, work.now, work.now + ASKED_BACK_FOR)
    questions.ask(work.session, [resident.phone_index], asked)


# -- what turns out later ------------------------------------------------------------------------------------------


def place_case(work: Work, case: Case, place: str, ward: str) -> None:
    """Gives an unplaced case its place; its figures move with it."""
    before = case.ward_key
    case.place_key = place if work.city.place(place) else None
    case.ward_key = _ward_of(work, place, ward, work.day(case.received_at))
    case.owner = work.city.owner_of(case.category, case.place_key).code
    _recount(work, case, before, case.category)


def classify_case(work: Work, case: Case, category: str) -> None:
    """Gives a case the category that its reporter named when asked; its figures, and its time, move with it."""
    before = case.category
    found = work.city.category(category)
    if found is None or found.code == before:
        return
    case.category, case.public, case.urgent = found.code, found.public, case.urgent or found.urgent
    case.owner = work.city.owner_of(found.code, case.place_key).code
    case.aim_at = work.services.aim(found.code, case.received_at)
    case.due_at = life.deadline(case.aim_at, case.promised_on, work.city.zone)
    _recount(work, case, case.ward_key, before)
    _count_anew_when_late(work, case, before)


def _recount(work: Work, case: Case, ward: str | None, category: str) -> None:
    """All that was ever counted for a case, on whatever day, is counted in its new ward and category."""
    if (ward, category) == (case.ward_key, case.category):
        return
    work.session.flush()
    for (day, metric), n in reckoning.of_case(work.session, case, work.city.zone).items():
        work.deltas.add(ward, day, category, metric, -n)
        work.deltas.add(case.ward_key, day, case.category, metric, n)


def _count_anew_when_late(work: Work, case: Case, before: str) -> None:
    """Another category has another time: the case is late when that has run out."""
    note = f"{before} -> {case.category}"
    work.session.add(
        CaseEvent(case_id=case.id, kind="classified", status=case.status, at=work.now, by="resident", note=note)
    )
    if case.overdue:
        case.overdue = False
        work.deltas.add(case.ward_key, work.today, case.category, "overdue", -1)


def undo(work: Work, resident: Resident, reference: str, at: datetime) -> bool:
    """Takes back a report that was at most ten minutes old at that time; a case without another is closed as undone."""
    case = cases.by_reference(work.session, reference, lock=True)
    report = cases.newest_of(work.session, case.id, resident.id) if case is not None else None
    if case is None or report is None or at - report.received_at > life.UNDO_FOR + LONGEST_DIAL:
        return False
    report.withdrawn_at = at
    case.reports -= 1
    work.deltas.add(case.ward_key, work.day(report.received_at), case.category, "reports", -1)
    work.take_back(f"receipt:{report.key}")
    if case.reports == 0 and case.status == Status.RECEIVED.value:
        work.deltas.add(case.ward_key, work.day(case.received_at), case.category, "new", -1)
        move(work, case, Step(Status.CLOSED, By.RESIDENT, "resident"))
    return True
