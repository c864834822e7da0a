import pytest
from sqlalchemy import select

from app.storage.tables import Message
from tests.cli.conftest import NEIGHBOUR, PHONE
from tests.phones import Phone, work
from tests.processes import at

WEDNESDAY = "2026-03-04T10:00:00+02:00"
ASK = ("poll", "send", "--question", "Market on Sunday?", "--choice", "Yes", "--choice", "No")


@pytest.fixture(autouse=True)
def _in_hours(operator):
    """A weekday's morning: polls may leave."""
    operator.services = at(operator.services, WEDNESDAY)


def resident(operator, number, ward="7"):
    """Somebody who said in which ward they live."""
    phone = Phone(operator.services, number)
    phone.write(f"AREA {ward}")
    phone.inbox()
    return phone


def test_residents_of_the_ward_are_asked(operator):
    phone, elsewhere = resident(operator, PHONE), resident(operator, NEIGHBOUR, ward="8")

    sent = operator.ask(*ASK, "--ward", 7)
    work(operator.services)

    assert (sent["id"], sent["invited"], sent["messages"]) == (1, 1, 1)
    assert phone.inbox()[-1].startswith("Vezani asks: Market on Sunday? 1 Yes, 2 No.")
    assert not any("Market" in text for text in elsewhere.inbox())


def test_who_opted_out_is_not_asked(operator):
    resident(operator, PHONE).write("STOP")
    work(operator.services)

    assert operator.ask(*ASK, "--ward", 7)["invited"] == 0


def test_answers_are_counted_and_those_who_were_not_asked_stand_apart(operator):
    phone = resident(operator, PHONE)
    operator.say(*ASK, "--ward", 7)
    work(operator.services)
    phone.write("yes")
    stranger = Phone(operator.services, NEIGHBOUR)
    stranger.write("AREA 7")
    stranger.write("POLL")
    stranger.write("2")
    work(operator.services)

    found = operator.ask("poll", "results", 1)

    assert list(found) == [
        "id", "question", "invited", "accepted", "responses", "turnout", "choices", "wards", "open_line",
    ]  # fmt: skip
    assert (found["invited"], found["accepted"], found["responses"], found["turnout"]) == (1, 1, 1, 1.0)
    assert [(one["key"], one["label"], one["count"], one["share"]) for one in found["choices"]] == [
        ("1", "Yes", 1, 1.0),
        ("2", "No", 0, 0.0),
    ]
    assert all(one["low"] < one["high"] for one in found["choices"])
    assert found["wards"] == [{"number": 7, "responses": 1, "suppressed": True}]
    assert found["open_line"] == {"responses": 1, "suppressed": True}


def test_a_closed_poll_takes_back_what_has_not_left_and_counts_no_more(operator):
    phone = resident(operator, PHONE)
    operator.say(*ASK, "--ward", 7)

    closed = operator.ask("poll", "close", 1)
    phone.write("1")
    work(operator.services)

    assert (closed["id"], closed["cancelled"]) == (1, 1)
    assert not any("Market" in text for text in phone.inbox())
    assert operator.ask("poll", "results", 1)["responses"] == 0
    again = operator.ask("poll", "close", 1)
    assert again == {**closed, "cancelled": 0}


def test_a_poll_may_end_by_itself(operator):
    resident(operator, PHONE)
    operator.say(*ASK, "--ward", 7, "--close-in", 24)

    operator.services = at(operator.services, "2026-03-05T10:00:01+02:00")

    assert operator.ask("poll", "close", 1)["closed_at"].startswith("2026-03-05T08:00:00")


def test_outside_of_permitted_hours_invitations_wait(operator):
    phone = resident(operator, PHONE)
    operator.services = at(operator.services, "2026-03-04T21:00:00+02:00")

    assert operator.ask(*ASK, "--ward", 7)["messages"] == 1
    with operator.services.database.begin() as session:
        due = session.scalar(select(Message.due_at).where(Message.purpose == "poll"))
    assert due.isoformat() == "2026-03-05T06:00:00+00:00"
    assert not any("Market" in text for text in phone.inbox())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (("--question", "Q?", "--choice", "Yes", "--ward", 7), "a poll has 2 to 9 choices, each another"),
        (("--question", "Q?", "--choice", "Yes", "--choice", "yes", "--ward", 7), "each another"),
        (("--question", "Q?", *("--choice", "x") * 10, "--ward", 7), "a poll has 2 to 9 choices"),
        (("--question", "Q?", "--choice", "Yes", "--choice", "No", "--ward", 99), "there is no ward 99 today"),
        (("--question", "Q?", "--choice", "Yes", "--choice", "No", "--ward", 7, "--lang", "xx"), "does not speak 'xx'"),
        (("--question", "ሰላም?", "--choice", "Yes", "--choice", "No", "--ward", 7), "plain phones cannot show"),
        (("--question", " ", "--choice", "Yes", "--choice", "No", "--ward", 7), "is empty"),
    ],
)
def test_a_poll_that_nobody_could_answer_is_refused(operator, said, why):
    assert why in operator.refused("poll", "send", *said)
    assert operator.ask("audit", "list") == []


def test_an_invitation_of_three_segments_is_refused_with_what_to_cut(operator):
    said = operator.refused(
        "poll", "send", "--question", "Why? " * 60, "--choice", "Yes", "--choice", "No", "--ward", 7
    )

    assert "takes 3 segments and 2 are allowed: shorten it by" in said


LONG = ("--question", "Ḓuvha ḽifhio? " + "Ri vhudzeni. " * 5, "--choice", "Mugivhela", "--choice", "Swondaha")


def invitations(operator):
    with operator.services.database.begin() as session:
        sent = session.scalars(select(Message).where(Message.purpose == "poll")).all()
        return [(message.text.partition("Ri")[0], message.segments) for message in sent]


def test_the_price_is_said_for_both_letters_and_what_leaves_is_what_was_counted(operator):
    resident(operator, PHONE)
    sent = operator.ask("poll", "send", *LONG, "--ward", 7)

    assert sent["letters"] == "plain"
    assert sent["alphabet"] == {"plain": "GSM-7", "correct": "UCS-2"}
    assert (sent["texts"], sent["segments"]) == (1, {"plain": 2, "correct": 3})
    assert (sent["price"], sent["currency"]) == ({"plain": "0.50", "correct": "0.75"}, "ZAR")
    assert invitations(operator) == [("Vezani asks: Duvha lifhio? ", 2)]


def test_a_poll_may_be_sent_in_its_own_letters_whatever_the_pack_says(operator):
    resident(operator, PHONE)
    sent = operator.ask("poll", "send", *LONG, "--ward", 7, "--letters", "correct")

    assert sent["letters"] == "correct"
    assert invitations(operator) == [("Vezani asks: Ḓuvha ḽifhio? ", sent["segments"]["correct"])]


def test_the_price_counts_whom_a_text_will_reach(operator):
    resident(operator, PHONE).write("STOP")
    resident(operator, NEIGHBOUR)
    work(operator.services)

    assert operator.ask(*ASK, "--ward", 7)["texts"] == 1


def test_the_price_stands_beside_what_is_printed_before_anything_is_sent(operator):
    resident(operator, PHONE)
    said = operator.try_to("poll", "send", *LONG, "--ward", 7)

    assert said.stderr.splitlines()[:2] == [
        "plain letters, as chosen: 2 segments (GSM-7) x 1 text = ZAR 0.50",
        "correct letters: 3 segments (UCS-2) x 1 text = ZAR 0.75",
    ]


def test_an_unknown_poll_is_said_to_be_unknown(operator):
    for command in ("results", "close"):
        assert operator.refused("poll", command, 9) == "izwi: there is no poll 9"


def test_who_asked_is_written_down(operator):
    operator.say(*ASK, "--ward", 7, "--as", "Lindiwe")

    deed = operator.ask("audit", "list")[0]
    assert (deed["who"], deed["what"], deed["object"], deed["details"]["ward"]) == (
        "Lindiwe",
        "poll.send",
        "poll:1",
        7,
    )
