"""What is wrong, and what to do about it."""

import click

from app.cli import examine, show
from app.cli.given import Given, as_json, pass_given
from app.cli.trouble import Trouble


@click.command()
@as_json
@pass_given
def doctor(given: Given, as_json: bool) -> None:
    """Look at every part of the instance; say what is wrong and what to do. Exit code 1 if anything is.

    \b
    Example: scripts/izwi doctor
    """
    findings = list(examine.everything(given.parts))
    if as_json:
        show.plain([{"part": one.part, "ok": one.well, "state": one.state, "do": one.do} for one in findings])
    else:
        for one in findings:
            click.echo(f"{'ok   ' if one.well else 'WRONG'} {one.part:12} {one.state}")
            if one.do:
                click.echo(f"{'':18} -> {one.do}")
    wrong = [one.part for one in findings if not one.well]
    if wrong:
        raise Trouble(f"wrong: {', '.join(wrong)}")
