"""What stands turned until somebody turns it back: sending that is paused, an edit of the flows that is refused."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.storage import breaker
from app.storage.tables import Switch

SENDING = "sending"
FLOWS = "flows"


def resume_sending(session: Session) -> str | None:
    """Lets texts leave again, also by a gateway that failed; returns why they were held back, None if they were not."""
    breaker.worked(session)
    return session.scalar(delete(Switch).where(Switch.name == SENDING).returning(Switch.value))


def flows_are_refused(session: Session) -> bool:
    """Whether the folder of flows, when it was last looked at, could not be said."""
    return session.get(Switch, FLOWS) is not None


def refuse_flows(session: Session, faults: int, now: datetime) -> None:
    """Keeps how many faults an edit of the flows has; with none it is refused no more."""
    if faults:
        row = insert(Switch).values(name=FLOWS, value=str(faults), at=now)
        session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": str(faults), "at": now}))
    else:
        session.execute(delete(Switch).where(Switch.name == FLOWS))
