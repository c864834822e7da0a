"""What is wrong with a reply: the rules that every USSD application owes its gateway, and what a script expects.

Sources: Africa's Talking, USSD overview and "handle sessions" (status, prefix, 10 s, letters);
3GPP TS 23.038 (the alphabet).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.conformance.manners import Reply
from app.conformance.options import split_options
from app.conformance.script import Expect, Words, fill, fill_pattern
from app.conformance.wire import PATIENCE, Answer
from app.engine.gsm import COST, septets

RULES: Final = {
    "reach": "The address of the application answers.",
    "tls": "The address has a certificate that a gateway trusts.",
    "time": f"A hop is answered within {PATIENCE:g} seconds.",
    "http": "The answer is HTTP.",
    "status": "The answer has status 200: any other ends the session.",
    "redirect": "The answer comes from the address itself: a gateway follows no redirect.",
    "type": "The answer is plain text, not a page (or what these manners ask for).",
    "html": "The answer is a screen, not a page.",
    "size of body": "The answer is a screen, not a file.",
    "text": "The answer is text in UTF-8.",
    "clean start": "Nothing stands before CON or END: no blank, no line, no byte order mark.",
    "kind": "Every answer says whether the session goes on or ends.",
    "screen": "A screen shows something.",
    "letters": "A screen has only letters that every phone shows (GSM-7).",
    "length": "A screen fits one USSD string.",
    "options": "An option stands whole on a line, numbered in order, on one screen.",
    "over": "What ended stays ended.",
    "repeat": "The same hop is answered the same, however often it comes.",
    "event": "The event at a session's end is answered with 200.",
    "expect": "The screen is what the script expects.",
    "talk": "The talk can go on as the script says.",
}
MARKUP: Final = re.compile(r"\s*<(!doctype|html|\?xml|head|body|br|p|div)\b", re.IGNORECASE)
START: Final = re.compile(r"(CON|END)(\s|$)", re.IGNORECASE)
SCREEN_RULES_STOP: Final = frozenset(("reach", "tls", "time", "http", "status", "redirect", "html", "text"))


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that an answer breaks, and how."""

    rule: str
    what: str


@dataclass(frozen=True, slots=True)
class Screen:
    """What the phone shows."""

    text: str
    ends: bool


def judge(answer: Answer, reply: Reply, limit: int) -> tuple[Screen | None, list[Broken]]:
    """The screen of an answer, if it has one, and every rule that it breaks."""
    broken = list(_letter(answer, reply))
    if any(one.rule in SCREEN_RULES_STOP for one in broken):
        return None, broken
    screen, wrong = READERS[reply.by](answer, reply)
    return screen, [*broken, *wrong, *(_shown(screen, limit) if screen else ())]


def _letter(answer: Answer, reply: Reply) -> Iterator[Broken]:
    """What is wrong with an answer as HTTP."""
    if answer.failure:
        yield Broken(answer.failure, answer.why)
        return
    if answer.seconds > PATIENCE:
        yield Broken("time", f"it took {answer.seconds:.1f} s")
    if 300 <= answer.status < 400:
        yield Broken("redirect", f"status {answer.status}")
    elif answer.status != 200:
        yield Broken("status", f"status {answer.status}")
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != reply.type:
        yield Broken("type", f"Content-Type is {kind or 'missing'}, not {reply.type}")
    if answer.too_long:
        yield Broken("size of body", f"more than {len(answer.body)} bytes")
    try:
        text = answer.body.decode("utf-8")
    except UnicodeDecodeError:
        yield Broken("text", "it has bytes that are no UTF-8")
    else:
        if MARKUP.match(text.lstrip("\ufeff")):
            yield Broken("html", "it begins with a tag")


def _by_prefix(answer: Answer, reply: Reply) -> tuple[Screen | None, list[Broken]]:
    """The screen behind CON or END; a gateway would refuse what stands before them, we note it and read on."""
    text = answer.body.decode("utf-8")
    broken, clean = [], text.lstrip("\ufeff \t\r\n")
    if not clean:
        return None, [Broken("kind", "the body is empty")]
    if clean != text:
        broken.append(Broken("clean start", f"it begins with {text[: len(text) - len(clean)]!r}"))
    if clean.startswith((reply.goes, reply.ends)):
        return Screen(clean[len(reply.goes) :], clean.startswith(reply.ends)), broken
    found = START.match(clean)
    broken.append(Broken("kind", f"it begins with {clean[:8]!r}, not with {reply.goes!r} or {reply.ends!r}"))
    return (Screen(clean[found.end() :], found[1].upper() == "END") if found else None), broken


def _by_header(answer: Answer, reply: Reply) -> tuple[Screen | None, list[Broken]]:
    said = answer.headers.get(reply.name.lower(), "").strip()
    if said.upper() not in (reply.goes.upper(), reply.ends.upper()):
        wrong = f"header {reply.name} is {said!r}, not {reply.goes} or {reply.ends}"
        return None, [Broken("kind", wrong)]
    return Screen(answer.body.decode("utf-8"), said.upper() == reply.ends.upper()), []


def _by_json(answer: Answer, reply: Reply) -> tuple[Screen | None, list[Broken]]:
    try:
        said = json.loads(answer.body)
    except ValueError:
        return None, [Broken("kind", "it is not JSON")]
    kind = _word(said.get(reply.name)) if isinstance(said, dict) else ""
    if kind not in (reply.goes, reply.ends) or not isinstance(said.get(reply.text), str):
        return None, [
            Broken("kind", f"{reply.name} is {kind!r}, not {reply.goes} or {reply.ends}, or {reply.text} is no text")
        ]
    return Screen(said[reply.text], kind == reply.ends), []


def _word(value: object) -> str:
    """A value of JSON as manners write it: true, false, or its own letters."""
    return str(value).lower() if isinstance(value, bool) else str(value)


READERS: Final = {"prefix": _by_prefix, "header": _by_header, "json": _by_json}


def _shown(screen: Screen, limit: int) -> Iterator[Broken]:
    """What is wrong with a screen as a phone shows it."""
    if not screen.text.strip():
        yield Broken("screen", "nothing stands on it")
        return
    strange = sorted({letter for letter in screen.text if letter not in COST or letter == "\f"})
    if strange:
        yield Broken("letters", " ".join(f"{letter!r} (U+{ord(letter):04X})" for letter in strange[:8]))
    size = septets(screen.text) or len(screen.text)
    if size > limit:
        yield Broken("length", f"{size} septets, {size - limit} over {limit}")
    yield from (Broken("options", wrong) for wrong in split_options(screen.text))


def expected(screen: Screen, wanted: Expect, words: Words) -> Iterator[Broken]:
    """What a script wanted of a screen and does not find."""
    text, size = screen.text, septets(screen.text) or len(screen.text)
    yield from (
        Broken("expect", f"{part!r} is not on it") for part in _filled(wanted.contains, words) if part not in text
    )
    yield from (Broken("expect", f"{part!r} is on it") for part in _filled(wanted.lacks, words) if part in text)
    if wanted.exactly is not None and fill(wanted.exactly, words).strip() != text.strip():
        yield Broken("expect", f"it is not exactly {fill(wanted.exactly, words)!r}")
    if wanted.matches is not None and not re.search(fill_pattern(wanted.matches, words), text):
        yield Broken("expect", f"it does not match {wanted.matches!r}")
    if wanted.ends is not None and wanted.ends != screen.ends:
        yield Broken("expect", "the session goes on" if wanted.ends else "the session ends")
    if wanted.septets is not None and size > wanted.septets:
        yield Broken("expect", f"{size} septets, not {wanted.septets} at most")


def _filled(texts: tuple[str, ...], words: Words) -> list[str]:
    return [fill(text, words) for text in texts]


def search(pattern: str, text: str) -> str | None:
    """What a regular expression finds: its first group, or all of it where it has none; None if nothing."""
    found = re.search(pattern, text)
    return None if found is None else found[1 if found.re.groups else 0] or ""
