"""What a text costs, with the letters of every phone and with its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from app.engine.gsm import Letters, Parts, parts, sent


@dataclass(frozen=True)
class Price:
    """What so many texts come to; `total` is None where the city does not say what a segment costs."""

    parts: Parts
    total: Decimal | None

    @property
    def segments(self) -> int:
        """Of one text."""
        return self.parts.count


def both(text: str, texts: int, segment_price: Decimal | None) -> Mapping[Letters, Price]:
    """What a text to so many people costs with either choice of letters, counted as it would leave."""
    return {letters: _price(parts(sent(text, letters)), texts, segment_price) for letters in get_args(Letters)}


def _price(one: Parts, texts: int, segment_price: Decimal | None) -> Price:
    return Price(one, None if segment_price is None else one.count * texts * segment_price)
