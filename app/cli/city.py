"""City packs: checked, loaded, made from what cities really have."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from app.civic import pack, packing, redraw
from app.civic.city import City, slug
from app.cli import show
from app.cli.given import Given, acting, as_json, pass_given
from app.cli.trouble import Trouble
from app.config import ROOT
from app.storage import audit, cities
from app.wiring import Services

Folder = click.Path(exists=True, file_okay=False, path_type=Path)
Source = click.Path(exists=True, dir_okay=False, path_type=Path)
COLUMNS = packing.Columns()


@click.group()
def city() -> None:
    """City packs: check one, load one, make one."""


@city.command()
@click.argument("folder", metavar="DIR", type=Folder)
@as_json
@pass_given
def check(given: Given, folder: Path, as_json: bool) -> None:
    """Name every fault of a pack, by file and line. Needs no running instance.

    \b
    Example: scripts/izwi city check demo
    """
    show.facts(counts(pack.read(folder)), as_json)


@city.command()
@click.argument("folder", metavar="DIR", type=Folder)
@click.option("--first", is_flag=True, help="Do nothing if there is a city already.")
@acting
@as_json
@pass_given
def load(given: Given, folder: Path, first: bool, who: str, as_json: bool) -> None:
    """Make a pack the city: in one transaction, again as often as you like. Older ward boundaries are kept.

    \b
    Example: scripts/izwi city load demo
    """
    services = given.services
    if first and has_city(services):
        show.note("There is a city already: nothing was loaded.")
        return
    show.facts(counts(store(services, pack.read(folder), who)), as_json)


def has_city(services: Services) -> bool:
    """Whether any city was loaded yet."""
    with services.database.begin() as session:
        return cities.newest(session) is not None


def store(services: Services, new: City, who: str) -> City:
    """Merges a city over the one that is loaded, and makes the outcome the city if it is another. Raises Trouble."""
    now = services.clock.now()
    with services.database.begin() as session:
        newest = cities.newest(session)
        old = cities.load(session, newest) if newest is not None else None
        merged = _merged(old, new) if old is not None else new
        if merged == old:
            show.note("It is the city already: nothing has changed.")
            return merged
        cities.store(session, merged, now)
        audit.record(session, audit.Deed(who, "city.load", f"city:{merged.code}", counts(merged)), now)
    return merged


def _merged(old: City, new: City) -> City:
    try:
        return redraw.merge(old, new)
    except ValueError as error:
        raise Trouble(str(error)) from None


def counts(found: City) -> Mapping[str, object]:
    """What a city has, in figures."""
    return {
        "name": found.name,
        "delimitations": len(found.delimitations),
        "wards": len(found.wards),
        "places": len(found.places),
        "categories": len(found.categories),
        "owners": len(found.owners),
        "councillors": len(found.councillors),
        "languages": len(found.languages),
    }


def columns(command: click.Command) -> click.Command:
    """An option for each property and column that may be called otherwise."""
    for name in COLUMNS.__dataclass_fields__:
        default = getattr(COLUMNS, name)
        help_text = f"What holds this; empty if nothing does [{default}]"
        command.params.append(
            click.Option([f"--{name.replace('_', '-')}-column", name], default=default, help=help_text)
        )
    return command


@columns
@city.command("pack")
@click.option("--wards", type=Source, required=True, help="The ward boundaries, as GeoJSON.")
@click.option("--places", type=Source, required=True, help="The areas with their wards, as CSV.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="The folder to make.")
@click.option("--name", "city_name", help="What the city is called [the name of DIR].")
@click.option("--code", "city_code", help="Its short code, like JHB [the first letters of the name].")
@click.option("--delimitation", help="The code of these boundaries, like 2020 [the year since which they hold].")
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="Since when they hold [today].")
@click.option("--template", type=Folder, default=ROOT / "demo", help="The pack from which all else is taken [demo].")
@as_json
def make(
    wards: Path,
    places: Path,
    out: Path,
    template: Path,
    city_name: str | None,
    city_code: str | None,
    delimitation: str | None,
    valid_from: datetime | None,
    as_json: bool,
    **said: str,
) -> None:
    """Make a pack from ward boundaries and a list of areas; the rest is a template's, to be edited.

    \b
    Example: scripts/izwi city pack --wards wards.geojson --places places.csv --out joburg \\
             --name Johannesburg --code JHB --delimitation 2020 --valid-from 2021-11-01
    """
    name, since = city_name or out.name.replace("-", " ").title(), (valid_from or datetime.now(UTC)).date()
    code, drawing = city_code or slug(name).replace("-", "")[:3].upper(), delimitation or str(since.year)
    about = packing.About(name, code, drawing, since, template)
    try:
        made = packing.make(wards, places, out, about, packing.Columns(**said))
    except FileExistsError as error:
        raise Trouble(str(error)) from None
    left = [{"line": one.line, "words": one.words, "why": one.why} for one in made.left_out]
    if as_json:
        show.plain({**counts(made.city), "lines": made.lines, "left_out": left})
        return
    show.facts(counts(made.city), as_json=False)
    show.table(left, ("line", "words", "why"), "Every line became a place.")
