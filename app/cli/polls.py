"""Polls from the terminal: sent to the residents of a ward, closed, counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import get_args

import click

from app.civic.city import City
from app.civic.spoken import spoken
from app.cli import languages, show
from app.cli.given import Given, acting, as_json, pass_given
from app.cli.price import lines, priced
from app.cli.trouble import Trouble
from app.cli.wards import ward_numbered
from app.engine.gsm import Letters, fold, parts, septets
from app.jobs import inviting
from app.jobs.work import Work
from app.storage import audit, invitations, poll_results
from app.storage.tables import Poll
from app.wiring import Services

FEWEST, MOST = 2, 9
SEGMENTS = 2


@dataclass(frozen=True)
class Asked:
    """What is asked, of whom, in which language (None: the city's own), by whom, for how many hours (None: no end)."""

    question: str
    choices: tuple[str, ...]
    ward: int
    language: str | None
    who: str
    hours: float | None
    letters: Letters | None


@click.group()
def poll() -> None:
    """Polls: send one, close it, read its results."""


@poll.command()
@click.option("--question", required=True, help="What is asked.")
@click.option("--choice", "choices", multiple=True, required=True, help="One answer; 2 to 9 of them, in their order.")
@click.option("--ward", type=int, metavar="N", required=True, help="Whose residents are asked.")
@click.option("--lang", "language", metavar="LANGUAGE", help="The language of the invitation [the city's own].")
@click.option(
    "--letters",
    type=click.Choice(get_args(Letters)),
    help="plain: every phone, cheap; correct: the language's own, at more than twice the price [the pack's choice].",
)
@click.option("--close-in", "hours", type=click.FloatRange(0, min_open=True), metavar="HOURS", help="When it ends.")
@acting
@as_json
@pass_given
def send(
    given: Given,
    question: str,
    choices: tuple[str, ...],
    ward: int,
    language: str | None,
    letters: Letters | None,
    hours: float | None,
    who: str,
    as_json: bool,
) -> None:
    """Ask the residents of a ward who have not opted out. Texts leave in the hours that the pack permits.

    \b
    Example: scripts/izwi poll send --question 'Move the market to Sunday?' --choice Yes --choice No --ward 12
    """
    asked = Asked(_line(question), tuple(_line(one) for one in choices), ward, language, who, hours, letters)
    services = given.services
    poll_id, priced = opened(services, asked)
    inviting.run(services)
    services.wakeups.wake("messages")
    with services.database.begin() as session:
        invited = session.get_one(Poll, poll_id).invited
        show.plain(
            {"id": poll_id, "invited": invited, "messages": poll_results.messages_of(session, poll_id), **priced}
        )
    if not invited:
        show.note(f"Nobody in ward {ward} has dialled or written yet, or wants to be asked.")
    show.when_texts_leave(services)


@poll.command()
@click.argument("poll_id", metavar="ID", type=int)
@acting
@as_json
@pass_given
def close(given: Given, poll_id: int, who: str, as_json: bool) -> None:
    """End a poll now; invitations that have not left are taken back.

    \b
    Example: scripts/izwi poll close 3
    """
    services = given.services
    now = services.clock.now()
    with services.database.begin() as session:
        found = session.get(Poll, poll_id, with_for_update=True)
        if found is None:
            raise _no_poll(poll_id)
        cancelled = poll_results.close(session, found, now)
        ended = found.closed_at.astimezone(UTC).isoformat() if found.closed_at else None
        audit.record(session, audit.Deed(who, "poll.close", f"poll:{poll_id}", {"cancelled": cancelled}), now)
    show.plain({"id": poll_id, "closed_at": ended, "cancelled": cancelled})


@poll.command()
@click.argument("poll_id", metavar="ID", type=int)
@as_json
@pass_given
def results(given: Given, poll_id: int, as_json: bool) -> None:
    """Print the results as JSON: the invited are the headline, callers of the open line stand apart.

    \b
    Example: scripts/izwi poll results 3
    """
    services = given.services
    with services.database.begin() as session:
        found = poll_results.results(session, poll_id, services.cities.current().city)
    if found is None:
        raise _no_poll(poll_id)
    show.plain(found)


def opened(services: Services, asked: Asked) -> tuple[int, Mapping[str, object]]:
    """Opens a poll, with its audit row: its number and, told before anybody is invited, its price. Raises Trouble."""
    ward, city = ward_numbered(services, asked.ward), services.cities.current().city
    named = asked.language or city.default_language
    language = languages.meant(named, languages.of_city(city, services.words)) or named
    with services.database.begin() as session:
        work = Work.begin(services, session)
        found = Poll(
            question=asked.question,
            language=language,
            choices=[{"key": str(number), "label": label} for number, label in enumerate(asked.choices, start=1)],
            ward_key=ward.key,
            letters=asked.letters or city.letters(language),
            opened_at=work.now,
            closed_at=work.now + timedelta(hours=asked.hours) if asked.hours else None,
            cursor=0,
            invited=0,
            by=asked.who,
        )
        check(work, city, found)
        session.add(found)
        session.flush()
        audit.record(session, audit.Deed(asked.who, "poll.send", f"poll:{found.id}", _details(asked)), work.now)
        return found.id, _priced(work, found)


def _line(words: str) -> str:
    """Words as one line."""
    return " ".join(words.split())


def _priced(work: Work, found: Poll) -> Mapping[str, object]:
    """Says what the invitations will cost, with either letters."""
    city, text = work.city, inviting.invitation(work, found, found.language)
    texts = invitations.texts(work.session, found, city.uninvited_a_month, work.now)
    for letters, words in lines(text, texts, city).items():
        show.note(f"{letters} letters{', as chosen' if letters == found.letters else ''}: {words}")
    return {"letters": found.letters, **priced(text, texts, city)}


def check(work: Work, city: City, found: Poll) -> None:
    """What would keep people from reading or answering it. Raises Trouble."""
    labels = [choice["label"] for choice in found.choices]
    if city.election_holds(work.today):
        raise Trouble("an election is near: the city pack lets no poll leave today")
    known = [one.code for one in spoken(city, work.services.words)]
    if found.language not in known:
        raise Trouble(f"Izwi does not speak {found.language!r} here: it speaks {', '.join(known)}")
    if not FEWEST <= len(labels) <= MOST or len({label.casefold() for label in labels}) < len(labels):
        raise Trouble(f"a poll has {FEWEST} to {MOST} choices, each another")
    for words in (found.question, *labels):
        if not words or septets(fold(words)) is None:
            raise Trouble(f"{words!r} is empty or has letters that plain phones cannot show")
    _fits(inviting.invitation(work, found, found.language))


def _fits(text: str) -> None:
    segments = parts(fold(text)).count
    if segments > SEGMENTS:
        too_many = sum(map(len, parts(fold(text)).texts[SEGMENTS:]))
        raise Trouble(
            f"the invitation takes {segments} segments and {SEGMENTS} are allowed: shorten it by {too_many} letters"
        )


def _details(asked: Asked) -> Mapping[str, object]:
    return {
        "question": asked.question,
        "choices": list(asked.choices),
        "ward": asked.ward,
        "hours": asked.hours,
        "letters": asked.letters,
        "via": "terminal",
    }


def _no_poll(poll_id: int) -> Trouble:
    return Trouble(f"there is no poll {poll_id}")
