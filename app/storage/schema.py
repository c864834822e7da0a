"""The shape of the database: brought up to date by Alembic's migrations, and told apart from an older one."""

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from app.storage.database import dialect

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def migrate(url: str, to: str = "head") -> None:
    """Brings the database at `url` to a revision, each migration in a transaction of its own."""
    _alembic("upgrade", url, to)


def unmigrate(url: str, to: str = "base") -> None:
    """The way back."""
    _alembic("downgrade", url, to)


def is_current(session: Session) -> bool:
    """Whether the database has the newest revision that this code knows; told without Alembic, which wakes slowly."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return False
    newest = max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    return bool(session.scalar(text("SELECT version_num FROM alembic_version")) == newest)


def _alembic(direction: str, url: str, to: str) -> None:
    from alembic import command  # half a second that only a migration is worth
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", dialect(url).replace("%", "%%"))
    getattr(command, direction)(config, to)
