"""A case as staff read it at the terminal: no number of a resident, not even in what they wrote."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select

from app.civic import msisdn, references
from app.cli import show
from app.jobs.work import Work
from app.storage import cases
from app.storage.tables import Case, CaseEvent, Report, Resident, Verdict
from app.storage.vault import Unsealable

UNKNOWN = "** *** **"


def summary(work: Work, case: Case) -> dict[str, Any]:
    """A case in one line."""
    ward = work.city.ward(case.ward_key) if case.ward_key else None
    return {
        "reference": case.reference,
        "category": case.category,
        "area": work.area(case.place_key, case.ward_key, work.city.default_language),
        "ward": ward.number if ward else None,
        "status": case.status,
        "open": case.open,
        "overdue": case.overdue,
        "urgent": case.urgent,
        "reports": case.reports,
        "owner": case.owner,
        "received_at": _when(work, case.received_at),
        "due_at": _when(work, case.due_at),
        "promised_on": case.promised_on.isoformat() if case.promised_on else None,
    }


def whole(work: Work, case: Case) -> dict[str, Any]:
    """All that is held of a case."""
    into = work.session.get(Case, case.merged_into) if case.merged_into else None
    return {
        **summary(work, case),
        "landmark": show.masked(case.landmark, work.city.country),
        "reason": case.reason,
        "merged_into": into.reference if into else None,
        "history": [_event(work, event) for event in cases.events_of(work.session, case.id)],
        "reporters": _reporters(work, case),
        "says": _says(work, case),
    }


def for_people(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same with references in groups of three and times without their zone, which is the city's."""
    shown = dict(row)
    for name in ("reference", "merged_into"):
        shown |= {name: references.grouped(row[name])} if row.get(name) else {}
    for name in ("received_at", "due_at", "at"):
        shown |= {name: row[name][:16].replace("T", " ")} if row.get(name) else {}
    return shown


def write(found: Mapping[str, Any]) -> None:
    """A whole case for people."""
    found = for_people(found) | {name: [for_people(one) for one in found[name]] for name in ("history", "reporters")}
    lists = {name: found[name] for name in ("history", "reporters")}
    show.facts({name: value for name, value in found.items() if name not in (*lists, "says")}, as_json=False)
    click.echo("\n" + ", ".join(f"{count} say {what.replace('_', ' ')}" for what, count in found["says"].items()))
    click.echo()
    show.table(lists["history"], ("at", "kind", "by", "note", "promised_on"), "No history.")
    click.echo()
    show.table(lists["reporters"], ("at", "phone", "channel", "me_too", "withdrawn", "words"), "No reports.")


def _event(work: Work, event: CaseEvent) -> dict[str, Any]:
    return {
        "at": _when(work, event.at),
        "kind": event.kind,
        "status": event.status,
        "by": event.by,
        "note": event.note,
        "promised_on": event.promised_on.isoformat() if event.promised_on else None,
    }


def _reporters(work: Work, case: Case) -> list[dict[str, Any]]:
    rows = work.session.execute(
        select(Report, Resident)
        .join(Resident, Resident.id == Report.resident_id)
        .where(Report.case_id == case.id)
        .order_by(Report.id)
    )
    return [
        {
            "at": _when(work, report.received_at),
            "phone": _masked(work, resident),
            "channel": report.channel,
            "me_too": report.me_too,
            "withdrawn": report.withdrawn_at is not None,
            "words": show.masked(report.words, work.city.country),
        }
        for report, resident in rows
    ]


def _masked(work: Work, resident: Resident) -> str:
    try:
        return msisdn.mask(work.phone_of(resident))
    except Unsealable:
        return UNKNOWN


def _says(work: Work, case: Case) -> dict[str, int]:
    """What residents say of the present repair; silence stands apart."""
    query = select(Verdict.verdict).where(Verdict.case_id == case.id, Verdict.round == case.round)
    said = Counter(work.session.scalars(query))
    return {
        "fixed": said["fixed"],
        "not_fixed": said["not_fixed"],
        "unsure": said["unsure"],
        "no_answer": said[None],
    }


def _when(work: Work, moment: datetime | None) -> str | None:
    """The city's date and time, as ISO 8601 has it."""
    return moment.astimezone(work.city.zone).isoformat(timespec="minutes") if moment is not None else None
