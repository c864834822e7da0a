"""How the parts are: for people and supervisors (healthz), for whoever sends traffic (readyz), for Prometheus."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis import RedisError
from sqlalchemy import text

from app.storage import schema
from app.storage.database import DatabaseAway
from app.storage.wakeups import QUEUES
from app.web.access import Access, access
from app.web.depths import Depths, listeners, spool_age
from app.web.figures import Figures
from app.wiring import NoCity, Services

OLD_SPOOL = 60.0


@dataclass(frozen=True)
class Part:
    """One part: `works` says whether it does what it should, `facts` are what a person would ask next."""

    works: bool
    facts: Mapping[str, object]

    def plain(self) -> dict[str, object]:
        """As JSON."""
        return {"status": "ok" if self.works else "degraded", **self.facts}


def routes(services: Services, figures: Figures) -> Blueprint:
    """Liveness, readiness and figures."""
    health = Blueprint("health", __name__)
    figures.registry.register(Depths(services))

    @health.get("/healthz")
    @access(Access.PUBLIC)
    def healthz() -> Response:
        """Every part's state; 200 as long as this process can store what it acknowledges."""
        parts = {name: part(services) for name, part in PARTS.items()}
        status = "ok" if all(part.works for part in parts.values()) else "degraded"
        alive = parts["database"].works or can_spool(services)
        return unkept(
            jsonify(status=status if alive else "down", parts={name: part.plain() for name, part in parts.items()}),
            200 if alive else 503,
        )

    @health.get("/readyz")
    @access(Access.PUBLIC)
    def readyz() -> Response:
        """200 once the city can be served; else what is missing."""
        missing = list(what_is_missing(services))
        return unkept(jsonify(ready=not missing, missing=missing), 503 if missing else 200)

    @health.get("/metrics")
    @access(Access.LOOPBACK)
    def metrics() -> Response:
        """The figures of this process and the depth of every queue, as Prometheus reads them."""
        return unkept(Response(generate_latest(figures.registry), content_type=CONTENT_TYPE_LATEST), 200)

    return health


def unkept(response: Response, status: int) -> Response:
    """An answer that is true only now."""
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


# -- the parts -----------------------------------------------------------------------------------------------------


def database(services: Services) -> Part:
    """Whether PostgreSQL answers, and what waits in it."""
    try:
        with services.database.begin() as session:
            session.execute(text("SELECT 1"))
    except DatabaseAway:
        return Part(False, {"advice": "letters go to the spool until it is back"})
    return Part(True, {})


def redis(services: Services) -> Part:
    """Whether Valkey answers."""
    try:
        services.redis.ping()
    except RedisError:
        return Part(False, {"advice": "sessions are held by each process until it is back"})
    return Part(True, {})


def spool(services: Services) -> Part:
    """How many letters wait on disk, and how long the oldest has waited."""
    age = spool_age(services)
    return Part(age < OLD_SPOOL, {"letters": services.spool.depth(), "oldest_seconds": round(age)})


def city(services: Services) -> Part:
    """Which city is served."""
    try:
        return Part(True, {"name": services.cities.current().city.name})
    except NoCity:
        return Part(False, {"advice": "scripts/izwi city load DIR"})


def workers(services: Services) -> Part:
    """How many workers listen to each queue."""
    try:
        counts = {name: listeners(services, name) for name in QUEUES}
    except RedisError:
        return Part(False, {"advice": "nobody knows while Valkey is away"})
    return Part(all(counts.values()), counts)


PARTS: Mapping[str, Callable[[Services], Part]] = {
    "database": database,
    "redis": redis,
    "spool": spool,
    "city": city,
    "workers": workers,
}


def can_spool(services: Services) -> bool:
    """Whether a letter could be written to the spool now."""
    folder = services.spool.folder
    return os.access(folder, os.W_OK | os.X_OK) and services.spool.depth() < services.spool.most


def what_is_missing(services: Services) -> Iterator[str]:
    """What keeps this process from serving the city."""
    try:
        with services.database.begin() as session:
            is_current = schema.is_current(session)
    except DatabaseAway:
        yield "the database does not answer"
    else:
        if not is_current:
            yield "the database is not migrated: scripts/izwi migrate"
        elif not city(services).works:
            yield "no city is loaded: scripts/izwi city load DIR"
        elif not services.references.stock():  # while the database is away none could be leased
            yield "no reference is leased"
    if not redis(services).works:
        yield "redis does not answer"
