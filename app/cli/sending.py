"""Texts held back, and let go again."""

import click

from app.cli import show
from app.cli.given import Given, acting, as_json, pass_given
from app.storage import audit, messages, switches


@click.group()
def sending() -> None:
    """Texts that leave: pause and resume."""


@sending.command()
@click.option("--why", default="paused by hand", show_default=True, help="The reason, for whoever asks.")
@acting
@as_json
@pass_given
def pause(given: Given, why: str, who: str, as_json: bool) -> None:
    """Hold back every text; what is queued waits, nothing is lost. Dialling goes on.

    \b
    Example: scripts/izwi sending pause --why 'new sender name'
    """
    services = given.services
    now = services.clock.now()
    with services.database.begin() as session:
        messages.pause(session, why, now)
        audit.record(session, audit.Deed(who, "sending.pause", "sending", {"why": why}), now)
        held = messages.paused(session)
    show.facts({"paused": held}, as_json)


@sending.command()
@acting
@as_json
@pass_given
def resume(given: Given, who: str, as_json: bool) -> None:
    """Let texts leave again.

    \b
    Example: scripts/izwi sending resume
    """
    services = given.services
    with services.database.begin() as session:
        why = switches.resume_sending(session)
        if why is not None:
            deed = audit.Deed(who, "sending.resume", "sending", {"was": why})
            audit.record(session, deed, services.clock.now())
    services.wakeups.wake("messages")
    show.facts({"paused": None, "was": why}, as_json)
