"""The lists that flows ask for by name."""

from collections.abc import Callable, Mapping, Sequence

from app.civic import likeness, references
from app.civic.city import Category
from app.civic.lent import JOINS, Answers, CallerUnknown, Lent
from app.civic.spoken import spoken
from app.engine.state import Option

MOST_AREAS = 30


def languages(lent: Lent, answers: Answers) -> Sequence[Option]:
    """All languages that can be spoken, the city's own first."""
    return [Option(one.code, one.name) for one in spoken(lent.city, lent.words)]


def categories(lent: Lent, answers: Answers) -> Sequence[Option]:
    """The first menu of problems."""
    return _labels(lent, answers, lent.city.menu())


def other_categories(lent: Lent, answers: Answers) -> Sequence[Option]:
    """What stands behind "other", danger and bribes included."""
    return _labels(lent, answers, lent.city.menu("OTHER"))


def _labels(lent: Lent, answers: Answers, menu: Sequence[Category]) -> Sequence[Option]:
    language, default = lent.language(answers), lent.city.default_language
    return [Option(one.ending or one.code, one.menu_label(language, default)) for one in menu]


def areas(lent: Lent, answers: Answers) -> Sequence[Option]:
    """The areas that the typed letters may mean."""
    matches = lent.places.find(answers.get("area", ""), MOST_AREAS)
    return [Option(match.place.key, match.place.name) for match in matches]


def my_places(lent: Lent, answers: Answers) -> Sequence[Option]:
    """Where the caller lives: one home, or two."""
    homes = [lent.city.place(answers.get(name, "")) for name in ("home_area", "second_area")]
    return [Option(home.key, home.name) for home in homes if home is not None]


def alike(lent: Lent, answers: Answers) -> Sequence[Option]:
    """Open public cases of that kind in that area, to be joined by one key."""
    place, category = lent.place(answers), lent.category(answers)
    if place is None or not category.public:
        return []
    others = [case for case in lent.alike(category.code, place) if lent.caller.case(case.reference) is None]
    known = likeness.landmark_choices(others)
    return [
        Option(JOINS + case.reference, lent.text("screen.known", answers, landmark=case.landmark)) for case in known
    ]


def my_cases(lent: Lent, answers: Answers) -> Sequence[Option]:
    """The caller's cases, the newest first. Raises CallerUnknown."""
    _must_know(lent)
    language, default = lent.language(answers), lent.city.default_language
    options = []
    for case in lent.caller.cases:
        category = lent.city.category(case.category)
        label = category.label(language, default) if category else case.category
        options.append(Option(case.reference, f"{references.grouped(case.reference)} {label}"))
    return options


def _must_know(lent: Lent) -> None:
    if not lent.caller.is_known:
        raise CallerUnknown("who calls could not be looked up")


def case_moves(lent: Lent, answers: Answers) -> Sequence[Option]:
    """What the caller may do with the case that is shown."""
    case = lent.case(answers)
    if case.asks and not _has_said(answers, case.reference):
        return [Option(key, lent.text(f"screen.{key}", answers)) for key in ("fixed", "not_fixed", "unsure")]
    if case.undo_until is not None and lent.now < case.undo_until:
        return [Option("undo", lent.text("screen.undo", answers))]
    return []


def _has_said(answers: Answers, reference: str) -> bool:
    """Whether the caller gave their word on a case earlier in this dial."""
    return answers.get("asked_case") == reference and bool(answers.get("verdict"))


def polls(lent: Lent, answers: Answers) -> Sequence[Option]:
    """The open polls that the caller may answer. Raises CallerUnknown."""
    _must_know(lent)
    return [Option(poll.id, poll.question) for poll in lent.caller.polls]


def poll_choices(lent: Lent, answers: Answers) -> Sequence[Option]:
    """The choices of the poll that is shown."""
    return [Option(key, label) for key, label in lent.poll(answers).choices]


LISTS: Mapping[str, Callable[[Lent, Answers], Sequence[Option]]] = {
    "languages": languages,
    "categories": categories,
    "other_categories": other_categories,
    "areas": areas,
    "my_places": my_places,
    "alike": alike,
    "my_cases": my_cases,
    "case_moves": case_moves,
    "polls": polls,
    "poll_choices": poll_choices,
}

PROVED = frozenset({"languages", "categories", "other_categories", "areas", "my_places"})
"""Lists that only the city and the caller make: the same answers show the same list, so a replayed choice means what
was read."""
