"""Other ends of a conversation by SMS: it is left, a report takes its place, or nobody answers for an hour."""

import structlog

from app.engine import step as engine
from app.jobs import filing
from app.jobs.reporting import acknowledge, report, report_words
from app.jobs.sms import Sms
from app.jobs.talk import Talk, forget, of_number, open_talk
from app.jobs.talking import cause
from app.jobs.work import Work
from app.storage import inbox, questions, talks
from app.storage.database import DatabaseAway, is_away
from app.storage.letters import Letter
from app.wiring import Services

log = structlog.get_logger()


def leave(message: Sms) -> None:
    """CANCEL or END: nothing more is asked, and what was not finished is forgotten."""
    index = message.resident.phone_index
    talks.forget(message.work.session, index)
    questions.leave(message.work.session, index, message.work.now)
    message.answer("talk", message.say("sms.left"))


def stop(message: Sms) -> None:
    """STOP: an open conversation is over. A report with enough said is filed without a receipt; other words are not."""
    work, talk = message.work, open_talk(message)
    if talk is not None:
        last = _last(work, talk)
        forget(work, last.resident.phone_index, talk.key)
        done = cause(last, engine.dropped(talk.edition.flows, talk.state), talk.reference)
        if done.case is not None:
            filing.add_words(work, last.resident, done.case, talk.words)
    questions.leave(work.session, message.resident.phone_index, work.now)


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
    report(message, talk.words)


def end(work: Work, talk: Talk) -> None:
    """Finishes a conversation; one that fails is ended by its words alone, so that it never comes back."""
    try:
        with work.whole():
            finish(work, talk)
    except DatabaseAway:
        raise
    except Exception as error:
        if is_away(error):
            raise
        log.error("a conversation could not be finished", error=type(error).__name__)
        last = _last(work, talk)
        forget(work, last.resident.phone_index, talk.key)
        report_words(last, talk.words)


def finish(work: Work, talk: Talk) -> None:
    """Does what a conversation that broke off still says: a report as far as it is known, whose receipt asks the rest.

    Words that no screen took in are a report too, if there is none that they stand with.
    """
    last = _last(work, talk)
    forget(work, last.resident.phone_index, talk.key)
    done = cause(last, engine.dropped(talk.edition.flows, talk.state), talk.reference)
    if done.case is None:
        report_words(last, talk.words)
        return
    filing.add_words(work, last.resident, done.case, talk.words)
    acknowledge(last, done.case, filing.full_receipt(done.case))


def _last(work: Work, talk: Talk) -> Sms:
    """What a conversation says when nobody writes any more: its words, as if they came with its last letter."""
    letter = Letter(talk.key, "sms", talk.phone, {"text": "\n".join(talk.words)}, talk.at)
    return Sms(work, letter, work.resident(talk.phone))


def finish_late(message: Sms) -> None:
    """Finishes a conversation whose hour was over when the SMS came, before that is read."""
    talk = of_number(message.work, message.resident.phone_index)
    if talk is not None and talk.until <= message.letter.received_at:
        end(message.work, talk)


def finish_silent(services: Services) -> None:
    """Finishes the conversations whose hour is over, each in a transaction of its own, whatever another does."""
    with services.database.begin() as session:
        over = talks.expired(session, services.clock.now(), 200)
    for index in over:
        try:
            _finish_one(services, index)
        except DatabaseAway:
            raise
        except Exception as error:  # noqa: BLE001 - tried again at the next turn, and the others go on
            log.error("a conversation stays open", error=type(error).__name__)
    if over:
        services.wakeups.wake("messages")


def _finish_one(services: Services, index: bytes) -> None:
    """One conversation, unless a worker is busy with its number."""
    with services.database.begin() as session:
        work = Work.begin(services, session)
        talk = of_number(work, index) if inbox.lock_numbers(session, {index}) else None
        if talk is not None and talk.until <= work.now:
            end(work, talk)
            work.finish()
