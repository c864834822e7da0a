"""Answers by SMS to what was asked last: a conversation, is it fixed, a poll, what a report still lacks."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from app.civic import categories, keywords, polls, references, streets
from app.civic.cases import Verdict
from app.civic.polls import Ambiguous, Answer, Choice
from app.jobs import filing, moves, talking
from app.jobs.inviting import numbered
from app.jobs.reporting import acknowledge
from app.jobs.sms import Sms
from app.jobs.talk import open_talk
from app.storage import cases, questions
from app.storage import polls as ballots
from app.storage.polls import Ballot
from app.storage.tables import Case, Poll, Question

CORRECTED_WITHIN = timedelta(days=1)
YES_OR_NO = {Verdict.FIXED: {"yes": "yes"}, Verdict.NOT_FIXED: {"no": "no"}}


def answer_what_was_asked(message: Sms) -> bool:
    """Gives the SMS to the newest open question that it can answer; False if it is a report.

    The answer tells what else is open. An open conversation says what it did not understand, and keeps it.
    """
    asked = _asked(message)
    for question in asked:
        if ANSWERERS[question.kind](message, question):
            _name_what_else_is_open(message, question, asked)
            return True
    talk = open_talk(message)
    if talk is not None:
        return talking.ask_again(message, talk)
    if _corrects(message):
        return True
    if not polls.is_bare(message.text, message.work.services.keywords):
        return False
    message.answer("help", message.say("sms.nothing_open"))
    return True


def is_choice(message: Sms) -> bool:
    """Whether the SMS is the very words of a line of the menu that was shown last: then it is no keyword."""
    asked = _asked(message)
    talk = open_talk(message) if asked and asked[0].kind == "talk" else None
    return talk is not None and talking.is_label(message, talk)


def remind(message: Sms) -> bool:
    """Says again what was asked last, to an SMS without a word in it; False if nothing is open."""
    for question in _asked(message):
        talk = open_talk(message) if question.kind == "talk" else None
        if talk is not None:
            talking.show_again(message, talk)
            return True
        if line := _open_line(message, question):
            message.reply("help", line)
            return True
    return False


def _asked(message: Sms) -> list[Question]:
    """What was open when the SMS came, the newest first; polls that are over or have this voice come last."""
    session, at = message.work.session, message.letter.received_at
    asked = questions.open_for(session, message.resident.phone_index, at)
    return sorted(asked, key=lambda question: _is_settled(message, question))


def _is_settled(message: Sms, question: Question) -> bool:
    """Whether it is a poll that waits for no voice of this number any more."""
    session, index, at = message.work.session, message.resident.phone_index, message.letter.received_at
    return question.kind == "poll" and ballots.is_settled(session, int(question.subject), index, at)


# -- what else is open -------------------------------------------------------------------------------------------------


def _name_what_else_is_open(message: Sms, answered: Question, before: Sequence[Question]) -> None:
    """Ends the answer with the newest other question that a bare number would answer next, if there is one."""
    asked = _asked(message)
    others = [one for one in asked if one is not answered and one in before]
    if asked and asked[0] not in others and not _is_settled(message, asked[0]):
        return  # it asks on
    line = next(filter(None, (_open_line(message, question) for question in others)), "")
    if line:
        message.add(line)


def _open_line(message: Sms, question: Question) -> str:
    """What says that a question is still open, empty if it waits for nothing."""
    if question.kind == "talk":
        return message.say("sms.open_talk") if open_talk(message) is not None else ""
    if question.kind == "poll":
        return "" if _is_settled(message, question) else message.say("sms.open_poll")
    case = cases.by_reference(message.work.session, question.subject)
    if case is None:
        return ""
    waits = filing.is_unplaced(case) if question.kind == "details" else _is_asked(message, case)
    return message.say(f"sms.open_{question.kind}", reference=references.grouped(case.reference)) if waits else ""


def _is_asked(message: Sms, case: Case) -> bool:
    """Whether the repair of a case waits for this resident's word."""
    return bool(cases.asked_of(message.work.session, message.resident.id, case.id))


# -- how an answer is read ---------------------------------------------------------------------------------------------


def _read(message: Sms, choices: Sequence[Choice]) -> Answer | Ambiguous | None:
    """What the SMS answers; "2 burst pipes in Mooki street" is a report, whatever its first figure may mean."""
    answer = polls.read_answer(message.text, choices, message.work.services.keywords.answers)
    if not isinstance(answer, Answer) or not answer.remark or message.kind is None:
        return answer
    return None if message.place or _counts_problems(message) else answer


def _counts_problems(message: Sms) -> bool:
    """Whether it is a number, then the words of a kind of problem at once, and a street or a building after them."""
    counted = re.match(r"\s*[0-9]+\s+(?=\w)", message.text)
    said = message.text[counted.end() :] if counted else ""
    begins = categories.begins(said, message.work.city, message.language)
    return begins and not streets.BUILT.isdisjoint(keywords.phrase_of(said))


# -- is it fixed? --------------------------------------------------------------------------------------------------


def answer_verdict(message: Sms, question: Question) -> bool:
    """Is it fixed? 1 yes, 2 no, 3 cannot tell."""
    work = message.work
    answer = _read(message, _verdicts(message))
    case = cases.by_reference(work.session, question.subject, lock=True)
    if answer is None or case is None or not _is_asked(message, case):
        return False
    if isinstance(answer, Ambiguous):
        message.reply("verdict", _open_line(message, question))
        return True
    before = case.status
    if not moves.give_verdict(work, case, message.resident, Verdict(answer.key)):
        return False
    _counted_verdict(message, case, answer, before)
    return True


def _corrects(message: Sms) -> bool:
    """Another word on a repair within the day, said in words, in place of the one that was given: "not fixed"."""
    work, since = message.work, message.letter.received_at - CORRECTED_WITHIN
    if message.text.strip()[:1].isdigit() or polls.is_bare(message.text, work.services.keywords):
        return False
    answer = _read(message, _verdicts(message))
    said = cases.said_of_repair(work.session, message.resident.id, since) if isinstance(answer, Answer) else None
    if said is None or not isinstance(answer, Answer):
        return False
    case = work.session.get_one(Case, said.case_id, with_for_update=True)
    before = case.status
    moves.correct_verdict(work, case, said, Verdict(answer.key))
    _counted_verdict(message, case, answer, before)
    return True


def _counted_verdict(message: Sms, case: Case, answer: Answer, before: str) -> None:
    """Says that a word on a repair counts, and keeps what was written beside it."""
    if case.status == before:  # else the news of it says it
        reference = references.grouped(case.reference)
        message.reply("verdict", message.say(f"verdict.{answer.key}", reference=reference))
    filing.add_words(message.work, message.resident, case, [answer.remark] if answer.remark else [])


def _verdicts(message: Sms) -> list[Choice]:
    return [Choice(verdict.value, _in_every_language(message, verdict)) for verdict in Verdict]


def _in_every_language(message: Sms, verdict: Verdict) -> dict[str, str]:
    """What a verdict is called; "yes, it is fixed" and "no" will do as well, in any language."""
    spoken = message.work.services.words.languages
    labels = {language: message.work.say(f"screen.{verdict.value}", language) for language in spoken}
    return labels | YES_OR_NO.get(verdict, {})


# -- a poll --------------------------------------------------------------------------------------------------------


def answer_poll(message: Sms, question: Question) -> bool:
    """A voice in a poll; what could mean two choices is asked again, never guessed."""
    poll = message.work.session.get_one(Poll, int(question.subject))
    choices = [Choice(one["key"], {poll.language: one["label"]}) for one in poll.choices]
    answer = _read(message, choices)
    if answer is None:
        return False
    if isinstance(answer, Ambiguous):
        message.reply("poll", message.say("poll.ambiguous", choices=numbered(poll)))
    else:
        message.reply("poll", _counted(message, poll, answer))
    return True


def _counted(message: Sms, poll: Poll, answer: Answer) -> str:
    ballot = Ballot(poll.id, answer.key, answer.remark, message.letter.received_at)
    if not ballots.count(message.work.session, message.resident, ballot):
        return message.say("poll.closed")
    if message.resident.measure != "full":
        return message.say("poll.number.counted")
    return message.say("poll.counted", choice=next(one["label"] for one in poll.choices if one["key"] == answer.key))


# -- what a report lacks -------------------------------------------------------------------------------------------


def answer_details(message: Sms, question: Question) -> bool:
    """What was missing in a report: its place, its kind or both. A message of its own is left for a new report."""
    work = message.work
    case = cases.by_reference(work.session, question.subject, lock=True)
    if case is None or not case.open:
        return False
    place, ward = message.place, message.ward
    kind = message.beside if filing.is_unplaced(case) and (place or ward) else message.kind
    if kind is not None and case.category not in ("OTHER", kind.code):
        return False
    if place and case.place_key is not None and place != case.place_key:
        return False
    gives_place = filing.is_unplaced(case) and bool(place or ward)
    gives_kind = case.category == "OTHER" and kind is not None
    if not gives_place and not gives_kind:
        return False
    if gives_place:
        filing.place_case(work, case, place, ward)
    if kind is not None and gives_kind:
        filing.classify_case(work, case, kind.code)
    filing.add_words(work, message.resident, case, [message.text])
    questions.close(work.session, [message.resident.phone_index], "details", case.reference, work.now)
    acknowledge(message, case, "receipt.placed")
    return True


# -- a conversation ----------------------------------------------------------------------------------------------------


def answer_talk(message: Sms, question: Question) -> bool:
    """One more turn of a conversation."""
    talk = open_talk(message)
    return talk is not None and talking.answer(message, talk)


ANSWERERS: Mapping[str, Callable[[Sms, Question], bool]] = {
    "verdict": answer_verdict,
    "poll": answer_poll,
    "details": answer_details,
    "talk": answer_talk,
}
