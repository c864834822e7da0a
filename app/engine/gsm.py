"""The GSM 03.38 alphabet: what a letter costs, what stands in for a missing one, how an SMS is cut.

Sources: 3GPP TS 23.038 (tables, 160 and 140 octets), TS 23.040 (6 octets of header in each part of a longer SMS).
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
Letters = Literal["plain", "correct"]  # folded into the alphabet, or as the language writes them
EXTENSION: Final = "\f^{}\\[~]|€"  # each is sent as an escape and a letter
COST: Final = {**dict.fromkeys(BASIC, 1), **dict.fromkeys(EXTENSION, 2)}

# What Unicode itself does not take apart into a GSM letter and a mark.
NEAREST: Final = {
    **dict.fromkeys("“”„‟«»″❝❞〝〞＂ʺ", '"'),
    **dict.fromkeys("‘’‛‹›ʼʻʽʹˈ′`´ˋˊ❛❜＇", "'"),
    **dict.fromkeys("‐‑‒–—―−⁃•", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    **dict.fromkeys("\t\u2028\u2029", " "),
    **{"‚": ",", "⁄": "/", "÷": "/", "×": "x", "·": ".", "°": "deg", "₦": "N", "©": "(c)", "®": "(R)"},
    **{"Œ": "OE", "œ": "oe", "ẞ": "SS", "ı": "i", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d"},
    **{"Ŋ": "N", "ŋ": "n", "Ɓ": "B", "ɓ": "b", "Ɗ": "D", "ɗ": "d", "Ƙ": "K", "ƙ": "k", "Ƴ": "Y", "ƴ": "y"},
    **{"Ɛ": "E", "ɛ": "e", "Ɔ": "O", "ɔ": "o", "Ə": "E", "ə": "e", "Ħ": "H", "ħ": "h", "Þ": "Th", "þ": "th"},
}


def septets(text: str) -> int | None:
    """How many septets the text takes on the air; None if a character is outside GSM-7."""
    total = 0
    for character in text:
        cost = COST.get(character)
        if cost is None:
            return None
        total += cost
    return total


def fold(text: str) -> str:
    """The text with each letter outside GSM-7 put as its nearest (`š` as `s`); what has none, as Amharic, stays."""
    composed = unicodedata.normalize("NFC", text)
    if septets(composed) is not None:
        return composed
    return "".join(character if character in COST else _nearest(character) for character in composed)


def sent(text: str, letters: Letters) -> str:
    """The text as it leaves: in plain letters folded, else with its own, composed; mere signs are folded either way."""
    if letters == "plain":
        return fold(text)
    composed = unicodedata.normalize("NFC", text)
    return "".join(one if one in COST or _is_letter(one) else _nearest(one) for one in composed)


def _is_letter(character: str) -> bool:
    """Whether a character is a letter or a mark on one; an apostrophe that Unicode calls a letter is none."""
    return unicodedata.category(character) in ("Lu", "Ll", "Lo", "Mn", "Mc")


def _nearest(character: str) -> str:
    """What is read in place of a character outside GSM-7, or the character itself if nothing comes near."""
    if character in NEAREST:
        return NEAREST[character]
    if "\u0300" <= character <= "\u036f":  # a mark that has no composed letter, as in Yoruba
        return ""
    apart = unicodedata.normalize("NFKD", character)
    plain = "".join(NEAREST.get(part, part) for part in apart if not unicodedata.combining(part))
    return plain if plain and septets(plain) is not None else character


@dataclass(frozen=True, slots=True)
class Parts:
    """An SMS as it is sent: its alphabet and the text of each segment."""

    encoding: str
    texts: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many segments are paid for."""
        return len(self.texts)


def parts(text: str) -> Parts:
    """The segments of an SMS: 160 septets or 153 each, 70 UTF-16 units or 67 each; no character is ever cut in two."""
    if septets(text) is not None:
        return Parts("GSM-7", tuple(_cut(text, COST.__getitem__, 160, 153)))
    return Parts("UCS-2", tuple(_cut(text, _units, 70, 67)))


def _units(character: str) -> int:
    """How many UTF-16 units a character takes."""
    return 2 if character > "\uffff" else 1


def _cut(text: str, cost: Callable[[str], int], alone: int, each: int) -> Iterator[str]:
    """The text whole if it goes alone, else in pieces filled from the left."""
    if sum(map(cost, text)) <= alone:
        yield text
        return
    start = filled = 0
    for place, character in enumerate(text):
        if filled + cost(character) > each:
            yield text[start:place]
            start, filled = place, 0
        filled += cost(character)
    yield text[start:]
