"""Reports by SMS: filed word for word at once; what is missing is asked back."""

from collections.abc import Sequence
from dataclasses import replace

from app.jobs import filing
from app.jobs.sms import Sms
from app.jobs.work import Work
from app.storage.tables import Case

MISSING = ("receipt.place_missing", "receipt.kind_missing", "receipt.all_missing", "receipt.danger_where")


def report(message: Sms, words: Sequence[str] = ()) -> None:
    """Files whatever was written; `words`: what was said of it before, and not taken in."""
    kind, letter = message.kind, message.letter
    said = filing.Said(
        key=letter.key,
        channel="sms",
        reference="",
        category=kind.code if kind else "OTHER",
        place=message.place,
        ward=message.ward,
        words=message.text,
        joins="",
        received_at=letter.received_at,
    )
    case, _ = filing.file(message.work, message.resident, said)
    filing.add_words(message.work, message.resident, case, words)
    acknowledge(message, case, filing.full_receipt(case))


def report_words(message: Sms, words: Sequence[str]) -> None:
    """Files words that a conversation kept and that stand with no report yet, under the letter that ended it."""
    if words:
        report(Sms(message.work, replace(message.letter, body={"text": "\n".join(words)}), message.resident))


def acknowledge(message: Sms, case: Case, complete: str) -> None:
    """The receipt: the number and what happens next, or what is still missing; `complete` says it if nothing is.

    Who speaks of danger gets numbers to call at once, and the case is urgent.
    """
    if "danger" in message.endings:
        case.urgent = True
    work, resident = message.work, message.resident
    name = _receipt(message, case, complete)
    if name in MISSING:
        filing.ask_back(work, resident, case)
    values = work.case_words(case, resident.language)
    values["next_step"] = filing.next_step(work, case, resident.language)
    values["examples"] = _examples(message)
    values |= hotlines(work)
    if "danger" in message.endings and resident.measure == "none":
        message.answer("safety", message.say("receipt.danger_only", **values))  # it tells nothing of them, and may save
    else:
        message.reply("receipt", message.say(name, **values))


def _receipt(message: Sms, case: Case, complete: str) -> str:
    unplaced = filing.is_unplaced(case)
    if "danger" in message.endings:
        return "receipt.danger_where" if unplaced else "receipt.danger"
    if "bribe" in message.endings:
        return "receipt.bribe"
    if message.resident.measure != "full":
        return "receipt.number"
    if case.category == "OTHER":
        return "receipt.all_missing" if unplaced else "receipt.kind_missing"
    return "receipt.place_missing" if unplaced else complete


def _examples(message: Sms) -> str:
    city, language = message.work.city, message.language
    return ", ".join(one.label(language, city.default_language) for one in city.menu() if one.code != "OTHER")


def hotlines(work: Work) -> dict[str, str]:
    """Whom to call in danger, and about bribes."""
    return dict(work.city.hotlines.words)
