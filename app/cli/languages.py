"""A language as people type it: by its code, or by the name that its own speakers give it."""

from collections.abc import Mapping

from app.civic.city import City
from app.civic.keywords import phrase_of
from app.civic.spoken import spoken
from app.cli.trouble import Trouble
from app.engine.words import Words

Names = Mapping[str, str]  # code -> name


def of_words(words: Words) -> Names:
    """Those in which anything is said."""
    return {code: words.speech(code).name for code in words.languages}


def of_city(city: City, words: Words) -> Names:
    """Those in which a city can be spoken to."""
    return {one.code: one.name for one in spoken(city, words)}


def meant(said: str, names: Names) -> str | None:
    """The key of the one that is meant, by key or name, whatever its capitals and accents; None if none is."""
    wanted = phrase_of(said)
    return next((key for key, name in names.items() if wanted in (phrase_of(key), phrase_of(name))), None)


def code_of(said: str, names: Names) -> str:
    """The code of the one that is meant. Raises Trouble."""
    code = meant(said, names)
    if code is None:
        raise Trouble(f"nothing is said in '{said}': {', '.join(names)} are known, and the names of these languages")
    return code
