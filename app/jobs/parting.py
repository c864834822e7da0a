"""Other ends of a conversation by SMS: it is left, a report takes its place, or nobody answers for an hour."""

from app.engine import step as engine
from app.jobs.reporting import add_words, report
from app.jobs.sms import Sms
from app.jobs.talk import Talk, forget, of_number, open_talk
from app.jobs.talking import cause, filed
from app.jobs.work import Work
from app.storage import inbox, questions, talks
from app.storage.letters import Letter
from app.wiring import Services


def leave(message: Sms) -> None:
    """CANCEL or END: nothing more is asked, and what was not finished is forgotten."""
    index = message.resident.phone_index
    talks.forget(message.work.session, index)
    questions.leave(message.work.session, index, message.work.now)
    message.answer("talk", message.say("sms.left"))


def report_instead(message: Sms) -> None:
    """Files the SMS as a report of its own; an open conversation about the same problem closes into it."""
    talk = open_talk(message)
    if talk is None:
        report(message)
        return
    is_other = message.kind is not None and message.kind.code != talk.state.answers.get("category")
    if is_other and engine.can_resume(talk.edition.flows, talk.state):
        finish(message.work, talk)
        report(message)
        return
    forget(message.work, message.resident.phone_index, talk.key)
    cause(message, talk.state.effects)
    report(message)
    case = filed(message)
    if case is not None:
        add_words(message, case, talk.words)


def finish(work: Work, talk: Talk) -> None:
    """Does what a conversation that broke off still says: a report as far as it is known, whose receipt asks the rest.

    Words that no screen took in are a report too, if there is none that they stand with.
    """
    resident = work.resident(talk.phone)
    last = Sms(work, Letter(talk.key, "sms", talk.phone, {"text": "\n".join(talk.words)}, talk.at), resident)
    forget(work, resident.phone_index, talk.key)
    cause(last, engine.dropped(talk.edition.flows, talk.state), talk.reference)
    case = filed(last)
    if case is not None:
        add_words(last, case, talk.words)
    elif talk.words:
        report(last)


def finish_late(message: Sms) -> None:
    """Finishes a conversation whose hour was over when the SMS came, before that is read."""
    talk = of_number(message.work, message.resident.phone_index)
    if talk is not None and talk.until <= message.letter.received_at:
        finish(message.work, talk)


def finish_silent(services: Services) -> None:
    """Finishes the conversations whose hour is over, each in a transaction of its own."""
    with services.database.begin() as session:
        over = talks.expired(session, services.clock.now(), 200)
    for index in over:
        _finish_one(services, index)
    if over:
        services.wakeups.wake("messages")


def _finish_one(services: Services, index: bytes) -> None:
    """One conversation, unless a worker is busy with its number."""
    with services.database.begin() as session:
        work = Work.begin(services, session)
        talk = of_number(work, index) if inbox.lock_numbers(session, {index}) else None
        if talk is not None and talk.until <= work.now:
            finish(work, talk)
            work.finish()
