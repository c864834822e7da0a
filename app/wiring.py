"""The one place where the parts are joined; Clock is among them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.civic import categories, msisdn, quiet, standards, whereabouts
from app.civic.city import Place
from app.civic.keywords import Keywords
from app.config import Settings, read_settings
from app.engine.flow import Flows
from app.engine.words import Texts, Words
from app.gateway.africastalking import AfricasTalking
from app.gateway.face import Gateway
from app.gateway.simulator import Simulator
from app.storage import inbox
from app.storage.cities import Cities, Known, NoCity
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

__all__ = ["FLOWS", "Clock", "Known", "NoCity", "Services", "gateway_of", "services", "wire"]

FLOWS = Path(__file__).resolve().parent.parent / "flows"


@dataclass(frozen=True)
class Clock:
    """The one clock: the machine's, moved by `ahead` in a simulation."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """An aware UTC datetime."""
        return datetime.now(UTC) + self.ahead


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
        """Whether words name a place or a ward, and say no more: neither a problem nor what happened there."""
        places = self.cities.current().places
        if places.ward_of_number(words) is not None:
            return True
        match = next(iter(places.find(words, 1)), None)
        if match is None or match.exact:
            return match is not None
        return not self.is_problem(words) and (places.reads_alike(words) or not self._goes_on(words, match.place))

    def _goes_on(self, words: str, place: Place) -> bool:
        polite = (" ".join(phrase) for phrase in self.keywords.answers.phrases["polite"])
        return whereabouts.goes_on(words, (place.name, *place.aliases), (*self.keywords.wards, *polite))

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
    editions = Editions(database, Shelf(settings.spool_dir, KEPT.total_seconds()), FLOWS, settings.drafts)
    return Services(
        settings=settings,
        clock=clock,
        vault=vault,
        database=database,
        redis=redis,
        spool=Spool(settings.spool_dir, vault),
        references=References(settings.spool_dir, database),
        sessions=Sessions(redis, vault, mark_file=settings.spool_dir / "sessions.mark"),
        wakeups=Wakeups(redis),
        cities=Cities(database, settings.spool_dir, clock, editions),
        editions=editions,
        gateway=gateway_of(settings),
    )


@cache
def services() -> Services:
    """The services of this worker process; RQ hands jobs no arguments, so they ask here."""
    return wire(read_settings(), statement_ms=30_000)
