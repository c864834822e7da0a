"""Staff who sign in to the console: added, and given another password."""

import os
import sys
from pathlib import Path

import click

from app.cli import show
from app.cli.given import Given, acting, as_json, pass_given
from app.cli.trouble import Trouble
from app.storage import audit
from app.storage import staff as people
from app.storage.staff import NameTaken, WeakPassword
from app.wiring import Services

FIRST = "admin"
KEPT_IN = "first-login.txt"

password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin instead of making a random one."
)


@click.group()
def staff() -> None:
    """Staff: add somebody, give somebody another password."""


@staff.command()
@click.argument("name", required=False)
@click.option("--role", type=click.Choice(people.ROLES), help="What they may do.")
@click.option("--first", is_flag=True, help="Make the first admin; does nothing if there is an admin.")
@password_option
@acting
@as_json
@pass_given
def add(
    given: Given, name: str | None, role: str | None, first: bool, password_stdin: bool, who: str, as_json: bool
) -> None:
    """Add somebody. A random password is printed once, as NAME:PASSWORD.

    \b
    Examples: scripts/izwi staff add thandi --role operator
              scripts/izwi staff add --first
    """
    if first:
        make_first(given, name or FIRST, who, as_json)
        return
    if not name or not role:
        raise click.UsageError("give a NAME and --role, or --first")
    if ":" in name or name != name.strip() or not name.isprintable():
        raise click.UsageError("a name has no colon and no space around it")
    password = typed() if password_stdin else people.new_password()
    added(given.services, name, role, password, who)
    tell(name, "" if password_stdin else password, as_json)


@staff.command()
@click.argument("name")
@password_option
@acting
@as_json
@pass_given
def reset(given: Given, name: str, password_stdin: bool, who: str, as_json: bool) -> None:
    """Give somebody another password. A random one is printed once, as NAME:PASSWORD.

    \b
    Example: scripts/izwi staff reset thandi
    """
    password = typed() if password_stdin else people.new_password()
    services = given.services
    with services.database.begin() as session:
        try:
            found = people.reset(session, name, password)
        except WeakPassword as weak:
            raise Trouble(str(weak)) from None
        if not found:
            raise Trouble(f"there is no staff called {name}")
        audit.record(session, audit.Deed(who, "staff.reset", f"staff:{name}"), services.clock.now())
    tell(name, "" if password_stdin else password, as_json)


def added(services: Services, name: str, role: str, password: str, who: str) -> None:
    """Adds somebody, with the audit row. Raises Trouble."""
    now = services.clock.now()
    with services.database.begin() as session:
        try:
            people.add(session, name, role, password, now)
        except NameTaken:
            raise Trouble(f"there is a {name} already: scripts/izwi staff reset {name}") from None
        except WeakPassword as weak:
            raise Trouble(str(weak)) from None
        audit.record(session, audit.Deed(who, "staff.add", f"staff:{name}", {"role": role}), now)


def make_first(given: Given, name: str, who: str, as_json: bool) -> None:
    """Makes the first admin; the login is kept beside the data too, so that it is not lost with the terminal."""
    services, password = given.services, people.new_password()
    now = services.clock.now()
    with services.database.begin() as session:
        if people.has_admin(session):
            show.note("There is an admin already: nobody was added.")
            return
        try:
            people.add(session, name, "admin", password, now)
        except NameTaken:
            raise Trouble(f"there is a {name} already who is no admin: give another NAME") from None
        audit.record(session, audit.Deed(who, "staff.add", f"staff:{name}", {"role": "admin"}), now)
        keep(given.settings.data, f"{name}:{password}")
    tell(name, password, as_json)


def keep(data: Path, login: str) -> None:
    """Writes the login into the data folder, for its owner alone, before it lets anybody in."""
    if not data.is_dir():
        return
    half = data / f"{KEPT_IN}.half"
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{login}\n")
        file.flush()
        os.fsync(file.fileno())
    half.replace(data / KEPT_IN)


def typed() -> str:
    """The password on stdin, without its line end."""
    return sys.stdin.readline().rstrip("\r\n")


def tell(name: str, password: str, as_json: bool) -> None:
    """Prints a password that was made, this once."""
    if as_json:
        show.plain({"name": name, **({"password": password} if password else {})})
    elif password:
        click.echo(f"{name}:{password}")
    else:
        click.echo(f"{name} can sign in.")
