"""The languages in which a city can be spoken to."""

from collections.abc import Sequence

from app.civic.city import City, Language
from app.engine.words import Words


def spoken(city: City, words: Words) -> Sequence[Language]:
    """The city's own languages in its order, then every other that the catalogues speak, in the order of those."""
    own = [one for one in city.languages if one.code in words.languages]
    named = {one.code for one in own}
    others = (code for code in words.languages if code not in named)
    return [*own, *(Language(code=code, name=words.speech(code).name) for code in others)]
