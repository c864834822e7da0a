"""The flows: every word in every language checked against every phone; the template for translators."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from app.civic import pack
from app.civic.longest import Codes
from app.civic.sound import check_all, lacking, useless
from app.cli import draw, editions, funnel, languages, show
from app.cli.given import as_json, of_city
from app.cli.trouble import Trouble
from app.config import Settings
from app.engine import edition, load
from app.engine.source import Fault
from app.engine.words import SOURCE_LANGUAGE, Texts, Words, template
from app.jobs.effects import EFFECTS
from app.wiring import FLOWS

DEFAULTS = {name: Settings.model_fields[name].default for name in ("service_code", "short_code", "screen_limit")}


@dataclass(frozen=True)
class Checked:
    """What a check found, and what it drew: every screen in every language, with all of `worst` at its longest."""

    faults: Sequence[Fault]
    drawn: int
    languages: Sequence[str]
    worst: int
    notes: Sequence[Fault] = ()

    @property
    def screens(self) -> int:
        """How many screens there are, in whatever language."""
        return self.drawn // len(self.languages)


@click.group()
def flows() -> None:
    """Flows and texts: check them, see what is said, extract what is to be translated."""


flows.add_command(draw.draw)
flows.add_command(funnel.funnel)
flows.add_command(editions.status)
flows.add_command(editions.publish)


@flows.command()
@of_city("The pack whose names must fit")
@click.option("--missing", metavar="LANGUAGE", help="Name only what a language lacks, by the line of the English.")
@as_json
def check(folder: Path, missing: str | None, as_json: bool) -> None:
    """Name every fault of flows, texts and catalogues, drafts too, by file and line. Needs no running instance.

    \b
    Examples: scripts/izwi flows check
              scripts/izwi flows check --missing Sesotho
    """
    if missing:
        tell_missing(missing, as_json)
        return
    began = time.monotonic()
    found = checked(folder)
    seconds = round(time.monotonic() - began, 1)
    lines = [str(fault) for fault in found.faults]
    notes = [str(note) for note in found.notes]
    if as_json:
        drawn = {"drawn": found.drawn, "screens": found.screens, "languages": list(found.languages)}
        show.plain({"faults": lines, "notes": notes, **drawn, "worst": found.worst, "seconds": seconds})
    else:
        click.echo("\n".join([*lines, *(f"note: {note}" for note in notes), said(found, seconds)]))
    if found.faults:
        raise Trouble(f"{len(found.faults)} faults")


@flows.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write [stdout].")
def extract(out: Path | None) -> None:
    """Write the catalogue template (.pot) of all that is said.

    \b
    Example: scripts/izwi flows extract --out flows/locale/izwi.pot
    """
    words = template(load.load(FLOWS), Texts.load(Words(), FLOWS / "texts.yaml").sources)
    if out is None:
        click.echo(words, nl=False)
    else:
        out.write_bytes(words)
        click.echo(f"{out}: {words.count(b'msgctxt')} texts")


def checked(folder: Path) -> Checked:
    """The check with the longest words of a city pack. Raises PackFaults or FlowFaults."""
    made = edition.read(FLOWS, drafts=True)
    found = check_all(made, pack.read(folder), codes(), EFFECTS)
    return Checked(found.faults, found.drawn, made.words.languages, found.longest.count, sorted(useless(made)))


def tell_missing(language: str, as_json: bool) -> None:
    """Prints what a language lacks. Raises FlowFaults, Trouble."""
    made = edition.read(FLOWS, drafts=True)
    code = languages.code_of(language, languages.of_words(made.words))
    lines = [str(fault) for fault in lacking(made, code)] if code != SOURCE_LANGUAGE else []
    if as_json:
        show.plain({"language": code, "missing": lines})
    else:
        click.echo("\n".join([*lines, f"{len(lines)} texts are not said in {made.words.speech(code).name}"]))


def codes() -> Codes:
    """What people dial and write to: from the environment, else what an instance has by itself."""
    said = {name: os.environ.get(name.upper()) or str(default) for name, default in DEFAULTS.items()}
    limit = os.environ.get("IZWI_SCREEN_LIMIT") or said["screen_limit"]
    return Codes(said["service_code"], said["short_code"], int(limit))


def said(found: Checked, seconds: float) -> str:
    """The outcome in a line."""
    spoken = f"{len(found.languages)} languages ({', '.join(found.languages)})"
    drawn = f"{found.drawn} screens drawn: {found.screens} x {spoken}, each with {found.worst} values at their longest"
    return f"{len(found.faults)} faults. {drawn}. {seconds} s"
