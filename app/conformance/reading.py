"""Talks read from YAML: every fault of a file at once, each with its line and what to do."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, get_args

from pydantic import ValidationError

from app.conformance.script import GIVEN, Deed, Expect, Script, Step, named
from app.engine.source import Fault, FlowFaults, Plain, Source, parse

DEEDS: Final = get_args(Deed)
BESIDE: Final = ("phone", "together", "double", "maybe", "expect", "remember")
KEYS: Final = ("title", "code", "phones", "languages", "steps")
NEEDS_A_VALUE: Final = ("dial", "choose", "late", "wait")
TYPED: Final = ("dial", "type", "choose", "again")  # what may happen from several threads at once
MOST_WAIT: Final = 900
SHAPES: Final = {  # the form of a value, and what to write
    "code": (r"\*[0-9]+(\*[0-9]+)*#", "write what people dial, like '*120*4932#'"),
    "dial": (r"[*#0-9]+", "write what people dial, like '*120*4932#' or '*120*4932*1*2#'"),
    "late": (r"[1-9][0-9]?", "say how many hops back, like 1"),
    "wait": (r"[0-9]{1,3}(\.[0-9]+)?", f"say how many seconds, at most {MOST_WAIT}"),
    "again": (r"[1-9]?", "say how many times, like 1"),
    "drop": (r"(silent)?", "leave it empty, or write silent where no event may tell of it"),
    "number": (
        r"(\+[1-9][0-9x]{6,14})?",
        "write a number like '+27600000xxx': each x is a digit made up anew each run",
    ),
}
Words = Mapping[str, str]


def read(path: Path) -> Script:
    """The talk in a file. Raises FlowFaults with all that is wrong."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8: save it as UTF-8"
        raise FlowFaults([Fault(str(path), 1, f"cannot be read: {why}")]) from None
    return read_text(str(path), text)


def read_text(file: str, text: str) -> Script:
    """The talk in a text; `file` names it in faults. Raises FlowFaults with all that is wrong."""
    source = parse(file, text)
    reading = _Reading(source, file, list(source.faults))
    script = None if reading.faults else reading.script()
    if script is None or reading.faults:
        raise FlowFaults(sorted(reading.faults))
    return script


@dataclass
class _Reading:
    """A file while it is read; names that later steps may use are gathered on the way."""

    source: Source
    file: str
    faults: list[Fault]
    known: set[str] = field(default_factory=lambda: set(GIVEN))
    on_a_call: set[str] = field(default_factory=set)

    def wrong(self, what: str, *keys: str) -> None:
        """Notes a fault at the line of these keys."""
        self.faults.append(Fault(self.file, self.source.line(*keys), what))

    def script(self) -> Script | None:
        """The whole talk, or None if it is no mapping."""
        data = self.source.data
        if not isinstance(data, dict):
            self.wrong("a talk is keys and values: title, phones, steps")
            return None
        self._unknown(data, KEYS)
        title, code = self._text(data, "title"), self._text(data, "code", "*120*4932#")
        self._shape("code", code, "code")
        phones, languages = self._phones(data.get("phones")), self._languages(data.get("languages"))
        steps = tuple(self._steps(data.get("steps"), phones))
        return Script(file=self.file, title=title, code=code, phones=phones, languages=languages, steps=steps)

    def _unknown(self, raw: Mapping[str, Plain], keys: tuple[str, ...], *path: str) -> None:
        for key in raw:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, 1)
                meant = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(keys)}"
                self.wrong(f"unknown key '{key}', {meant}", *path, key)

    def _text(self, data: Mapping[str, Plain], key: str, otherwise: str = "") -> str:
        said = data.get(key, otherwise)
        if not isinstance(said, str) or not said.strip():
            self.wrong(f"{key}: some words are needed here", key)
            return otherwise
        return said.strip()

    def _shape(self, shape: str, said: str, *keys: str) -> None:
        pattern, what_to_do = SHAPES[shape]
        if not re.fullmatch(pattern, re.sub(r"\{[a-z_0-9]+\}", "0", said)):
            self.wrong(f"{keys[-1]}: {what_to_do}", *keys)

    def _phones(self, raw: Plain) -> dict[str, str]:
        """Nicknames with their numbers; a list of nicknames has made-up numbers."""
        named_only = isinstance(raw, list) and all(isinstance(one, str) for one in raw)
        phones = dict.fromkeys(map(str, raw or ()), "") if named_only and isinstance(raw, list) else raw
        if not isinstance(phones, dict) or not phones:
            self.wrong("phones: name at least one, like [thandi]", "phones")
            return {}
        numbers = {name: number if isinstance(number, str) else "" for name, number in phones.items()}
        for name, number in numbers.items():
            self._shape("number", number, "phones", name)
        return numbers

    def _languages(self, raw: Plain) -> dict[str, Words]:
        """The words of the talk by language; every language has the same. A list of languages has no words."""
        if raw is None:
            return {"": {}}
        if isinstance(raw, list) and raw and all(isinstance(name, str) for name in raw):
            return {str(name): {} for name in raw}
        if not isinstance(raw, dict) or not raw or not all(isinstance(words, dict) for words in raw.values()):
            self.wrong("languages: write each with its words, like en: {report: Report}", "languages")
            return {"": {}}
        found: dict[str, Words] = {name: _texts(words) for name, words in raw.items()}
        every = {word for words in found.values() for word in words}
        for name, words in found.items():
            for missing in sorted(every - set(words)):
                self.wrong(f"{name}: the word '{missing}' is missing, which another language has", "languages", name)
        self.known |= every
        return found

    def _steps(self, raw: Plain, phones: Mapping[str, str]) -> Iterator[Step]:
        if not isinstance(raw, list) or not raw:
            self.wrong("steps: write them as a list, the first one a dial", "steps")
            return
        for at, said in enumerate(raw):
            keys = ("steps", str(at))
            step = self._step(said, phones, *keys)
            if step is not None:
                self._follows(step, *keys)
                yield step

    def _step(self, said: Plain, phones: Mapping[str, str], *keys: str) -> Step | None:
        raw: Mapping[str, Plain] = {said: ""} if isinstance(said, str) else said if isinstance(said, dict) else {}
        self._unknown(raw, DEEDS + BESIDE, *keys)
        deeds = [key for key in raw if key in DEEDS] or (["again"] if "together" in raw else [])
        if len(deeds) != 1:
            self.wrong(f"a step does one thing: {', '.join(DEEDS)}", *keys)
            return None
        does, value = deeds[0], raw.get(deeds[0])
        phone = raw.get("phone", next(iter(phones), ""))
        if phone not in phones:
            self.wrong(f"phone: '{phone}' is none of the phones above: {', '.join(phones)}", *keys, "phone")
            return None
        shaped = {key: raw[key] for key in BESIDE if key in raw and key != "phone"}
        shaped |= {"does": does, "value": value if isinstance(value, str) else "", "phone": str(phone)}
        shaped["line"] = self.source.line(*keys)  # type: ignore[assignment]  # a number among what YAML held
        try:
            return Step.model_validate(shaped)
        except ValidationError as wrong:
            for error in wrong.errors():
                path = [str(key) for key in error["loc"]]
                self.wrong(f"{': '.join(path) or does}: {error['msg'].lower()}", *keys, *path)
        return None

    def _follows(self, step: Step, *keys: str) -> None:
        """Whether a step can be played after those before it."""
        if step.does in NEEDS_A_VALUE and not step.value:
            self.wrong(f"{step.does}: say what", *keys, step.does)
        elif step.does in SHAPES:
            self._shape(step.does, step.value, *keys, step.does)
        if step.does == "wait" and _seconds(step.value) > MOST_WAIT:
            self.wrong(f"wait: {SHAPES['wait'][1]}", *keys, "wait")
        if step.does == "dial":
            self.on_a_call.add(step.phone)
        elif step.does != "wait" and step.phone not in self.on_a_call:
            self.on_a_call.add(step.phone)  # one fault is enough
            self.wrong(f"{step.phone} has not dialled yet: begin with dial", *keys)
        if step.double and step.does not in ("dial", "redial"):
            self.wrong("double: only a dial begins two sessions at once", *keys, "double")
        if step.together > 1 and step.does not in TYPED:
            self.wrong("together: only what is dialled or typed happens at once", *keys, "together")
        if step.maybe and step.does != "choose":
            self.wrong("maybe: only a choice can be left out", *keys, "maybe")
        self._names(step, *keys)
        for name, pattern in step.remember.items():
            self._pattern(pattern, *keys, "remember", name)
        self.known |= set(step.remember)

    def _names(self, step: Step, *keys: str) -> None:
        """Every name in braces is a word or was remembered before; every regular expression can be read."""
        wanted: Expect = step.expect
        texts = [step.value, *wanted.contains, *wanted.lacks, wanted.exactly or "", wanted.matches or ""]
        for name in (name for text in texts for name in named(text)):
            if name not in self.known:
                self.wrong(f"{{{name}}} is not known here: remember it in a step before", *keys)
        if wanted.matches is not None:
            self._pattern(wanted.matches, *keys, "expect", "matches")

    def _pattern(self, pattern: str, *keys: str) -> None:
        try:
            re.compile(re.sub(r"\{([a-z_][a-z0-9_]*)\}", "x", pattern))
        except re.error as error:
            self.wrong(f"{keys[-1]}: not a regular expression: {error}", *keys)


def _seconds(said: str) -> float:
    return float(said) if re.fullmatch(SHAPES["wait"][0], said) else 0.0


def _texts(words: Plain) -> dict[str, str]:
    return {name: str(word) for name, word in words.items()} if isinstance(words, dict) else {}
