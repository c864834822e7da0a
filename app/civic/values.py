"""The placeholders that flows name."""

from collections.abc import Callable, Mapping

from app.civic import dates, references, standards
from app.civic.lent import Answers, Lent, next_step_name


def next_step(lent: Lent, answers: Answers) -> str:
    """What happens now: who aims for when, or whom to call where it is not the city's to do."""
    owner, standard = lent.owner(answers), lent.city.standard_of(lent.category(answers).code)
    day = ""
    if standard is not None:
        aim = standards.aim(standard, lent.now, lent.city)
        day = dates.short(dates.day(aim, lent.city.zone), lent.words.speech(lent.language(answers)))
    name = next_step_name(bool(lent.joined(answers)), owner.ours, has_aim=bool(day))
    return lent.text(name, answers, owner=owner.name, phone=owner.phone or "", date=day)


def _label(lent: Lent, answers: Answers, code: str) -> str:
    category = lent.city.category(code)
    return category.label(lent.language(answers), lent.city.default_language) if category else code


def _home_place(lent: Lent, answers: Answers) -> str:
    place = lent.city.place(answers.get("home_area", ""))
    return f" {place.name}" if place else ""


def _behind(answers: Answers, name: str) -> str:
    count = answers.get(name, "0")
    return f" ({count})" if count != "0" else ""


def _area(lent: Lent, answers: Answers) -> str:
    return lent.area_name(lent.place(answers), answers.get("ward"), answers)


def _case_area(lent: Lent, answers: Answers) -> str:
    case = lent.case(answers)
    return lent.area_name(case.place, case.ward, answers)


def _joined_area(lent: Lent, answers: Answers) -> str:
    return lent.area_name(answers.get("joins_place"), answers.get("joins_ward"), answers)


def _left_report(lent: Lent, answers: Answers) -> str:
    """What the report that broke off is about, and where, as far as it was said."""
    place = lent.city.place(answers.get("left_place", ""))
    label = _label(lent, answers, answers.get("left_category", "OTHER"))
    return f"{label}, {place.name}" if place else label


def _choice(lent: Lent, answers: Answers) -> str:
    return dict(lent.poll(answers).choices).get(answers.get("choice", ""), "")


VALUES: Mapping[str, Callable[[Lent, Answers], str]] = {
    "free": lambda lent, answers: lent.text("screen.free", answers) if lent.city.all_networks_free else "",
    "area_example": lambda lent, answers: lent.city.area_example,
    "home_place": _home_place,
    "home_area": lambda lent, answers: _home_place(lent, answers).strip(),
    "reports_count": lambda lent, answers: _behind(answers, "reports_count"),
    "polls_count": lambda lent, answers: _behind(answers, "polls_count"),
    "reference": lambda lent, answers: references.grouped(lent.said_reference(answers)),
    "category": lambda lent, answers: _label(lent, answers, lent.category(answers).code),
    "area": _area,
    "next_step": next_step,
    "emergency": lambda lent, answers: lent.city.hotlines.words["emergency"],
    "integrity": lambda lent, answers: lent.city.hotlines.words["integrity"],
    "joined_reference": lambda lent, answers: references.grouped(answers.get("joins", "")),
    "joined_category": lambda lent, answers: _label(lent, answers, answers.get("joins_category", "")),
    "joined_area": _joined_area,
    "left_report": _left_report,
    "case_reference": lambda lent, answers: references.grouped(lent.case(answers).reference),
    "case_category": lambda lent, answers: _label(lent, answers, lent.case(answers).category),
    "case_area": _case_area,
    "case_status": lambda lent, answers: lent.status(lent.case(answers), answers),
    "poll_question": lambda lent, answers: lent.poll(answers).question,
    "poll_choice": _choice,
    "most_texts": lambda lent, answers: str(lent.city.uninvited_a_month),
    "short_code": lambda lent, answers: lent.short_code,
}
