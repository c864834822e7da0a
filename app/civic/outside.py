"""The outside of a conversation: a city's lists and values under their names, and the sense of what people type."""

from collections.abc import Callable, Mapping, Sequence

from app.civic.lent import TYPED, WORDS, Answers, Lent
from app.civic.lists import LISTS, MOST_AREAS
from app.civic.values import VALUES
from app.engine.state import Option

MOST_WORDS = 200
WARD = "ward"
"""The answer in place of a place where a ward number was typed: no slug of a place, so no place is meant."""


class Outside(Lent):
    """What engine asks of its shell, answered by a city."""

    def say(self, context: str, source: str, answers: Answers) -> str:
        """A text of the flows in the language of the conversation."""
        return self.words.say(context, source, self.language(answers))

    def options(self, source: str, answers: Answers) -> Sequence[Option]:
        """A list that flows ask for by name. Raises KeyError for a name that no list has."""
        return LISTS[source](self, answers)

    def value(self, name: str, answers: Answers) -> str:
        """A placeholder. Raises KeyError for a name that has no value."""
        return VALUES[name](self, answers)

    def read(self, kind: str, typed: str, answers: Answers) -> Mapping[str, str] | None:
        """Typed words as answers; None if they make no sense for `kind`."""
        return READERS[kind](self, typed)


def read_place(lent: Lent, typed: str) -> Mapping[str, str] | None:
    """An area's letters or a ward number; a place that leaves no doubt is answered at once, nothing alike is None."""
    ward = lent.places.ward_of_number(typed)
    if ward is not None:
        return {"": typed, "ward": ward.key, "place": WARD}
    matches = lent.places.find(typed, MOST_AREAS)
    if not matches:
        return None
    if len(matches) == 1 and matches[0].exact:
        return {"": typed, "ward": "", "place": matches[0].place.key}
    return {"": typed, "ward": "", "place": ""}


def read_words(lent: Lent, typed: str) -> Mapping[str, str] | None:
    """Any words with a letter or digit in them, under a name of their own: whatever they say, they are no choice."""
    words = typed.strip()[:MOST_WORDS]
    return {"": TYPED, WORDS: words} if any(letter.isalnum() for letter in words) else None


READERS: Mapping[str, Callable[[Lent, str], Mapping[str, str] | None]] = {"place": read_place, "words": read_words}
