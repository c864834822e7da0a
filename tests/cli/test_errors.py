"""Whatever is missing, a command ends with 1 and a line that says what to do."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import delete, text

from app.civic.references import make
from app.cli.given import Given
from app.cli.main import izwi
from app.config import NAMES, ROOT
from app.storage.tables import CityPack
from tests.cli.conftest import PHONE
from tests.processes import NOWHERE, database_away

NEED_THE_DATABASE = [
    ("migrate",),
    ("drain",),
    ("city", "load", "demo"),
    ("case", "list"),
    ("case", "move", make(100_000), "fixed"),
    ("poll", "results", "1"),
    ("counters", "verify"),
    ("dead", "list"),
    ("dead", "retry"),
    ("sending", "pause"),
    ("sending", "resume"),
    ("staff", "add", "--first"),
    ("audit", "list"),
]


def commands():
    """Every command, with the group that it is in."""
    for name, command in izwi.commands.items():
        for sub, inner in getattr(command, "commands", {"": command}).items():
            yield pytest.param(inner, id=f"{name} {sub}".strip())


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_says_what_it_does_and_shows_how(command: click.Command):
    assert command.help
    assert "Example" in command.help
    assert "scripts/izwi " in command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


@pytest.mark.parametrize("command", NEED_THE_DATABASE, ids=" ".join)
def test_a_database_that_is_away_is_said_in_a_line(operator, command):
    operator.services.settings = operator.services.settings.model_copy(update={"database_url": NOWHERE})
    with database_away(operator.services):
        said = operator.refused(*(ROOT / "demo" if word == "demo" else word for word in command))

    assert said.endswith("the database does not answer: scripts/izwi doctor says more")


@pytest.mark.parametrize(
    "command", [("counters", "verify"), ("digest", "preview", "7"), ("case", "list", "--ward", "7")]
)
def test_without_a_city_a_line_says_how_to_load_one(operator, command):
    with operator.services.database.begin() as session:
        session.execute(delete(CityPack))

    assert operator.refused(*command) == "izwi: no city is loaded: scripts/izwi city load DIR"


def test_a_database_without_tables_is_said_to_need_migration(operator):
    with operator.services.database.begin() as session:
        session.execute(text('ALTER TABLE "audit" RENAME TO "audit_elsewhere"'))
    try:
        said = operator.refused("audit", "list")
    finally:
        with operator.services.database.begin() as session:
            session.execute(text('ALTER TABLE "audit_elsewhere" RENAME TO "audit"'))

    assert said == "izwi: the database is not up to date: scripts/izwi migrate"


def test_without_settings_it_says_that_nothing_runs(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    result = CliRunner().invoke(izwi, ["drain"], obj=Given())

    assert result.exit_code == 1
    assert result.stderr.strip() == (
        "izwi: no instance runs on this machine: scripts/run starts one; "
        "or say where: scripts/izwi --data FOLDER COMMAND"
    )


def test_a_weak_secret_is_named_and_not_shown(environment, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "changeme")

    result = CliRunner().invoke(izwi, ["urls"], obj=Given())

    assert result.exit_code == 1
    assert result.stderr == "izwi: SECRET_KEY is too weak: set it to 32 or more random characters.\n"


def test_it_is_a_program(environment):
    run = subprocess.run(
        [sys.executable, "-m", "app.cli", "sms", "--phone", PHONE, "hello"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "izwi: nothing answers at http://127.0.0.1:8000: scripts/run starts the instance\n"
