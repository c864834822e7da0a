"""How screens fare: counted for all phones together, kept by day, and nothing of danger and bribes."""

from datetime import date, timedelta

import pytest

from app import clock
from app.conversation.drafts import finish_dropped
from app.storage import screens
from app.storage.screens import Figures
from app.wiring import Services
from tests.phones import Phone
from tests.processes import Standing

DAY = date(2026, 3, 3)


@pytest.fixture
def stranger(services: Services) -> Phone:
    services.clock = Standing(services.clock.now())  # type: ignore[assignment]
    return Phone(services, "+27821234567")


def figures(services: Services) -> Figures:
    clock.keep_screen_figures(services)
    with services.database.begin() as session:
        return screens.between(session, DAY, DAY)


def later(services: Services, seconds: float) -> None:
    services.clock = Standing(services.clock.now() + timedelta(seconds=seconds))  # type: ignore[assignment]


def test_every_screen_is_counted_with_the_time_that_people_looked_at_it(services: Services, stranger: Phone):
    stranger.dial()
    later(services, 20)
    stranger.type("1")
    later(services, 5)
    stranger.type("1")
    counted = figures(services)

    assert {screen: (found["shown"], found.get("hops", 0)) for screen, found in counted.items()} == {
        "home.language": (1, 1),
        "home.home": (1, 1),
    }
    assert [counted[f"home.{name}"]["looked_ms"] for name in ("language", "home")] == [20_000, 5_000]


def test_a_repeat_of_the_network_is_not_counted(services: Services, stranger: Phone):
    stranger.dial("1")
    stranger.hop()

    assert figures(services)["home.language"]["shown"] == 1


def test_what_was_not_understood_is_counted(services: Services, stranger: Phone):
    stranger.dial("1", "7", "nonsense", "1")

    assert figures(services)["home.home"] == {"shown": 1, "retries": 2, "hops": 3, "looked_ms": 0}


def test_ends_and_broken_calls_are_counted(services: Services, stranger: Phone):
    stranger.dial("1", "1", "2", "KHOL", "1", "Clinic")
    stranger.dial_directly("1", "2")
    for key, held in services.sessions.dropped(services.clock.now().timestamp() + 3600, 10):
        finish_dropped(services, key, held)
    counted = figures(services)

    assert (counted["report.thanks"]["ended"], counted["report.area"]["dropped"]) == (1, 1)


@pytest.mark.parametrize("ending", ["1", "7"])
def test_nothing_is_counted_of_danger_and_bribes(services: Services, stranger: Phone, ending: str):
    stranger.dial("1", "1", "6")
    before = figures(services)
    stranger.type(ending)
    stranger.hop()

    assert figures(services) == before


def test_figures_wait_in_redis_while_the_database_is_away(services: Services, stranger: Phone):
    stranger.dial("1")
    services.database.away_until = float("inf")
    clock.attend(services, clock.Task(1, clock.keep_screen_figures))
    services.database.away_until = 0.0

    assert figures(services)["home.language"]["shown"] == 1


def test_figures_add_up_over_the_day(services: Services, stranger: Phone):
    for digit in range(2):
        Phone(services, f"+2782123456{digit}").dial("1")
        figures(services)

    assert figures(services)["home.language"]["shown"] == 2
