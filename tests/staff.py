"""Staff for tests: they move cases as the terminal does."""

from datetime import date

from app.civic.cases import By, Status
from app.jobs.moves import Step, move
from app.jobs.work import Work
from app.storage import cases
from app.wiring import Services


def move_case(
    services: Services, reference: str, to: str, note: str = "", on: date | None = None, by: By = By.STAFF
) -> None:
    """One move of a case, by a member of staff if nobody else is named, in a transaction."""
    with services.database.begin() as session:
        work = Work.begin(services, session)
        case = cases.by_reference(session, reference, lock=True)
        assert case is not None
        move(work, case, Step(Status(to), by, "nomsa", note, on))
        work.finish()


def status_of(services: Services, reference: str) -> str:
    """Where a case stands."""
    with services.database.begin() as session:
        case = cases.by_reference(session, reference)
        assert case is not None
        return case.status
