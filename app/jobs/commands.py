"""The keywords of an SMS: one small function each, found by its name."""

from collections.abc import Callable, Mapping, Sequence

from app.civic import anchors, numbers, references
from app.civic.keywords import Command
from app.civic.lent import status_name
from app.civic.spoken import spoken
from app.jobs import filing, parting, talking
from app.jobs.inviting import ask_poll, invitation
from app.jobs.parting import leave, report_instead
from app.jobs.sms import Sms
from app.jobs.talk import open_talk
from app.storage import cases, messages, residents
from app.storage import polls as ballots
from app.storage.messages import Text
from app.storage.tables import Case, Poll

MISSES_A_DAY = 10


def stop(message: Sms, command: Command) -> None:
    """The opt-out was written when the SMS was kept; one confirmation for each time that texts were on."""
    parting.stop(message)
    resident, work = message.resident, message.work
    since = residents.texts_on_since(work.session, resident.phone_index)
    intent = f"stopped:{resident.id}:{since.isoformat() if since else ''}"
    text, at = message.say("sms.stopped"), message.letter.received_at
    letters = work.city.letters(message.language)
    work.send(Text(intent, "stop", message.letter.phone, text, answers_at=at, tries=3, letters=letters))


def start(message: Sms, command: Command) -> None:
    """Texts again; to those who wanted none, they say as little as they can."""
    residents.start(message.work.session, message.resident.phone_index, message.letter.received_at, "sms")
    if message.resident.measure == "none":
        message.resident.measure = "number"
    message.answer("start", message.say("sms.started"))


def how_to(message: Sms, command: Command) -> None:
    """How this works."""
    message.answer("help", message.say("sms.help"))


def report_or_ask(message: Sms, command: Command) -> None:
    """REPORT with words is a report; alone it asks what is wrong, in one SMS where texts may say little."""
    if command.argument:
        report_instead(message)
    elif message.resident.measure == "full":
        talking.begin(message, anchors.REPORT)
    else:
        message.answer("help", message.say("sms.report_how"))


def menu(message: Sms, command: Command) -> None:
    """What is seen by dial, one SMS a screen; it tells of the resident's own reports."""
    if message.resident.measure == "full":
        talking.begin(message, anchors.HOME)
    else:
        message.answer("help", message.say("sms.dial"))


def leave_talk(message: Sms, command: Command) -> None:
    """CANCEL or END in a conversation of their own."""
    leave(message)


def status(message: Sms, command: Command) -> None:
    """How a case stands. A stranger learns category, area, status and aim, and may miss ten times a day."""
    work, resident = message.work, message.resident
    if not command.argument:
        own = cases.of_resident(work.session, resident.id, 1)
        if own:
            message.tell("status", _status(message, own[0][0], is_own=True))
        else:
            message.answer("status", message.say("sms.status_none"))
        return
    if messages.sent_today(work.session, resident.phone_index, "status_miss", work.now) >= MISSES_A_DAY:
        message.answer("status_limit", message.say("sms.status_too_many"))
        return
    case = cases.by_reference(work.session, command.argument)
    is_own = case is not None and cases.is_reporter(work.session, case.id, resident.id)
    if case is None or not (is_own or case.public):
        message.answer("status_miss", message.say("sms.status_unknown"))
    else:
        message.tell("status", _status(message, case, is_own))


def _status(message: Sms, case: Case, is_own: bool) -> str:
    values = message.work.case_words(case, message.language)
    name = status_name(case.status, bool(values["date"]))
    if case.status == "declined" and not is_own:  # the reason was written to its reporters
        name += "_no_reason"
    if case.merged_into is not None:
        into = message.work.session.get_one(Case, case.merged_into)
        values["reference"] = references.grouped(into.reference)
    status_words = message.say(name, **values)
    values["reference"] = references.grouped(case.reference)
    return message.say("sms.status", **values, status=status_words)


def language(message: Sms, command: Command) -> None:
    """The language that Izwi speaks to them."""
    known = spoken(message.work.city, message.work.services.words)
    chosen = next((one for one in known if one.code == command.argument), None)
    if chosen is None:
        names = ", ".join(one.name for one in known)
        message.answer("language", message.say("sms.language", languages=names))
        return
    message.resident.language = chosen.code
    message.answer("language", message.say("sms.language_saved"))


def area(message: Sms, command: Command) -> None:
    """Where they live."""
    work, places = message.work, message.work.services.cities.current().places
    ward = places.ward_of_number(command.argument)
    matches = places.find(command.argument, 4) if command.argument and ward is None else []
    sure = ward is not None or (len(matches) == 1) or (bool(matches) and matches[0].exact)
    if not command.argument:
        message.answer("area", message.say("sms.area_how"))
    elif not sure and matches:
        names = ", ".join(match.place.name for match in matches)
        message.answer("area", message.say("sms.area_which", areas=names))
    elif not sure:
        message.answer("area", message.say("sms.area_unknown"))
    else:
        place = "" if ward is not None else matches[0].place.key
        filing.live(work, message.resident, place, ward.key if ward else "")
        name = work.area(place, ward.key if ward else None, message.language)
        message.tell("area", message.say("sms.area_saved", area=name))


def rights(message: Sms, command: Command) -> None:
    """What residents may ask of the city about their own words."""
    message.answer("rights", message.say("sms.rights"))


def mine(message: Sms, command: Command) -> None:
    """What is held about this number."""
    work, resident = message.work, message.resident
    words = work.services.words
    own = work.city.language(resident.language)
    held = cases.count_of(work.session, resident.id)
    values = {
        "language": own.name if own else words.speech(resident.language).name,
        "area": work.area(resident.place_key, resident.ward_key, resident.language),
        "count": numbers.whole(held, words.speech(resident.language)),
        "measure": work.say(f"measure.{resident.measure}", resident.language),
    }
    message.tell("my", message.say("sms.my", **values))


def poll(message: Sms, command: Command) -> None:
    """The open poll that is named by its number, else the newest, so that the next SMS can answer it."""
    work, resident = message.work, message.resident
    open_now: Sequence[Poll] = ballots.open_to(work.session, resident, work.now)
    if not open_now:
        message.answer("poll", message.say("sms.no_poll"))
    elif resident.measure == "none":
        message.answer("poll", message.say("sms.dial"))
    else:
        asked = next((one for one in open_now if str(one.id) == command.argument.lstrip("0")), open_now[0])
        ask_poll(work, resident, asked)
        message.answer("poll", invitation(work, asked, resident.language))
        if open_talk(message) is not None:
            message.add(message.say("sms.open_talk"))


COMMANDS: Mapping[str, Callable[[Sms, Command], None]] = {
    "STOP": stop,
    "START": start,
    "HELP": how_to,
    "LEAVE": leave_talk,
    "REPORT": report_or_ask,
    "MENU": menu,
    "STATUS": status,
    "LANGUAGE": language,
    "AREA": area,
    "RIGHTS": rights,
    "MY": mine,
    "POLL": poll,
}
