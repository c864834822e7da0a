"""Sending: a text leaves once where that can be known, and what cannot be known is said to be unknown."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update

from app.gateway.africastalking import AfricasTalking
from app.gateway.face import Accepted, DeliveryReport, NotSent, Outcome, Outgoing, Refused, Status, Unknown
from app.gateway.simulator import Simulator
from app.jobs import intake, sending
from app.storage import breaker, messages, residents
from app.storage.messages import Text
from app.storage.tables import Message, Receipt, Switch
from app.wiring import Services
from tests.gateway import loopback as gateway
from tests.gateway.loopback import KEY, Loopback, loopback, nobody_listens
from tests.phones import Phone
from tests.processes import another_process, at, later, rows, through

PHONE = "+27821234567"
OTHER = "+27821234568"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with loopback() as running:
        yield running


def by_africas_talking(services: Services, url: str, read_timeout: float = 1) -> Services:
    return through(services, AfricasTalking("izwi", KEY, None, url, timeout=(1, read_timeout)))


def queue(services: Services, *texts: Text) -> None:
    with services.database.begin() as session:
        messages.queue(session, texts, services.vault, services.clock.now())


def receipt(services: Services, phone: str = PHONE, words: str = "Received.") -> Text:
    """A text that answers what somebody just did: a doubled one is better than none."""
    now = services.clock.now()
    return Text(f"receipt:{phone}:{words}", "receipt", phone, words, answers_at=now, tries=3)


def invitation(phone: str = PHONE, number: int = 1) -> Text:
    """A text of a campaign: at most once."""
    return Text(f"digest:{number}:{phone}", "digest", phone, "The week of your ward.")


def states(services: Services) -> list[tuple[str, int, str]]:
    """State, attempts and detail of every message, oldest first."""
    with services.database.begin() as session:
        held = session.scalars(select(Message).order_by(Message.id))
        return [(message.state, message.attempts, message.detail) for message in held]


def state(services: Services) -> str:
    ((one, _, _),) = states(services)
    return one


def stop(services: Services, phone: str = PHONE) -> None:
    with services.database.begin() as session:
        residents.stop(session, services.vault.index(phone), services.clock.now(), "test")


@dataclass
class Watched:
    """A gateway that takes every text and tells what it got; `during` is done while a call is under way."""

    during: list[object] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    prefix: str = field(default_factory=lambda: uuid4().hex)
    name: str = "watched"

    def send(self, batch: Sequence[Outgoing]) -> Mapping[str, Outcome]:
        self.calls.append(len(batch))
        for act in self.during:
            act()  # type: ignore[operator]
        self.sent += [one.to for one in batch]
        return {one.to: Accepted(f"{self.prefix}-{len(self.sent)}-{one.to}", "0") for one in batch}


# -- what the gateway answers ------------------------------------------------------------------------------------------


def test_an_accepted_text_has_left_once(services: Services, server: Loopback):
    served = by_africas_talking(services, server.url)
    queue(served, invitation())
    for _ in range(3):
        sending.run(served)

    assert server.texts == [PHONE]
    assert state(served) == "accepted"


def test_equal_texts_leave_in_one_call_and_others_in_theirs(services: Services):
    watched = Watched()
    queue(services, *(invitation(f"+278212345{n:02}") for n in range(7)), receipt(services), receipt(services, OTHER))

    assert sending.run(through(services, watched)) == 9
    assert sorted(watched.calls) == [2, 7]


def test_an_answer_leaves_before_a_campaign_that_was_queued_first(services: Services):
    watched = Watched()
    queue(services, *(invitation(f"+27821230{n:03}") for n in range(300)))
    queue(services, receipt(services))
    sending.run(through(services, watched))

    assert watched.sent[0] == PHONE
    assert len(watched.sent) == 301


def test_two_equal_texts_to_one_number_leave_in_two_calls(services: Services):
    watched = Watched()
    queue(services, invitation(number=1), invitation(number=2))
    sending.run(through(services, watched))

    assert watched.calls == [1, 1]
    assert [one for one, _, _ in states(services)] == ["accepted", "accepted"]


MAY_HAVE_LEFT = {
    "500": gateway.broken(500),
    "502 HTML": gateway.broken(502, b"<html>"),
    "503": gateway.broken(503),
    "200 HTML": gateway.HTML,
    "bad JSON": gateway.BAD_JSON,
    "another's JSON": gateway.NOT_OURS,
    "hung up": gateway.HANG_UP,
    "timed out": gateway.slow(3),
}


@pytest.mark.parametrize("turn", MAY_HAVE_LEFT.values(), ids=MAY_HAVE_LEFT)
def test_what_may_have_left_is_unknown_and_never_sent_again(services: Services, server: Loopback, turn: gateway.Turn):
    served = by_africas_talking(services, server.url)
    server.next(turn)
    queue(served, invitation())
    for minutes in range(4):
        sending.run(later(served, timedelta(minutes=minutes)))

    assert state(served) == "unknown"
    assert len(server.asked) == 1


@pytest.mark.parametrize("turn", [gateway.broken(503), gateway.HTML, gateway.slow(3)], ids=["503", "HTML", "timed out"])
def test_a_receipt_that_may_not_have_left_is_sent_again_at_most_three_times(
    services: Services, server: Loopback, turn: gateway.Turn
):
    served = by_africas_talking(services, server.url)
    server.next(turn, turn, turn, turn)
    queue(served, receipt(served))
    for minutes in range(6):
        sending.run(later(served, timedelta(minutes=minutes)))

    assert len(server.asked) == 3
    assert {asked.text for asked in server.asked} == {"Received."}
    assert [(one, tries) for one, tries, _ in states(served)] == [("unknown", 3)]


@pytest.mark.parametrize("text_of", ["receipt", "campaign"])
def test_a_refused_connection_is_no_attempt_that_counts(services: Services, server: Loopback, text_of: str):
    """Nobody listened, so nothing left: it is tried again until somebody does."""
    nowhere = by_africas_talking(services, nobody_listens())
    queue(services, receipt(services) if text_of == "receipt" else invitation())
    for minutes in range(4):
        sending.run(later(nowhere, timedelta(minutes=10 * minutes)))
    waiting = state(services)
    sending.run(later(by_africas_talking(services, server.url), timedelta(hours=2)))

    assert waiting == "queued"
    assert (state(services), server.texts) == ("accepted", [PHONE])


def test_an_unknown_host_is_tried_again(services: Services):
    nowhere = by_africas_talking(services, "http://no-such-host.invalid/version1")
    queue(services, invitation())
    sending.run(nowhere)

    assert state(services) == "queued"


def test_what_is_refused_for_ever_is_given_up_after_twelve_tries(services: Services):
    nowhere = through(services, Simulator({PHONE: NotSent("ConnectionError")}))
    queue(services, invitation())
    for hours in range(20):
        sending.run(later(nowhere, timedelta(hours=hours)))

    assert states(services) == [("failed", 12, "given up: ConnectionError")]


def test_tries_wait_longer_and_longer_and_not_all_the_same(services: Services):
    nowhere = through(services, Simulator({"": NotSent("ConnectionError")}))
    queue(services, *(invitation(f"+278212345{n:02}") for n in range(10)))
    sending.run(nowhere)
    first = due_in(services)
    sending.run(later(nowhere, timedelta(minutes=1)))
    second = due_in(services)

    assert len(set(first)) > 5
    assert max(first) < timedelta(seconds=5)
    assert min(second) > timedelta(minutes=1)


def due_in(services: Services) -> list[timedelta]:
    with services.database.begin() as session:
        return [due - services.clock.now() for due in session.scalars(select(Message.due_at))]


def test_each_recipient_of_a_call_has_an_outcome_of_its_own(services: Services, server: Loopback):
    numbers = {code: f"+27821230{code}" for code in (101, 403, 406, 407)}
    server.codes.update({number: code for code, number in numbers.items()})
    served = by_africas_talking(services, server.url)
    queue(served, *(invitation(number) for number in numbers.values()))
    sending.run(served)

    assert len(server.asked) == 1
    assert [(one, detail) for one, _, detail in states(served)] == [
        ("accepted", ""),
        ("failed", "403 InvalidPhoneNumber"),
        ("failed", "406 UserInBlacklist"),
        ("queued", "CouldNotRoute"),
    ]


def test_a_number_that_blocked_us_at_the_gateway_is_opted_out_here(services: Services, server: Loopback):
    server.codes[PHONE] = 406
    served = by_africas_talking(services, server.url)
    queue(served, invitation(number=1))
    sending.run(served)
    queue(served, invitation(number=2))
    sending.run(served)

    assert [one for one, _, _ in states(served)] == ["failed", "cancelled"]
    assert len(server.asked) == 1


def test_an_empty_purse_pauses_everything_and_burns_nothing(services: Services, server: Loopback):
    server.codes.update({PHONE: 405, OTHER: 405})
    served = by_africas_talking(services, server.url)
    queue(served, invitation(), *(receipt(served, OTHER, f"Text {n}") for n in range(5)))
    for _ in range(3):
        sending.run(served)

    assert len(server.asked) == 1
    assert [(one, tries) for one, tries, _ in states(served)] == [("queued", 0)] * 6
    with services.database.begin() as session:
        assert messages.paused(session) == "the gateway refuses: 405 InsufficientBalance"


def test_after_a_pause_every_text_leaves(services: Services, server: Loopback):
    served = by_africas_talking(services, server.url)
    with services.database.begin() as session:
        messages.pause(session, "a person said so", services.clock.now())
    queue(served, invitation(), receipt(served, OTHER))
    sending.run(served)
    paused = list(server.texts)
    with services.database.begin() as session:
        session.execute(text("DELETE FROM switch"))
    sending.run(served)

    assert (paused, sorted(server.texts)) == ([], [PHONE, OTHER])


def test_a_number_that_can_no_longer_be_opened_fails_alone(services: Services):
    watched = Watched()
    queue(services, invitation(), invitation(OTHER))
    with services.database.begin() as session:
        spoiled = update(Message).where(Message.phone_index == services.vault.index(PHONE))
        session.execute(spoiled.values(phone_sealed=b"\x09none"))
    sending.run(through(services, watched))

    assert watched.sent == [OTHER]
    assert [(one, detail) for one, _, detail in states(services)] == [
        ("failed", "no number that may be texted"),
        ("accepted", ""),
    ]


# -- a gateway that fails for everybody --------------------------------------------------------------------------------


def test_a_gateway_that_fails_fifty_times_rests_and_then_one_text_tries_it(services: Services):
    """Four hundred texts at most once: not all of them are burned on a gateway that is broken."""
    broken = through(services, Simulator({"": Unknown("HTTP 503")}))
    queue(services, *(invitation(f"+27821230{n:03}") for n in range(400)))
    sending.run(broken)
    at_first = rows(services, Message, "state = 'unknown'")
    sending.run(later(broken, timedelta(seconds=30)))
    resting = rows(services, Message, "state = 'unknown'")
    sending.run(later(broken, timedelta(seconds=90)))
    tried = rows(services, Message, "state = 'unknown'")
    sending.run(later(services, timedelta(minutes=5)))

    assert (at_first, resting, tried) == (100, 100, 101)
    assert rows(services, Message, "state = 'accepted'") == 299


def test_a_few_failures_among_successes_are_no_broken_gateway(services: Services):
    half = through(services, Simulator({"7": NotSent("x"), "8": Unknown("y")}))
    queue(services, *(invitation(f"+27821230{n:03}") for n in range(300)))
    sending.run(half)

    assert rows(services, Message, "state = 'accepted'") == 240
    assert rows(services, Switch) == 0


def test_the_breaker_forgets_what_was_before_a_success(services: Services):
    now = services.clock.now()
    with services.database.begin() as session:
        breaker.failed(session, 49, now)
        breaker.worked(session)
        breaker.failed(session, 49, now)
        assert breaker.most(session, now, 100) == 100
        breaker.failed(session, 1, now)
        assert breaker.most(session, now, 100) == 0


# -- a sender that dies ------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone."""


def die() -> None:
    raise Killed


def test_a_sender_killed_during_the_call_leaves_a_campaign_text_unknown(services: Services):
    watched = Watched(during=[die])
    queue(services, invitation())
    with pytest.raises(Killed):
        sending.run(through(services, watched))
    again = Watched()
    sending.run(through(services, again))
    sending.run(through(later(services, timedelta(minutes=2)), again))

    assert again.sent == []
    assert states(services) == [("unknown", 1, "the sender stopped")]


def test_a_sender_killed_during_the_call_sends_a_receipt_again(services: Services):
    queue(services, receipt(services))
    again = Watched()
    for minutes in (0, 3, 6):
        with pytest.raises(Killed):
            sending.run(through(later(services, timedelta(minutes=minutes)), Watched(during=[die])))
        sending.run(through(later(services, timedelta(minutes=minutes + 2)), again))

    assert again.sent == []  # it waits a little before each try
    assert [(one, tries) for one, tries, _ in states(services)] == [("unknown", 3)]


def test_a_slow_call_is_not_done_by_another_sender_meanwhile(services: Services):
    """Many texts of many wordings: while one call is slow, another sender takes others, never these."""
    queue(services, *(receipt(services, f"+278212345{n:02}", f"Text {n}") for n in range(20)))
    first, second = Watched(), Watched()
    first.during = [lambda: sending.run(through(later(services, timedelta(seconds=70)), second))]
    sending.run(through(services, first))

    assert sorted(first.sent + second.sent).count(first.sent[0]) <= 2
    assert len(set(first.sent + second.sent)) == 20
    assert len(first.sent) == 1


def test_the_answer_to_an_attempt_that_was_given_up_settles_no_later_one(services: Services):
    """The first sender hung for longer than its lease; its answer is not taken for that of the second."""
    queue(services, receipt(services))
    slow = Watched()
    slow.during = [
        lambda: sending.run(through(later(services, timedelta(seconds=70)), Simulator({"": Unknown("x")}))),
        lambda: sending.run(through(later(services, timedelta(seconds=140)), Simulator({"": Refused(403, "x", True)}))),
    ]
    sending.run(through(services, slow))

    assert [(one, tries) for one, tries, _ in states(services)] in ([("failed", 3)], [("failed", 2)])


# -- opt-outs, pauses, hours: held until the call ----------------------------------------------------------------------


def test_nothing_of_any_campaign_leaves_after_a_stop(services: Services):
    stop(services)
    watched = Watched()
    queue(services, *(invitation(number=n) for n in range(3)), invitation(OTHER))
    sending.run(through(services, watched))

    assert watched.sent == [OTHER]
    assert [one for one, _, _ in states(services)] == ["cancelled"] * 3 + ["accepted"]


def test_a_stop_while_a_send_runs_holds_for_every_text_behind_it(services: Services):
    """Fifty texts of different wordings to one number: the STOP comes in during the first call."""
    queue(services, *(Text(f"case:{n}", "case.fixed", PHONE, f"News {n}") for n in range(50)))
    watched = Watched()
    watched.during = [lambda: stop(services)]
    sending.run(through(services, watched))

    assert len(watched.sent) == 1
    assert rows(services, Message, "state = 'cancelled'") == 49


def test_a_stop_by_sms_while_a_poll_is_sent_lets_only_the_confirmation_leave(services: Services):
    resident = Phone(services, PHONE)
    queue(services, *(Text(f"case:{n}", "case.fixed", PHONE, f"News {n}") for n in range(5)))
    watched = Watched()
    stopped = Event()

    def write_stop() -> None:
        if not stopped.is_set():
            stopped.set()
            resident.write("STOP")
            intake.run(services)

    watched.during = [write_stop]
    sending.run(through(services, watched))
    sending.run(through(services, watched))

    with services.database.begin() as session:
        left = [m.text for m in messages.sent_to(session, services.vault.index(PHONE)) if m.state == "accepted"]
    assert left == [
        "News 0",
        "Done. Izwi sends you no more texts. You can still dial *120*4932# or write. START begins again.",
    ]


def test_a_stop_and_a_claim_in_the_same_moment_are_decided_one_way(services: Services):
    """Whoever is first holds the number's lock: after the STOP is committed no attempt is."""
    for number in range(20):
        queue(services, invitation(number=number))
    order: list[str] = []

    def claim_all() -> None:
        watched = Watched(during=[lambda: order.append("sent")])
        with another_process(services) as other:
            sending.run(through(other, watched))

    def say_stop() -> None:
        stop(services)
        order.append("stopped")

    with ThreadPoolExecutor(2) as threads:
        for future in [threads.submit(claim_all), threads.submit(say_stop)]:
            future.result()

    after = order[order.index("stopped") + 1 :]
    assert len(after) <= 1  # one whose attempt was committed just before
    assert rows(services, Message, "state IN ('accepted', 'cancelled')") == 20


def test_a_receipt_of_what_was_written_before_a_stop_is_cancelled_and_of_later_words_leaves(services: Services):
    now = services.clock.now()
    with services.database.begin() as session:
        residents.stop(session, services.vault.index(PHONE), now, "test")
    before, after = (
        replace(receipt(services), intent=n, text=n, answers_at=now + timedelta(seconds=s))
        for n, s in (("before", -1), ("after", 1))
    )
    watched = Watched()
    queue(services, before, after)
    sending.run(through(services, watched))

    assert [one for one, _, _ in states(services)] == ["cancelled", "accepted"]


def test_a_hundred_opted_out_numbers_in_front_hold_up_nobody(services: Services):
    crowd = [f"+27821230{n:03}" for n in range(150)]
    for phone in crowd:
        stop(services, phone)
    watched = Watched()
    queue(services, *(invitation(phone) for phone in crowd), receipt(services))
    sending.run(through(services, watched))

    assert watched.sent == [PHONE]


def test_nothing_leaves_while_a_letter_lies_on_disk(services: Services):
    """It may be an opt-out."""
    queue(services, invitation())
    (services.spool.folder / "20260303T080000000000-a.letter").write_bytes(b"?")
    watched = Watched()
    sending.run(through(services, watched))

    assert watched.sent == []
    assert state(services) == "queued"


NIGHT, MORNING = "2026-03-03T22:00:00+02:00", "2026-03-04T08:00:00+02:00"


def test_what_was_delayed_into_the_night_waits_for_the_morning(services: Services):
    """Sending was paused at noon and is resumed at night: news and invitations wait, answers and digests do not."""
    noon = services.clock.now()
    queue(
        services,
        Text("case:1", "case.fixed", PHONE, "News"),
        Text("poll:1:1", "poll", PHONE, "A question"),
        Text("poll:abc", "poll", PHONE, "Thank you", answers_at=noon),
        invitation(),
        receipt(services),
    )
    at_night, in_the_morning = Watched(), Watched()
    sending.run(through(at(services, NIGHT), at_night))
    waiting = rows(services, Message, "state = 'queued'")
    sending.run(through(at(services, MORNING), in_the_morning))

    assert (len(at_night.sent), waiting, len(in_the_morning.sent)) == (3, 2, 2)


def test_two_texts_to_one_number_leave_in_the_order_they_were_written(services: Services):
    gateway_ = Watched()
    queue(services, receipt(services, words="first"), receipt(services, words="second"))
    sending.run(through(services, gateway_))

    with services.database.begin() as session:
        held = session.scalars(select(Message).order_by(Message.settled_at)).all()
    assert [message.text for message in held] == ["first", "second"]


def test_a_text_to_a_country_that_the_pack_leaves_out_never_leaves(services: Services):
    watched = Watched()
    queue(services, invitation("+447700900123"))
    sending.run(through(services, watched))

    assert watched.calls == []
    assert state(services) == "failed"


# -- delivery reports --------------------------------------------------------------------------------------------------


def told(services: Services, gateway_id: str, status: Status, reason: str | None = None, phone: str = PHONE) -> None:
    report = DeliveryReport(gateway_id, phone, status, reason, reason == "UserInBlacklist")
    services.keep(sending.delivery_letter(report, services.clock.now()))
    intake.run(services)


def accepted(services: Services) -> str:
    """One message that the gateway took; returns the gateway's id."""
    queue(services, invitation())
    sending.run(through(services, Watched()))
    with services.database.begin() as session:
        return session.scalars(select(Message.gateway_id)).one() or ""


@pytest.mark.parametrize(
    ("heard", "ends"),
    [
        ((Status.DELIVERED, Status.SENT), "delivered"),
        ((Status.DELIVERED, Status.FAILED), "delivered"),
        ((Status.FAILED, Status.SENT), "failed"),
        ((Status.EXPIRED, Status.DELIVERED), "delivered"),
        ((Status.SENT, Status.DELIVERED), "delivered"),
        ((Status.SENT,), "accepted"),
        ((Status.OTHER,), "accepted"),
    ],
)
def test_delivery_reports_move_a_message_only_forwards(services: Services, heard: tuple[Status, ...], ends: str):
    gateway_id = accepted(services)
    for status in heard:
        told(services, gateway_id, status)

    assert state(services) == ends


def test_a_report_that_overtakes_our_own_commit_waits_for_it(services: Services):
    queue(services, invitation())
    early = Watched(prefix="early")
    early.during = [lambda: told(services, f"early-1-{PHONE}", Status.DELIVERED)]
    sending.run(through(services, early))

    assert state(services) == "delivered"
    assert rows(services, Receipt) == 0


def test_a_report_of_an_unknown_message_is_parked_then_dropped_and_counted(services: Services):
    told(services, "never-heard-of", Status.DELIVERED)
    parked = rows(services, Receipt)
    soon, late = (services.clock.now() + timedelta(minutes=m) for m in (14, 16))
    with services.database.begin() as session:
        dropped = [messages.drop_parked(session, moment) for moment in (soon, late)]

    assert (parked, dropped, rows(services, Receipt)) == (1, [0, 1], 0)


def test_a_delivery_report_settles_the_one_text_of_which_nobody_knew(services: Services):
    queue(services, invitation())
    sending.run(through(services, Simulator({"": Unknown("timed out")})))
    told(services, "seen-for-the-first-time", Status.DELIVERED)

    assert states(services) == [("delivered", 1, "")]


@pytest.mark.parametrize("why", ["two of them", "another number", "too long ago"])
def test_a_delivery_report_settles_no_text_that_may_be_another(services: Services, why: str):
    queue(services, invitation(number=1))
    if why == "two of them":
        queue(services, invitation(number=2))
    sending.run(through(services, Simulator({"": Unknown("timed out")})))
    by = timedelta(hours=73) if why == "too long ago" else timedelta()
    told(later(services, by), "new", Status.DELIVERED, phone=OTHER if why == "another number" else PHONE)

    assert {one for one, _, _ in states(services)} == {"unknown"}


def test_a_subscriber_who_blocked_the_sender_is_opted_out(services: Services):
    told(services, accepted(services), Status.FAILED, "UserInBlacklist")
    queue(services, invitation(number=2))
    watched = Watched()
    sending.run(through(services, watched))

    assert watched.sent == []


def test_a_parked_report_and_a_sender_killed_before_its_commit_meet(services: Services):
    """The text was delivered, though the sender never lived to hear that it was taken."""
    queue(services, invitation())
    with pytest.raises(Killed):
        sending.run(through(services, Watched(during=[die])))
    sending.run(later(services, timedelta(minutes=2)))
    told(services, "the-id-nobody-wrote-down", Status.DELIVERED)

    assert state(services) == "delivered"


def test_the_simulator_delivers_by_the_gateway_s_own_door(services: Services):
    queue(services, invitation(), invitation("+27821230000"))
    sending.run(through(services, Simulator({"0000": Status.EXPIRED})))
    intake.run(services)

    assert [one for one, _, _ in states(services)] == ["delivered", "failed"]


def test_a_case_with_many_thousand_reporters_can_be_told(services: Services):
    """More values than one statement takes."""
    now: datetime = services.clock.now()
    many = [Text(f"case:{n}", "case.fixed", f"+2782{n:07}", "News") for n in range(7000)]
    with services.database.begin() as session:
        assert messages.queue(session, many, services.vault, now) == 7000
