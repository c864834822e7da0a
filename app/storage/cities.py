"""The city as it was loaded: one document and its keys in the database, a snapshot beside the spool.

A process knows the newest, with what is worked out from it once.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from threading import Lock, get_ident
from time import monotonic
from typing import Final, Protocol

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.civic import dates
from app.civic.city import City
from app.civic.landmarks import Landmark, Landmarks
from app.civic.places import PlaceIndex
from app.storage import landmarks
from app.storage.database import Database, DatabaseAway
from app.storage.editions import LOOK_AGAIN, Editions
from app.storage.tables import CityPack, Place, Ward

CHUNK: Final = 1000
LEARN_AGAIN: Final = 60.0


# -- what is kept ------------------------------------------------------------------------------------------------------


def store(session: Session, city: City, now: datetime) -> None:
    """Makes this the city; wards and places that are gone from it keep their rows, since reports point at them."""
    wards = [
        {"key": one.key, "delimitation": one.delimitation, "number": one.number, "name": one.name} for one in city.wards
    ]
    statement = insert(Ward).values(wards)
    session.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"name": statement.excluded.name}))
    for start in range(0, len(city.places), CHUNK):
        places = [{"key": one.key, "name": one.name} for one in city.places[start : start + CHUNK]]
        added = insert(Place).values(places)
        session.execute(added.on_conflict_do_update(index_elements=["key"], set_={"name": added.excluded.name}))
    session.add(CityPack(loaded_at=now, document=city.model_dump(mode="json")))


def newest(session: Session) -> int | None:
    """The number of the newest pack, None before the first."""
    return session.scalar(select(func.max(CityPack.id)))


def load(session: Session, pack: int) -> City:
    """The city of a pack number."""
    return City.model_validate(session.get_one(CityPack, pack).document)


def snapshot(folder: Path, city: City) -> None:
    """Writes the city beside the spool, whole or not at all."""
    torn = folder / f"city.{os.getpid()}.{get_ident()}.tmp"
    torn.touch(mode=0o600)
    torn.write_text(city.model_dump_json(), encoding="utf-8")
    torn.rename(folder / "city.json")


def from_snapshot(folder: Path) -> City | None:
    """The city as it was last seen, None if it never was or the file is damaged."""
    try:
        return City.model_validate(json.loads((folder / "city.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return None


# -- what a process knows ----------------------------------------------------------------------------------------------


class NoCity(RuntimeError):
    """No city pack was loaded yet: `izwi city load DIR`."""


class Tells(Protocol):
    """Whoever tells the time."""

    def now(self) -> datetime:
        """An aware UTC datetime."""


@dataclass(frozen=True, repr=False)
class Known:
    """A city with what is worked out from it once."""

    pack: int
    day: date
    city: City
    places: PlaceIndex


@dataclass(repr=False)
class Cities:
    """The newest city, looked for again every few seconds; the snapshot while the database is away."""

    database: Database
    folder: Path
    clock: Tells
    editions: Editions
    known: Known | None = None
    looked_at: float = 0.0
    learnt_at: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def current(self) -> Known:
        """The city now. Raises NoCity."""
        if self._is_due():
            with self.lock:
                if self._is_due():  # else another thread looked while this one waited
                    self._look()
                    self._hear()
        if self.known is None:
            raise NoCity("no city is loaded: izwi city load DIR")
        return self.known

    def _is_due(self) -> bool:
        return self.known is None or monotonic() - self.looked_at > LOOK_AGAIN

    def _look(self) -> None:
        self.looked_at = monotonic()
        try:
            with self.database.begin() as session:
                pack = newest(session)
                if pack is None or self._is_known(pack):
                    self._learn(session)
                    return
                city, learnt = load(session, pack), landmarks.known(session)
        except DatabaseAway:
            self._look_beside_the_spool()
            return
        self.known, self.learnt_at = self._know(pack, city, learnt), monotonic()
        snapshot(self.folder, city)

    def _is_known(self, pack: int) -> bool:
        """Whether this pack is the one in hand, worked out for today: wards may be redrawn over night."""
        known = self.known
        return known is not None and known.pack == pack and known.day == dates.day(self.clock.now(), known.city.zone)

    def _learn(self, session: Session) -> None:
        """Hands what was learnt of landmarks meanwhile to the places, once a minute."""
        if self.known is not None and monotonic() - self.learnt_at > LEARN_AGAIN:
            places = self.known.places.knowing(Landmarks(landmarks.known(session)))
            self.known, self.learnt_at = replace(self.known, places=places), monotonic()

    def _hear(self) -> None:
        """Hands what people call a ward, as it is said now, to the places."""
        try:
            called = self.editions.keywords().wards
        except ValueError:  # nothing was published yet, and the folder is broken: it is told when it is to be said
            return
        if self.known is not None and self.known.places.called != called:
            self.known = replace(self.known, places=self.known.places.calling(called))

    def _look_beside_the_spool(self) -> None:
        city = from_snapshot(self.folder) if self.known is None else None
        if city is not None:
            self.known = self._know(0, city)

    def _know(self, pack: int, city: City, learnt: Iterable[Landmark] = ()) -> Known:
        day = dates.day(self.clock.now(), city.zone)
        return Known(pack, day, city, PlaceIndex(city, day).knowing(Landmarks(learnt)))
