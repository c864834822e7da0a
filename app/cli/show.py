"""What commands print: JSON for programs, a table or a line for people; numbers of residents only masked."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from app.civic import msisdn

if TYPE_CHECKING:
    from app.wiring import Services

WIDE = 240  # where no terminal says how wide it is, nothing is folded that need not be
DIALLED = re.compile(r"\+?[0-9][0-9 ().\-/]{7,}[0-9]")


def plain(data: object) -> None:
    """JSON on stdout."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str], nothing: str) -> None:
    """Some columns of some rows, or a word that there are none."""
    if not rows:
        click.echo(nothing)
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        shown.add_column(name, overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(row[name]) for name in columns))
    width = None if sys.stdout.isatty() else WIDE
    Console(width=width, highlight=False, markup=False).print(shown)


def listed(rows: Sequence[Mapping[str, object]], columns: Sequence[str], nothing: str, as_json: bool) -> None:
    """Rows, as JSON whole or as a table."""
    if as_json:
        plain(rows)
    else:
        table(rows, columns, nothing)


def facts(data: Mapping[str, object], as_json: bool) -> None:
    """One thing, a line a fact."""
    if as_json:
        plain(data)
        return
    width = max(map(len, data), default=0)
    for name, value in data.items():
        click.echo(f"{name:{width}}  {_cell(value)}")


def note(text: str) -> None:
    """A word to the person, beside what is printed."""
    click.echo(text, err=True)


def when_texts_leave(services: "Services") -> None:
    """Says so where news and polls wait for the hours that the pack permits."""
    now = services.clock.now()
    leave = services.news_may_leave(now)
    if leave > now:
        there = leave.astimezone(services.cities.current().city.zone)
        note(f"Texts wait for the permitted hours: they leave on {there:%Y-%m-%d} at {there:%H:%M}.")


def masked(words: str, region: str) -> str:
    """Words without the telephone numbers that people write into them."""

    def hide(found: re.Match[str]) -> str:
        number = msisdn.parse(found[0], region)
        return msisdn.mask(number) if number else found[0]

    return DIALLED.sub(hide, words)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value)
