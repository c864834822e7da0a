"""Scripted conversations with a running deployment, ours or any other: the conformance kit."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit
from uuid import uuid4

import click

from app.cli import languages, show
from app.cli.given import Given, as_json, pass_given
from app.cli.transcript import Veil, plain, write
from app.cli.trouble import Trouble
from app.cli.urls import addresses
from app.config import ROOT
from app.conformance import manners, reading, wire
from app.conformance.line import Deployment
from app.conformance.manners import Manner
from app.conformance.numbers import FICTION, numbers
from app.conformance.played import Played
from app.conformance.player import play
from app.conformance.script import Script
from app.engine import speech
from app.engine.source import Fault, FlowFaults
from app.engine.words import LANGUAGES


class Address(click.ParamType[str]):
    """Where an application takes hops."""

    name = "http://…"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address, or a usage error that does not repeat it: it may hold a token."""
        try:
            parts = urlsplit(value)
            known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not parts.fragment
        except ValueError:
            known = False
        if not known or re.search(r"\s", value):
            self.fail("give the whole address of hops, like https://ussd.example.org/at/TOKEN/ussd", param, ctx)
        return value


class Pattern(click.ParamType[str]):
    """A number of which some digits are made up."""

    name = "+27…xxx"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The pattern."""
        if not re.fullmatch(r"\+[1-9][0-9x]{6,14}", value) or value.count("x") < 2:
            self.fail("give a number with an x for each digit to make up, like +27600000xxx", param, ctx)
        return value


class Code(click.ParamType[str]):
    """A service code."""

    name = "*120*…#"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code."""
        if not re.fullmatch(r"\*[0-9]+(\*[0-9]+)*#", value.strip()):
            self.fail("give what people dial, like *120*4932#", param, ctx)
        return value.strip()


class Manners(click.ParamType[Manner]):
    """Manners by name or file."""

    name = "NAME|FILE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Manner:
        """The manners, or a usage error with all that is wrong."""
        try:
            return value if isinstance(value, Manner) else manners.find(str(value))
        except FlowFaults as faults:
            self.fail(str(faults), param, ctx)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--url", type=Address(), help="Where the application takes hops; without it, the running instance.")
@click.option("--manner", type=Manners(), default="africastalking", help="How the gateway behaves.", show_default=True)
@click.option("--code", type=Code(), help="The service code, where it is not the script's.")
@click.option("--numbers", "pattern", type=Pattern(), help="Where made-up numbers come from; else numbers of fiction.")
@click.option("--language", help="Hold the talks in this language alone (isiZulu, or zu).")
@click.option(
    "--septets", "limit", type=click.IntRange(60, 182), default=160, show_default=True, help="A screen's size."
)
@click.option("--record", type=click.File("w", encoding="utf-8", lazy=True), help="Write the transcript there as text.")
@as_json
@pass_given
def talk(
    given: Given,
    files: tuple[Path, ...],
    url: str | None,
    manner: Manner,
    code: str | None,
    pattern: str | None,
    language: str | None,
    limit: int,
    record: TextIO | None,
    as_json: bool,
) -> None:
    """Hold scripted conversations with a deployment, and name every rule that it breaks. Exit code 1 if it does.

    \b
    Examples: scripts/izwi talk docs/talks/*.yaml
              scripts/izwi talk docs/talks/repeats.yaml --manner africastalking-nervous
              scripts/izwi talk mine.yaml --url https://ussd.example.org/hops --code '*384*123#' --record said.txt
    """
    scripts = read(files)
    where = url or addresses(given.settings)["ussd"]
    ours = None if url else given.settings.service_code
    deployment = Deployment(where, manner, wire.send, code=code or ours or "", limit=limit)
    veil = Veil(scripts)
    held = []
    named = {
        one.name: code for code, one in speech.load(ROOT / "flows" / LANGUAGES).items()
    }  # scripts call languages by name
    asked = languages.meant(language, named) or language if language else None
    for played in hold(scripts, asked, pattern or FICTION, deployment):
        held.append(played)
        if not as_json:
            write(played, veil, sys.stdout)
        if record:
            write(played, veil, record)
    tell(held, wire.place(where), manner, veil, as_json)
    if any(played.findings for played in held):
        raise click.exceptions.Exit(1)


def read(files: Sequence[Path]) -> list[Script]:
    """Every script. Raises FlowFaults with the faults of all."""
    scripts: list[Script] = []
    faults: list[Fault] = []
    for path in files:
        try:
            scripts.append(reading.read(path))
        except FlowFaults as wrong:
            faults += wrong.faults
    if faults:
        raise FlowFaults(faults)
    return scripts


def hold(scripts: Sequence[Script], language: str | None, pattern: str, deployment: Deployment) -> Iterator[Played]:
    """Every talk in every language that is asked for, until nothing answers at all. Raises Trouble if there is none."""
    wanted = [(script, name) for script in scripts for name in script.languages if language in (None, name) or not name]
    if not wanted:
        known = ", ".join(dict.fromkeys(name for script in scripts for name in script.languages))
        raise Trouble(f"no talk is in {language}: there are {known}")
    for script, name in wanted:
        run = uuid4().hex[:10]
        played = play(script, name, numbers(script.phones, pattern, run), run, deployment)
        yield played
        if played.out_of_reach:
            return


def tell(held: Sequence[Played], where: str, manner: Manner, veil: Veil, as_json: bool) -> None:
    """What came of all talks."""
    findings = sum(len(played.findings) for played in held)
    if as_json:
        show.plain(
            {"at": where, "manner": manner.name, "findings": findings, "talks": [plain(one, veil) for one in held]}
        )
        return
    hops = sum(1 for played in held for shown in played.shown if shown.screen)
    show.note(f"talks: {len(held)}, screens: {hops}, findings: {findings}; at {where}, in the manners of {manner.name}")
