"""Invitations to a poll: made in chunks behind a cursor, so that a crash goes on where it stopped."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.jobs.incoming import ask_poll, invitation
from app.jobs.work import Work
from app.storage import residents
from app.storage.tables import Invitation, Poll, Resident
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
        if poll is None:
            return None
        audience = _audience(work, poll)
        due = served.news_may_leave(work.now)
        out = residents.opted_out(session, [resident.phone_index for resident in audience])
        invited = [resident for resident in audience if bytes(resident.phone_index) not in out]
        for resident in invited:
            _invite(work, poll, resident, due)
        poll.cursor = audience[-1].id if audience else ALL_INVITED
        poll.invited += len(invited)
        work.finish()
        return len(invited)


def _audience(work: Work, poll: Poll) -> list[Resident]:
    """The next residents of the poll's ward (or of the city) who may be asked, by number."""
    query = select(Resident).where(Resident.id > poll.cursor, Resident.invites, Resident.measure != "none")
    if poll.ward_key is not None:
        query = query.where(Resident.ward_key == poll.ward_key)
    return list(work.session.scalars(query.order_by(Resident.id).limit(CHUNK)))


def _invite(work: Work, poll: Poll, resident: Resident, due: datetime) -> None:
    row = {"poll_id": poll.id, "resident_id": resident.id, "ward_key": resident.ward_key}
    work.session.execute(insert(Invitation).values(row).on_conflict_do_nothing())
    ask_poll(work, resident, poll)
    text = invitation(work, poll, poll.language)
    work.tell(resident, f"poll:{poll.id}:{resident.id}", "poll", text, due_at=due)
