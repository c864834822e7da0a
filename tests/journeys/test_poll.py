"""A poll: residents of a ward are asked, answer by SMS or by dial, and every number has one voice."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.jobs import inviting
from app.storage import invitations, messages, poll_results, residents
from app.storage.tables import Invitation, Message, Poll, Question, Report, Resident, Response
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import another_process, at, database_away, later, rows
from tests.staff import move_case

WARD = "2021/3"
INVITED = (
    "Vezani asks: Move the market to Sunday? 1 Yes, 2 No, 3 Do not know. "
    "Reply with the number, or dial *120*4932#, 3. STOP ends texts."
)
COUNTED = "Thank you, your voice counts: {}."
CLOSED = "This poll is closed. Thank you all the same."
WHICH = "We could not tell which one you mean. Please reply with one number: 1 Yes, 2 No, 3 Do not know."


def open_poll(services: Services, ward: str | None = WARD, closes: datetime | None = None) -> int:
    labels = ("Yes", "No", "Do not know")
    choices = [{"key": str(number), "label": label} for number, label in enumerate(labels, start=1)]
    with services.database.begin() as session:
        poll = Poll(
            question="Move the market to Sunday?",
            language="en",
            choices=choices,
            ward_key=ward,
            opened_at=services.clock.now(),
            closed_at=closes,
            by="test",
        )
        session.add(poll)
        session.flush()
        return poll.id


def living_in(services: Services, count: int, place: str = "Kholofelo") -> list[Phone]:
    phones = [Phone(services, f"+278212345{number:02}") for number in range(count)]
    for phone in phones:
        phone.write(f"AREA {place}")
    work(services)
    return phones


def invited(services: Services, ward: str | None = WARD) -> int:
    """A poll that has reached its audience; returns its number."""
    poll_id = open_poll(services, ward)
    inviting.run(services)
    work(services)
    return poll_id


def last(phone: Phone) -> str:
    return phone.inbox()[-1]


def voices(services: Services) -> list[tuple[str, str, bool]]:
    """Choice, remark and whether they were asked, by the order of the numbers."""
    with services.database.begin() as session:
        found = session.scalars(select(Response).order_by(Response.at))
        return [(one.choice, one.remark, one.invited) for one in found]


def poll(services: Services, poll_id: int) -> Poll:
    with services.database.begin() as session:
        return session.get_one(Poll, poll_id)


def close(services: Services, poll_id: int) -> None:
    with services.database.begin() as session:
        poll_results.close(session, session.get_one(Poll, poll_id), services.clock.now())


# -- who is asked ------------------------------------------------------------------------------------------------------


def test_the_residents_of_the_ward_are_asked_and_nobody_else(services: Services):
    here = living_in(services, 3)
    there = Phone(services, "+27821234599")
    there.write("AREA Acacia Park")
    work(services)
    poll_id = invited(services)

    assert [last(phone) for phone in here] == [INVITED] * 3
    assert "asks" not in last(there)
    assert poll(services, poll_id).invited == 3


def test_a_poll_of_the_city_asks_everybody(services: Services):
    here, there = living_in(services, 2), Phone(services, "+27821234599")
    there.write("AREA Acacia Park")
    work(services)
    invited(services, ward=None)

    assert [last(phone) for phone in (*here, there)] == [INVITED] * 3


def test_who_wants_no_invitations_no_texts_or_said_stop_is_not_asked(services: Services):
    asked, no_polls, no_texts, stopped, started = living_in(services, 5)
    no_polls.dial("4", "4", "2")
    no_texts.dial("4", "3", "3")
    stopped.write("STOP")
    for word in ("STOP", "START"):
        started.write(word)
        work(services)
    poll_id = invited(services)

    assert [last(phone) == INVITED for phone in (asked, no_polls, no_texts, stopped, started)] == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert poll(services, poll_id).invited == rows(services, Invitation) == 2


def test_a_number_of_a_country_that_the_pack_leaves_out_gets_no_text(services: Services):
    abroad = Phone(services, "+447700900123")
    abroad.write("AREA Kholofelo")
    work(services)
    invited(services)

    assert abroad.inbox() == []


def many_residents(services: Services, count: int) -> None:
    """Residents of the ward whose numbers nobody could open, made at once."""
    with services.database.begin() as session:
        session.execute(
            text(
                "INSERT INTO resident (phone_index, phone_sealed, language, ward_key, created_at)"
                " SELECT sha256(n::text::bytea), '', 'en', :ward, now() FROM generate_series(1, :count) AS n"
            ),
            {"ward": WARD, "count": count},
        )


def test_many_are_asked_in_chunks_each_once(services: Services):
    many_residents(services, 2500)
    poll_id = open_poll(services)

    chunks = []
    while (chunk := inviting.invite_chunk(services)) is not None:
        chunks.append(chunk)

    assert [n for n in chunks if n] == [1000, 1000, 500]
    assert poll(services, poll_id).invited == rows(services, Invitation) == rows(services, Message) == 2500
    assert rows(services, Question) == 2500


def test_a_crash_between_and_within_chunks_asks_nobody_twice_and_forgets_nobody(
    services: Services, monkeypatch: pytest.MonkeyPatch
):
    many_residents(services, 2500)
    poll_id = open_poll(services)
    inviting.invite_chunk(services)
    with monkeypatch.context() as broken:
        broken.setattr(invitations, "_text", lambda *_: 1 / 0)  # after invitations and questions were written
        with pytest.raises(ZeroDivisionError):
            inviting.invite_chunk(services)
    with another_process(services) as restarted:
        inviting.run(restarted)
        inviting.run(restarted)

    assert poll(services, poll_id).invited == rows(services, Invitation) == rows(services, Message) == 2500


def test_two_workers_ask_nobody_twice(services: Services):
    many_residents(services, 3000)
    poll_id = open_poll(services)
    with another_process(services) as other, ThreadPoolExecutor(2) as threads:
        asked = list(threads.map(inviting.run, (services, other)))

    assert sum(asked) == poll(services, poll_id).invited == rows(services, Message) == 3000


def test_at_night_invitations_wait_for_the_morning(services: Services):
    (phone,) = living_in(services, 1)
    night = at(services, "2026-03-03T21:30:00+02:00")
    open_poll(night)
    inviting.run(night)
    work(night)
    at_night = states(night)
    work(at(services, "2026-03-04T08:00:00+02:00"))

    assert at_night == ["queued"]
    assert states(services) == ["delivered"]
    assert last(phone) == INVITED


def states(services: Services) -> list[str]:
    with services.database.begin() as session:
        return list(
            session.scalars(select(Message.state).where(Message.purpose == "poll", Message.answers_at.is_(None)))
        )


@pytest.mark.parametrize(
    ("asked", "leaves"),
    [
        ("2026-03-07T14:00:00+02:00", "2026-03-09T08:00:00+02:00"),  # Saturday afternoon: the next weekday
        ("2026-03-08T10:00:00+02:00", "2026-03-09T08:00:00+02:00"),  # Sunday
        ("2026-04-03T10:00:00+02:00", "2026-04-04T09:00:00+02:00"),  # Good Friday: Saturday morning
        ("2026-03-03T10:00:00+02:00", "2026-03-03T10:00:00+02:00"),
    ],
)
def test_sundays_and_holidays_are_quiet(services: Services, asked: str, leaves: str):
    living_in(services, 1)
    then = at(services, asked)
    open_poll(then)
    inviting.run(then)

    with services.database.begin() as session:
        due = session.scalars(select(Message.due_at).where(Message.intent.like("poll:%:%"))).all()
    assert due == [datetime.fromisoformat(leaves)]


def test_four_texts_a_month_that_nobody_asked_for_and_then_the_question_waits_for_the_next_dial(services: Services):
    (phone,) = living_in(services, 1)
    for _ in range(6):
        invited(services)
    this_month = phone.inbox().count(INVITED)
    by_dial = phone.dial("3").text
    next_month = later(services, timedelta(days=36))
    phone.services = next_month
    invited(next_month)

    assert this_month == 4
    assert by_dial.count("Move the market to Sunday?") > 3  # and more on the next page
    assert phone.inbox().count(INVITED) == 5


# -- how they answer ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "choice", "remark", "label"),
    [
        ("1", "1", "", "Yes"),
        ("1.", "1", "", "Yes"),
        ("yebo", "1", "", "Yes"),
        ("YES!", "1", "", "Yes"),
        ("2", "2", "", "No"),
        ("2 because the taps are dry", "2", "because the taps are dry", "No"),
        ("nee", "2", "", "No"),
        ("Do not know", "3", "", "Do not know"),
    ],
)
def test_people_answer_as_they_speak(services: Services, typed: str, choice: str, remark: str, label: str):
    (phone,) = living_in(services, 1)
    invited(services)
    phone.write(typed)

    assert last(phone) == COUNTED.format(label)
    assert voices(services) == [(choice, remark, True)]


@pytest.mark.parametrize("typed", ["1 or 2", "1 2", "yes or no"])
def test_what_could_mean_two_is_asked_and_never_guessed(services: Services, typed: str):
    (phone,) = living_in(services, 1)
    invited(services)
    phone.write(typed)
    asked = last(phone)
    phone.write("2")

    assert asked == WHICH
    assert last(phone) == COUNTED.format("No")
    assert voices(services) == [("2", "", True)]


def test_a_report_while_a_poll_is_open_is_a_report(services: Services):
    (phone,) = living_in(services, 1)
    invited(services)
    phone.write("no water in Kholofelo")
    work(services)

    assert rows(services, Report) == 1
    assert voices(services) == []


@pytest.mark.parametrize(
    "typed", ["2 burst pipes in Mooki street", "3 days no water here", "2 potholes at the school", "2 weeks no water"]
)
def test_a_number_that_counts_something_in_a_report_is_no_vote(services: Services, typed: str):
    (phone,) = living_in(services, 1)
    invited(services)
    phone.write(typed)
    work(services)

    assert rows(services, Report) == 1
    assert voices(services) == []


@pytest.mark.parametrize("remark", ["because the taps are dry", "and the taps are dry", "no water since Monday"])
def test_words_after_a_number_that_explain_it_stand_with_the_vote(services: Services, remark: str):
    (phone,) = living_in(services, 1)
    invited(services)
    phone.write(f"2 {remark}")
    work(services)

    assert voices(services) == [("2", remark, True)]
    assert rows(services, Report) == 0


def test_the_last_answer_counts(services: Services):
    (phone,) = living_in(services, 1)
    invited(services)
    for typed in ("1", "2", "3"):
        phone.write(typed)
        work(services)

    assert voices(services) == [("3", "", True)]


def test_by_dial_and_by_sms_one_number_has_one_voice_the_last(services: Services):
    (phone,) = living_in(services, 1)
    invited(services)
    phone.write("1")
    work(services)
    counted = phone.dial("3", "2").text
    work(services)
    by_dial = voices(services)
    phone.write("3")
    work(services)

    assert counted == COUNTED.format("No")
    assert (by_dial, voices(services)) == ([("2", "", True)], [("3", "", True)])


def test_by_dial_and_sms_at_once_in_every_spelling_one_number_has_one_voice(services: Services):
    """Ten dials and ten texts in parallel: one voice, that of the last hop or text."""
    (phone,) = living_in(services, 1)
    invited(services)
    spellings: Sequence[str] = ("+27821234500", "27821234500", "0821234500")

    def speak(number: int) -> None:
        if number % 2:
            Phone(services, spellings[number % 3]).dial("3", "2")
        else:
            Phone(services, phone.number).write("1")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(speak, range(20)))
    services.database.away_until = 0.0
    phone.write("3")
    with another_process(services) as other, ThreadPoolExecutor(2) as threads:
        list(threads.map(work, (services, other)))
    work(services)

    assert voices(services) == [("3", "", True)]


# -- when it is over ---------------------------------------------------------------------------------------------------


def test_after_the_close_an_answer_is_told_so_and_not_counted(services: Services):
    (phone,) = living_in(services, 1)
    poll_id = invited(services)
    phone.write("1")
    work(services)
    close(services, poll_id)
    for typed in ("2", "no, because it is far"):
        phone.write(typed)
        assert last(phone) == CLOSED

    assert voices(services) == [("1", "", True)]
    assert rows(services, Report) == 0


def test_a_poll_with_an_end_tells_late_answers_so(services: Services):
    (phone,) = living_in(services, 1)
    open_poll(services, closes=services.clock.now() + timedelta(hours=1))
    inviting.run(services)
    work(services)
    phone.services = later(services, timedelta(hours=2))
    phone.write("1")

    assert last(phone) == CLOSED
    assert voices(services) == []


@pytest.mark.parametrize(("measure", "told"), [("full", [CLOSED]), ("number", [CLOSED]), ("none", [])])
def test_a_dial_that_votes_after_the_close_is_told_so_by_sms(services: Services, measure: str, told: list[str]):
    (phone,) = living_in(services, 1)
    with services.database.begin() as session:
        session.scalars(select(Resident)).one().measure = measure
    poll_id = open_poll(services)
    phone.dial("3")
    close(services, poll_id)
    phone.type("1")
    phone.hop()

    assert [text for text in phone.inbox() if text == CLOSED] == told
    assert voices(services) == []


def test_what_was_received_before_the_close_counts_however_late_it_is_worked(services: Services):
    """The database is away when it comes, and the poll is closed when the letter comes in."""
    (phone,) = living_in(services, 1)
    poll_id = open_poll(services, closes=services.clock.now() + timedelta(hours=1))
    inviting.run(services)
    work(services)
    with database_away(services):
        phone.write("2")
    work(later(services, timedelta(hours=3)))

    assert voices(services) == [("2", "", True)]
    assert poll(services, poll_id).closed_at is not None


def test_an_answer_to_a_poll_that_is_over_is_the_word_on_a_repair_that_is_still_asked(services: Services):
    (phone,) = living_in(services, 1)
    phone.write("no water in Kholofelo")
    work(services)
    move_case(services, "1000002", "fixed")
    work(services)
    poll_id = invited(services)
    close(services, poll_id)
    phone.write("1")

    assert last(phone) == "Thank you. We count it: residents say 100 000 2 is fixed."


def test_invitations_that_have_not_left_when_a_poll_closes_never_leave(services: Services):
    living_in(services, 3)
    poll_id = open_poll(services, closes=services.clock.now() + timedelta(hours=1))
    inviting.run(services)
    with services.database.begin() as session:
        messages.pause(session, "a person said so", services.clock.now())
    work(services)
    with services.database.begin() as session:
        session.execute(text("DELETE FROM switch"))
    work(later(services, timedelta(hours=2)))

    assert states(services) == ["cancelled"] * 3
    assert poll(services, poll_id).invited == 3


# -- who was not asked -------------------------------------------------------------------------------------------------


def test_who_was_not_asked_may_answer_and_is_counted_apart(services: Services):
    living_in(services, 1)
    poll_id = invited(services, ward=WARD)
    neighbour = Phone(services, "+27821234599")
    neighbour.write("AREA Kholofelo")
    work(services)
    neighbour.write("POLL")
    asked = last(neighbour)
    neighbour.write("2")
    work(services)

    assert asked == INVITED
    assert voices(services) == [("2", "", False)]
    with services.database.begin() as session:
        results = poll_results.results(session, poll_id, services.cities.current().city)
    assert results is not None
    assert (results["invited"], results["responses"], results["open_line"]["responses"]) == (1, 0, 1)


def test_a_poll_of_another_ward_is_not_offered(services: Services):
    invited(services, ward=WARD)
    there = Phone(services, "+27821234599")
    there.write("AREA Acacia Park")
    work(services)

    assert there.dial("3").text.startswith("No poll is open now.")
    there.write("POLL")
    assert last(there) == "No poll is open for you now. Thank you for asking."


def test_invitations_hold_no_number_that_can_be_read(services: Services):
    living_in(services, 2)
    invited(services)

    with services.database.begin() as session:
        raw = session.execute(text("SELECT string_agg(m::text, '') FROM message m WHERE purpose = 'poll'")).scalar_one()
        index = services.vault.index("+27821234500")
        assert residents.find(session, index) is not None
    for secret in ("+2782123450", "82123450", b"2782123450".hex()):
        assert secret not in raw
