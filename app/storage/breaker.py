"""The breaker of sending: while the gateway fails, nothing is burned on it; one text at a time tries it again."""

from datetime import datetime, timedelta

from sqlalchemy import Text, cast, delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from app.storage.tables import Switch

NAME = "gateway"
TRIPS_AT = 50
RESTS_FOR = timedelta(seconds=60)


def most(session: Session, now: datetime, limit: int) -> int:
    """How many texts may be sent at once: all, one to try a gateway that failed a minute ago, or none."""
    failing = session.get(Switch, NAME)
    if failing is None or int(failing.value) < TRIPS_AT:
        return limit
    return 0 if now < failing.at + RESTS_FOR else 1


def failed(session: Session, texts: int, now: datetime) -> None:
    """Counts texts that failed in a row, all of one call."""
    first = insert(Switch).values(name=NAME, value=str(texts), at=now)
    more = cast(cast(Switch.value, BigInteger) + cast(first.excluded.value, BigInteger), Text)
    session.execute(
        first.on_conflict_do_update(index_elements=["name"], set_={"value": more, "at": func.greatest(Switch.at, now)})
    )


def worked(session: Session) -> None:
    """The gateway has answered for a text: whatever failed before is over."""
    session.execute(delete(Switch).where(Switch.name == NAME))
