"""Digests: a ward's last week to its councillor, once a period however many clocks run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.civic import digests
from app.civic.city import Councillor, Ward
from app.civic.digests import CategoryCount, Edition, Figures, Notable, Period, What
from app.jobs.work import Work
from app.storage import counters
from app.storage.messages import Text
from app.storage.tables import Case, CaseEvent, Digest, Verdict
from app.wiring import Services, services

DUE_AT = time(7)
CATCH_UP = timedelta(hours=6)
CANDIDATES = 3


@dataclass(frozen=True)
class Sent:
    """How many digests were made now, and how many had been made before."""

    sent: int = 0
    already: int = 0


def drain() -> None:
    """The job: makes the digests that are due."""
    run(services())


def run(served: Services) -> Sent:
    """Makes this week's digests if their hour has come; a start that is more than six hours late leaves them be."""
    served.wakeups.began("digests")
    now = served.clock.now()
    zone = served.cities.current().city.zone
    monday = digests.last_week(now, zone).end + timedelta(days=1)
    due = datetime.combine(monday, DUE_AT, zone)
    return send(served) if due <= now < due + CATCH_UP else Sent()


def send(served: Services, ward_number: int | None = None) -> Sent:
    """Makes the digests of the last full week: of one ward, or of all that have a councillor."""
    city, now = served.cities.current().city, served.clock.now()
    period = digests.last_week(now, city.zone)
    made = already = 0
    for ward in city.wards_in_force(now.astimezone(city.zone).date()):
        councillor = city.councillor_of(ward.key)
        if councillor is None or ward_number not in (None, ward.number):
            continue
        outcome = _make(served, ward, councillor, period)
        made += outcome is True
        already += outcome is False
    if made:
        served.wakeups.wake("messages")
    return Sent(made, already)


def _make(served: Services, ward: Ward, councillor: Councillor, period: Period) -> bool | None:
    """One digest in one transaction: True if made, False if it was made before, None if the week was quiet."""
    with served.database.begin() as session:
        work = Work.begin(served, session)
        index = work.vault.index(councillor.phone)
        if session.scalar(select(Digest.id).filter_by(recipient=index, ward_key=ward.key, period=period.key)):
            return False
        composed = compose(work, ward, councillor.language, period)
        if composed is None:
            return None
        row = {
            "recipient": index,
            "ward_key": ward.key,
            "period": period.key,
            "text": composed.text,
            "created_at": work.now,
        }
        made = session.scalar(insert(Digest).values(row).on_conflict_do_nothing().returning(Digest.id))
        if made is None:
            return False
        work.send(Text(f"digest:{made}", "digest", councillor.phone, composed.text))
        work.finish()
        return True


def compose(work: Work, ward: Ward, language: str, period: Period) -> digests.Digest | None:
    """The text of a ward's week, None for a quiet one."""
    city = work.city
    edition = Edition(figures_only=any(span.hold(work.today) for span in city.elections), small=city.small_count)

    def say(name: str, /, **values: str) -> str:
        return work.say(name, language, **values)

    speech = work.services.words.speech(language)
    return digests.compose(figures(work, ward, language, period), say, speech, edition)


def figures(work: Work, ward: Ward, language: str, period: Period) -> Figures:
    """A ward's week out of its counters, and the few cases worth a line; only what is public."""
    public = {category.code for category in work.city.categories if category.public}
    totals = counters.totals(work.session, ward.key, period.start, period.end)
    late = counters.standing(work.session, ward.key, period.end)

    def count(metric: str, among: Mapping[tuple[str, str], int] = totals) -> int:
        return sum(n for (category, name), n in among.items() if name == metric and category in public)

    return Figures(
        ward=ward.number,
        period=period,
        new=count("new"),
        fixed=count("fixed"),
        reopened=count("reopened"),
        overdue=count("overdue", late),
        says_fixed=count("says_fixed"),
        says_not_fixed=count("says_not_fixed"),
        no_answer=count("no_answer"),
        by_category=tuple(
            CategoryCount(work.label(category, language), n)
            for (category, name), n in sorted(totals.items())
            if name == "new" and category in public and n > 0
        ),
        notable=_notable(work, ward, language, period),
    )


def _notable(work: Work, ward: Ward, language: str, period: Period) -> tuple[Notable, ...]:
    """The worst cases of each kind."""
    kinds = {What.REOPENED: _reopened, What.LATE: _late, What.NEW: _new}
    return tuple(
        Notable(case.reference, work.label(case.category, language), _area(work, case, language), what, count)
        for what, find in kinds.items()
        for case, count in find(work, ward, period)
    )


def _area(work: Work, case: Case, language: str) -> str:
    return work.area(case.place_key, case.ward_key, language)


def _reopened(work: Work, ward: Ward, period: Period) -> list[tuple[Case, int]]:
    """Cases that residents reopened in the period, and how many of them say not fixed."""
    first, after = period.bounds(work.city.zone)
    against = (
        select(func.count())
        .where(Verdict.case_id == Case.id, Verdict.verdict == "not_fixed", Verdict.round == Case.round - 1)
        .scalar_subquery()
    )
    reopened = select(CaseEvent.case_id).where(
        CaseEvent.kind == "reopened", CaseEvent.at >= first, CaseEvent.at < after
    )
    rows = work.session.execute(
        select(Case, against)
        .where(Case.ward_key == ward.key, Case.public, Case.open, Case.id.in_(reopened))
        .order_by(against.desc())
        .limit(CANDIDATES)
    )
    return [(case, n) for case, n in rows]


def _late(work: Work, ward: Ward, period: Period) -> list[tuple[Case, int]]:
    """Open cases that were late when the period ended, and by how many days they are."""
    _, after = period.bounds(work.city.zone)
    cases = work.session.scalars(
        select(Case)
        .where(Case.ward_key == ward.key, Case.public, Case.open, Case.overdue, Case.due_at < after)
        .order_by(Case.due_at)
        .limit(CANDIDATES)
    )
    return [(case, max(1, (work.now - case.due_at).days)) for case in cases if case.due_at is not None]


def _new(work: Work, ward: Ward, period: Period) -> list[tuple[Case, int]]:
    """Open cases of the period with the most reports, of which there is nothing worse to say."""
    first, after = period.bounds(work.city.zone)
    cases = work.session.scalars(
        select(Case)
        .where(Case.ward_key == ward.key, Case.public, Case.open, Case.overdue.is_(False), Case.round == 0)
        .where(Case.received_at >= first, Case.received_at < after)
        .order_by(Case.reports.desc(), Case.received_at)
        .limit(CANDIDATES)
    )
    return [(case, case.reports) for case in cases]
