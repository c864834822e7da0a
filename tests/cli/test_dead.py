from sqlalchemy import update

from app.storage import inbox
from app.storage.letters import Letter
from app.storage.tables import Inbox
from tests.cli.conftest import PHONE
from tests.phones import work


def give_up(services):
    """A letter that nobody can work, and one that nobody can read."""
    now = services.clock.now()
    services.keep(Letter("bad", "ussd", PHONE, {"effects": [{"name": "no_such", "data": {}}]}, now))
    with services.database.begin() as session:
        session.execute(update(Inbox).values(state="dead", attempts=8, error="KeyError"))
        inbox.set_aside(session, "odd", f"from={PHONE}&text=hello", "sms", now, services.vault)


def test_letters_that_were_given_up_are_listed_without_their_words(operator):
    assert operator.say("dead", "list") == "No letter was given up.\n"
    give_up(operator.services)

    rows = operator.ask("dead", "list")

    assert [(row["source"], row["state"], row["attempts"], row["error"]) for row in rows] == [
        ("ussd", "dead", 8, "KeyError"),
        ("sms", "unusable", 0, ""),
    ]
    assert PHONE[1:] not in operator.say("dead", "list")


def test_the_dead_are_tried_again_and_the_unreadable_stay(operator):
    give_up(operator.services)

    assert operator.ask("dead", "retry") == {"retried": 1, "unusable": 1}
    with operator.services.database.begin() as session:
        assert inbox.waiting(session) == 1
    assert operator.ask("audit", "list")[0]["what"] == "dead.retry"
    work(operator.services)
