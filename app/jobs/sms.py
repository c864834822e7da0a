"""One SMS being worked on: what it says, and how it is answered to the measure that its writer chose."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from app.civic import categories, whereabouts
from app.civic.city import Category, Ending
from app.civic.written import Written
from app.engine import gsm
from app.jobs.work import Work
from app.storage.letters import Letter
from app.storage.messages import Text
from app.storage.tables import Resident

LONGEST: Final = 306
"""Septets of two segments: no answer is longer."""


@dataclass
class Sms:
    """One SMS being worked on; `remark` is what it says beside the answer that was read in it."""

    work: Work
    letter: Letter
    resident: Resident
    remark: str = ""

    @property
    def text(self) -> str:
        """What was written."""
        return str(self.letter.body["text"])

    @property
    def leaves(self) -> bool:
        """Whether it only left a conversation when it was kept, although its words may stand for STOP."""
        return bool(self.letter.body.get("leaves"))

    @property
    def is_first(self) -> bool:
        """Whether this number was never answered anything: only then nobody chose the language it is answered in."""
        is_new = self.resident.created_at == self.work.now
        return is_new and all(text.phone != self.letter.phone for text in self.work.texts_out)

    @property
    def language(self) -> str:
        """The language that this resident is answered in."""
        return self.resident.language

    def say(self, name: str, /, **values: str) -> str:
        """A text in the resident's language."""
        return self.work.say(name, self.language, **values)

    # -- answers, each sent once -----------------------------------------------------------------------------------

    def answer(self, purpose: str, text: str) -> None:
        """Answers what was asked, with a text that tells whoever reads it nothing of this resident."""
        intent = f"{purpose}:{self.letter.key}"
        at = self.letter.received_at
        letters = self.work.city.letters(self.language)
        self.work.send(Text(intent, purpose, self.letter.phone, text, answers_at=at, tries=3, letters=letters))

    def tell(self, purpose: str, text: str) -> None:
        """Answers what was asked with something of theirs: others may read it, so perhaps only by dial."""
        self.answer(purpose, text if self.resident.measure == "full" else self.say("sms.dial"))

    def reply(self, purpose: str, text: str) -> None:
        """Says what became of the SMS; nothing to those who want no texts."""
        if self.resident.measure != "none":
            self.answer(purpose, text)

    def add(self, line: str) -> None:
        """Ends the last answer with one more line, where it stays within two segments."""
        texts = self.work.texts_out
        ours = [place for place, text in enumerate(texts) if text.intent == f"{text.purpose}:{self.letter.key}"]
        for place in ours[-1:]:
            longer = f"{texts[place].text} {line}"
            if gsm.parts(gsm.sent(longer, texts[place].letters)).count <= 2:
                texts[place] = replace(texts[place], text=longer)

    # -- what it speaks of -----------------------------------------------------------------------------------------

    @cached_property
    def kind(self) -> Category | None:
        """The category that the words name, in any language of the city; None if they name none."""
        code = categories.classify(self.text, self.work.city, self.language)
        return self.work.city.category(code) if code else None

    @cached_property
    def beside(self) -> Category | None:
        """The category that they name beside saying where it is: "next to the robot" is no problem of the robot."""
        place = self.work.city.place(self.place)
        where = whereabouts.places_in(self.text, (place.name, *place.aliases) if place else ())
        code = categories.classify(self.text, self.work.city, self.language, where)
        return self.work.city.category(code) if code else None

    @cached_property
    def endings(self) -> frozenset[Ending]:
        """Whether it speaks of danger or of bribes, whatever else it is about."""
        return categories.endings(self.text, self.work.city, self.language)

    @cached_property
    def place(self) -> str:
        """The key of the place that the words name, empty where that is not sure."""
        found = self.work.services.cities.current().places.in_text(self.text)
        return found.place.key if found else ""

    @cached_property
    def ward(self) -> str:
        """The key of the ward whose number is the whole message, or is named in it."""
        places = self.work.services.cities.current().places
        ward = places.ward_of_number(self.text) or places.ward_in_text(self.text)
        return ward.key if ward else ""

    @cached_property
    def written(self) -> Written:
        """All of that, as a conversation reads it."""
        place, ward = self.work.city.place(self.place), self.work.city.ward(self.ward)
        name, number = place.name if place else "", str(ward.number) if ward else ""
        return Written(self.text, self.kind, self.beside, self.place, name, number, alarms=bool(self.endings))
