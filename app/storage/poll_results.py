"""What a poll came to, and its end."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.civic import polls
from app.civic.city import City
from app.civic.polls import Count, Share, Tally, WardTally
from app.storage.tables import Message, Poll, Response

TAKEN = ("accepted", "delivered")


def results(session: Session, poll_id: int, city: City) -> dict[str, Any] | None:
    """The results as JSON: the invited are the headline, groups that are too small say only how many they are.

    `turnout` is the share of those invited who answered. None if there is no such poll.
    """
    poll = session.get(Poll, poll_id)
    if poll is None:
        return None
    labels = {choice["key"]: choice["label"] for choice in poll.choices}
    found = polls.results(_counts(session, poll_id), tuple(labels), city.small_count)
    return {
        "id": poll.id,
        "question": poll.question,
        "invited": poll.invited,
        "accepted": messages_of(session, poll_id, TAKEN),
        "responses": found.invited.responses,
        "turnout": found.invited.responses / poll.invited if poll.invited else 0.0,
        "choices": _choices(found.invited.choices, labels),
        "wards": [_ward(ward, labels, city) for ward in found.wards],
        "open_line": _open_line(found.open_line, labels, city.small_count),
    }


def messages_of(session: Session, poll_id: int, states: tuple[str, ...] = ()) -> int:
    """How many invitations were queued, or stand in one of these states."""
    query = select(func.count()).select_from(Message).where(Message.intent.like(f"poll:{poll_id}:%"))
    return session.scalar(query.where(Message.state.in_(states)) if states else query) or 0


def close(session: Session, poll: Poll, now: datetime) -> int:
    """Ends a poll now and takes back the invitations that have not left; returns how many. Again, it does nothing."""
    if poll.closed_at is not None and poll.closed_at <= now:
        return 0
    poll.closed_at = now
    taken_back = session.execute(
        update(Message)
        .where(Message.intent.like(f"poll:{poll.id}:%"), Message.state == "queued")
        .values(state="cancelled", detail="the poll is closed", settled_at=now)
        .returning(Message.id)
    )
    return len(taken_back.all())


def _counts(session: Session, poll_id: int) -> list[Count]:
    rows = session.execute(
        select(Response.ward_key, Response.choice, Response.invited, func.count())
        .where(Response.poll_id == poll_id)
        .group_by(Response.ward_key, Response.choice, Response.invited)
    )
    return [Count(ward, choice, invited, count) for ward, choice, invited, count in rows]


def _choices(shares: tuple[Share, ...], labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "key": one.key,
            "label": labels[one.key],
            "count": one.count,
            "share": one.share,
            "low": one.low,
            "high": one.high,
        }
        for one in shares
    ]


def _ward(tally: WardTally, labels: dict[str, str], city: City) -> dict[str, Any]:
    """A ward by its number; None for those whose ward is not known."""
    ward = city.ward(tally.ward) if tally.ward else None
    said: dict[str, Any] = {"number": ward.number if ward else None, "responses": tally.responses}
    if tally.choices is None:
        return said | {"suppressed": True}
    return said | {"choices": _choices(tally.choices, labels)}


def _open_line(tally: Tally, labels: dict[str, str], small: int) -> dict[str, Any]:
    """Those who answered without being asked; they stand apart, whatever they are."""
    if 0 < tally.responses < small:
        return {"responses": tally.responses, "suppressed": True}
    return {"responses": tally.responses, "choices": _choices(tally.choices, labels)}
