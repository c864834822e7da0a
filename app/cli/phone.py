"""A phone in the terminal: it comes in by the gateway's own door, hop by hop, as every resident does."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import TextIOBase
from typing import TextIO
from uuid import uuid4

import click

from app.civic import msisdn
from app.cli import posts, show
from app.cli.given import Given, as_json, pass_given
from app.cli.trouble import Trouble
from app.cli.urls import addresses
from app.config import Settings
from app.engine.gsm import septets
from app.gateway.builders import NO_NETWORK, end_form, hop_form, sms_form
from app.gateway.face import Hop, IncomingSms, SessionEnd

KINDS = {"CON ": False, "END ": True}


class Number(click.ParamType[str]):
    """A telephone number with its country code, as E.164."""

    name = "+27…"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The number, or a usage error that does not repeat it."""
        found = msisdn.parse(value, "") if value.strip().startswith("+") else None
        if found is None:
            self.fail("give the number with its country code, like +27821234567", param, ctx)
        return found


phone_option = click.option("--phone", type=Number(), required=True, help="Whose phone this is, like +27821234567.")


@dataclass(frozen=True)
class Shown:
    """One screen: what was typed for it (None for the dialled code), its text, whether the session ended with it."""

    typed: str | None
    text: str
    ends: bool

    @property
    def plain(self) -> dict[str, object]:
        """As JSON."""
        return {"typed": self.typed, "text": self.text, "ends": self.ends, "septets": septets(self.text)}


@dataclass
class Call:
    """One USSD session: every hop posts all that was typed so far."""

    settings: Settings
    phone: str
    code: str
    inputs: list[str] = field(default_factory=list)
    session: str = field(default_factory=lambda: f"dial-{uuid4().hex}")
    hops: int = 0

    def show(self, typed: str | None) -> Shown:
        """The next screen. Raises Trouble."""
        if typed is not None:
            self.inputs.append(typed)
        hop = Hop(self.session, self.code, self.phone, NO_NETWORK, "*".join(self.inputs))
        answer = posts.post(addresses(self.settings)["ussd"], hop_form(hop))
        self.hops += 1
        kind = answer[:4]
        if kind not in KINDS:
            raise Trouble("the instance answers neither CON nor END: is PUBLIC_URL its address?")
        return Shown(typed, answer[4:], KINDS[kind])

    def over(self, status: str) -> None:
        """Tells the instance how the session ended, as the gateway does."""
        end = SessionEnd(self.session, self.code, self.phone, status, self.hops, None)
        posts.post(addresses(self.settings)["ussd_end"], end_form(end))


def split(dialled: str, ours: str) -> tuple[str, list[str]]:
    """The service code and the inputs of a dialled code: `*120*4932*1*3#` is ours with 1 and 3."""
    stem = ours.removesuffix("#")
    deeper = dialled.removesuffix("#").removeprefix(f"{stem}*")
    if dialled.startswith(f"{stem}*") and dialled.endswith("#"):
        return ours, deeper.split("*")
    return dialled, []


@click.command()
@click.argument("code", required=False)
@phone_option
@click.option("--script", type=click.File(encoding="utf-8"), help="Inputs to type, one a line; - is stdin.")
@as_json
@pass_given
def dial(given: Given, code: str | None, phone: str, script: TextIO | None, as_json: bool) -> None:
    """Dial the running instance, like a resident. Ctrl-D hangs up.

    \b
    Examples: scripts/izwi dial --phone +27821234567
              scripts/izwi dial '*120*4932*1*3#' --phone +27821234567
              printf '1\\n2\\n' | scripts/izwi dial --phone +27821234567 --script -
    """
    service_code, inputs = split((code or given.settings.service_code).strip(), given.settings.service_code)
    call = Call(given.settings, phone, service_code, inputs)
    typed = lines(script) if script else asked(as_json)
    screens = []
    for screen in talk(call, typed):
        screens.append(screen.plain)
        if not as_json:
            write(screen, echoes=script is not None)
    if as_json:
        show.plain(screens)
    left = sum(1 for _ in typed) if script else 0
    if left:
        show.note(f"The session ended with {left} lines of the script not typed.")


def talk(call: Call, typed: Iterator[str]) -> Iterator[Shown]:
    """The screens of a session until it ends, or until nothing more is typed and the phone hangs up."""
    screen = call.show(None)
    yield screen
    while not screen.ends:
        line = next(typed, None)
        if line is None:
            call.over("Incomplete")
            return
        screen = call.show(line)
        yield screen
    call.over("Success")


def lines(script: Iterable[str] | TextIOBase) -> Iterator[str]:
    """The inputs of a script; empty lines at its end are none."""
    yield from "".join(script).rstrip().splitlines()


def asked(silent: bool) -> Iterator[str]:
    """What somebody types at the terminal."""
    while True:
        if not silent:
            click.echo("> ", nl=False)
        line = sys.stdin.readline()
        if not line:
            if not silent:
                click.echo()
            return
        yield line.rstrip("\n")


def write(screen: Shown, echoes: bool) -> None:
    """A screen as the terminal shows it, with its size; a script's input is written before it."""
    if echoes and screen.typed is not None:
        click.echo(f"> {screen.typed}")
    kind = "END" if screen.ends else "CON"
    click.echo(screen.text)
    click.echo(click.style(f"-- {kind}, {septets(screen.text)} septets", dim=True))


@click.command()
@phone_option
@click.argument("text", nargs=-1, required=True)
@as_json
@pass_given
def sms(given: Given, phone: str, text: tuple[str, ...], as_json: bool) -> None:
    """Send an SMS to the running instance, by the same door as the gateway's.

    \b
    Example: scripts/izwi sms --phone +27821234567 WATER burst pipe, 12 Vilakazi st
    """
    at = datetime.now(UTC) + given.settings.time_shift
    said = IncomingSms(
        id=f"sms-{uuid4().hex}",
        sender=phone,
        to=given.settings.short_code,
        text=" ".join(text),
        sent_at=f"{at:%Y-%m-%d %H:%M:%S}",
        network=NO_NETWORK,
    )
    posts.post(addresses(given.settings)["sms"], sms_form(said))
    if as_json:
        show.plain({"id": said.id, "stored": True})
    else:
        click.echo("Stored.")
