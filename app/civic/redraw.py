"""Loading a city anew: what changed is replaced, what reports and residents still point to is kept."""

from __future__ import annotations

from collections.abc import Iterable

from app.civic.city import Category, City, Delimitation, Place


def merge(old: City, new: City) -> City:
    """The city after loading `new` over `old`.

    Older boundaries stay, each in force until the next begins, with their wards and the wards of each place in them;
    boundaries that `new` has too are replaced. Places, categories and owners that `new` lacks stay known by name but
    are offered no more. Raises ValueError if boundaries of both would begin on the same day or hold side by side.
    """
    kept = _kept(old.delimitations, new.delimitations)
    codes = {drawing.code for drawing in kept}
    return new.but(
        delimitations=(*kept, *new.delimitations),
        wards=(*(ward for ward in old.wards if ward.delimitation in codes), *new.wards),
        places=tuple(_places(old, new, codes)),
        categories=(*new.categories, *_retired(old, new)),
        owners=(*new.owners, *(owner for owner in old.owners if new.owner(owner.code) is None)),
    )


def _kept(old: Iterable[Delimitation], new: tuple[Delimitation, ...]) -> list[Delimitation]:
    """The older boundaries that `new` does not have, each ending at the latest where the next begins."""
    kept: list[Delimitation] = []
    for drawing in old:
        if any(drawing.code == other.code for other in new):
            continue
        later = [other.valid_from for other in new if drawing.valid_from < other.valid_from]
        ends = min([*later, *([drawing.valid_to] if drawing.valid_to else [])], default=None)
        before = [other for other in new if other.valid_from <= drawing.valid_from]
        if any(other.valid_to is None or drawing.valid_from < other.valid_to for other in before):
            raise ValueError(
                f"{before[-1].code} would hold on the same days as {drawing.code}, which is loaded already"
            )
        kept.append(drawing.model_copy(update={"valid_to": ends}))
    return kept


def _places(old: City, new: City, kept: set[str]) -> Iterable[Place]:
    for place in new.places:
        before = old.place(place.key)
        yield place.model_copy(update={"wards": (*_wards(before, kept), *place.wards)})
    for place in old.places:
        if new.place(place.key) is None:
            yield place.model_copy(update={"wards": _wards(place, kept)})


def _wards(place: Place | None, kept: set[str]) -> tuple[str, ...]:
    return tuple(key for key in place.wards if key.partition("/")[0] in kept) if place else ()


def _retired(old: City, new: City) -> Iterable[Category]:
    gone = (category for category in old.categories if new.category(category.code) is None)
    return (category.model_copy(update={"menu": None, "keywords": {}}) for category in gone)
