"""What commands are given to work with, and the options that several of them share."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from app.config import ROOT, Settings, read_settings

if TYPE_CHECKING:
    from app.wiring import Services

STATEMENT_MS = 30_000
Command = TypeVar("Command", bound=Callable[..., Any])


def _wired() -> Services:
    # Imported when it is needed: all parts of a city take a second to wake, and a phone needs none of them.
    services: Services = import_module("app.wiring").wire(read_settings(), STATEMENT_MS)
    return services


@dataclass
class Given:
    """Settings and services, read and joined when a command first asks for them; tests give their own."""

    read: Callable[[], Settings] = field(default=read_settings)
    join: Callable[[], Services] = field(default=_wired)

    @cached_property
    def settings(self) -> Settings:
        """The settings of this process. Raises ConfigFault."""
        return self.read()

    @cached_property
    def parts(self) -> Services:
        """The parts, joined, whether or not anything answers. Raises ConfigFault."""
        return self.join()

    @property
    def services(self) -> Services:
        """The parts of an instance whose database answers. Raises ConfigFault or DatabaseAway."""
        parts = self.parts
        if not parts.database.answers():
            with parts.database.begin():  # raises what is wrong
                pass
        return parts


pass_given = click.make_pass_decorator(Given)


def as_json(command: Command) -> Command:
    """The option --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def of_city(which: str) -> Callable[[Command], Command]:
    """The option --city: the folder of a pack, and what it is read for."""
    return click.option(
        "--city",
        "folder",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=lambda: Path(os.environ.get("CITY") or ROOT / "demo"),
        help=f"{which} [CITY, else demo].",
    )


def acting(command: Command) -> Command:
    """The option --as: whose name the history and the audit bear."""
    return click.option(
        "--as", "who", metavar="NAME", default="operator", show_default=True, help="Who does this, for the audit."
    )(command)
