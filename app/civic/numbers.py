"""Numbers as people read them in a text."""

from app.engine.speech import Speech


def whole(number: int, speech: Speech) -> str:
    """`12,345` or `12 345`, as the language writes it; a space is a plain one, since a no-break space would cost."""
    return f"{number:,}".replace(",", speech.thousands)
