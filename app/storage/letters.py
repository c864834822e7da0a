"""A letter: something from outside that is to be kept before it is acknowledged."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class Said:
    """What the sender was told: the closing text and the reference in it, both empty for an SMS."""

    text: str = ""
    reference: str = ""

    def plain(self) -> dict[str, str]:
        """As JSON."""
        return {"text": self.text, "reference": self.reference}


@dataclass(frozen=True)
class Letter:
    """`key` makes it once; `phone` is E.164 or empty; `body` is JSON that the worker for `source` understands."""

    key: str
    source: str
    phone: str
    body: Mapping[str, Any]
    received_at: datetime
    said: Said = Said()

    @property
    def stops(self) -> bool:
        """Whether it opts its number out: that holds from the moment it is kept, not from when it is worked."""
        return bool(self.body.get("stops"))


def second_reference(letter: Letter) -> Letter:
    """A letter of that key was kept before, and said another number or none: the resident may use ours as well."""
    body = {"first": letter.key, "reference": letter.said.reference}
    return replace(letter, key=f"{letter.key}:alias", source="alias", body=body, said=Said())


def key_of(*parts: str) -> str:
    """The key of a letter: a digest of what names it, so that no number stands in it."""
    return sha256("\x1f".join(parts).encode()).hexdigest()
