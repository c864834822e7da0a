"""What every test may lean on: the shared data, real PostgreSQL and Valkey, complete settings.

Each xdist worker has services of its own, started when the first test asks for them, gone with the worker.
"""

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
import redis
from sqlalchemy import text

from app.civic import pack
from app.civic.city import City
from app.config import NAMES, ROOT, Settings, read_settings
from app.local import postgres, valkey
from app.local.owner import owner
from app.local.program import running
from app.local.services import until
from app.storage import cities
from app.storage.schema import migrate
from app.storage.tables import Table
from app.wiring import Services, wire
from tests.phones import Phone

hypothesis.settings.register_profile("izwi", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("izwi")  # a busy machine is no fault of the code

SHARED_DATA = Path(os.environ.get("IZWI_TEST_DATA", ROOT.parent / "shared" / "data"))
WEBHOOK_TOKEN = "test-token-A1b2C3d4E5f6G7h8I9j0K1l2M3"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data from public sources; it is read where it lies, never copied."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"no shared data at {SHARED_DATA}: set IZWI_TEST_DATA to its folder")
    return SHARED_DATA


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Path]:
    """A folder with a path short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="izwi-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url(short_folder: Path) -> Iterator[str]:
    """An empty database of this worker alone, on a real server that does not wait for the disk."""
    runs_as = owner()
    runs_as.take(short_folder)
    cluster = short_folder / "postgres"
    postgres.make(cluster, runs_as, durable=False)
    program = postgres.program(cluster, short_folder, runs_as, durable=False)
    with running(program, short_folder / "postgres.log"):
        server = postgres.url(short_folder, "postgres")
        until(lambda: postgres.answers(server), 30, "PostgreSQL does not answer", check=lambda: None)
        postgres.make_database(short_folder)
        yield postgres.url(short_folder)


@pytest.fixture(scope="session")
def valkey_url(short_folder: Path) -> Iterator[str]:
    """A real Valkey of this worker alone."""
    folder = short_folder / "valkey"
    folder.mkdir()
    with running(valkey.program(folder, short_folder, durable=False), short_folder / "valkey.log"):
        url = valkey.url(short_folder)
        until(lambda: valkey.answers(url), 30, "Valkey does not answer", check=lambda: None)
        yield url


@pytest.fixture
def redis_url(valkey_url: str) -> str:
    """The Valkey of this worker, empty."""
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
    return valkey_url


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Complete valid settings as variables, also in os.environ; nothing answers at the services' addresses."""
    spool = tmp_path / "spool"
    spool.mkdir(mode=0o700)
    values = {
        "GATEWAY": "simulator",
        "DATABASE_URL": "postgresql://izwi@127.0.0.1:1/izwi",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SPOOL_DIR": str(spool),
        "CITY": str(ROOT / "demo"),
        "IZWI_DATA": str(tmp_path),
        "SECRET_KEY": "secret-key-for-tests-only-0123456789",
        "WEBHOOK_TOKENS": WEBHOOK_TOKEN,
        "IZWI_DRAFTS": "1",
        "IZWI_NOW": "2026-03-03T10:00:00+02:00",  # a Tuesday on which texts may leave
        "PHONE_KEYS": f"1:{base64.b64encode(bytes(range(32))).decode()}",
        "INDEX_KEYS": f"1:{base64.b64encode(bytes(range(32, 64))).decode()}",
    }
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


@pytest.fixture
def settings(
    environment: dict[str, str], database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Complete valid settings of a test, with a spool of its own and this worker's services."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    return read_settings()


# Fixtures of the schema, the city and the joined services stand below.


@pytest.fixture(scope="session")
def schema(database_url: str) -> str:
    """The database of this worker with every migration applied."""
    migrate(database_url)
    return database_url


@pytest.fixture
def services(schema: str, settings: Settings) -> Iterator[Services]:
    """The parts of one instance, joined as a process joins them: empty tables, the demo city, the real flows."""
    served = wire(settings)
    with served.database.begin() as session:
        names = ", ".join(f'"{table.name}"' for table in Table.metadata.sorted_tables)
        session.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
        cities.store(session, demo_city(), served.clock.now())
    yield served
    served.database.engine.dispose()
    served.redis.close()


@pytest.fixture
def resident(services: Services) -> Phone:
    """A phone of somebody in the demo city."""
    return Phone(services, "+27821234567")


@pytest.fixture
def stranger(services: Services) -> Phone:
    """Another phone."""
    return Phone(services, "+27821234568")


@cache
def demo_city() -> City:
    """The demo city, read once."""
    return pack.read(ROOT / "demo")
