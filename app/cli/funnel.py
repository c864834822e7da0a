"""How screens fare: where people go on, and where they are lost."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from app.civic import dates
from app.cli import show
from app.cli.given import Given, as_json, pass_given
from app.cli.trouble import Trouble
from app.pictures.bars import bars
from app.pictures.funnel import COLUMNS, Stage, figures, stages
from app.pictures.ink import cut
from app.storage import screens

DAYS = 30
MOST_TEXT = 40


@click.command()
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help=f"The first day [{DAYS} days to the last].")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day [today].")
@click.option("--flow", help="Only this flow.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a picture to this file too.")
@as_json
@pass_given
def funnel(
    given: Given, first: datetime | None, last: datetime | None, flow: str | None, svg: Path | None, as_json: bool
) -> None:
    """Show for every screen of the phone menu how often it was shown and answered, and how many were lost there.

    \b
    Example: scripts/izwi flows funnel --flow report --svg report.svg
    """
    services = given.services
    today = dates.day(services.clock.now(), services.cities.current().city.zone)
    begin, end = _period(first, last, today)
    if flow is not None and flow not in services.flows:
        raise Trouble(f"there is no flow '{flow}': {', '.join(services.flows)}")
    with services.database.begin() as session:
        counted = screens.between(session, begin, end)
    found = {name: row for name, row in stages(services.flows, counted).items() if flow in (None, name)}
    if svg is not None:
        svg.write_text(bars(found, f"{begin} to {end}"), encoding="utf-8")
        show.note(str(svg))
    if as_json:
        show.plain({"from": begin.isoformat(), "to": end.isoformat(), "screens": _rows(found, _exact)})
    else:
        show.table(
            _rows(found, _read), ("flow", "screen", *COLUMNS, "text"), f"Nothing was counted from {begin} to {end}."
        )


def _period(first: datetime | None, last: datetime | None, today: date) -> tuple[date, date]:
    """The days asked for. Raises Trouble."""
    end = last.date() if last else today
    begin = first.date() if first else end - timedelta(days=DAYS - 1)
    if begin > end:
        raise Trouble(f"--from {begin} is later than --to {end}")
    return begin, end


def _rows(found: Mapping[str, Sequence[Stage]], say: Callable[[Stage], dict[str, object]]) -> list[dict[str, object]]:
    """A row for every screen."""
    return [
        {"flow": flow, "screen": stage.screen.partition(".")[2]} | say(stage)
        for flow, row in found.items()
        for stage in row
    ]


def _read(stage: Stage) -> dict[str, object]:
    """As people read it."""
    return {**figures(stage), "text": cut(stage.text, MOST_TEXT) or "(no longer in the flows)"}


def _exact(stage: Stage) -> dict[str, object]:
    """As programs read it."""
    return {
        "shown": stage.shown,
        "answered": stage.answered,
        "not_understood": stage.retries,
        "not_understood_share": round(stage.puzzled, 4),
        "broke_off": stage.dropped,
        "broke_off_share": round(stage.lost, 4),
        "ended": stage.ended,
        "seconds": round(stage.seconds, 1),
        "text": stage.text,
    }
