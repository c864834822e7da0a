"""Staff who may sign in: their role, and their password as an argon2 hash."""

import secrets
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.storage.tables import Staff

ROLES = ("viewer", "operator", "manager", "author", "approver", "auditor", "admin")
SHORTEST = 12


class NameTaken(ValueError):
    """Somebody of that name is staff already."""


class WeakPassword(ValueError):
    """A password that is too short to keep anybody out."""


def new_password() -> str:
    """A random password that can be typed."""
    return secrets.token_urlsafe(15)


def add(session: Session, name: str, role: str, password: str, now: datetime) -> None:
    """Adds somebody. Raises NameTaken or WeakPassword."""
    row = {"name": name, "role": role, "password_hash": _hashed(password), "created_at": now}
    statement = insert(Staff).values(row).on_conflict_do_nothing().returning(Staff.name)
    if session.scalar(statement) is None:
        raise NameTaken(name)


def reset(session: Session, name: str, password: str) -> bool:
    """Gives somebody another password; False if there is nobody of that name. Raises WeakPassword."""
    found = session.get(Staff, name, with_for_update=True)
    if found is None:
        return False
    found.password_hash = _hashed(password)
    return True


def find(session: Session, name: str) -> Staff | None:
    """Who bears a name, active or not."""
    return session.get(Staff, name)


def verified(session: Session, name: str, password: str) -> Staff | None:
    """Who signs in with this password; None for a wrong one, in the same time whether or not the name is known."""
    found = session.get(Staff, name)
    held = found.password_hash if found is not None and found.active else _nobodys()
    try:
        _hasher().verify(held, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return found


def has_admin(session: Session) -> bool:
    """Whether anybody may do everything."""
    return session.scalar(select(Staff.name).where(Staff.role == "admin", Staff.active).limit(1)) is not None


def _hashed(password: str) -> str:
    if len(password) < SHORTEST:
        raise WeakPassword(f"a password has at least {SHORTEST} characters")
    return _hasher().hash(password)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    """A hash that no password fits."""
    return _hasher().hash(secrets.token_urlsafe(30))
