"""STOP: from the moment it is kept nothing uninvited leaves any more, whatever is under way; START begins again."""

from datetime import timedelta

import pytest

from app.civic import keywords
from app.jobs import effects, intake, inviting, sending
from app.jobs.digesting import send as send_digests
from app.jobs.effects import Cause
from app.jobs.work import Work
from app.storage import inbox, messages, residents
from app.storage.letters import Letter, key_of
from app.storage.tables import Message, Poll
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import database_away, later, rows
from tests.staff import move_case

STOPPED = "Done. Izwi sends you no more texts. You can still dial *120*4932# or write. START begins again."
STARTED = "Welcome back. Izwi answers your reports by text again. STOP ends it."
REPORT = "no water in Kholofelo"


def is_out(phone: Phone) -> bool:
    index = phone.services.vault.index(phone.number)
    with phone.services.database.begin() as session:
        return index in residents.opted_out(session, [index])


def states(phone: Phone) -> dict[str, str]:
    """Purpose -> state of the texts to a phone."""
    with phone.services.database.begin() as session:
        return {m.purpose: m.state for m in messages.sent_to(session, phone.services.vault.index(phone.number))}


def invite_all(services: Services) -> None:
    with services.database.begin() as session:
        choices = [{"key": "1", "label": "Yes"}, {"key": "2", "label": "No"}]
        session.add(
            Poll(question="Move it?", language="en", choices=choices, opened_at=services.clock.now(), by="test")
        )
    inviting.run(services)


@pytest.mark.parametrize(
    "word", ["STOP", "stop.", " Stop! ", "Unsubscribe", "END", "QUIT", "CANCEL", "stop all", "yeka", "emisa", "staak"]
)
def test_every_word_for_stop_opts_out_from_the_moment_it_is_kept(resident: Phone, word: str):
    resident.write(word)

    assert is_out(resident)
    assert resident.inbox() == [STOPPED]


def test_every_stop_word_of_every_language_opts_out_as_the_whole_message_and_in_a_sentence_never(services: Services):
    known = services.keywords
    for number, phrase in enumerate(sorted(known.stops)):
        phone = Phone(services, f"+2782200{number:04}")
        phone.write(" ".join(phrase).upper() + "!")
        assert is_out(phone), phrase
        assert not keywords.is_stop(f"{' '.join(phrase)} the water leak", known)


@pytest.mark.parametrize("text", ["stop the leak in Kholofelo", "please stop", "the bus stop is broken", "stop it now"])
def test_stop_within_a_sentence_is_a_report(resident: Phone, text: str):
    resident.write(text)
    work(resident.services)

    assert not is_out(resident)
    assert not keywords.is_stop(text, resident.services.keywords)


def test_stop_is_confirmed_once_for_each_time_that_texts_were_on(resident: Phone):
    for text in ("STOP", "STOP", "stop", "START", "STOP", "STOP"):
        resident.write(text)
        work(resident.services)

    assert resident.inbox() == [STOPPED, STARTED, STOPPED]


def test_after_stop_neither_news_nor_invitations_leave_and_answers_do(resident: Phone):
    resident.write(REPORT)
    work(resident.services)
    resident.write("STOP")
    work(resident.services)
    move_case(resident.services, "1000002", "acknowledged")
    move_case(resident.services, "1000002", "fixed")
    invite_all(resident.services)
    resident.write("no power in Kholofelo")
    resident.write("HELP")

    texts = resident.inbox()
    assert [text.split(":")[0].split(".")[0] for text in texts] == ["Izwi 100 000 2", "Done", "Izwi 100 001 5", "Izwi"]


def test_a_receipt_of_what_was_written_before_stop_is_taken_back(resident: Phone):
    """The report and the STOP come in before any worker looks."""
    resident.write(REPORT)
    resident.write("STOP")

    assert resident.inbox() == [STOPPED]
    assert states(resident) == {"receipt": "cancelled", "stop": "delivered"}


def test_a_receipt_of_what_was_written_after_stop_leaves(resident: Phone):
    resident.write("STOP")
    resident.write(REPORT)

    assert [text[:14] for text in resident.inbox()] == [STOPPED[:14], "Izwi 100 000 2"]


def test_stop_while_a_thousand_texts_wait_holds_for_those_of_this_number(resident: Phone):
    """Nothing of any campaign leaves after the commit; only the one confirmation."""
    for number in range(5):
        Phone(resident.services, f"+2782123450{number}").write("AREA Kholofelo")
    resident.write(REPORT)
    work(resident.services)
    invite_all(resident.services)
    move_case(resident.services, "1000002", "acknowledged")
    before = len(sent(resident))
    resident.write("STOP")
    work(resident.services)

    assert sent(resident)[before:] == [STOPPED]
    assert rows(resident.services, Message, "purpose = 'poll' AND state = 'delivered'") == 5


def sent(phone: Phone) -> list[str]:
    with phone.services.database.begin() as session:
        found = messages.sent_to(session, phone.services.vault.index(phone.number))
        return [message.text for message in found if message.state in ("accepted", "delivered")]


def test_stop_that_waits_on_disk_holds_before_anything_leaves(resident: Phone):
    resident.write(REPORT)
    work(resident.services)
    invite_all(resident.services)
    with database_away(resident.services):
        resident.write("STOP")
    sending.run(resident.services)
    nothing_yet = len(sent(resident))
    work(resident.services)

    assert nothing_yet == 1
    assert sent(resident)[1:] == [STOPPED]


def test_stop_start_and_a_late_duplicate_of_the_stop_follow_the_order_of_receipt(resident: Phone):
    """The gateway posts the first STOP again after the START: the same id, so it has no effect."""
    now = resident.services.clock.now()
    stop = Letter(key_of("sms", "1"), "sms", resident.number, {"id": "1", "text": "STOP", "stops": True}, now)
    resident.services.keep(stop)
    resident.write("START")
    resident.services.keep(stop)
    work(resident.services)

    assert not is_out(resident)


def test_a_start_that_is_worked_before_an_earlier_stop_still_holds(resident: Phone):
    now = resident.services.clock.now()
    resident.services.keep(letter(resident, "START", now))
    intake.run(resident.services)
    resident.services.keep(letter(resident, "STOP", now - timedelta(minutes=5)))
    intake.run(resident.services)

    assert not is_out(resident)


def letter(phone: Phone, text: str, at: object) -> Letter:
    body = {"id": text, "text": text, "stops": text == "STOP"}
    return Letter(key_of("sms", text), "sms", phone.number, body, at)  # type: ignore[arg-type]


def test_stop_by_dial_holds_like_one_by_sms(resident: Phone):
    resident.write(REPORT)
    work(resident.services)
    said = resident.dial("4", "5", "1").text
    at_once = is_out(resident)
    move_case(resident.services, "1000002", "acknowledged")

    assert said == "Done. Izwi sends you no more texts. To start again, SMS START to 31245."
    assert at_once
    assert len(resident.inbox()) == 1


def test_stop_said_to_the_gateway_holds_too(resident: Phone):
    resident.write(REPORT)
    work(resident.services)
    now = resident.services.clock.now()
    resident.services.keep(Letter("callback", "optout", resident.number, {"stops": True}, now))
    at_once = is_out(resident)
    move_case(resident.services, "1000002", "acknowledged")

    assert at_once
    assert len(resident.inbox()) == 1


def test_a_councillor_who_said_stop_gets_no_digest(resident: Phone):
    city = resident.services.cities.current().city
    councillor = city.councillor_of("2021/3")
    assert councillor is not None
    Phone(resident.services, councillor.phone).write("STOP")
    resident.write(REPORT)
    work(resident.services)
    send_digests(later(resident.services, timedelta(days=7)), 3)
    work(later(resident.services, timedelta(days=7)))

    assert states(Phone(resident.services, councillor.phone)) == {"stop": "delivered", "digest": "cancelled"}


def test_a_bare_stop_counts_even_if_its_letter_cannot_be_worked(resident: Phone, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(intake.HANDLERS, "sms", lambda work, letter: 1 / 0)  # type: ignore[index]
    resident.write("STOP")
    intake.run(resident.services)

    assert is_out(resident)
    with resident.services.database.begin() as session:
        assert inbox.waiting(session) == 1


def test_a_worker_that_stops_numbers_keeps_no_sender_waiting_until_its_work_is_done(services: Services):
    """A worker locks them all together at its end, as senders do, or each might wait for the other."""
    phones = [Phone(services, f"+2782123000{number}") for number in range(2)]
    indexes = [services.vault.index(phone.number) for phone in phones]
    with services.database.begin() as session:
        work_now = Work.begin(services, session)
        for number, phone in enumerate(phones):
            cause = Cause(f"menu-{number}", phone.number, "", work_now.now, "sms")
            effects.apply(work_now, "opt_out", {}, cause)
        with services.database.begin() as sender:
            residents.lock_sending(sender, indexes)
        work_now.finish()

    assert all(is_out(phone) for phone in phones)
