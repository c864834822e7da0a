"""The one place where the parts are joined; Clock is among them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy.orm import Session

from app.civic import categories, dates, msisdn, quiet, standards
from app.civic.city import City
from app.civic.keywords import Keywords
from app.civic.landmarks import Landmark, Landmarks
from app.civic.places import PlaceIndex
from app.config import Settings, read_settings
from app.engine.flow import Flows
from app.engine.words import Texts, Words
from app.gateway.africastalking import AfricasTalking
from app.gateway.face import Gateway
from app.gateway.simulator import Simulator
from app.storage import cities, inbox, landmarks
from app.storage.database import Database, DatabaseAway
from app.storage.editions import KEPT, Editions
from app.storage.letters import Letter, Said
from app.storage.patience import Hasty
from app.storage.references import References
from app.storage.sessions import Sessions
from app.storage.shelf import Shelf
from app.storage.spool import Spool
from app.storage.vault import Vault
from app.storage.wakeups import Wakeups

FLOWS = Path(__file__).resolve().parent.parent / "flows"
LOOK_AGAIN = 3.0
LEARN_AGAIN = 60.0


class NoCity(RuntimeError):
    """No city pack was loaded yet: `izwi city load DIR`."""


@dataclass(frozen=True)
class Clock:
    """The one clock: the machine's, moved by `ahead` in a simulation."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """An aware UTC datetime."""
        return datetime.now(UTC) + self.ahead


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
    clock: Clock
    known: Known | None = None
    looked_at: float = 0.0
    learnt_at: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def current(self) -> Known:
        """The city now. Raises NoCity."""
        if self.known is None or monotonic() - self.looked_at > LOOK_AGAIN:
            with self.lock:
                self._look()
        if self.known is None:
            raise NoCity("no city is loaded: izwi city load DIR")
        return self.known

    def _look(self) -> None:
        self.looked_at = monotonic()
        try:
            with self.database.begin() as session:
                pack = cities.newest(session)
                if pack is None or self._is_known(pack):
                    self._learn(session)
                    return
                city, learnt = cities.load(session, pack), landmarks.known(session)
        except DatabaseAway:
            self._look_beside_the_spool()
            return
        self.known, self.learnt_at = self._know(pack, city, learnt), monotonic()
        cities.snapshot(self.folder, city)

    def _is_known(self, pack: int) -> bool:
        """Whether this pack is the one in hand, worked out for today: wards may be redrawn over night."""
        known = self.known
        return known is not None and known.pack == pack and known.day == dates.day(self.clock.now(), known.city.zone)

    def _learn(self, session: Session) -> None:
        """Hands what was learnt of landmarks meanwhile to the places, once a minute."""
        if self.known is not None and monotonic() - self.learnt_at > LEARN_AGAIN:
            places = self.known.places.knowing(Landmarks(landmarks.known(session)))
            self.known, self.learnt_at = replace(self.known, places=places), monotonic()

    def _look_beside_the_spool(self) -> None:
        city = cities.from_snapshot(self.folder) if self.known is None else None
        if city is not None:
            self.known = self._know(0, city)

    def _know(self, pack: int, city: City, learnt: Iterable[Landmark] = ()) -> Known:
        day = dates.day(self.clock.now(), city.zone)
        return Known(pack, day, city, PlaceIndex(city, day).knowing(Landmarks(learnt)))


@dataclass(repr=False)  # it holds a whole city
class Services:
    """Everything that a process needs, joined."""

    settings: Settings
    clock: Clock
    vault: Vault
    database: Database
    redis: "Redis"
    spool: Spool
    references: References
    sessions: Sessions
    wakeups: Wakeups
    cities: Cities
    editions: Editions
    gateway: Gateway

    @property
    def flows(self) -> Flows:
        """The menus as they are now; a conversation goes on in the edition in which it began."""
        return self.editions.current().flows

    @property
    def words(self) -> Words:
        """The catalogues as they are now."""
        return self.editions.current().words

    @property
    def texts(self) -> Texts:
        """What is said outside screens, as it is now."""
        return self.editions.current().texts

    @property
    def keywords(self) -> Keywords:
        """What words of an SMS mean now."""
        return self.editions.keywords()

    def keep(self, letter: Letter) -> Said:
        """Stores a letter in the inbox, else in the spool, and wakes the workers. Raises SpoolFull: nothing is kept."""
        try:
            with self.database.begin() as session:
                said = inbox.keep(session, letter, self.vault)
        except DatabaseAway:
            return self.spool.keep(letter)
        self.wakeups.wake("intake")
        return said

    def aim(self, category: str, received_at: datetime) -> datetime | None:
        """When the published standard says that a report should be dealt with."""
        city = self.cities.current().city
        standard = city.standard_of(category)
        return standards.aim(standard, received_at, city) if standard else None

    def may_text(self, phone: str) -> bool:
        """Whether the pack allows texts to the country of a number."""
        return msisdn.region(phone) in self.cities.current().city.allowed_countries

    def news_may_leave(self, now: datetime) -> datetime:
        """When news of a case, a poll or results may leave: now, or after the quiet hours."""
        city = self.cities.current().city
        return quiet.next_allowed(now, city.zone, city.texting_hours, city.holidays, city.country)

    def is_place(self, words: str) -> bool:
        """Whether words name a place or a ward."""
        places = self.cities.current().places
        return places.ward_of_number(words) is not None or bool(places.find(words, 1))

    def is_problem(self, words: str) -> bool:
        """Whether words name a kind of problem."""
        city = self.cities.current().city
        return categories.classify(words, city, city.default_language) is not None

    def plain(self, name: str) -> str:
        """A text in the city's own language, for whoever has not chosen one."""
        language = self.cities.current().city.default_language
        return self.texts.text(name, language, service_code=self.settings.service_code)

    def example(self, language: str) -> str:
        """How a report by SMS looks, with a word that the city knows."""
        city = self.cities.current().city
        category = city.menu()[0]
        words = category.keywords.get(language) or category.keywords.get(city.default_language) or (category.code,)
        return f"{words[0].upper()} {city.area_example.capitalize()}"


def gateway_of(settings: Settings) -> Gateway:
    """The gateway that the settings name."""
    if settings.gateway == "simulator":
        return Simulator()
    return AfricasTalking(
        settings.at_username or "", settings.at_api_key or "", settings.at_sender, settings.at_base_url
    )


def wire(settings: Settings, statement_ms: int = 1000) -> Services:
    """Joins the parts; nothing is asked of a network yet."""
    clock = Clock(settings.time_shift)
    vault = Vault(settings.phone_keys, settings.index_keys)
    database = Database.at(settings.database_url, statement_ms)
    redis = Hasty.from_url(
        settings.redis_url,
        socket_timeout=0.5,
        socket_connect_timeout=0.5,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )
    return Services(
        settings=settings,
        clock=clock,
        vault=vault,
        database=database,
        redis=redis,
        spool=Spool(settings.spool_dir, vault),
        references=References(settings.spool_dir, database),
        sessions=Sessions(redis, vault),
        wakeups=Wakeups(redis),
        cities=Cities(database, settings.spool_dir, clock),
        editions=Editions(database, Shelf(settings.spool_dir, KEPT.total_seconds()), FLOWS, settings.drafts),
        gateway=gateway_of(settings),
    )


@cache
def services() -> Services:
    """The services of this worker process; RQ hands jobs no arguments, so they ask here."""
    return wire(read_settings(), statement_ms=30_000)
