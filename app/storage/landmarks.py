"""Landmarks learnt from confirmed cases: counted once a case, read back for whoever looks for a place."""

from collections.abc import Sequence

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.civic import landmarks
from app.storage.tables import Case, CaseEvent, Landmark

MOST_KNOWN = 5_000
MOST_COMPARED = 500


def learn(session: Session, case: Case, kinds: Sequence[str]) -> None:
    """Counts the landmark of a case that is being confirmed, if the case is public and neighbours may read it.

    `kinds`: the codes of all public categories. The ward is known as long as all such cases lie in one.
    """
    if not case.public or case.place_key is None:
        return
    learnt = landmarks.learnable(case.landmark, case.place_key, case.ward_key)
    if learnt is None:
        return
    row = {"place_key": learnt.place, "words": learnt.words, "name": learnt.name, "cases": 1}
    again = {"cases": Landmark.cases + 1}
    added = insert(Landmark).values(row).on_conflict_do_update(index_elements=["place_key", "words"], set_=again)
    counted = session.scalar(added.returning(Landmark.id))
    # Only now: whoever confirms another case there at this moment waits for this row, and then sees this case.
    wards = {case.ward_key, *_wards(session, learnt, kinds)} - {None}
    ward = wards.pop() if len(wards) == 1 else None
    session.execute(update(Landmark).where(Landmark.id == counted).values(ward_key=ward))


def known(session: Session) -> tuple[landmarks.Landmark, ...]:
    """What was learnt, the most often named first; so many as a process may hold."""
    rows = session.scalars(select(Landmark).order_by(Landmark.cases.desc(), Landmark.id).limit(MOST_KNOWN))
    return tuple(landmarks.Landmark(row.place_key, row.words, row.name, row.ward_key, row.cases) for row in rows)


def _wards(session: Session, learnt: landmarks.Landmark, kinds: Sequence[str]) -> set[str | None]:
    """The wards of earlier confirmed cases of the place with the same landmark."""
    taken_on = exists().where(CaseEvent.case_id == Case.id, CaseEvent.status.in_(landmarks.CONFIRMED))
    rows = session.execute(
        select(Case.landmark, Case.ward_key)
        .where(Case.category.in_(kinds), Case.place_key == learnt.place, taken_on)
        .where(Case.public, Case.landmark != "", Case.ward_key.is_not(None))
        .order_by(Case.id.desc())
        .limit(MOST_COMPARED)
    )
    return {ward for named, ward in rows if _is_called(named, learnt)}


def _is_called(named: str, learnt: landmarks.Landmark) -> bool:
    other = landmarks.learnable(named, learnt.place, None)
    return other is not None and other.words == learnt.words
