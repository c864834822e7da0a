"""Where a dial begins: at home, at a case to join, or as deep in the menu as a long code says."""

from dataclasses import dataclass, field

from app.civic import references
from app.civic.anchors import HOME, JOIN
from app.civic.caller import Caller
from app.storage import cases
from app.wiring import Services


@dataclass(frozen=True)
class Opening:
    """Where a conversation begins, what its first inputs said already, and how many of them that took."""

    start: str
    known: dict[str, str] = field(default_factory=dict)
    used: int = 0


def opening(services: Services, inputs: tuple[str, ...], caller: Caller, is_known: bool) -> Opening:
    """The opening of a dial whose first hop has these inputs.

    A session that may be lost is taken for no deep link: what it typed is replayed from the first screen that it saw.
    Where nobody can tell who dials (not `is_known`), not even that screen can be proved, and all is asked afresh.
    """
    if not inputs:
        return Opening(HOME)
    joining = _joining(services, inputs)
    may_be_lost = services.sessions.lost_lately()
    if may_be_lost and not is_known:
        return Opening(HOME, used=len(inputs))
    known = {"asked_case": ""}  # whether the repair was asked about before "1" was typed, nobody can tell any more
    if not may_be_lost and not caller.language:
        default = services.cities.current().city.default_language
        known |= {"language": default, "language_later": "yes"}
    return Opening(joining.start, known | joining.known, joining.used)


def _joining(services: Services, inputs: tuple[str, ...]) -> Opening:
    """`*120*4932*9*REF#` joins a case; every other code is typed into the menu."""
    reference = references.read(inputs[1]) if inputs[0] == references.TO_JOIN and len(inputs) > 1 else None
    if reference is None:
        return Opening(HOME)
    with services.database.begin() as session:
        case = cases.by_reference(session, reference)
        case = cases.standing(session, case) if case is not None else None
    if case is None or not case.open or not case.public:
        return Opening(JOIN, used=2)
    where = {"joins_place": case.place_key or "", "joins_ward": case.ward_key or ""}
    return Opening(JOIN, {"joins": case.reference, "joins_category": case.category, **where}, 2)
