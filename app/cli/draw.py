"""Pictures of flows, for a council meeting."""

from pathlib import Path

import click

from app.civic import pack
from app.cli import example, languages
from app.cli.given import of_city
from app.cli.trouble import Trouble
from app.engine import edition
from app.pictures.draw import draw as svg
from app.pictures.picture import picture
from app.wiring import FLOWS


@click.command()
@click.argument("flows", nargs=-1, metavar="[FLOW]...")
@click.option(
    "--language", default="en", show_default=True, help="The language of the phones in the picture: zu, or isiZulu."
)
@of_city("The pack whose names stand as examples")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("pictures"),
    show_default=True,
    help="The folder to write to.",
)
def draw(flows: tuple[str, ...], language: str, folder: Path, out: Path) -> None:
    """Draw a picture (SVG) of each flow, or of those named: every screen as residents read it, every way on.

    \b
    Example: scripts/izwi flows draw report --language zu --out pictures
    """
    drawn = pictures(flows, language, folder)
    out.mkdir(parents=True, exist_ok=True)
    for name, words in drawn.items():
        path = out / f"{name}.svg"
        path.write_text(words, encoding="utf-8")
        click.echo(path)


def pictures(names: tuple[str, ...], language: str, folder: Path) -> dict[str, str]:
    """The pictures of some flows, of all if none is named, by name. Raises Trouble, PackFaults, FlowFaults."""
    made, city = edition.read(FLOWS, drafts=True), pack.read(folder)
    for name in names:
        if name not in made.flows:
            raise Trouble(f"there is no flow '{name}': {', '.join(made.flows)}")
    language = languages.code_of(language, languages.of_words(made.words))
    scenes, plain = example.scenes(made, city, language), example.plain(made, FLOWS, language)
    return {name: svg(picture(made.flows, name, scenes, plain)) for name in names or made.flows}
