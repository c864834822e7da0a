from tests.cli.conftest import report
from tests.phones import work


def test_texts_wait_while_sending_is_paused_and_leave_when_it_is_resumed(operator, phone):
    assert operator.ask("sending", "pause", "--why", "new sender name") == {"paused": "new sender name"}
    report(phone)
    assert phone.inbox() == []

    assert operator.ask("sending", "resume") == {"paused": None, "was": "new sender name"}
    work(operator.services)
    assert len(phone.inbox()) == 1


def test_the_first_reason_stands(operator):
    operator.say("sending", "pause", "--why", "no balance")

    assert operator.ask("sending", "pause")["paused"] == "no balance"


def test_both_are_written_down(operator):
    operator.say("sending", "pause", "--as", "Thandi")
    operator.say("sending", "resume", "--as", "Lindiwe")
    operator.say("sending", "resume", "--as", "nobody needs this")

    deeds = [(deed["who"], deed["what"]) for deed in operator.ask("audit", "list")]
    assert deeds == [("Lindiwe", "sending.resume"), ("Thandi", "sending.pause")]
