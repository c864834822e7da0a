"""Phones for tests: they dial and write as residents do, through the conversation or the webhooks."""

from dataclasses import dataclass, field
from itertools import count

from app.conversation.dialling import converse
from app.engine.gsm import septets
from app.engine.state import Reply
from app.gateway.face import Hop
from app.jobs import intake, sending
from app.storage import messages
from app.web import doors
from app.wiring import Services

LIMIT = 160
sessions = count(1)


@dataclass
class Phone:
    """One resident's phone; every screen it sees is measured."""

    services: Services
    number: str
    session: str = ""
    typed: list[str] = field(default_factory=list)

    def dial(self, *inputs: str) -> Reply:
        """Dials and types, one hop after the other; returns the last screen."""
        self.session, self.typed = f"session-{next(sessions)}", []
        reply = self.hop()
        for one in inputs:
            reply = self.type(one)
        return reply

    def dial_directly(self, *inputs: str) -> Reply:
        """Dials a long code: the first hop has all of it."""
        self.session, self.typed = f"session-{next(sessions)}", list(inputs)
        return self.hop()

    def type(self, one: str) -> Reply:
        """One more input in the session."""
        self.typed.append(one)
        return self.hop()

    def hop(self) -> Reply:
        """The present transcript, posted (again)."""
        code = self.services.settings.service_code
        reply = converse(self.services, Hop(self.session, code, self.number, "65501", "*".join(self.typed)))
        size = septets(reply.text)
        assert size is not None, f"a letter outside GSM-7: {reply.text}"
        assert size <= LIMIT, f"{size} septets: {reply.text}"
        return reply

    def write(self, text: str) -> None:
        """Sends an SMS, which comes in by the gateway's door."""
        form = {"id": f"sms-{next(sessions)}", "from": self.number, "to": self.services.settings.short_code}
        fields = {name: [value] for name, value in (form | {"text": text}).items()}
        self.services.keep(doors.sms(self.services, fields, self.services.clock.now()))

    def inbox(self) -> list[str]:
        """The texts this phone has got, oldest first, after the workers have done what waits."""
        work(self.services)
        with self.services.database.begin() as session:
            sent = messages.sent_to(session, self.services.vault.index(self.number))
            return [message.text for message in sent if message.state in ("accepted", "delivered")]


def work(services: Services) -> None:
    """What the workers do when they are woken, until nothing waits."""
    while intake.run(services) + sending.run(services):
        pass
