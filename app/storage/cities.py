"""The city as it was loaded: one document and its keys in the database, a snapshot beside the spool."""

import json
import os
from datetime import datetime
from pathlib import Path
from threading import get_ident

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.civic.city import City
from app.storage.tables import CityPack, Place, Ward

CHUNK = 1000


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
