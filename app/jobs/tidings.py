"""What the gateway tells us besides people's words: delivery reports, opt-outs; and second references of our own."""

from sqlalchemy import select

from app.gateway.face import Status
from app.jobs.work import Work
from app.storage import cases, messages
from app.storage.letters import Letter
from app.storage.messages import Heard
from app.storage.tables import Alias, Report

STATES = {Status.DELIVERED: "delivered", Status.FAILED: "failed", Status.EXPIRED: "failed"}


def delivery(work: Work, letter: Letter) -> None:
    """A delivery report moves its message forward; one that tells of an opt-out wrote that when it was kept."""
    status, index = Status(letter.body["status"]), work.vault.index(letter.phone) if letter.phone else None
    if status.final:
        heard = Heard(letter.body["id"], STATES[status], letter.body.get("reason") or "", index)
        messages.report(work.session, heard, work.now)


def opted_out(work: Work, letter: Letter) -> None:
    """The opt-out itself was written when the letter was kept; nothing is left to do but to have it on record."""


def second_reference(work: Work, letter: Letter) -> None:
    """A number that was said while the database could not tell us that another was said already."""
    report = work.session.scalar(select(Report).where(Report.key == letter.body["first"]))
    if report is None:
        raise LookupError("the report of this second reference is not filed yet")
    if cases.by_reference(work.session, letter.body["reference"]) is None:
        work.session.add(Alias(reference=letter.body["reference"], case_id=report.case_id))
