"""Residents and what they chose: found by blind index, their number sealed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.storage.tables import OptOut, Resident
from app.storage.vault import Vault

MEASURES = ("full", "number", "none")


def find(session: Session, index: bytes) -> Resident | None:
    """The resident of a number, if there is one."""
    return session.scalar(select(Resident).where(Resident.phone_index == index))


def find_or_add(session: Session, phone: str, vault: Vault, language: str, now: datetime) -> Resident:
    """The resident of a number; a first contact makes one."""
    index = vault.index(phone)
    resident = find(session, index)
    if resident is not None:
        return resident
    added = session.scalar(
        insert(Resident)
        .values(phone_index=index, phone_sealed=vault.seal(phone, index), language=language, created_at=now)
        .on_conflict_do_nothing()
        .returning(Resident)
    )
    return added or session.execute(select(Resident).where(Resident.phone_index == index)).scalar_one()


def living_in(session: Session, wards: Collection[str], most: int) -> Sequence[Resident]:
    """Residents of some wards, locked."""
    here = select(Resident).where(Resident.ward_key.in_(wards)).limit(most)
    return session.scalars(here.with_for_update(skip_locked=True)).all()


def stop(session: Session, index: bytes, at: datetime, source: str) -> None:
    """Opts a number out as of `at`; waits for a sender that is just deciding about this number."""
    lock_sending(session, [index])
    row = {"phone_index": index, "stopped_at": at, "source": source}
    statement = insert(OptOut).values(row)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["phone_index"],
            set_={"stopped_at": statement.excluded.stopped_at, "source": statement.excluded.source},
            where=OptOut.stopped_at.is_(None) | (OptOut.stopped_at < statement.excluded.stopped_at),
        )
    )


def start(session: Session, index: bytes, at: datetime, source: str) -> None:
    """Opts a number in again as of `at`; a later STOP, even one that is worked earlier, still holds."""
    statement = insert(OptOut).values(phone_index=index, started_at=at, source=source)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["phone_index"],
            set_={"started_at": statement.excluded.started_at},
            where=OptOut.started_at.is_(None) | (OptOut.started_at < statement.excluded.started_at),
        )
    )


def opted_out(session: Session, indexes: list[bytes]) -> dict[bytes, datetime]:
    """Which of these numbers want no texts, and since when."""
    rows = session.execute(
        select(OptOut.phone_index, OptOut.stopped_at).where(
            OptOut.phone_index.in_(indexes),
            OptOut.stopped_at.is_not(None),
            OptOut.started_at.is_(None) | (OptOut.stopped_at >= OptOut.started_at),
        )
    )
    return {bytes(index): stopped_at for index, stopped_at in rows if stopped_at is not None}


def texts_on_since(session: Session, index: bytes) -> datetime | None:
    """When a number last said START, None if it never had to."""
    return session.scalar(select(OptOut.started_at).where(OptOut.phone_index == index))


def lock_sending(session: Session, indexes: list[bytes]) -> None:
    """Makes an opt-out and a send attempt of the same number wait for each other (until the transaction ends)."""
    session.execute(
        text(
            "SELECT pg_advisory_xact_lock(2, h) FROM"
            " (SELECT DISTINCT hashtext(encode(i, 'hex')) AS h FROM unnest(CAST(:indexes AS bytea[])) AS i"
            " ORDER BY 1) AS numbers"
        ),
        {"indexes": indexes},
    )
