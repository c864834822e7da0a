"""Edits of the flows: read, examined, and said from then on; one that is broken is refused, and the old goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from app.civic import sound
from app.civic.longest import Codes
from app.civic.sound import Found
from app.engine.edition import Edition, written
from app.engine.source import Fault, FlowFaults
from app.jobs.effects import EFFECTS
from app.storage import editions, switches
from app.storage.editions import State
from app.wiring import Services

log = structlog.get_logger()


@dataclass(frozen=True)
class Look:
    """What the folder of flows has beside what is said.

    `said` and `since`: the newest edition, None before the first. `made`: what the folder makes, None where it cannot
    be read. `refused`: why it may not be said; `told`: faults that keep nothing back; `unsaid`: texts that some
    language lacks; `notes`: translations that say nothing.
    """

    said: str | None
    since: datetime | None
    made: Edition | None
    refused: Sequence[Fault] = ()
    told: Sequence[Fault] = ()
    unsaid: Sequence[Fault] = ()
    notes: Sequence[Fault] = ()

    @property
    def is_new(self) -> bool:
        """Whether the folder may be said, and is not."""
        return self.made is not None and self.made.digest != self.said and not self.refused


def look(services: Services, *, starting: bool = False) -> Look:
    """The folder examined. Raises DatabaseAway, NoCity.

    An edit must not make anything worse. At a start flows and program come together: they must only be whole, since
    what fits a city is another's to mend.
    """
    found = _read(services)
    return found if found.made is None else _judged(services, found, found.made, starting)


def publish(services: Services, *, starting: bool = False) -> Look:
    """Says what the folder has from now on, unless it is refused; what was found. Raises DatabaseAway, NoCity.

    What is said already is not examined again: it would make every start slower.
    """
    found = _read(services)
    if found.made is not None and found.is_new:
        found = _judged(services, found, found.made, starting)
    now = services.clock.now()
    with services.database.begin() as session:
        switches.refuse_flows(session, len(found.refused), now)
        if found.is_new and found.made is not None:
            editions.publish(session, found.made.digest, written(found.made), now)
    return found


def examine(services: Services, edition: Edition) -> Found:
    """An edition examined for the city that is served."""
    settings = services.settings
    codes = Codes(settings.service_code, settings.short_code, settings.screen_limit)
    return sound.examine(edition, services.cities.current().city, codes, EFFECTS)


def goes_on(services: Services, found: Look) -> bool:
    """Whether there is an edition that this program can say while the folder is refused."""
    standing = services.editions.of(found.said) if found.said else None
    return standing is not None and not examine(services, standing).broken


def _read(services: Services) -> Look:
    """What is said and what the folder makes, not examined yet."""
    with services.database.begin() as session:
        row = editions.newest(session)
    said, since = (row.digest, row.published_at) if row else (None, None)
    try:
        return Look(said, since, editions.of_folder(services.editions.source, drafts=True))
    except FlowFaults as faults:
        return Look(said, since, None, faults.faults)


def _judged(services: Services, read: Look, made: Edition, starting: bool) -> Look:
    """What speaks against saying it."""
    found = examine(services, made)
    read = replace(read, unsaid=found.unsaid, notes=found.notes)
    standing = services.editions.of(read.said) if read.said and read.said != made.digest else None
    if starting or standing is None:
        return replace(read, refused=found.broken, told=found.unfit)
    worse = _worse(services, standing, found)
    refused = sorted([*found.broken, *sound.gone(made, standing), *worse])
    told = [fault for fault in found.unfit if fault not in worse]
    return replace(read, refused=refused, told=told)


def _worse(services: Services, standing: Edition, found: Found) -> Sequence[Fault]:
    """What does not fit, and fitted before."""
    return sound.worse(found.unfit, examine(services, standing).unfit) if found.unfit else ()


@dataclass
class Watch:
    """The clock's eye on the folder: an edit is taken up once the folder has stood still between two looks."""

    seen: State | None = None
    settled: State | None = None

    def take_up_edits(self, services: Services) -> None:
        """One look. Raises DatabaseAway, NoCity: the edit waits for the next."""
        now = editions.state(services.editions.source)
        stands_still, self.seen = now == self.seen, now
        if now == self.settled or not stands_still:
            return
        if self.settled is None and self._was_left_behind(services):
            self.settled = now
            return
        found = publish(services)
        self.settled = now
        self._tell(found)

    def _was_left_behind(self, services: Services) -> bool:
        """Whether the folder makes an older edition, and nobody has touched it since: no edit, but an old release."""
        try:
            made = editions.of_folder(services.editions.source, drafts=True)
        except FlowFaults:
            return False
        with services.database.begin() as session:
            row = editions.newest(session)
            if row is None or not editions.is_kept(session, made.digest):
                return False
        edited = editions.edited_at(services.editions.source)  # files bear the machine's time
        return edited + services.clock.ahead < row.published_at

    def _tell(self, found: Look) -> None:
        if found.refused:
            first = [str(fault) for fault in found.refused[:5]]
            log.error("the flows are not taken up", faults=len(found.refused), first=first, goes_on=found.said)
        elif found.is_new and found.made is not None:
            log.info("the flows were edited", edition=found.made.digest, before=found.said)


def prune(services: Services) -> None:
    """Editions that no session holds any more."""
    with services.database.begin() as session:
        gone = editions.prune(session, services.clock.now())
    if gone:
        log.info("old editions were removed", editions=len(gone))
