"""Invitations to a poll: made in chunks behind a cursor, so that a crash goes on where it stopped."""

from sqlalchemy import select

from app.engine.gsm import Letters
from app.jobs import moves
from app.jobs.work import Work
from app.storage import invitations, questions
from app.storage.invitations import Notice
from app.storage.questions import Asked
from app.storage.tables import Poll, Resident
from app.wiring import Services, services

CHUNK = 1000
ALL_INVITED = -1


def drain() -> None:
    """The job: invites to every open poll that has not reached its whole audience."""
    run(services())


def run(served: Services) -> int:
    """Invites until every open poll has reached its audience; returns how many were invited."""
    served.wakeups.began("polls")
    invited = 0
    while (chunk := invite_chunk(served)) is not None:
        invited += chunk
    if invited:
        served.wakeups.wake("messages")
    return invited


def invite_chunk(served: Services) -> int | None:
    """One chunk of one poll in one transaction, None if nothing is left to do."""
    with served.database.begin() as session:
        work = Work.begin(served, session)
        poll = session.scalar(
            select(Poll)
            .where(Poll.cursor != ALL_INVITED, Poll.closed_at.is_(None) | (Poll.closed_at > work.now))
            .order_by(Poll.id)
            .limit(1)
            .with_for_update()
        )
        return _invite_chunk(work, poll) if poll is not None else None


def _invite_chunk(work: Work, poll: Poll) -> int:
    chunk = invitations.next_chunk(work.session, poll, CHUNK)
    if chunk is None:
        poll.cursor = ALL_INVITED
        return 0
    text = invitation(work, poll, poll.language)
    leaves_at = work.services.news_may_leave(work.now)
    notice = Notice(text, leaves_at, asked(work, poll).until, work.city.uninvited_a_month, letters_of(poll))
    invited = invitations.invite(work.session, poll, chunk, notice, work.now)
    poll.cursor, poll.invited = chunk.to, poll.invited + invited
    return invited


# -- how a poll is put to somebody ---------------------------------------------------------------------------------


def ask_poll(work: Work, resident: Resident, poll: Poll) -> None:
    """Remembers that the poll was put to a resident by SMS."""
    questions.ask(work.session, [resident.phone_index], asked(work, poll))


def asked(work: Work, poll: Poll) -> Asked:
    """The poll as a question; it outlives the poll, so that an answer that comes late is told so."""
    until = (poll.closed_at or work.now) + moves.ANSWER_WITHIN
    return Asked("poll", str(poll.id), work.now, until)


def invitation(work: Work, poll: Poll, language: str) -> str:
    """The text that puts a poll to a resident."""
    return work.say("poll.invite", language, question=poll.question, choices=numbered(poll))


def letters_of(poll: Poll) -> Letters:
    """What its invitations are sent in."""
    return "correct" if poll.letters == "correct" else "plain"


def numbered(poll: Poll) -> str:
    """The choices of a poll as a text shows them: `1 Yes, 2 No`."""
    return ", ".join(f"{number} {one['label']}" for number, one in enumerate(poll.choices, start=1))
