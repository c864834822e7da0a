"""One handset: it dials, types and writes as a phone does, and shows the texts that it got."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from app.engine.gsm import septets
from app.gateway import builders
from app.gateway.face import Hop, IncomingSms
from app.storage import messages
from app.storage.tables import Message
from app.web.doors import Doors
from app.web.simulator.asked import Typed
from app.wiring import Services


@dataclass(frozen=True)
class Handset:
    """A phone without a network: its forms go straight to the doors."""

    services: Services
    doors: Doors

    def dial(self, phone: str, dialled: str) -> dict[str, Any]:
        """The first screen of a session; what follows our code (`*120*4932*9*4829131#`) is typed at once."""
        code, text = split_code(dialled.strip(), self.services.settings.service_code)
        return self._hop(Hop(f"sim-{uuid4().hex}", code, phone, builders.NO_NETWORK, text))

    def reply(self, phone: str, said: Typed) -> dict[str, Any]:
        """The next screen; the transcript grows as the gateway's does."""
        text = f"{said.text}*{said.typed}" if said.text else said.typed
        return self._hop(Hop(said.session, said.code, phone, builders.NO_NETWORK, text))

    def write(self, phone: str, text: str) -> bool:
        """Sends us an SMS; False if it could not be stored."""
        sent_at = f"{self.services.clock.now():%Y-%m-%d %H:%M:%S}"
        to = self.services.settings.short_code
        sms = IncomingSms(f"sim-{uuid4().hex}", phone, to, text, sent_at, builders.NO_NETWORK)
        return self.doors.take("sms", body_of(builders.sms_form(sms)))

    def outbox(self, phone: str) -> list[dict[str, Any]]:
        """The texts to a number, oldest first."""
        with self.services.database.begin() as session:
            sent = messages.sent_to(session, self.services.vault.index(phone))
        return [plain(message, phone) for message in sent]

    def _hop(self, hop: Hop) -> dict[str, Any]:
        reply = self.doors.hop(body_of(builders.hop_form(hop)))
        return {
            "session": hop.session_id,
            "code": hop.service_code,
            "text": hop.text,
            "screen": reply.text,
            "ends": reply.ends,
            "septets": septets(reply.text),
        }


def split_code(dialled: str, ours: str) -> tuple[str, str]:
    """The service code and what is typed at once behind it; a code that is not ours stays whole."""
    stem = ours.removesuffix("#")
    if dialled.startswith(f"{stem}*") and dialled.endswith("#"):
        return ours, dialled[len(stem) + 1 : -1]
    return dialled, ""


def body_of(form: dict[str, str]) -> bytes:
    """A form as a gateway posts it."""
    return urlencode(form).encode()


def plain(message: Message, phone: str) -> dict[str, Any]:
    """A text as the contract has it."""
    return {
        "id": message.id,
        "to": phone,
        "text": message.text,
        "segments": message.segments,
        "status": message.state,
        "purpose": message.purpose,
        "at": message.created_at.isoformat(),
    }
