"""An SMS from a resident: a keyword, an answer to what was asked last, or a report. Nothing is lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.civic import categories, polls, references
from app.civic import keywords as words
from app.civic.cases import Verdict
from app.civic.city import Category
from app.civic.keywords import Command
from app.civic.polls import Ambiguous, Answer, Choice
from app.jobs import filing, moves
from app.jobs.work import Work
from app.storage import cases, messages, questions, residents
from app.storage import polls as ballots
from app.storage.letters import Letter
from app.storage.messages import Text
from app.storage.polls import Ballot
from app.storage.tables import Case, Poll, Question, Resident

MISSES_A_DAY = 10
YES_OR_NO = {Verdict.FIXED: {"yes": "yes"}, Verdict.NOT_FIXED: {"no": "no"}}


@dataclass
class Sms:
    """One SMS being worked on."""

    work: Work
    letter: Letter
    resident: Resident

    @property
    def text(self) -> str:
        """What was written."""
        return str(self.letter.body["text"])

    @property
    def language(self) -> str:
        """The language that this resident is answered in."""
        return self.resident.language

    def say(self, name: str, **values: str) -> str:
        """A text in the resident's language."""
        return self.work.say(name, self.language, **values)

    def reply(self, purpose: str, text: str) -> None:
        """Answers this SMS, once."""
        intent = f"{purpose}:{self.letter.key}"
        at = self.letter.received_at
        self.work.send(Text(intent, purpose, self.letter.phone, text, answers_at=at, tries=3))


def sms(work: Work, letter: Letter) -> None:
    """Does what an SMS asks for."""
    message = Sms(work, letter, work.resident(letter.phone))
    command = words.read(
        message.text, work.services.keywords, is_place=work.services.is_place, is_problem=work.services.is_problem
    )
    if command is not None and command.name in COMMANDS:
        COMMANDS[command.name](message, command)
        return
    if not answer_what_was_asked(message):
        report(message)


# -- answers to what was asked -------------------------------------------------------------------------------------


def answer_what_was_asked(message: Sms) -> bool:
    """Gives the SMS to the newest open question that it can answer; False if it answers none."""
    for question in questions.open_for(message.work.session, message.resident.phone_index, message.work.now):
        if ANSWERERS[question.kind](message, question):
            return True
    if not _is_bare_answer(message.text):
        return False
    message.reply("help", message.say("sms.nothing_open"))
    return True


def _is_bare_answer(text: str) -> bool:
    """Whether an SMS is only a number of one or two digits: an answer, though we may not know to what."""
    return text.strip(" .#").isdecimal() and len(text.strip(" .#")) < 3


def answer_verdict(message: Sms, question: Question) -> bool:
    """Is it fixed? 1 yes, 2 no, 3 cannot tell."""
    work = message.work
    choices = [Choice(verdict.value, _in_every_language(message, verdict)) for verdict in Verdict]
    answer = _read(message, choices)
    case = cases.by_reference(work.session, question.subject, lock=True)
    if not isinstance(answer, Answer) or case is None:
        return False
    before = case.status
    moves.give_verdict(work, case, message.resident, Verdict(answer.key))
    if case.status == before:
        reference = references.grouped(case.reference)
        message.reply("verdict", message.say(f"verdict.{answer.key}", reference=reference))
    return True


def _in_every_language(message: Sms, verdict: Verdict) -> dict[str, str]:
    """What a verdict is called; "yes, it is fixed" and "no" will do as well, in any language."""
    spoken = message.work.services.words.languages
    labels = {language: message.work.say(f"screen.{verdict.value}", language) for language in spoken}
    return labels | YES_OR_NO.get(verdict, {})


def _read(message: Sms, choices: Sequence[Choice]) -> Answer | Ambiguous | None:
    """What the SMS answers; "2 burst pipes in Mooki street" is a report, whatever its first figure may mean."""
    answer = polls.read_answer(message.text, choices, message.work.services.keywords.answers)
    if isinstance(answer, Answer) and answer.remark and kind_of(message) is not None and where(message):
        return None
    return answer


def answer_poll(message: Sms, question: Question) -> bool:
    """A voice in a poll; what could mean two choices is asked again, never guessed."""
    work = message.work
    poll = work.session.get_one(Poll, int(question.subject))
    choices = [Choice(one["key"], {poll.language: one["label"]}) for one in poll.choices]
    answer = _read(message, choices)
    if answer is None:
        return False
    if isinstance(answer, Ambiguous):
        message.reply("poll", message.say("poll.ambiguous", choices=numbered(poll)))
        return True
    ballot = Ballot(poll.id, answer.key, answer.remark, message.letter.received_at)
    if ballots.count(work.session, message.resident, ballot):
        label = next(one["label"] for one in poll.choices if one["key"] == answer.key)
        message.reply("poll", message.say("poll.counted", choice=label))
    else:
        message.reply("poll", message.say("poll.closed"))
    return True


def numbered(poll: Poll) -> str:
    """The choices of a poll as a text shows them: `1 Yes, 2 No`."""
    return ", ".join(f"{number} {one['label']}" for number, one in enumerate(poll.choices, start=1))


def answer_details(message: Sms, question: Question) -> bool:
    """What was missing in a report: its place, its kind or both. A message of its own is left for a new report."""
    work = message.work
    case = cases.by_reference(work.session, question.subject, lock=True)
    if case is None or not case.open:
        return False
    place, ward, kind = where(message), ward_typed(message), kind_of(message)
    if kind is not None and case.category not in ("OTHER", kind.code):
        return False
    gives_place = case.place_key is None and case.ward_key is None and bool(place or ward)
    gives_kind = case.category == "OTHER" and kind is not None
    if not gives_place and not gives_kind:
        return False
    if gives_place:
        filing.place_case(work, case, place, ward)
    if kind is not None and gives_kind:
        filing.classify_case(work, case, kind.code)
    questions.close(work.session, message.resident.phone_index, "details", case.reference, work.now)
    acknowledge(message, case)
    return True


ANSWERERS: Mapping[str, Callable[[Sms, Question], bool]] = {
    "verdict": answer_verdict,
    "poll": answer_poll,
    "details": answer_details,
}


# -- reports -------------------------------------------------------------------------------------------------------


def report(message: Sms) -> None:
    """Files whatever was written, word for word, at once; what is missing is asked back."""
    kind, letter = kind_of(message), message.letter
    said = filing.Said(
        key=letter.key,
        channel="sms",
        reference="",
        category=kind.code if kind else "OTHER",
        place=where(message),
        ward=ward_typed(message),
        words=message.text,
        joins="",
        received_at=letter.received_at,
    )
    case = filing.file(message.work, message.resident, said)
    if kind is not None and kind.ending == "danger":
        case.urgent = True
    acknowledge(message, case)


def acknowledge(message: Sms, case: Case) -> None:
    """The receipt: the number and what happens next, or what is still missing."""
    work, resident = message.work, message.resident
    if resident.measure == "none":
        return
    name = _receipt(work, resident, case)
    if name in MISSING:
        filing.ask_back(work, resident, case, "details")
    values = work.case_words(case, resident.language)
    values["next_step"] = filing.next_step(work, case, resident.language)
    values["examples"] = _examples(message)
    values["emergency"] = _hotlines(work, "danger")
    values["integrity"] = _hotlines(work, "bribe")
    message.reply("receipt", message.say(name, **values))


MISSING = ("receipt.place_missing", "receipt.kind_missing", "receipt.all_missing")


def _receipt(work: Work, resident: Resident, case: Case) -> str:
    category = work.city.category(case.category)
    if category is not None and category.ending is not None:
        return f"receipt.{category.ending}"
    if resident.measure == "number":
        return "receipt.number"
    unplaced = case.place_key is None and case.ward_key is None
    if case.category == "OTHER":
        return "receipt.all_missing" if unplaced else "receipt.kind_missing"
    return "receipt.place_missing" if unplaced else "receipt.full"


def kind_of(message: Sms) -> Category | None:
    """The category that the words name, in any language of the city; None if they name none."""
    work = message.work
    code = categories.classify(message.text, work.city, message.language)
    return work.city.category(code) if code else None


def where(message: Sms) -> str:
    """The key of the place that the words name, empty where that is not sure."""
    found = message.work.services.cities.current().places.in_text(message.text)
    return found.place.key if found else ""


def ward_typed(message: Sms) -> str:
    """The key of the ward whose number is the whole message, or is named in it."""
    places = message.work.services.cities.current().places
    ward = places.ward_of_number(message.text) or places.ward_in_text(message.text)
    return ward.key if ward else ""


def _examples(message: Sms) -> str:
    city, language = message.work.city, message.language
    return ", ".join(one.label(language, city.default_language) for one in city.menu() if one.code != "OTHER")


def _hotlines(work: Work, kind: str) -> str:
    lines = work.city.hotlines.emergency if kind == "danger" else work.city.hotlines.integrity
    return ", ".join(f"{line.phone} {line.name}" for line in lines)


# -- keywords ------------------------------------------------------------------------------------------------------


def stop(message: Sms, command: Command) -> None:
    """The opt-out was written when the SMS was kept; one confirmation for each time that texts were on."""
    resident, work = message.resident, message.work
    since = residents.texts_on_since(work.session, resident.phone_index)
    intent = f"stopped:{resident.id}:{since.isoformat() if since else ''}"
    text, at = message.say("sms.stopped"), message.letter.received_at
    work.send(Text(intent, "stop", message.letter.phone, text, answers_at=at, tries=3))


def start(message: Sms, command: Command) -> None:
    """Texts again."""
    residents.start(message.work.session, message.resident.phone_index, message.letter.received_at, "sms")
    message.reply("start", message.say("sms.started"))


def how_to(message: Sms, command: Command) -> None:
    """How this works."""
    message.reply("help", message.say("sms.help"))


def report_or_ask(message: Sms, command: Command) -> None:
    """REPORT with words is a report; alone it asks what is wrong."""
    if command.argument:
        report(message)
    else:
        message.reply("help", message.say("sms.report_how"))


def status(message: Sms, command: Command) -> None:
    """How a case stands. A stranger learns category, area, status and aim, and may miss ten times a day."""
    work = message.work
    if not command.argument:
        own = cases.of_resident(work.session, message.resident.id, 1)
        message.reply("status", _status(message, own[0][0]) if own else message.say("sms.status_none"))
        return
    if messages.sent_today(work.session, message.resident.phone_index, "status_miss", work.now) >= MISSES_A_DAY:
        message.reply("status_limit", message.say("sms.status_too_many"))
        return
    case = cases.by_reference(work.session, command.argument)
    if case is None:
        message.reply("status_miss", message.say("sms.status_unknown", typed=command.argument[:12]))
    else:
        message.reply("status", _status(message, case))


def _status(message: Sms, case: Case) -> str:
    values = message.work.case_words(case, message.language)
    name = f"status.{case.status}"
    if case.status in ("received", "acknowledged") and not values["date"]:
        name += "_no_aim"
    if case.merged_into is not None:
        into = message.work.session.get_one(Case, case.merged_into)
        values["reference"] = references.grouped(into.reference)
    status_words = message.say(name, **values)
    values["reference"] = references.grouped(case.reference)
    return message.say("sms.status", **values, status=status_words)


def language(message: Sms, command: Command) -> None:
    """The language that Izwi speaks to them."""
    city, spoken = message.work.city, message.work.services.words.languages
    chosen = city.language(command.argument) if command.argument else None
    if chosen is None or chosen.code not in spoken:
        names = ", ".join(one.name for one in city.languages if one.code in spoken)
        message.reply("language", message.say("sms.language", languages=names))
        return
    message.resident.language = chosen.code
    message.reply("language", message.say("sms.language_saved"))


def area(message: Sms, command: Command) -> None:
    """Where they live."""
    work, places = message.work, message.work.services.cities.current().places
    ward = places.ward_of_number(command.argument)
    matches = places.find(command.argument, 4) if command.argument and ward is None else []
    sure = ward is not None or (len(matches) == 1) or (bool(matches) and matches[0].exact)
    if not command.argument:
        message.reply("area", message.say("sms.area_how"))
    elif not sure and matches:
        names = ", ".join(match.place.name for match in matches)
        message.reply("area", message.say("sms.area_which", areas=names))
    elif not sure:
        message.reply("area", message.say("sms.area_unknown", typed=command.argument[:20]))
    else:
        place = "" if ward is not None else matches[0].place.key
        filing.live(work, message.resident, place, ward.key if ward else "")
        name = work.area(place, ward.key if ward else None, message.language)
        message.reply("area", message.say("sms.area_saved", area=name))


def rights(message: Sms, command: Command) -> None:
    """What residents may ask of the city about their own words."""
    message.reply("rights", message.say("sms.rights"))


def mine(message: Sms, command: Command) -> None:
    """What is held about this number."""
    work, resident = message.work, message.resident
    spoken = work.city.language(resident.language)
    values = {
        "language": spoken.name if spoken else resident.language,
        "area": work.area(resident.place_key, resident.ward_key, resident.language),
        "reports": str(cases.count_of(work.session, resident.id)),
        "measure": work.say(f"measure.{resident.measure}", resident.language),
    }
    message.reply("my", message.say("sms.my", **values))


def poll(message: Sms, command: Command) -> None:
    """The newest open poll, so that the next SMS can answer it."""
    work, resident = message.work, message.resident
    open_now: Sequence[Poll] = ballots.open_to(work.session, resident, work.now, 1)
    if not open_now:
        message.reply("poll", message.say("sms.no_poll"))
        return
    ask_poll(work, resident, open_now[0])
    message.reply("poll", invitation(work, open_now[0], resident.language))


def ask_poll(work: Work, resident: Resident, asked: Poll) -> None:
    """Remembers that the poll was put to a resident by SMS."""
    until = asked.closed_at or work.now + moves.ANSWER_WITHIN
    questions.ask(work.session, resident.phone_index, "poll", str(asked.id), work.now, until)


def invitation(work: Work, asked: Poll, language: str) -> str:
    """The text that puts a poll to a resident."""
    return work.say("poll.invite", language, question=asked.question, choices=numbered(asked))


COMMANDS: Mapping[str, Callable[[Sms, Command], None]] = {
    "STOP": stop,
    "START": start,
    "HELP": how_to,
    "REPORT": report_or_ask,
    "STATUS": status,
    "LANGUAGE": language,
    "AREA": area,
    "RIGHTS": rights,
    "MY": mine,
    "POLL": poll,
}
