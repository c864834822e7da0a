"""Intake: every letter that was acknowledged has its effect once, whatever else fails."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app.jobs import intake
from app.storage import cases, inbox
from app.storage.cases import Wanted
from app.storage.letters import Letter, Said, key_of
from app.storage.spool import SpoolFull
from app.storage.tables import Alias, Audit, Case, Inbox, Message, Report
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import another_process, cut_connections, database_away, later, redis_goes_away, rows

REPORT = ("1", "1", "2", "KHOL", "1", "Vilakazi St")
PHONE = "+27821234567"


@pytest.fixture(autouse=True)
def city_is_known(services: Services) -> None:
    """Whoever takes in an SMS knows the city, also when the database goes away."""
    services.cities.current()


def phones(services: Services, count: int) -> list[Phone]:
    return [Phone(services, f"+278212345{number:02}") for number in range(count)]


def report_by_dial(key: str, reference: str, services: Services) -> Letter:
    answers = {"category": "LEAK", "place": "kholofelo", "landmark": "Vilakazi St", "language": "en"}
    body = {"effects": [{"name": "file_report", "data": answers}], "stops": False}
    return Letter(key, "ussd", PHONE, body, services.clock.now(), Said("Thanks.", reference))


def poison(services: Services, key: str = "poison") -> Letter:
    body = {"effects": [{"name": "set_language", "data": {"language": "zu"}}, {"name": "explode", "data": {}}]}
    return Letter(key, "ussd", PHONE, body, services.clock.now())


def run_until_given_up(services: Services) -> None:
    for minutes in range(inbox.MOST_ATTEMPTS + 2):
        intake.run(later(services, timedelta(minutes=2 * minutes)))


def rows_by_state(services: Services) -> dict[str, int]:
    with services.database.begin() as session:
        counted = session.execute(select(Inbox.state, func.count()).group_by(Inbox.state))
        return {row[0]: row[1] for row in counted}


# -- the database is away ----------------------------------------------------------------------------------------------


def test_with_the_database_away_letters_wait_on_disk_and_come_in_by_the_order_of_receipt(services: Services):
    with database_away(services):
        for one in phones(services, 5):
            one.write("no water in Kholofelo")
        assert services.spool.depth() == 5
    work(services)

    assert services.spool.depth() == 0
    with services.database.begin() as session:
        taken = select(Inbox.phone_index).where(Inbox.source == "sms").order_by(Inbox.id)
        order = [bytes(index) for index in session.scalars(taken)]
    assert order == [services.vault.index(one.number) for one in phones(services, 5)]
    assert rows(services, Report) == 5


def test_what_was_said_while_the_database_was_away_is_the_reference_of_the_case(services: Services):
    services.references.take()
    services.cities.current()
    resident = Phone(services, PHONE)
    with database_away(services):
        said = resident.dial(*REPORT).text
    work(services)

    with services.database.begin() as session:
        (case,) = cases.listed(session, Wanted())
    assert said.startswith(f"Thanks. {case.reference[:3]} {case.reference[3:6]} {case.reference[6:]}: Water leak")


def test_with_both_away_a_report_by_dial_is_kept_and_filed_by_the_clock_alone(services: Services):
    services.references.take()
    services.cities.current()
    redis_goes_away(services)
    resident = Phone(services, PHONE)
    with database_away(services):
        assert resident.dial(*REPORT).text.startswith("Thanks.")
        assert resident.hop().text.startswith("Thanks.")
    work(services)

    assert (rows(services, Report), rows(services, Case)) == (1, 1)


def test_connections_cut_in_the_middle_lose_nothing(services: Services):
    for one in phones(services, 3):
        one.write("no water in Kholofelo")
        cut_connections_of_all(services)
    services.database.away_until = 0.0
    work(services)

    assert rows(services, Report) == 3


def cut_connections_of_all(services: Services) -> None:
    with another_process(services) as other:
        cut_connections(other)


def test_a_read_only_database_is_a_database_that_is_away(services: Services):
    """As after a failover to a standby: everything can be read, nothing kept."""
    services.references.take()
    services.cities.current()
    resident = Phone(services, PHONE)
    read_only(services, "on")
    try:
        said = resident.dial(*REPORT).text
        resident.write("no power in Kholofelo")
        kept = services.spool.depth()
    finally:
        services.database.away_until = 0.0
        read_only(services, "off")
    work(services)

    assert said.startswith("Thanks.")
    assert kept == 2
    assert rows(services, Report) == 2


def read_only(services: Services, value: str) -> None:
    with services.database.begin() as session:
        session.execute(text("SET TRANSACTION READ WRITE"))
        session.execute(text(f"ALTER DATABASE izwi SET default_transaction_read_only = {value}"))
    services.database.engine.dispose()


def test_a_full_spool_acknowledges_nothing(services: Services):
    services.references.take()
    services.cities.current()
    services.spool.most = 0
    resident = Phone(services, PHONE)
    with database_away(services):
        said = resident.dial(*REPORT)
        with pytest.raises(SpoolFull):
            resident.write("no water in Kholofelo")
    work(services)

    assert said.ends
    assert said.text == "Sorry, we could not save this. Please dial again in 5 minutes."
    assert rows(services, Inbox) == 0


def test_damaged_files_keep_no_letter_from_coming_in(services: Services):
    (services.spool.folder / "20200101T000000000000-x.letter").write_bytes(b'{"half')
    (services.spool.folder / "20200101T000000000000-y.1.tmp").write_bytes(b"half")
    (services.spool.folder / "note.txt").write_text("from somebody else")
    with database_away(services):
        Phone(services, PHONE).write("no water in Kholofelo")
    work(services)

    assert rows(services, Report) == 1
    assert services.spool.depth() == 0


def test_more_letters_than_a_batch_come_in_at_once(services: Services, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "BATCH", 3)
    with database_away(services):
        for one in phones(services, 10):
            one.write("no water in Kholofelo")

    assert intake.take_in_spool(services) == 10
    assert services.spool.depth() == 0


def test_a_spooled_letter_that_cannot_be_taken_in_holds_up_no_other(services: Services):
    """The database holds its key in a row that nobody can open any more."""
    services.keep(report_by_dial("hop", "1000002", services))
    with services.database.begin() as session:
        session.execute(text("UPDATE inbox SET payload = '\\x09ff'"))
    with database_away(services):
        services.keep(report_by_dial("hop", "1000014", services))
        Phone(services, PHONE).write("no water in Kholofelo")
    work(services)

    assert services.spool.depth() == 0
    assert len(list(services.spool.folder.glob("*.torn"))) == 1
    assert rows(services, Report) == 1


def test_two_workers_take_in_the_same_spool_once(services: Services):
    with database_away(services):
        for number in range(60):
            Phone(services, f"+278212345{number:02}").write("no water in Kholofelo")
    with another_process(services) as other, ThreadPoolExecutor(2) as threads:
        list(threads.map(intake.take_in_spool, (services, other)))

    assert (services.spool.depth(), rows(services, Inbox)) == (0, 60)


# -- one letter, two words ---------------------------------------------------------------------------------------------


def test_a_letter_that_the_database_holds_already_keeps_its_first_word_and_both_references(services: Services):
    services.keep(report_by_dial("hop", "1000002", services))
    work(services)
    with database_away(services):
        services.keep(report_by_dial("hop", "1000014", services))
    work(services)

    assert (rows(services, Case), rows(services, Report)) == (1, 1)
    with services.database.begin() as session:
        first, second = (cases.by_reference(session, said) for said in ("1000002", "1000014"))
    assert first is not None
    assert second is not None
    assert (first.id, first.reference) == (second.id, "1000002")


def test_a_second_reference_waits_for_its_report(services: Services):
    """The report itself is parked: its second number is tried again, and is filed once the report is."""
    with services.database.begin() as session:
        inbox.keep(session, report_by_dial("hop", "1000002", services), services.vault)
        session.execute(text("UPDATE inbox SET state = 'dead'"))
    with database_away(services):
        services.keep(report_by_dial("hop", "1000014", services))
    intake.run(services)
    waiting = rows(services, Alias)
    with services.database.begin() as session:
        inbox.retry_parked(session, services.clock.now())
    for minutes in (1, 3):
        intake.run(later(services, timedelta(minutes=minutes)))

    assert waiting == 0
    assert rows(services, Alias) == 1


def test_an_sms_posted_a_hundred_times_at_once_is_one_report(services: Services):
    now = services.clock.now()
    letter = Letter(key_of("sms", "sms-1"), "sms", PHONE, {"id": "sms-1", "text": "no water in Kholofelo"}, now)
    with ThreadPoolExecutor(100) as threads:
        list(threads.map(lambda _: services.keep(letter), range(100)))
    services.database.away_until = 0.0
    work(services)

    assert (rows(services, Inbox, "source = 'sms'"), rows(services, Report)) == (1, 1)
    assert services.spool.depth() == 0


def test_another_text_under_the_same_id_changes_nothing_and_is_on_record(services: Services):
    for words in ("no water in Kholofelo", "no water in Kholofelo", "no power in Kholofelo"):
        body = {"id": "sms-1", "text": words}
        services.keep(Letter(key_of("sms", "sms-1"), "sms", PHONE, body, services.clock.now()))
    work(services)

    with services.database.begin() as session:
        assert session.scalars(select(Report.words)).all() == ["no water in Kholofelo"]
        assert session.execute(select(Audit.who, Audit.what, Audit.object)).all() == [
            ("gateway", "sms.other_text", "letter:1")
        ]


# -- letters that fail -------------------------------------------------------------------------------------------------


def test_a_letter_that_fails_holds_up_no_other(services: Services):
    services.keep(poison(services))
    for one in phones(services, 3):
        one.write("no water in Kholofelo")
    intake.run(services)

    assert rows(services, Report) == 3
    assert rows_by_state(services) == {"new": 1, "done": 3}


def test_a_letter_is_given_up_after_eight_tries_and_is_shown(services: Services):
    services.keep(poison(services))
    run_until_given_up(services)

    with services.database.begin() as session:
        (row,) = inbox.parked(session)
    assert (row.key, row.state, row.attempts, row.error) == ("poison", "dead", 8, "KeyError")


def test_nothing_of_a_letter_that_fails_is_done(services: Services):
    """Its first effect would have set a language."""
    services.keep(poison(services))
    run_until_given_up(services)

    with services.database.begin() as session:
        assert session.execute(text("SELECT count(*) FROM resident")).scalar() == 0


def test_a_letter_that_was_given_up_can_be_tried_again(services: Services, monkeypatch: pytest.MonkeyPatch):
    services.keep(poison(services))
    run_until_given_up(services)
    monkeypatch.setitem(intake.HANDLERS, "ussd", lambda work, letter: None)  # type: ignore[index]
    with services.database.begin() as session:
        retried = inbox.retry_parked(session, services.clock.now())
    intake.run(services)

    assert retried == 1
    assert rows_by_state(services) == {"done": 1}


def test_a_letter_sealed_with_a_key_that_is_gone_holds_up_no_other(services: Services):
    services.keep(poison(services, "sealed"))
    with services.database.begin() as session:
        session.execute(text("UPDATE inbox SET payload = '\\x09ff'"))
    Phone(services, PHONE).write("no water in Kholofelo")
    run_until_given_up(services)

    assert rows(services, Report) == 1
    with services.database.begin() as session:
        assert [(row.key, row.error) for row in inbox.parked(session)] == [("sealed", "Unsealable")]


def test_a_letter_of_a_kind_that_nobody_knows_is_given_up(services: Services):
    services.keep(Letter("pigeon", "pigeon", "", {}, services.clock.now()))
    run_until_given_up(services)

    assert rows_by_state(services) == {"dead": 1}


def test_the_error_on_a_row_quotes_nothing_of_its_letter(services: Services):
    letter = Letter("x", "sms", PHONE, {"id": "x", "words": "secret words"}, services.clock.now())
    services.keep(letter)
    intake.run(services)

    with services.database.begin() as session:
        assert session.scalars(select(Inbox.error)).all() == ["KeyError"]


# -- two workers -------------------------------------------------------------------------------------------------------


def test_two_workers_on_the_same_letters_do_each_once(services: Services):
    for number in range(60):
        Phone(services, f"+2782123{number % 20:04}").write("no water in Kholofelo")
    with another_process(services) as other, ThreadPoolExecutor(2) as threads:
        done = list(threads.map(intake.run, (services, other)))
    rest = intake.run(services)

    assert sum(done) + rest == 60
    assert (rows(services, Report), rows(services, Case)) == (60, 60)
    assert rows(services, Message, "purpose = 'receipt'") == 60


def test_letters_of_one_number_are_worked_in_order_of_receipt_by_many_workers(services: Services):
    """The last language wins, however many workers pull at the letters."""
    resident = Phone(services, PHONE)
    for language in ("zulu", "sotho", "tswana", "afrikaans", "english") * 6:
        resident.write(f"LANGUAGE {language}")
    resident.write("LANGUAGE zulu")
    with another_process(services) as one, another_process(services) as two, ThreadPoolExecutor(3) as threads:
        list(threads.map(intake.run, (services, one, two)))
    work(services)

    with services.database.begin() as session:
        assert session.execute(text("SELECT language FROM resident")).scalar() == "zu"


def test_a_row_that_another_worker_holds_is_left_to_it_and_is_free_when_it_dies(services: Services):
    Phone(services, PHONE).write("no water in Kholofelo")
    with another_process(services) as dying:
        connection = dying.database.engine.connect()
        connection.execute(text("SELECT id FROM inbox FOR UPDATE"))
        while_held = intake.run(services)
        cut_connections(services)
        connection.invalidate()
        connection.close()
    after = intake.run(services)

    assert (while_held, after) == (0, 1)


# -- at rest -----------------------------------------------------------------------------------------------------------


def test_no_number_and_no_word_can_be_read_in_the_inbox(services: Services):
    Phone(services, PHONE).write("my neighbour Thandi Ngwenya steals power")

    with services.database.begin() as session:
        (row,) = session.execute(text("SELECT to_jsonb(inbox)::text, payload, phone_index FROM inbox")).all()
    raw = b"".join((row[0].encode(), bytes(row[1]), bytes(row[2])))
    for secret in (PHONE, PHONE[1:], PHONE[3:], "Thandi", "steals"):
        assert secret.encode() not in raw


def test_one_letter_says_what_it_said(services: Services):
    letter = report_by_dial("hop", "1000002", services)
    services.keep(letter)

    with services.database.begin() as session:
        row = session.scalars(select(Inbox)).one()
    assert inbox.opened(row, services.vault) == letter
    assert json.loads(json.dumps(dict(letter.body))) == letter.body
