"""All commands under one name, and their errors as people read them."""

import click

from app.cli import (
    audit,
    cases,
    city,
    counters,
    dead,
    digests,
    doctor,
    drain,
    errors,
    flows,
    phone,
    polls,
    processes,
    sending,
    staff,
    urls,
)
from app.cli.given import Given


class Izwi(click.Group):
    """The group of all commands: what goes wrong in one is said in a line, never as a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except errors.EXPECTED as error:
            raise errors.Trouble(errors.said(error)) from None


@click.group("izwi", cls=Izwi, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def izwi() -> None:
    """The operator's commands of Izwi. Each says more with --help."""


for matter in (
    processes.migrate,
    processes.worker,
    processes.clock,
    urls.urls,
    phone.dial,
    phone.sms,
    drain.drain,
    city.city,
    cases.case,
    polls.poll,
    digests.digest,
    flows.flows,
    counters.counters,
    dead.dead,
    doctor.doctor,
    sending.sending,
    staff.staff,
    audit.audit,
):
    izwi.add_command(matter)


def main() -> None:
    """The CLI of this process, by its environment."""
    izwi(obj=Given(), prog_name="izwi")
