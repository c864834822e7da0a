"""The inbox: letters as rows, claimed in batches, each done once or parked where people see it."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.storage import audit, residents
from app.storage.letters import Letter, Said
from app.storage.tables import Inbox
from app.storage.vault import Vault

MOST_ATTEMPTS = 8


def keep(session: Session, letter: Letter, vault: Vault) -> Said:
    """Stores the letter once; returns what was said for its key, which is the first letter's word."""
    index = vault.index(letter.phone) if letter.phone else None
    row = {
        "key": letter.key,
        "source": letter.source,
        "phone_index": index,
        "payload": _seal(letter, vault),
        "received_at": letter.received_at,
        "due_at": letter.received_at,
        "state": "unusable" if letter.source == "unusable" else "new",
    }
    stored = session.execute(insert(Inbox).values(row).on_conflict_do_nothing().returning(Inbox.id)).scalar()
    if stored is not None:
        if letter.stops and index is not None:
            residents.stop(session, index, letter.received_at, letter.source)
        return letter.said
    first = session.execute(select(Inbox).where(Inbox.key == letter.key)).scalar_one()
    held = opened(first, vault)
    if letter.source == "sms" and held.body.get("text") != letter.body.get("text"):
        deed = audit.Deed("gateway", "sms.other_text", f"letter:{first.id}")  # the first text stands
        audit.record(session, deed, letter.received_at)
        if letter.stops and index is not None:
            residents.stop(session, index, letter.received_at, letter.source)
    return held.said


def claim(session: Session, now: datetime, most: int) -> list[Inbox]:
    """Up to `most` new rows in order of receipt, locked; a number that another worker is busy with is left to it."""
    rows = session.scalars(
        select(Inbox)
        .where(Inbox.state == "new", Inbox.due_at <= now)
        .order_by(Inbox.received_at, Inbox.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    ours = lock_numbers(session, {row.phone_index for row in rows if row.phone_index})
    return [row for row in rows if row.phone_index is None or row.phone_index in ours]


def claim_one(session: Session, row_id: int) -> Inbox | None:
    """The row, locked, if it is still to be done and nobody else holds it or its number."""
    row = session.scalar(
        select(Inbox).where(Inbox.id == row_id, Inbox.state == "new").with_for_update(skip_locked=True)
    )
    if row is None or (row.phone_index and not lock_numbers(session, {row.phone_index})):
        return None
    return row


def lock_numbers(session: Session, indexes: set[bytes]) -> set[bytes]:
    """Those numbers whose lock this transaction got: one number's letters are worked by one worker, in order."""
    if not indexes:
        return set()
    locked = session.execute(
        text(
            "SELECT i FROM (SELECT unnest(CAST(:indexes AS bytea[])) AS i ORDER BY 1) AS numbers"
            " WHERE pg_try_advisory_xact_lock(1, hashtext(encode(i, 'hex')))"
        ),
        {"indexes": list(indexes)},
    )
    return {bytes(row[0]) for row in locked}


def done(rows: Sequence[Inbox], now: datetime) -> None:
    """Marks rows as done; committed together with their effects."""
    for row in rows:
        row.state, row.done_at, row.error = "done", now, ""


def begin_attempt(session: Session, row_id: int, now: datetime) -> int:
    """Counts a try before it is made, so that a row that kills its worker is counted too; parks it after the eighth."""
    row = session.get_one(Inbox, row_id, with_for_update=True)
    row.attempts += 1
    row.due_at = now + backoff(row.attempts)
    if row.attempts > MOST_ATTEMPTS:
        row.state = "dead"
    return row.attempts


def failed(session: Session, row_id: int, error: str) -> None:
    """Says on the row what went wrong (the kind of error, never a letter's words)."""
    session.execute(
        update(Inbox)
        .where(Inbox.id == row_id, Inbox.state == "new")
        .values(error=error[:500], state=text(f"CASE WHEN attempts >= {MOST_ATTEMPTS} THEN 'dead' ELSE state END"))
    )


def backoff(attempts: int) -> timedelta:
    """1, 2, 4 ... up to 60 seconds."""
    return timedelta(seconds=min(60, 2 ** (attempts - 1)))


def waiting(session: Session) -> int:
    """How many rows are still to be done."""
    return session.scalar(select(func.count()).select_from(Inbox).where(Inbox.state == "new")) or 0


def parked_count(session: Session, state: str) -> int:
    """How many rows are `dead` or `unusable`."""
    return session.scalar(select(func.count()).select_from(Inbox).where(Inbox.state == state)) or 0


def parked(session: Session) -> Sequence[Inbox]:
    """Rows that were given up or could not be read, oldest first."""
    return session.scalars(select(Inbox).where(Inbox.state.in_(("dead", "unusable"))).order_by(Inbox.id)).all()


def retry_parked(session: Session, now: datetime) -> int:
    """Puts dead rows back to be tried again; returns how many."""
    result = session.execute(
        update(Inbox).where(Inbox.state == "dead").values(state="new", attempts=0, due_at=now).returning(Inbox.id)
    )
    return len(result.all())


def set_aside(session: Session, key: str, raw: str, source: str, now: datetime, vault: Vault) -> None:
    """Keeps a form that could not be read, for a person to look at."""
    sealed = vault.seal(json.dumps({"body": {"raw": raw}, "phone": "", "said": {}}), key.encode())
    session.execute(
        insert(Inbox)
        .values(key=key, source=source, payload=sealed, received_at=now, due_at=now, state="unusable")
        .on_conflict_do_nothing()
    )


def opened(row: Inbox, vault: Vault) -> Letter:
    """The letter of a row. Raises Unsealable."""
    plain = json.loads(vault.open(row.payload, row.key.encode()))
    return Letter(row.key, row.source, plain["phone"], plain["body"], row.received_at, Said(**plain["said"]))


def _seal(letter: Letter, vault: Vault) -> bytes:
    plain = {"v": 1, "phone": letter.phone, "body": dict(letter.body), "said": letter.said.plain()}
    return vault.seal(json.dumps(plain), letter.key.encode())
