"""What an operator has turned, and turns back."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.storage import breaker
from app.storage.tables import Switch

SENDING = "sending"


def resume_sending(session: Session) -> str | None:
    """Lets texts leave again, also by a gateway that failed; returns why they were held back, None if they were not."""
    breaker.worked(session)
    return session.scalar(delete(Switch).where(Switch.name == SENDING).returning(Switch.value))
