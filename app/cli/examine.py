"""The parts of an instance, each looked at by one function; what cannot be asked is said to be away, not guessed."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from redis import RedisError, ResponseError
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli import editions, posts
from app.cli.trouble import Trouble
from app.cli.urls import addresses
from app.engine.source import FlowFaults
from app.jobs import publishing
from app.storage import breaker, inbox, messages, schema, staff
from app.storage.tables import Inbox, Switch
from app.storage.wakeups import QUEUES
from app.wiring import NoCity, Services

OLD_LETTER = timedelta(minutes=1)
LEAST_FREE = 1_000_000_000  # bytes
PATIENCE = 3.0


@dataclass(frozen=True)
class Finding:
    """How one part is; `do` says what to do if it is not well, or what to know if it is."""

    part: str
    well: bool
    state: str
    do: str = ""


def everything(services: Services) -> Iterator[Finding]:
    """Every finding, the parts that others need first."""
    yield from database(services)
    yield from redis(services)
    for look in (spool, disk, drafts, web):
        yield look(services)


def database(services: Services) -> Iterator[Finding]:
    """PostgreSQL, its schema, and what it holds."""
    if not services.database.answers():
        yield Finding("database", False, "away", "start it or correct DATABASE_URL; letters go to the spool until then")
        return
    yield Finding("database", True, "answers")
    with services.database.begin() as session:
        current = schema.is_current(session)
    if not current:
        yield Finding("migration", False, "not up to date", "scripts/izwi migrate")
        return
    yield Finding("migration", True, "up to date")
    yield city(services)
    with services.database.begin() as session:
        for look in HELD:
            yield look(services, session)


def city(services: Services) -> Finding:
    """Which city is served."""
    try:
        return Finding("city", True, services.cities.current().city.name)
    except NoCity:
        return Finding("city", False, "none is loaded", "scripts/izwi city load DIR")


def letters(services: Services, session: Session) -> Finding:
    """Letters that wait to be worked."""
    oldest = session.scalar(select(func.min(Inbox.received_at)).where(Inbox.state == "new", Inbox.attempts == 0))
    count = inbox.waiting(session)
    late = oldest is not None and services.clock.now() - oldest > OLD_LETTER
    return Finding("inbox", not late, f"{count} letters wait", "do worker and clock run?" if late else "")


def parked(services: Services, session: Session) -> Finding:
    """Letters that were given up; forms that nobody could read are only told of, since anybody may send some."""
    dead, unusable = (inbox.parked_count(session, state) for state in ("dead", "unusable"))
    do = "scripts/izwi dead list, then dead retry" if dead else ""
    return Finding("dead", not dead, f"{dead} letters were given up, {unusable} forms could not be read", do)


def sending(services: Services, session: Session) -> Finding:
    """Whether texts leave."""
    why = messages.paused(session)
    count = messages.queued(session, services.clock.now())
    if why is not None:
        return Finding("sending", False, f"paused: {why}; {count} texts wait", "scripts/izwi sending resume")
    return Finding("sending", True, f"{count} texts wait")


def gateway(services: Services, session: Session) -> Finding:
    """Whether the gateway takes what we send."""
    failing = session.get(Switch, breaker.NAME)
    failed = int(failing.value) if failing is not None else 0
    if failed >= breaker.TRIPS_AT:
        return Finding("gateway", False, f"{failed} texts failed in a row", "see the account and the gateway's status")
    return Finding("gateway", True, f"{services.settings.gateway}, {failed} texts failed in a row")


def admins(services: Services, session: Session) -> Finding:
    """Whether anybody may do everything."""
    if staff.has_admin(session):
        return Finding("staff", True, "there is an admin")
    return Finding("staff", False, "there is no admin", "scripts/izwi staff add --first")


def flows(services: Services, session: Session) -> Finding:
    """What is said, and whether the folder of flows could be."""
    try:
        found = publishing.look(services)
    except NoCity:
        return Finding("flows", True, "nobody can tell without a city")
    state = f"{editions.short(found.said)} is said, the folder is {editions.standing(found)}"
    faults = [*found.refused, *found.told]
    if faults:
        return Finding("flows", False, f"{state}: {editions.counted(faults)}", "scripts/izwi flows status")
    return Finding("flows", True, state)


HELD: Sequence[Callable[[Services, Session], Finding]] = (letters, parked, sending, gateway, admins, flows)


def redis(services: Services) -> Iterator[Finding]:
    """Valkey, whether it may forget, and who listens to the queues."""
    try:
        services.redis.ping()
        yield Finding("valkey", True, "answers")
        yield eviction(services)
        yield queues(services)
    except RedisError:
        yield Finding("valkey", False, "away", "start it or correct REDIS_URL; work goes on, slower")


def eviction(services: Services) -> Finding:
    """A queue must not lose jobs when memory is short."""
    try:
        policy = services.redis.config_get("maxmemory-policy").get("maxmemory-policy", "unknown")
    except ResponseError:
        return Finding("eviction", True, "not told", "make sure that maxmemory-policy is noeviction")
    well = policy == "noeviction"
    return Finding("eviction", well, str(policy), "" if well else "set maxmemory-policy noeviction")


def queues(services: Services) -> Finding:
    """Whether every queue has a worker, and whether jobs failed."""
    found = {name: services.wakeups.queue(name) for name in QUEUES}
    alone = [name for name in found if not services.wakeups.listeners(name)]
    failed = sum(FailedJobRegistry(name, connection=services.redis, serializer=JSONSerializer).count for name in found)
    state = f"{sum(queue.count for queue in found.values())} wake-ups wait, {failed} jobs failed today"
    if alone:
        return Finding("queues", False, f"nobody works {', '.join(alone)}; {state}", "scripts/izwi worker")
    return Finding("queues", True, state, "the worker's log says why" if failed else "")


def spool(services: Services) -> Finding:
    """Letters on disk that the database has not yet."""
    depth, oldest = services.spool.depth(), services.spool.oldest()
    age = max(0, round(time.time() - oldest)) if oldest is not None else 0
    well = age <= OLD_LETTER.total_seconds()
    torn = sum(1 for _ in services.spool.folder.glob("*.torn"))
    state = f"{depth} letters, the oldest {age} s old" + (f", {torn} unreadable files" if torn else "")
    return Finding("spool", well and not torn, state, "" if well and not torn else "do worker and database run?")


def disk(services: Services) -> Finding:
    """Room for letters while the database is away."""
    free = shutil.disk_usage(services.settings.spool_dir).free
    do = "" if free >= LEAST_FREE else f"make room beside {services.settings.spool_dir}"
    return Finding("disk", not do, f"{free / 1e9:.1f} GB free", do)


def drafts(services: Services) -> Finding:
    """Translations that no speaker has reviewed: wrong only where real residents read them."""
    try:
        catalogues = services.words.catalogues
    except FlowFaults:
        return Finding("drafts", False, "the flows cannot be read", "scripts/izwi flows status")
    counts = {name: sum(one.draft for one in entries.values()) for name, entries in catalogues.items()}
    state = ", ".join(f"{name} {count}" for name, count in counts.items() if count) or "none"
    shown = services.settings.drafts and services.settings.gateway != "simulator" and state != "none"
    do = "have them reviewed, or set IZWI_DRAFTS=0" if shown else ""
    return Finding("drafts", not shown, f"unreviewed texts: {state}", do)


def web(services: Services) -> Finding:
    """Whether the instance answers where people and the gateway look for it."""
    url = addresses(services.settings)["health"]
    try:
        posts.ask(url, patience=PATIENCE)
    except Trouble as trouble:
        return Finding("web", False, trouble.message, "start the web, or correct PUBLIC_URL")
    return Finding("web", True, f"answers at {posts.place(url)}")
