"""A catalogue as it was written: what a gettext file says, with its lines and its way of counting."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from app.engine.render import placeholders
from app.engine.source import Fault, FlowFaults

HEADER: Final = b'"Plural-Forms:'
BOM: Final = b"\xef\xbb\xbf"
QUOTED: Final = rb'"(?:[^"\\]|\\.)*"'
LINE: Final = re.compile(rb"\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?" + QUOTED + rb"\s*)?")
SEPARATORS: Final = str.maketrans("", "", " .,")
TRIED: Final = range(200)  # what languages tell apart shows below


class Counted(NamedTuple):
    """An English text that changes with its `{count}`: for one, and for any other number."""

    one: str
    other: str


Source = str | Counted
Key = tuple[str, str]  # msgctxt and the English text, of a counted one the singular


@dataclass(frozen=True, slots=True)
class Entry:
    """One translation as it stands in a catalogue; a draft is one that nobody has reviewed (`fuzzy`).

    `forms`: of a counted text, one for each kind of number that the language tells apart; `text` is the first.
    """

    text: str
    draft: bool
    line: int
    forms: tuple[str, ...] = ()

    def holds(self, source: Source) -> bool:
        """Whether it counts as the English does and has its placeholders in every form, none lost and none invented."""
        wanted = placeholders(first(source))
        return bool(self.forms) == isinstance(source, Counted) and all(placeholders(one) == wanted for one in self.said)

    @property
    def said(self) -> tuple[str, ...]:
        """All that it may say."""
        return self.forms or (self.text,)


@dataclass(frozen=True)
class Catalogue:
    """The entries of one language, and its rule of plurals: the number of a form in gettext's C (`n != 1`)."""

    entries: dict[Key, Entry]
    rule: str


def first(source: Source) -> str:
    """The English text that stands for it in a catalogue (msgid)."""
    return source if isinstance(source, str) else source.one


def form(forms: tuple[str, ...], rule: str, count: str) -> str:
    """The form for a count as it is read, `1` or `1,234`; what is no number, as `a few`, is many."""
    digits = count.translate(SEPARATORS)
    if len(forms) == 1 or not digits.isdecimal():
        return forms[-1]
    return forms[min(_index(rule)(int(digits)), len(forms) - 1)]


_index = cache(c2py)  # reads the rule as gettext itself does: only n, numbers and operators


def read(path: Path) -> Catalogue:
    """The catalogue of a file; FlowFaults for one that is none, or that counts in no way that can be followed."""
    content = path.read_bytes().removeprefix(BOM)  # as editors on Windows put before the first letter
    faults = [Fault(f"locale/{path.name}", line, f"no catalogue: {what}") for line, what in _unclosed(content)]
    if faults:
        raise FlowFaults(faults)
    try:
        catalogue = read_po(BytesIO(content), abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as wrong:
        line = int(getattr(wrong, "lineno", 0)) + 1  # Babel counts from 0
        raise FlowFaults([Fault(f"locale/{path.name}", line, f"no catalogue: {wrong}")]) from wrong
    faults = [Fault(f"locale/{path.name}", line, what) for line, what in _miscounts(catalogue, _header(content))]
    if faults:
        raise FlowFaults(faults)
    return Catalogue(dict(_entries(catalogue)), str(catalogue.plural_expr))


def _unclosed(content: bytes) -> Iterator[tuple[int, str]]:
    """Lines that are neither a note nor words between two quotes: Babel would take a letter for the lost quote."""
    for number, line in enumerate(content.splitlines(), 1):
        if not LINE.fullmatch(line):
            wanted = 'a line is a # note, or words in "quotes", msgid or msgstr before them; \\" is a quote inside'
            yield number, f"{wanted}: {line.decode('utf-8', 'replace').strip()}"


def _header(content: bytes) -> int | None:
    """The line that says how the language counts."""
    lines = enumerate(content.splitlines(), 1)
    return next((number for number, line in lines if line.startswith(HEADER)), None)


def _miscounts(catalogue: Catalog, header: int | None) -> Iterator[tuple[int, str]]:
    """What is wrong with the header of plurals; Babel would guess, and guesses wrong for isiZulu and Sepedi."""
    if header is None:
        counted = next((message.lineno or 1 for message in catalogue if not isinstance(message.id, str)), None)
        if counted is not None:
            yield counted, 'plural forms, but no header says which: "Plural-Forms: nplurals=2; plural=(n != 1);\\n"'
        return
    try:
        known = {_index(str(catalogue.plural_expr))(number) for number in TRIED}
    except (ValueError, ArithmeticError, RecursionError) as wrong:
        yield header, f"Plural-Forms cannot be read: {wrong}"
    else:
        if not known <= set(range(catalogue.num_plurals)):
            yield header, f"Plural-Forms: {catalogue.num_plurals} forms, but form {max(known)} is asked for"


def _entries(catalogue: Catalog) -> Iterator[tuple[Key, Entry]]:
    """The translations; what is empty, in one form even, is none."""
    for message in catalogue:
        source, forms = _texts(message.id), _texts(message.string)
        if source and source[0] and forms and all(forms):
            plural = forms if len(source) > 1 else ()
            yield (message.context or "", source[0]), Entry(forms[0], message.fuzzy, message.lineno or 0, plural)


def _texts(said: Iterable[str] | str | None) -> tuple[str, ...]:
    """One text or several as several."""
    return (said,) if isinstance(said, str) else tuple(said or ())
