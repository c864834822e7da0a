import re
from datetime import timedelta
from threading import Thread

from app.storage import messages
from app.storage.letters import Letter
from app.storage.messages import Text
from tests.cli.conftest import PHONE, report
from tests.phones import work


def test_with_nothing_to_do_it_returns_at_once(operator):
    assert operator.say("drain") == "Nothing waits.\n"
    assert operator.ask("drain") == {}


def test_it_returns_when_letters_and_texts_are_done(operator, phone):
    phone.write("WATER burst pipe, Kholwane")
    worker = Thread(target=lambda: (work(operator.services), empty_queues(operator)))
    worker.start()

    result = operator.try_to("drain", "--timeout", "20")
    worker.join()

    assert result.exit_code == 0, result.output
    assert len(phone.inbox()) == 1


def test_what_still_waits_is_said_when_time_is_up(operator, phone):
    phone.write("WATER burst pipe, Kholwane")

    said = operator.refused("drain", "--timeout", "0.3")

    assert re.search(r"1 letters, [12] wake-ups still wait: do the workers run\?", said)


def test_letters_on_disk_count(operator, phone):
    now = operator.services.clock.now()
    operator.services.spool.keep(Letter("key", "sms", PHONE, {"id": "1", "text": "STATUS", "stops": False}, now))

    assert "1 letters on disk" in operator.refused("drain", "--timeout", "0.3")


def test_a_text_that_is_not_due_is_not_waited_for(operator):
    services, now = operator.services, operator.services.clock.now()
    later = Text("poll:1:1", "poll", PHONE, "Tomorrow.", due_at=now + timedelta(hours=1))
    with services.database.begin() as session:
        messages.queue(session, [later], services.vault, now)

    assert operator.say("drain") == "Nothing waits.\n"


def test_texts_held_back_are_not_waited_for_and_the_way_out_is_named(operator, phone):
    operator.say("sending", "pause", "--why", "new sender name")
    report(phone)
    empty_queues(operator)

    said = operator.refused("drain", "--timeout", "20")

    assert "1 texts still wait, and sending is paused (new sender name): scripts/izwi sending resume" in said


def empty_queues(operator):
    """What the workers of RQ do with wake-ups."""
    for name in ("intake", "messages", "polls", "digests"):
        operator.services.wakeups.queue(name).empty()
        operator.services.wakeups.began(name)
