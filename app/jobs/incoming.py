"""An SMS from a resident: a keyword, an answer to what was asked last, or a report. Nothing is lost."""

from app.civic import keywords
from app.jobs.answering import answer_what_was_asked
from app.jobs.commands import COMMANDS
from app.jobs.reporting import report
from app.jobs.sms import Sms
from app.jobs.work import Work
from app.storage.letters import Letter


def sms(work: Work, letter: Letter) -> None:
    """Does what an SMS asks for."""
    message = Sms(work, letter, work.resident(letter.phone))
    served = work.services
    command = keywords.read(message.text, served.keywords, is_place=served.is_place, is_problem=served.is_problem)
    if not message.text.strip():
        COMMANDS["REPORT"](message, keywords.Command("REPORT"))  # nothing was written: it asks what is wrong
    elif command is not None and command.name in COMMANDS:
        COMMANDS[command.name](message, command)
    elif not answer_what_was_asked(message):
        report(message)
