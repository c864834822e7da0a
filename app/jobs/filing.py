"""A report becomes a case, or joins one; and may be taken back for ten minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.civic.cases import By, Status
from app.civic.lent import JOINS
from app.jobs.moves import Step, move
from app.jobs.work import Work
from app.storage import cases, questions
from app.storage.tables import Alias, Case, CaseEvent, Report, Resident

UNDO_FOR = timedelta(minutes=10)
ASKED_BACK_FOR = timedelta(days=2)


@dataclass(frozen=True)
class Said:
    """What a resident said: `category`, `place` and `ward` are keys or empty, `reference` is what they were told."""

    key: str
    channel: str
    reference: str
    category: str
    place: str
    ward: str
    words: str
    joins: str
    received_at: datetime


def said_by_dial(key: str, reference: str, answers: dict[str, str], received_at: datetime) -> Said:
    """The answers of a report conversation."""
    landmark = answers.get("landmark", "")
    joins = landmark.removeprefix(JOINS) if landmark.startswith(JOINS) else ""
    place = answers.get("home_area", "") if answers.get("where") == "here" else answers.get("place", "")
    return Said(
        key=key,
        channel="ussd",
        reference=reference,
        category=answers.get("category", "OTHER"),
        place=place,
        ward=answers.get("ward", ""),
        words="" if joins or landmark == "unsaid" else landmark,
        joins=joins,
        received_at=received_at,
    )


def file(work: Work, resident: Resident, said: Said) -> Case:
    """Stores a report once, with its case, figures and receipt; returns the case."""
    joined = cases.by_reference(work.session, said.joins, lock=True) if said.joins else None
    case = cases.standing(work.session, joined) if joined is not None else _open(work, said)
    report = Report(
        key=said.key,
        case_id=case.id,
        resident_id=resident.id,
        channel=said.channel,
        words=said.words,
        me_too=joined is not None,
        received_at=said.received_at,
    )
    work.session.add(report)
    case.reports += 1
    work.deltas.add(case.ward_key, work.day(said.received_at), case.category, "reports")
    if said.reference not in ("", case.reference) and cases.by_reference(work.session, said.reference) is None:
        work.session.add(Alias(reference=said.reference, case_id=case.id))
    _learn_home(work, resident, said)
    work.session.flush()
    return case


def _open(work: Work, said: Said) -> Case:
    city, day = work.city, work.day(said.received_at)
    category = city.kind(said.category)
    place = said.place if city.place(said.place) else None
    ward = said.ward if city.ward(said.ward) else (city.ward_of(place, day) if place else None)
    aim = work.services.aim(category.code, said.received_at)
    case = Case(
        reference=said.reference or work.services.references.take(),
        category=category.code,
        public=category.public,
        urgent=category.urgent,
        place_key=place,
        ward_key=ward,
        landmark=said.words if said.channel == "ussd" else "",
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


def _learn_home(work: Work, resident: Resident, said: Said) -> None:
    """The first place or ward that somebody names is taken for their home, so that it is not asked again."""
    if resident.place_key is None and resident.ward_key is None:
        live(work, resident, said.place, said.ward)


def live(work: Work, resident: Resident, place: str, ward: str) -> None:
    """Notes where a resident lives: the place, and the ward where it is known; what is neither changes nothing."""
    known = work.city.place(place)
    held = ward if work.city.ward(ward) else (work.city.ward_of(place, work.today) if known else None)
    if known is not None or held is not None:
        resident.place_key, resident.ward_key = known.key if known else None, held


def receipt(work: Work, resident: Resident, case: Case, said: Said) -> None:
    """The text after a report: the number, what happens next, how to follow it, how to stop."""
    if resident.measure == "none":
        return
    language = resident.language
    words = work.case_words(case, language) | {"next_step": next_step(work, case, language)}
    name = "receipt.full" if resident.measure == "full" else "receipt.number"
    text = work.say(name, language, **words)
    work.tell(resident, f"receipt:{said.key}", "receipt", text, answers_at=said.received_at, tries=3)


def next_step(work: Work, case: Case, language: str) -> str:
    """Who aims for when, or whom to call."""
    owner, words = work.city.owner(case.owner), work.case_words(case, language)
    if case.reports > 1:
        return work.say("next_step.joined", language)
    if owner is not None and not owner.ours:
        return work.say("next_step.not_ours", language, **words)
    return work.say("next_step.aim" if case.aim_at else "next_step.none", language, **words)


def place_case(work: Work, case: Case, place: str, ward: str) -> None:
    """Gives an unplaced case its place; its figures move with it."""
    before, day = case.ward_key, work.day(case.received_at)
    case.place_key = place if work.city.place(place) else None
    case.ward_key = ward if work.city.ward(ward) else (work.city.ward_of(place, day) if place else None)
    case.owner = work.city.owner_of(case.category, case.place_key).code
    if case.ward_key != before:
        _recount(work, case, (before, case.category), (case.ward_key, case.category))


def classify_case(work: Work, case: Case, category: str) -> None:
    """Gives a case the category that its reporter named when asked; its figures move with it."""
    before = case.category
    found = work.city.category(category)
    if found is None or found.code == before:
        return
    case.category, case.public, case.urgent = found.code, found.public, case.urgent or found.urgent
    case.owner = work.city.owner_of(found.code, case.place_key).code
    case.aim_at = case.due_at = work.services.aim(found.code, case.received_at)
    _recount(work, case, (case.ward_key, before), (case.ward_key, found.code))


def _recount(work: Work, case: Case, old: tuple[str | None, str], new: tuple[str | None, str]) -> None:
    """What was counted on the day of receipt is counted in another ward or category; only new cases are moved so."""
    day = work.day(case.received_at)
    figures = {"reports": case.reports, "new": 1, "open": 1}
    for metric, n in figures.items():
        work.deltas.add(old[0], day, old[1], metric, -n)
        work.deltas.add(new[0], day, new[1], metric, n)


def ask_back(work: Work, resident: Resident, case: Case, kind: str) -> None:
    """Remembers that the receipt asked for the place or the kind, so that the next SMS answers it."""
    questions.ask(work.session, resident.phone_index, kind, case.reference, work.now, work.now + ASKED_BACK_FOR)


def undo(work: Work, resident: Resident, reference: str) -> bool:
    """Takes a resident's report back within ten minutes; a case without any other report is closed as undone."""
    case = cases.by_reference(work.session, reference, lock=True)
    if case is None:
        return False
    reports = cases.reports_of(work.session, case.id)
    ours = [report for report in reports if report.resident_id == resident.id]
    if not ours or work.now - ours[-1].received_at > UNDO_FOR:
        return False
    ours[-1].withdrawn_at = work.now
    case.reports -= 1
    work.deltas.add(case.ward_key, work.day(ours[-1].received_at), case.category, "reports", -1)
    if len(reports) == 1 and case.status == Status.RECEIVED.value:
        work.deltas.add(case.ward_key, work.day(case.received_at), case.category, "new", -1)
        move(work, case, Step(Status.CLOSED, By.RESIDENT, "resident"))
    return True
