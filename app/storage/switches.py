"""What an operator has turned, and turns back."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.storage.tables import Switch

SENDING = "sending"


def resume_sending(session: Session) -> str | None:
    """Lets texts leave again; returns why they did not, None if they did."""
    return session.scalar(delete(Switch).where(Switch.name == SENDING).returning(Switch.value))
