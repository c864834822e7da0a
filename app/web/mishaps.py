"""What the log may say of an error nobody expected: its kind and place, never its words, which may hold a number."""

from pathlib import Path
from traceback import extract_tb

import structlog

HOUSE = Path(__file__).resolve().parents[1]
log = structlog.get_logger()


def note(what: str, error: Exception) -> None:
    """Writes one line about an error."""
    log.error(what, error=type(error).__name__, at=place_of(error))


def place_of(error: Exception) -> str:
    """The innermost line of ours that the error passed, as `storage/inbox.py:33`."""
    ours = [frame for frame in extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(HOUSE)]
    return f"{Path(ours[-1].filename).relative_to(HOUSE)}:{ours[-1].lineno}" if ours else "elsewhere"
