"""The shape of the database: brought up to date by Alembic's migrations, and told apart from an older one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from app.storage.database import dialect

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def migrate(url: str, to: str = "head") -> None:
    """Brings the database at `url` to a revision, each migration in a transaction of its own."""
    command.upgrade(_config(url), to)


def unmigrate(url: str, to: str = "base") -> None:
    """The way back."""
    command.downgrade(_config(url), to)


def is_current(session: Session) -> bool:
    """Whether the database has the newest revision that this code knows."""
    held = MigrationContext.configure(session.connection()).get_current_revision()
    return held == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", dialect(url).replace("%", "%%"))
    return config
