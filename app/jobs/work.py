"""One transaction of work: what it may use, and what leaves with it at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.civic import dates, references
from app.civic.city import City
from app.engine.words import Texts
from app.storage import messages, residents
from app.storage.counters import Deltas
from app.storage.messages import Text
from app.storage.tables import Case, Resident
from app.storage.vault import Unsealable, Vault
from app.wiring import Services


@dataclass
class Work:
    """Effects, figures and texts gathered here are committed together or not at all."""

    services: Services
    session: Session
    now: datetime
    deltas: Deltas = field(default_factory=Deltas)
    texts_out: list[Text] = field(default_factory=list)
    stops: dict[bytes, tuple[datetime, str]] = field(default_factory=dict)

    @classmethod
    def begin(cls, services: Services, session: Session) -> "Work":
        """Work that happens now, by the one clock."""
        return cls(services, session, services.clock.now())

    def finish(self) -> None:
        """Writes opt-outs, figures and texts; the caller's transaction commits them.

        Numbers are locked here and together, as senders lock them: one after the other, each might wait for the other.
        """
        if self.stops:
            residents.lock_sending(self.session, list(self.stops))
        for index, (at, source) in self.stops.items():
            residents.stop(self.session, index, at, source)
        self.stops.clear()
        self.deltas.apply(self.session)
        messages.queue(self.session, self.texts_out, self.vault, self.now)
        self.texts_out.clear()

    @contextmanager
    def whole(self) -> Iterator[None]:
        """A part of the work that is done whole or not at all: if it fails, the rest can go on."""
        texts, changes, stops = list(self.texts_out), self.deltas.changes.copy(), dict(self.stops)
        try:
            with self.session.begin_nested():
                yield
        except Exception:
            self.texts_out, self.deltas, self.stops = texts, Deltas(changes), stops
            raise

    @property
    def city(self) -> City:
        """The city as it is known now."""
        return self.services.cities.current().city

    @property
    def vault(self) -> Vault:
        """What opens and seals numbers."""
        return self.services.vault

    @property
    def texts(self) -> Texts:
        """What is said outside screens."""
        return self.services.texts

    @property
    def today(self) -> date:
        """The city's date."""
        return self.day(self.now)

    def day(self, moment: datetime) -> date:
        """The city's date at a moment."""
        return dates.day(moment, self.city.zone)

    def resident(self, phone: str, language: str = "") -> Resident:
        """The resident of a number; a first contact makes one."""
        return residents.find_or_add(self.session, phone, self.vault, language or self.city.default_language, self.now)

    def phone_of(self, resident: Resident) -> str:
        """The number, opened for sending. Raises Unsealable."""
        return self.vault.open(resident.phone_sealed, resident.phone_index)

    def say(self, name: str, language: str, /, **values: str) -> str:
        """A text in a language, with what every text may name."""
        settings = self.services.settings
        common = {
            "service_code": settings.service_code,
            "short_code": settings.short_code,
            "city": self.city.name,
            "example": self.services.example(language),
            "area_example": self.city.area_example,
        }
        return self.texts.text(name, language, **{**common, **values})

    def send(self, text: Text) -> None:
        """Queues a text with this transaction, if the pack allows texts to that country."""
        if self.services.may_text(text.phone):
            self.texts_out.append(text)

    def stop(self, resident: Resident, at: datetime, source: str) -> None:
        """No texts any more but answers to what comes after this moment."""
        self.stops[resident.phone_index] = at, source

    def take_back(self, intent: str) -> None:
        """A text that has not left is not sent any more."""
        self.texts_out = [text for text in self.texts_out if text.intent != intent]
        messages.cancel(self.session, [intent], "taken back", self.now)

    def tell(self, resident: Resident, intent: str, purpose: str, text: str, **how: int | datetime) -> None:
        """Queues a text to a resident whose number can be opened."""
        try:
            phone = self.phone_of(resident)
        except Unsealable:
            return
        letters = self.city.letters(resident.language)
        self.send(Text(intent, purpose, phone, text, letters=letters, **how))  # type: ignore[arg-type]

    # -- words about a case ----------------------------------------------------------------------------------------

    def case_words(self, case: Case, language: str) -> dict[str, str]:
        """What a text may say of a case: reference, category, area, owner, its day."""
        owner = self.city.owner(case.owner)
        due = case.promised_on or (self.day(case.aim_at) if case.aim_at else None)
        return {
            "reference": references.grouped(case.reference),
            "join_code": references.join_code(self.services.settings.service_code, case.reference),
            "category": self.label(case.category, language),
            "area": self.area(case.place_key, case.ward_key, language),
            "owner": owner.name if owner else case.owner,
            "phone": (owner.phone if owner else "") or "",
            "date": dates.short(due, self.services.words.speech(language)) if due else "",
            "reason": case.reason,
        }

    def label(self, category: str, language: str) -> str:
        """A category as people call it."""
        found = self.city.category(category)
        return found.label(language, self.city.default_language) if found else category

    def area(self, place: str | None, ward: str | None, language: str) -> str:
        """A place, else a ward, as people call it."""
        found = self.city.place(place) if place else None
        held = self.city.ward(ward) if ward else None
        if found is not None:
            return found.name
        if held is not None:
            return self.say("screen.in_ward", language, ward=str(held.number))
        return self.say("screen.unknown_area", language)
