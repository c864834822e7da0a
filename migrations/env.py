"""Alembic's way in: the address comes from the settings, the tables from app.storage.tables."""

import os

from alembic import context
from sqlalchemy import create_engine, pool

from app.storage.database import dialect
from app.storage.tables import Table

LOCK_TIMEOUT = "1s"


def migrate() -> None:
    """Each migration in a transaction of its own; one that waits for a lock gives up and may be run again."""
    url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"]
    engine = create_engine(
        dialect(url), poolclass=pool.NullPool, connect_args={"options": f"-c lock_timeout={LOCK_TIMEOUT}"}
    )
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=Table.metadata, transaction_per_migration=True, compare_type=True
        )
        with context.begin_transaction():
            context.run_migrations()


migrate()
