"""When wards are redrawn, residents keep their place, and the ward that follows from it becomes the new one."""

from app.jobs.work import Work
from app.storage import residents
from app.wiring import Services

CHUNK = 1000


def run(served: Services) -> int:
    """Gives residents whose ward is of boundaries that no longer hold the ward of today; returns how many."""
    moved = 0
    while chunk := move_chunk(served):
        moved += chunk
    return moved


def move_chunk(served: Services) -> int:
    """Some residents in one transaction. A ward known by its number alone is not known any more."""
    with served.database.begin() as session:
        work = Work.begin(served, session)
        in_force = work.city.wards_in_force(work.today)
        gone = {ward.key for ward in work.city.wards} - {ward.key for ward in in_force} if in_force else set()
        moving = residents.living_in(session, gone, CHUNK)
        for resident in moving:
            resident.ward_key = work.city.ward_of(resident.place_key, work.today) if resident.place_key else None
        return len(moving)
