"""A hop: repeats, doubles, lost sessions, parts that are away. One effect, whatever the network does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis import Redis
from sqlalchemy import create_engine, func, select

from app.conversation.dialling import converse
from app.engine.state import Reply
from app.gateway.face import Hop
from app.storage.sessions import Sessions
from app.storage.tables import Inbox, Report
from app.wiring import Services
from tests.phones import Phone, work
from tests.processes import rows
from tests.staff import move_case, status_of

REPORT = ("1", "1", "2", "KHOL", "1", "Vilakazi St")
CODE = "*120*4932#"


def letters(services: Services) -> int:
    with services.database.begin() as session:
        return session.scalar(select(func.count()).where(Inbox.source == "ussd")) or 0


def redis_is_away(services: Services) -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:1/0")
    services.redis = services.wakeups.redis = nowhere
    services.sessions = Sessions(nowhere, services.vault)


def database_is_away(services: Services) -> None:
    services.database.engine.dispose()
    services.database.engine = create_engine("postgresql+psycopg://izwi@127.0.0.1:1/izwi")


# -- repeats and doubles -------------------------------------------------------------------------------------------


def test_a_repeated_hop_gets_the_same_reply_and_one_report(resident: Phone):
    first = resident.dial(*REPORT)

    assert [resident.hop() for _ in range(3)] == [first] * 3
    assert letters(resident.services) == 1


def test_the_first_hop_twice_shows_the_same_menu(resident: Phone):
    assert resident.dial() == resident.hop()


def test_a_late_duplicate_changes_nothing(resident: Phone):
    resident.dial("1", "1")
    shown = resident.hop()
    resident.typed = ["1"]

    assert resident.hop() == shown
    resident.typed = ["1", "1", "2"]
    assert resident.hop().text.startswith("Where?")


def test_a_hop_after_the_end_says_the_end_again(resident: Phone):
    ended = resident.dial(*REPORT)
    resident.typed.append("1")

    assert resident.hop() == ended
    assert letters(resident.services) == 1


def test_a_transcript_that_contradicts_what_was_seen_ends_politely(resident: Phone):
    resident.dial("1", "1")
    resident.typed = ["2", "4", "1"]

    assert resident.hop().text == "Sorry, something went wrong. Please dial again."


def test_the_last_hop_in_parallel_files_one_report_with_one_number(resident: Phone):
    resident.dial(*REPORT[:-1])
    resident.typed.append(REPORT[-1])

    with ThreadPoolExecutor(8) as pool:
        replies = set(pool.map(lambda _: resident.hop(), range(8)))

    assert len(replies) == 1
    assert letters(resident.services) == 1


def test_a_session_id_used_by_another_number_is_another_session(services: Services, resident: Phone):
    resident.dial("1", "1")
    other = Phone(services, "+27821234568", session=resident.session)

    assert other.hop().text.startswith("Izwi. No name, no ID.")


def test_a_star_typed_in_free_words_stays_in_them(resident: Phone):
    resident.dial(*REPORT[:-1])
    resident.typed += ["Shop", "24"]

    assert resident.hop().text.startswith("Thanks.")


def test_another_service_code_than_ours_ends(services: Services):
    reply = converse(services, Hop("s", "*120*1#", "+27821234567", "65501", ""))

    assert (reply.ends, reply.text) == (True, "This code is not ours. Please dial *120*4932#.")


@pytest.mark.parametrize("text", ["*".join(["1"] * 60), "1*" + "x" * 200])
def test_an_endless_transcript_ends_cheaply(services: Services, text: str):
    reply = converse(services, Hop("s", CODE, "+27821234567", "65501", text))

    assert (reply.ends, reply.text) == (True, "Sorry, we could not read that. Please dial *120*4932# again.")


@pytest.mark.parametrize("number", ["+27", "CityAlert", "31245", "+" + "1" * 30, ""])
def test_what_is_no_number_cannot_dial(services: Services, number: str):
    assert converse(services, Hop("s", CODE, number, "65501", "")).ends


def test_typed_words_never_pass_for_a_choice(services: Services, resident: Phone):
    """Whoever types what stands behind a choice joins nothing: their words are words."""
    neighbour = Phone(services, "+27821234568")
    neighbour.dial("1", "1", "6", "5", "KHOL", "1", "Noise at night")
    work(services)

    said = resident.dial("1", "1", "2", "KHOL", "1", "case:1000002").text
    work(services)

    assert not said.startswith("Thanks. 100 000 2")
    with services.database.begin() as session:
        assert [report.words for report in session.scalars(select(Report).order_by(Report.id))] == [
            "Noise at night",
            "case:1000002",
        ]


def test_two_answers_in_the_same_instant_give_one_voice_and_one_reply(services: Services, resident: Phone):
    """Both hops come before either was saved: what was kept first is what both phones read."""
    resident.dial(*REPORT)
    work(services)
    move_case(services, "1000002", "fixed")
    resident.dial()
    other = replace(resident, typed=["2"])
    saved = services.sessions.swap
    services.sessions.swap = lambda *change: None  # type: ignore[method-assign]  # the winner is slow to save
    resident.type("1")
    services.sessions.swap = saved  # type: ignore[method-assign]
    other.hop()
    work(services)

    assert status_of(services, "1000002") == "fixed"
    assert rows(services, Inbox, "source = 'ussd'") == 2


# -- parts that are away -------------------------------------------------------------------------------------------


def test_a_conversation_goes_on_while_redis_is_away(resident: Phone):
    resident.dial("1", "1")
    redis_is_away(resident.services)

    assert resident.type("2").text.startswith("Where?")
    assert resident.type("KHOL").text.startswith("Which one?")


def test_a_conversation_goes_on_when_redis_comes_back_with_what_it_knew_before(services: Services, resident: Phone):
    resident.dial("1", "1")
    there, nowhere = services.sessions.redis, Redis.from_url("redis://127.0.0.1:1/0")
    services.sessions.redis = nowhere
    resident.type("2")
    services.sessions.redis = there

    assert resident.type("KHOL").text.startswith("Which one?")
    assert resident.hop().text.startswith("Which one?")
    assert services.sessions.here == {}


def test_hops_that_another_process_held_while_redis_was_away_are_made_up_for(services: Services, resident: Phone):
    resident.dial("1", "1")
    resident.typed.append("2")

    assert resident.type("KHOL").text.startswith("Which one?")


def test_an_answer_to_a_list_that_cannot_be_proved_is_never_used(services: Services, resident: Phone):
    """Neighbours' cases may have changed since the list was shown: it is shown afresh."""
    Phone(services, "+27821234568").dial(*REPORT)
    work(services)
    resident.dial("1", "1", "2", "KHOL", "1")
    redis_is_away(services)  # and another process answers, that never saw the list

    assert resident.type("1").text.startswith("Near what?\n1. Vilakazi St (known, add me)")


def test_words_beside_such_a_list_are_used(services: Services, resident: Phone):
    resident.dial("1", "1", "2", "KHOL", "1")
    services.redis.flushall()

    assert resident.type("Mooki St").text.startswith("Thanks.")


def test_a_report_made_while_the_database_is_away_is_spooled_and_filed_later(services: Services, resident: Phone):
    resident.dial()
    engine = services.database.engine
    services.references.take()
    database_is_away(services)
    said = resident.dial(*REPORT).text
    waited = services.spool.depth()
    services.database.engine, services.database.away_until = engine, 0.0
    work(services)

    assert said.startswith("Thanks. 100 001 5:")
    assert (waited, services.spool.depth()) == (1, 0)
    assert status_of(services, "1000015") == "received"


@pytest.mark.parametrize("choice", ["2", "3"], ids=["my reports", "polls"])
def test_nobody_is_told_that_they_have_nothing_while_nobody_can_look(services: Services, resident: Phone, choice: str):
    resident.dial(*REPORT)
    work(services)
    database_is_away(services)

    assert resident.dial("1", choice) == Reply("Izwi is busy now. Please dial again in 5 minutes.", ends=True)


def test_a_report_made_while_both_are_away_is_kept(services: Services, resident: Phone):
    resident.dial()
    services.references.take()
    database_is_away(services)
    redis_is_away(services)

    assert resident.dial(*REPORT).text.startswith("Thanks.")
    assert services.spool.depth() == 1


def test_a_full_spool_says_that_nothing_was_saved(services: Services, resident: Phone):
    resident.dial()
    services.references.take()
    database_is_away(services)
    services.spool = replace(services.spool, most=0)

    assert resident.dial(*REPORT).text == "Sorry, we could not save this. Please dial again in 5 minutes."


def test_a_session_moves_between_processes(services: Services, resident: Phone):
    resident.dial("1", "1")
    services.sessions = Sessions(services.redis, services.vault)

    assert resident.type("2").text.startswith("Where?")


def test_a_lost_session_never_makes_a_verdict_of_a_menu_choice(services: Services, resident: Phone):
    """Home was shown; then the case was fixed and the session lost: "1" meant Report."""
    resident.dial(*REPORT)
    work(services)
    resident.dial("1")
    move_case(services, "1000002", "fixed")
    services.redis.flushall()
    services.sessions = Sessions(services.redis, services.vault, met="another mark")  # another process answers
    resident.type("1")
    work(services)

    assert status_of(services, "1000002") == "fixed"
    assert resident.dial("2").text.endswith("Is it?\n1. Fixed\n2. Not fixed\n3. Cannot tell")


# -- wild input ----------------------------------------------------------------------------------------------------

KEYS = ["1", "2", "0", "98", "00", "KHOL", "", "#", "1#", "9", "²", "-1", "1e9"]
WILD = st.one_of(st.sampled_from(KEYS), st.text(max_size=40))


def test_whatever_is_typed_gets_a_screen_that_fits(services: Services):
    @settings(max_examples=60, deadline=None)
    @given(st.lists(WILD, max_size=12))
    def dial(typed: list[str]) -> None:
        phone = Phone(services, "+27821234567")
        phone.dial()
        for one in typed:
            if phone.type(one.replace("\x00", "")).ends:
                return

    dial()
