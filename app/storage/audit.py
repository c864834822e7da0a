"""Who did what: a row in the transaction of the deed itself; a trigger keeps rows from being changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.tables import Audit


@dataclass(frozen=True)
class Deed:
    """What somebody did: `what` as `matter.verb`, `about` as `matter:key`; details (JSON) hold nobody's number."""

    who: str
    what: str
    about: str
    details: Mapping[str, Any] = field(default_factory=dict)


def record(session: Session, deed: Deed, now: datetime) -> None:
    """Notes a deed; it stands if and only if the deed does."""
    session.add(Audit(at=now, who=deed.who, what=deed.what, object=deed.about, details=dict(deed.details)))


def listed(session: Session, who: str | None = None, about: str | None = None, most: int = 100) -> Sequence[Audit]:
    """Deeds, the newest first: of one name, about one object, or all."""
    query = select(Audit).order_by(Audit.id.desc()).limit(most)
    if who is not None:
        query = query.where(Audit.who == who)
    if about is not None:
        query = query.where(Audit.object == about)
    return session.scalars(query).all()
