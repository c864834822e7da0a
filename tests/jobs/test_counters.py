"""The figures by ward follow every step, whatever residents, staff and the clock do, and whatever fails in between."""

from collections import Counter as Tally
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.civic import cases as life
from app.civic.cases import By, IllegalMove, Status, Verdict
from app.jobs import filing, moves
from app.jobs.filing import Said
from app.jobs.moves import Step
from app.jobs.work import Work
from app.storage import cases, proof
from app.storage.counters import standing, totals
from app.storage.tables import Case, Resident
from app.wiring import Services
from tests.processes import at

START = datetime.fromisoformat("2026-03-02T08:00:00+02:00")
EVER = date(2026, 1, 1), date(2026, 12, 31)
PLACES = ("kholofelo", "kholwani", "acacia-park", "rooiwal", "")
WARDS = ("", "", "", "2021/2", "2021/11", "2021/3")
CATEGORIES = ("WATER", "LEAK", "OTHER", "NEIGHBOUR", "SEWAGE")


@dataclass
class City:
    """A city in which time passes between one deed and the next; each deed is a transaction of its own."""

    services: Services
    random: Random
    now: datetime = START
    count: int = 0
    fails: bool = False
    done: "Tally[str]" = field(default_factory=Tally)

    def live(self, deeds: int) -> None:
        """Does as many deeds, drawn by chance."""
        for _ in range(deeds):
            self.now += self.random.choice((timedelta(minutes=2), timedelta(hours=5), timedelta(days=1, hours=3)))
            self.count += 1
            self.attempt(self.random.choice(DEEDS))

    def attempt(self, deed: "Callable[[City, Work], object]") -> None:
        """One deed; where the city fails, each third one is broken off after it was done and before it is committed."""
        served = at(self.services, self.now)
        try:
            with served.database.begin() as session:
                work = Work.begin(served, session)
                outcome = deed(self, work)
                work.finish()
                self.perhaps_fail()
        except (IllegalMove, Broken):
            return
        self.done[deed.__name__] += bool(outcome)

    def perhaps_fail(self) -> None:
        if self.fails and self.count % 3 == 0:
            raise Broken

    def some_case(self, work: Work) -> Case | None:
        """Any case, locked; the newer ones more often."""
        found = work.session.scalars(cases.locked(select(Case).order_by(Case.id.desc()).limit(12))).all()
        return self.random.choice(found) if found else None

    def somebody(self, work: Work) -> Resident:
        return work.resident(f"+2782123456{self.random.randrange(6)}")

    def reporter_of(self, work: Work, case: Case) -> Resident | None:
        found = cases.reporters(work.session, case.id)
        return self.random.choice(found) if found else None


class Broken(RuntimeError):
    """A deed that is not committed."""


# -- deeds -------------------------------------------------------------------------------------------------------------


def report(city: City, work: Work) -> Case:
    category, place, ward = (city.random.choice(one) for one in (CATEGORIES, PLACES, WARDS))
    said = Said(f"key-{city.count}", "sms", "", category, place, ward, "words", "", work.now)
    return filing.file(work, city.somebody(work), said)


def join(city: City, work: Work) -> Case | None:
    case = city.some_case(work)
    if case is None:
        return None
    said = Said(f"key-{city.count}", "ussd", case.reference, case.category, "", "", "", case.reference, work.now)
    return filing.file(work, city.somebody(work), said)


def undo(city: City, work: Work) -> bool:
    case = city.some_case(work)
    resident = city.reporter_of(work, case) if case else None
    return bool(case and resident and filing.undo(work, resident, case.reference, work.now))


def move_by_staff(city: City, work: Work) -> object:
    case = city.some_case(work)
    possible = life.moves(Status(case.status), By.STAFF) if case else ()
    if case is None or not possible:
        return None
    to = city.random.choice(possible).to
    other = city.some_case(work)
    note = other.reference if to is Status.MERGED and other is not None else "because of a spare part"
    on = work.today + timedelta(days=city.random.randint(1, 4)) if to is Status.SCHEDULED else None
    return moves.move(work, case, Step(to, By.STAFF, "nomsa", note, on))


def fix(city: City, work: Work) -> object:
    case = city.some_case(work)
    return moves.move(work, case, Step(Status.FIXED, By.STAFF, "nomsa")) if case else None


def verdict(city: City, work: Work) -> bool:
    fixed = work.session.scalars(cases.locked(select(Case).where(Case.status == "fixed"))).all()
    case = city.random.choice(fixed) if fixed else None
    resident = city.reporter_of(work, case) if case else None
    said = city.random.choice(list(Verdict))
    return bool(case and resident and moves.give_verdict(work, case, resident, said))


def run_out(city: City, work: Work) -> int:
    late = cases.past_due(work.session, work.now)
    for case in late:
        moves.mark_overdue(work, case)
    return len(late)


def close_long_fixed(city: City, work: Work) -> int:
    fixed = cases.long_fixed(work.session, work.now - timedelta(days=5))
    for case in fixed:
        moves.move(work, case, Step(Status.CLOSED, By.CLOCK, "clock"))
    return len(fixed)


def place(city: City, work: Work) -> object:
    case = city.some_case(work)
    if case is not None:
        filing.place_case(work, case, city.random.choice(PLACES), city.random.choice(WARDS))
    return case


def classify(city: City, work: Work) -> object:
    case = city.some_case(work)
    if case is not None:
        filing.classify_case(work, case, city.random.choice(CATEGORIES))
    return case


DEEDS = (report, report, report, join, join, undo, move_by_staff, move_by_staff, fix, verdict, verdict, verdict)
DEEDS = (*DEEDS, run_out, close_long_fixed, place, classify)


# -- what the rows say -------------------------------------------------------------------------------------------------

RECOUNTED = {
    "reports": """SELECT c.ward_key, c.category, count(*) FROM report r JOIN "case" c ON c.id = r.case_id
                  WHERE r.withdrawn_at IS NULL GROUP BY 1, 2""",
    "new": """SELECT ward_key, category, count(*) FROM "case" c WHERE NOT EXISTS
              (SELECT FROM case_event e WHERE e.case_id = c.id AND e.kind = 'undone') GROUP BY 1, 2""",
    "open": """SELECT ward_key, category, count(*) FROM "case" WHERE open GROUP BY 1, 2""",
    "overdue": """SELECT ward_key, category, count(*) FROM "case" WHERE overdue GROUP BY 1, 2""",
    "no_answer": """SELECT c.ward_key, c.category, count(*) FROM verdict v JOIN "case" c ON c.id = v.case_id
                    WHERE v.verdict IS NULL GROUP BY 1, 2""",
    **{
        f"says_{said.value}": f"""SELECT c.ward_key, c.category, count(*) FROM verdict v JOIN "case" c
                              ON c.id = v.case_id WHERE v.verdict = '{said.value}' GROUP BY 1, 2"""
        for said in Verdict
    },
    **{
        kind: f"""SELECT c.ward_key, c.category, count(*) FROM case_event e JOIN "case" c ON c.id = e.case_id
              WHERE e.kind = '{kind}' GROUP BY 1, 2"""
        for kind in ("fixed", "reopened")
    },
}
Figures = dict[tuple[str, str, str], int]


def recounted(session: Session) -> Figures:
    """`(ward, category, metric)` -> n, counted from the rows of today; the city is the sum of all."""
    found: Tally[tuple[str, str, str]] = Tally()
    for metric, query in RECOUNTED.items():
        for ward, category, n in session.execute(text(query)):
            found[ward or "", category, metric] += n
            found["*", category, metric] += n
    return {key: n for key, n in found.items() if n}


def counted(session: Session) -> Figures:
    """The same from the counters."""
    wards = session.execute(text("SELECT DISTINCT ward_key FROM counter")).scalars()
    sums = {ward: totals(session, ward, *EVER) | standing(session, ward, EVER[1]) for ward in wards}
    return {(ward, *key): n for ward, figures in sums.items() for key, n in figures.items() if n}


def assert_true(services: Services) -> None:
    with services.database.begin() as session:
        assert counted(session) == recounted(session)
        assert proof.differences(session, "Africa/Johannesburg") == []


@pytest.mark.parametrize("seed", range(6))
def test_after_any_walk_the_counters_say_what_the_rows_say(services: Services, seed: int):
    city = City(services, Random(seed))
    city.live(120)

    assert set(city.done) > {"report", "join", "move_by_staff", "fix", "verdict", "run_out", "place", "classify"}
    assert_true(services)


@pytest.mark.parametrize("seed", [11, 12])
def test_deeds_that_are_broken_off_count_nothing(services: Services, seed: int):
    city = City(services, Random(seed), fails=True)
    city.live(120)

    assert_true(services)


# -- the corners, one by one -------------------------------------------------------------------------------------------


@pytest.fixture
def city(services: Services) -> City:
    return City(services, Random(0))


def file_one(city: City, category: str = "OTHER", place: str = "", phone: str = "+27821234567") -> str:
    """A report; returns the reference of its case."""
    city.count += 1
    with at(city.services, city.now).database.begin() as session:
        work = Work.begin(at(city.services, city.now), session)
        said = Said(f"one-{city.count}", "sms", "", category, place, "", "words", "", city.now)
        case, _ = filing.file(work, work.resident(phone), said)
        work.finish()
        return case.reference


def do(city: City, reference: str, deed: Callable[[Work, Case], object], after: timedelta = timedelta()) -> None:
    """Something done to a case, some time later."""
    city.now += after
    served = at(city.services, city.now)
    with served.database.begin() as session:
        work = Work.begin(served, session)
        case = cases.by_reference(session, reference, lock=True)
        assert case is not None
        deed(work, case)
        work.finish()


def to(status: Status, note: str = "a reason", days: int | None = None) -> Callable[[Work, Case], object]:
    """A move by staff."""
    return lambda work, case: moves.move(
        work, case, Step(status, By.STAFF, "nomsa", note, work.today + timedelta(days=days) if days else None)
    )


def figures(city: City, ward: str) -> dict[str, int]:
    """The figures of a ward that are not zero, all categories together."""
    with city.services.database.begin() as session:
        found = totals(session, ward, *EVER) | standing(session, ward, EVER[1])
        sums: Tally[str] = Tally()
        for (_, metric), n in found.items():
            sums[metric] += n
        return {metric: n for metric, n in sums.items() if n}


def in_kholofelo(work: Work, case: Case) -> None:
    filing.place_case(work, case, "kholofelo", "")


def a_leak(work: Work, case: Case) -> None:
    filing.classify_case(work, case, "LEAK")


def test_a_case_that_is_placed_after_it_was_late_is_late_in_its_ward(city: City):
    reference = file_one(city)
    do(city, reference, moves.mark_overdue, timedelta(days=30))
    do(city, reference, in_kholofelo, timedelta(days=1))

    assert figures(city, "") == {}
    assert figures(city, "2021/3") == {"reports": 1, "new": 1, "open": 1, "overdue": 1}
    assert_true(city.services)


def test_a_case_that_is_placed_after_it_was_fixed_takes_all_it_counted_along(city: City):
    reference = file_one(city)
    do(city, reference, to(Status.FIXED), timedelta(days=1))
    do(city, reference, lambda work, case: moves.give_verdict(work, case, work.resident("+27821234567"), Verdict.FIXED))
    do(city, reference, in_kholofelo, timedelta(days=1))

    assert figures(city, "") == {}
    assert figures(city, "2021/3") == {"reports": 1, "new": 1, "fixed": 1, "says_fixed": 1}
    assert_true(city.services)


def test_a_case_that_gets_another_category_after_it_was_late_has_the_time_of_that_category(city: City):
    """SEWAGE has a day; after two days it turns out to be rubbish, which has three working days."""
    reference = file_one(city, "SEWAGE", "kholofelo")
    do(city, reference, moves.mark_overdue, timedelta(days=2))
    do(city, reference, lambda work, case: filing.classify_case(work, case, "RUBBISH"))

    with city.services.database.begin() as session:
        case = cases.by_reference(session, reference)
        assert case is not None
        assert (case.overdue, case.due_at is not None and case.due_at > city.now) == (False, True)
    assert figures(city, "2021/3") == {"reports": 1, "new": 1, "open": 1}
    assert_true(city.services)


def test_a_promise_outlives_another_category(city: City):
    reference = file_one(city, "OTHER", "kholofelo")
    do(city, reference, to(Status.SCHEDULED, days=20))
    do(city, reference, a_leak)

    with city.services.database.begin() as session:
        case = cases.by_reference(session, reference)
        assert case is not None
        assert case.due_at == life.deadline(None, case.promised_on, city.services.cities.current().city.zone)


def test_a_report_that_is_taken_back_after_others_joined_leaves_the_case_to_them(city: City):
    reference = file_one(city, "LEAK", "kholofelo")
    joined = me_too(reference, "join")
    do(city, reference, lambda work, case: filing.file(work, work.resident("+27821234568"), joined))
    do(city, reference, lambda work, case: filing.undo(work, work.resident("+27821234567"), reference, work.now))

    assert figures(city, "2021/3") == {"reports": 1, "new": 1, "open": 1}
    assert_true(city.services)


def test_the_last_report_that_is_taken_back_leaves_nothing_counted(city: City):
    reference = file_one(city, "LEAK", "kholofelo")
    joined = me_too(reference, "join")
    do(city, reference, lambda work, case: filing.file(work, work.resident("+27821234568"), joined))
    for phone in ("+27821234567", "+27821234568"):
        do(
            city,
            reference,
            lambda work, case, phone=phone: filing.undo(work, work.resident(phone), reference, work.now),
        )

    assert figures(city, "2021/3") == figures(city, "*") == {}
    assert_true(city.services)


def me_too(reference: str, key: str) -> Said:
    return Said(key, "ussd", reference, "LEAK", "kholofelo", "", "", reference, START)


def test_who_joins_twice_is_counted_once(city: City):
    reference = file_one(city, "LEAK", "kholofelo")
    for number, phone in enumerate(("+27821234567", "+27821234568", "+27821234568")):
        said = me_too(reference, f"join-{number}")
        do(city, reference, lambda work, case, p=phone, s=said: filing.file(work, work.resident(p), s))

    assert figures(city, "2021/3") == {"reports": 2, "new": 1, "open": 1}
    assert_true(city.services)


def test_many_who_join_at_once_are_all_counted(city: City):
    reference = file_one(city, "LEAK", "kholofelo")

    def join_it(number: int) -> None:
        with city.services.database.begin() as session:
            work = Work.begin(city.services, session)
            cases.by_reference(session, reference)  # read before it is locked, as a menu does
            filing.file(work, work.resident(f"+278212346{number:02}"), me_too(reference, f"join-{number}"))
            work.finish()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(join_it, range(24)))

    assert figures(city, "2021/3") == {"reports": 25, "new": 1, "open": 1}
    with city.services.database.begin() as session:
        case = cases.by_reference(session, reference)
        assert case is not None
        assert case.reports == 25


def test_who_joins_a_case_that_was_closed_meanwhile_opens_one(city: City):
    """It was declined between the dial and the worker: nobody would ever look at a report on it."""
    reference = file_one(city, "LEAK", "kholofelo")
    do(city, reference, to(Status.DECLINED))
    said = me_too(reference, "late")
    do(city, reference, lambda work, case: filing.file(work, work.resident("+27821234568"), said))

    assert figures(city, "2021/3") == {"reports": 2, "new": 2, "open": 1}
    assert_true(city.services)


def test_a_merged_case_keeps_its_reports_and_owes_no_work(city: City):
    one, two = file_one(city, "LEAK", "kholofelo"), file_one(city, "LEAK", "kholofelo", "+27821234568")
    do(city, two, moves.mark_overdue, timedelta(days=9))
    do(city, two, to(Status.MERGED, one))
    do(city, one, to(Status.FIXED))

    assert figures(city, "2021/3") == {"reports": 2, "new": 2, "fixed": 1, "no_answer": 2}
    assert_true(city.services)


def test_a_merge_that_is_refused_changes_nothing(city: City):
    one, two = file_one(city, "LEAK", "kholofelo"), file_one(city, "LEAK", "kholofelo", "+27821234568")
    do(city, one, to(Status.DECLINED))
    before = figures(city, "2021/3")

    def refused(work: Work, case: Case) -> None:
        with pytest.raises(IllegalMove, match="is not open"):
            moves.move(work, case, Step(Status.MERGED, By.STAFF, "nomsa", one))

    do(city, two, refused)
    assert figures(city, "2021/3") == before
    assert_true(city.services)


def test_two_workers_counting_the_same_ward_lose_nothing(city: City):
    def file_some(worker: int) -> None:
        for number in range(15):
            with city.services.database.begin() as session:
                work = Work.begin(city.services, session)
                key = f"{worker}-{number}"
                said = Said(key, "sms", "", "LEAK", "kholofelo", "", "words", "", work.now)
                filing.file(work, work.resident(f"+2782123456{worker}"), said)
                work.finish()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(file_some, range(4)))

    assert figures(city, "2021/3") == {"reports": 60, "new": 60, "open": 60}
    assert_true(city.services)
