"""An SMS from a resident: a keyword, an answer to what was asked last, or a report. Nothing is lost."""

from app.civic import keywords
from app.civic.keywords import Command
from app.jobs.answering import answer_what_was_asked, is_choice, remind
from app.jobs.commands import COMMANDS
from app.jobs.parting import finish_late, report_instead
from app.jobs.sms import Sms
from app.jobs.work import Work
from app.storage.letters import Letter


def sms(work: Work, letter: Letter) -> None:
    """Does what an SMS asks for."""
    message = Sms(work, letter, work.resident(letter.phone))
    finish_late(message)
    command = _command(message)
    if not keywords.phrase_of(message.text):  # nothing was written, or nothing but signs: it asks what is wrong
        if not remind(message):
            COMMANDS["REPORT"](message, Command("REPORT"))
    elif command is not None and command.name in COMMANDS:
        COMMANDS[command.name](message, command)
    elif not answer_what_was_asked(message):
        report_instead(message)


def _command(message: Sms) -> Command | None:
    """The keyword that an SMS is, unless it chooses from a menu that was shown last."""
    served = message.work.services
    if not message.letter.stops and is_choice(message):
        return None
    return keywords.read(
        message.text,
        served.keywords,
        is_place=served.is_place,
        is_problem=served.is_problem,
        in_conversation=message.leaves,
    )
