"""All commands under one name, and their errors as people read them."""

from collections.abc import MutableMapping
from importlib import import_module

import click

from app.cli.given import Given
from app.cli.trouble import Trouble

# Command -> its module, read when it is asked for: all parts of a city take a second to wake, a phone needs none.
MATTERS = {
    "audit": "audit",
    "case": "cases",
    "city": "city",
    "clock": "processes",
    "counters": "counters",
    "dead": "dead",
    "dial": "phone",
    "digest": "digests",
    "doctor": "doctor",
    "drain": "drain",
    "flows": "flows",
    "migrate": "processes",
    "poll": "polls",
    "prepare": "processes",
    "price": "price",
    "sending": "sending",
    "sms": "phone",
    "staff": "staff",
    "talk": "talk",
    "urls": "urls",
    "worker": "processes",
}


def load(name: str) -> click.Command:
    """A command by its name. Raises KeyError."""
    found: click.Command = getattr(import_module(f"app.cli.{MATTERS[name]}"), name)
    return found


class Izwi(click.Group):
    """The group of all commands: what goes wrong in one is said in a line, never as a traceback."""

    @property
    def commands(self) -> MutableMapping[str, click.Command]:
        """Every command, all read."""
        return {name: load(name) for name in MATTERS}

    @commands.setter
    def commands(self, given: MutableMapping[str, click.Command]) -> None:
        """Click gives an empty one; ours stand above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names."""
        return sorted(MATTERS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, None if there is none."""
        return load(cmd_name) if cmd_name in MATTERS else None

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            sentence = import_module("app.cli.errors").said(error)
            if sentence is None:
                raise
            raise Trouble(sentence) from None


@click.group("izwi", cls=Izwi, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def izwi() -> None:
    """The operator's commands of Izwi: scripts/izwi [--data FOLDER] COMMAND. Each says more with --help.

    FOLDER is that of scripts/run; without it, var in the project.
    """


def main() -> None:
    """The CLI of this process, by its environment."""
    izwi(obj=Given(), prog_name="izwi")
