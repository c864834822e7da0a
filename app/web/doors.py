"""The doors by which the gateway comes in: raw bodies become hops and letters. Our own handset uses the same ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from app.civic import keywords, msisdn
from app.conversation.dialling import converse
from app.engine.state import Reply
from app.engine.words import SOURCE_LANGUAGE
from app.gateway import africastalking, fields
from app.gateway.face import Unusable
from app.gateway.fields import Form
from app.jobs import sending
from app.storage import inbox, questions
from app.storage.database import DatabaseAway
from app.storage.letters import Letter, key_of
from app.storage.spool import SpoolFull
from app.web import mishaps
from app.web.crowd import Crowd, Crowded
from app.web.figures import Figures
from app.wiring import NoCity, Services


@dataclass
class Doors:
    """Answers hops and stores letters; whatever happens, the gateway gets an answer that it can use."""

    services: Services
    figures: Figures
    crowd: Crowd = field(default_factory=Crowd)

    def hop(self, body: bytes) -> Reply:
        """The reply to one hop, always."""
        with self.figures.hop_seconds.time():
            reply, answer = self._hop(body)
        self.figures.hops.labels(answer).inc()
        return reply

    def session_end(self, body: bytes) -> None:
        """Counts the end of a session; what is dropped is found by our own clock, since this may never come."""
        try:
            status = africastalking.session_end(fields.form(body)).status.lower()
        except Unusable:
            status = "unusable"
        known = status if status in {"success", "incomplete", "failed", "unusable"} else "other"
        self.figures.session_ends.labels(known).inc()

    def take(self, door: str, body: bytes) -> bool:
        """Stores what came by the door `sms`, `delivery` or `optout`; False if nothing could be stored."""
        outcome = self._take(door, body, self.services.clock.now())
        self.figures.letters.labels(door, outcome).inc()
        return outcome != "refused"

    def polite(self, name: str) -> str:
        """A text in the city's language, or in English where even the city cannot be asked."""
        try:
            return self.services.plain(name)
        except Exception as error:  # noqa: BLE001 - an apology must not fail
            mishaps.note("an apology was said in English", error)
            code = self.services.settings.service_code
            return self.services.texts.text(name, SOURCE_LANGUAGE, service_code=code)

    def _hop(self, body: bytes) -> tuple[Reply, str]:
        try:
            hop = africastalking.hop(fields.form(body))
            with self.crowd.place(is_new=not hop.text):
                reply = converse(self.services, hop)
        except Unusable:
            return self._end("dial.unusable"), "unusable"
        except Crowded:
            return self._end("dial.busy"), "busy"
        except Exception as error:  # noqa: BLE001 - a phone never shows an error page
            mishaps.note("a hop failed", error)
            self.figures.mishaps.labels("hop").inc()
            return self._end("dial.again"), "mishap"
        return reply, "end" if reply.ends else "con"

    def _end(self, name: str) -> Reply:
        return Reply(self.polite(name), ends=True)

    def _take(self, door: str, body: bytes, now: datetime) -> str:
        try:
            return self._keep(door, body, now)
        except (SpoolFull, NoCity) as error:
            mishaps.note(f"{door}: nothing could be stored", error)
        except Exception as error:  # noqa: BLE001 - it would be sent again and fail again: a person looks at it
            mishaps.note(f"{door}: set aside", error)
            self.figures.mishaps.labels(door).inc()
            return self._set_aside(door, body, now)
        return "refused"

    def _keep(self, door: str, body: bytes, now: datetime) -> str:
        try:
            letter = LETTERS[door](self.services, fields.form(body), now)
        except Unusable:
            return self._set_aside(door, body, now)
        self.services.keep(letter)
        return "kept"

    def _set_aside(self, door: str, body: bytes, now: datetime) -> str:
        """Keeps a body that cannot be read for a person: answering 400 would only bring it back for twelve hours."""
        raw, key = body.decode("utf-8", "backslashreplace"), key_of("unusable", door, sha256(body).hexdigest())
        try:
            with self.services.database.begin() as session:
                inbox.set_aside(session, key, raw, door, now, self.services.vault)
        except DatabaseAway:
            return self._set_aside_on_disk(Letter(key, "unusable", "", {"raw": raw, "door": door}, now))
        except Exception as error:  # noqa: BLE001 - say that it is not stored, so that it comes again
            mishaps.note(f"{door}: could not be set aside", error)
            return "refused"
        return "set_aside"

    def _set_aside_on_disk(self, letter: Letter) -> str:
        try:
            self.services.spool.keep(letter)
        except SpoolFull as error:
            mishaps.note("the spool takes no more", error)
            return "refused"
        return "set_aside"


def sms(services: Services, form: Form, now: datetime) -> Letter:
    """An SMS as a letter; its opt-out counts from when it is kept. Raises Unusable for a sender with no number.

    CANCEL and END only leave an open conversation: that is decided here, and the worker holds to it.
    """
    said = africastalking.sms(form)
    phone = _phone(services, said.sender, "from")
    leaves = keywords.is_leave(said.text, services.keywords) and _in_conversation(services, phone, now)
    body: dict[str, object] = {
        "id": said.id,
        "text": said.text,
        "to": said.to,
        "cut": said.cut,
        "stops": keywords.is_stop(said.text, services.keywords, in_conversation=leaves),
    }
    if leaves:
        body["leaves"] = True
    return Letter(key_of("sms", said.id, phone), "sms", phone, body, now)


def _in_conversation(services: Services, phone: str, now: datetime) -> bool:
    """Whether a number is in a conversation of its own; while the database is away nobody can tell, and STOP wins."""
    try:
        with services.database.begin() as session:
            return questions.in_conversation(session, services.vault.index(phone), now)
    except DatabaseAway:
        return False


def delivery(services: Services, form: Form, now: datetime) -> Letter:
    """A delivery report as a letter: each status of a message counts once."""
    said = africastalking.delivery(form)
    phone = msisdn.parse(said.phone, services.cities.current().city.country)
    return sending.delivery_letter(replace(said, phone=phone or ""), now)


def optout(services: Services, form: Form, now: datetime) -> Letter:
    """An opt-out as a letter; every one counts, since the number may have started again in between."""
    return sending.opt_out_letter(_phone(services, africastalking.optout(form).phone, "phoneNumber"), now)


def _phone(services: Services, said: str, name: str) -> str:
    phone = msisdn.parse(said, services.cities.current().city.country)
    if phone is None:
        raise Unusable({name: "is no telephone number"})
    return phone


LETTERS: Mapping[str, Callable[[Services, Form, datetime], Letter]] = {
    "sms": sms,
    "delivery": delivery,
    "optout": optout,
}
