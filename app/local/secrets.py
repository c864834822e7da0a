"""Secrets of an instance: made once, kept in one file of its data folder."""

import base64
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from app.local import envfile
from app.local.refusal import Refusal


def key() -> str:
    return f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def token() -> str:
    return secrets.token_urlsafe(32)


MAKERS: Mapping[str, Callable[[], str]] = {
    "SECRET_KEY": token,
    "WEBHOOK_TOKENS": token,
    "PHONE_KEYS": key,
    "INDEX_KEYS": key,
}
WRITTEN_INTO_ROWS = ("PHONE_KEYS", "INDEX_KEYS")


def keep(file: Path, given: Mapping[str, str], *, rows: bool) -> dict[str, str]:
    """The kept secrets, those made now included; what the environment gives is neither made nor kept.

    Where there are rows already (an embedded database), lost keys are refused: new ones could not read them.
    """
    kept = envfile.read(file)
    missing = [name for name in MAKERS if not kept.get(name) and not given.get(name)]
    lost = [name for name in missing if rows and name in WRITTEN_INTO_ROWS]
    if lost:
        raise Refusal(f"{' and '.join(lost)} are gone from {file}, but the database needs them: put the file back")
    if missing:
        kept |= {name: MAKERS[name]() for name in missing}
        envfile.write(file, kept)
    if file.exists():
        file.chmod(0o600)
    return kept
