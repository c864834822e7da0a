"""The one loop that owns time never stands still for long."""

from time import monotonic

from app.clock import STANDS_STILL, Watchdog


def test_a_loop_that_stands_still_is_ended_so_that_it_is_started_anew():
    ended: list[int] = []
    watchdog = Watchdog(die=ended.append, beat_at=monotonic())

    watchdog.look(watchdog.beat_at + STANDS_STILL - 1)
    assert ended == []
    watchdog.look(watchdog.beat_at + STANDS_STILL + 1)
    assert ended == [70]


def test_a_loop_that_goes_round_is_left_alone():
    ended: list[int] = []
    watchdog = Watchdog(die=ended.append, beat_at=monotonic() - 10 * STANDS_STILL)
    watchdog.beat()
    watchdog.look(monotonic())

    assert ended == []
