"""Open conversations by SMS: one a number, sealed, moved in the transaction of the letter that moved it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.storage.tables import Inbox, Talk
from app.storage.vault import Vault


@dataclass(frozen=True)
class Held:
    """A conversation between two SMS of a number (E.164).

    `key`: of the letter that began it; `edition`: digest of the flows in which it began; `kept`: JSON, where it stands.
    """

    phone: str
    key: str
    edition: str
    kept: Mapping[str, Any]
    expires_at: datetime


def find(session: Session, index: bytes, vault: Vault) -> Held | None:
    """The conversation of a number, also one whose time is over. Raises Unsealable."""
    row = session.get(Talk, index, populate_existing=True)
    if row is None:
        return None
    kept = json.loads(vault.open(row.state_sealed, _bound(index)))
    return Held(vault.open(row.phone_sealed, index), row.key, row.edition, kept, row.expires_at)


def keep(session: Session, held: Held, vault: Vault) -> None:
    """Stores where a conversation stands; a number has one."""
    index = vault.index(held.phone)
    row = {
        "phone_index": index,
        "phone_sealed": vault.seal(held.phone, index),
        "key": held.key,
        "edition": held.edition,
        "state_sealed": vault.seal(json.dumps(held.kept), _bound(index)),
        "expires_at": held.expires_at,
    }
    changed = {name: value for name, value in row.items() if name != "phone_index"}
    statement = insert(Talk).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=["phone_index"], set_=changed))


def forget(session: Session, index: bytes) -> None:
    """The conversation of a number is over."""
    session.execute(delete(Talk).where(Talk.phone_index == index))


def expired(session: Session, now: datetime, most: int) -> Sequence[bytes]:
    """Numbers whose conversation is over by now, the longest first; not one whose letters still wait."""
    waits = exists().where(Inbox.phone_index == Talk.phone_index, Inbox.state == "new")
    over = select(Talk.phone_index).where(Talk.expires_at <= now, ~waits)
    return session.scalars(over.order_by(Talk.expires_at).limit(most)).all()


def _bound(index: bytes) -> bytes:
    """What ties a state to its number, and keeps it apart from the number's own bytes."""
    return b"talk:" + index
