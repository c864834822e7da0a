"""What a text costs, said before anything is sent."""

from collections.abc import Mapping

import click

from app.civic import prices
from app.civic.city import City
from app.civic.prices import Price
from app.cli import languages, show
from app.cli.given import Given, as_json, pass_given
from app.cli.trouble import Trouble


@click.command()
@click.argument("text")
@click.option(
    "--language", metavar="LANGUAGE", help="Whose choice of letters in the city pack is told [the city's own]."
)
@click.option("--texts", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="To how many people.")
@as_json
@pass_given
def price(given: Given, text: str, language: str | None, texts: int, as_json: bool) -> None:
    """Say what a text costs, with plain letters and with its own: alphabet, segments, price. Nothing is sent.

    \b
    Example: scripts/izwi price --language ve "Ri khou livhuwa, ḓuvha ḽavhuḓi"
    """
    if not text.strip():
        raise Trouble("nothing is sent, and it costs nothing: the text is empty")
    city = given.services.cities.current().city
    known = languages.of_city(city, given.services.words)
    code = languages.code_of(language, known) if language else city.default_language
    said = priced(text, texts, city) if as_json else lines(text, texts, city)
    show.facts({"letters": city.letters(code), **said}, as_json)


def priced(text: str, texts: int, city: City) -> Mapping[str, object]:
    """Both prices of a text as JSON: amounts are words, so that no cent is lost."""
    both = prices.both(text, texts, city.segment_price)
    return {
        "alphabet": {letters: one.parts.encoding for letters, one in both.items()},
        "segments": {letters: one.segments for letters, one in both.items()},
        "texts": texts,
        "price": {letters: None if one.total is None else str(one.total) for letters, one in both.items()},
        "currency": city.currency,
    }


def lines(text: str, texts: int, city: City) -> Mapping[str, str]:
    """Both prices of a text as people read them: `2 segments (GSM-7) x 120 texts = ZAR 60.00`."""
    both = prices.both(text, texts, city.segment_price)
    return {letters: _line(one, texts, city.currency) for letters, one in both.items()}


def _line(one: Price, texts: int, currency: str) -> str:
    counted = f"{_counted(one.segments, 'segment')} ({one.parts.encoding}) x {_counted(texts, 'text')}"
    return counted if one.total is None else f"{counted} = {currency} {one.total}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
