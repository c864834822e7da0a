"""An example city's resident, whose screens stand in the pictures of flows; and what flows do, in plain words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.civic import dates, references
from app.civic.caller import Caller, KnownCase, KnownPoll
from app.civic.city import City
from app.civic.likeness import OpenCase
from app.civic.outside import Outside
from app.civic.places import PlaceIndex
from app.config import Settings
from app.engine.edition import Edition
from app.engine.words import SOURCE_LANGUAGE
from app.pictures.picture import PlainWords, Scene

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)  # a Tuesday morning, so that the same flow always gives the same picture
OURS, THEIRS, OTHERS, NEW = (references.make(number) for number in (482_900, 482_901, 482_902, 482_913))
POLL = KnownPoll(
    "1", "Where should the new clinic stand?", (("1", "Old Market"), ("2", "Station Road"), ("3", "Neither"))
)

EFFECTS = {
    "file_report": "The report is kept and sent to the city.",
    "join_case": "The resident is added to the report of the neighbours.",
    "give_verdict": "The answer is kept and sent to the city.",
    "undo_report": "The report is taken back.",
    "set_language": "The language is remembered.",
    "set_area": "The area is remembered.",
    "set_measure": "The wish is remembered.",
    "set_invites": "The wish is remembered.",
    "set_for_others": "The wish is remembered.",
    "settle_draft": "What was said before is settled at once.",
    "opt_out": "From now on no text is sent.",
    "vote": "The vote is counted at once.",
}
DROPS = {
    "file_report": "the report is filed as far as it is known",
    "join_case": "the resident is added all the same",
}
SHOWN_TO = {
    "asked_case": "those whose repair the city calls done",
    "home_area": "those whose area is known",
    "home_is_old": "those who have not said for half a year where they live",
    "joins": "those who dialled the number of an open report",
    "language_later": "those who have not chosen a language yet",
    "reports_for_others": "those who report for neighbours too",
}
PASSED_IF = {
    "language": "the language is known from an earlier call",
    "place": "the letters leave no doubt",
    "verdict": "this was answered already",
}


def plain(made: Edition, folder: Path, language: str) -> PlainWords:
    """What flows do in plain words; what each is for stands in the first line of its file, behind `#`."""
    about = {name: _about(folder / f"{name}.yaml") for name in made.flows}
    spoken = made.words.speech(language).name if language != SOURCE_LANGUAGE else ""
    return PlainWords(about, EFFECTS, DROPS, SHOWN_TO, PASSED_IF, spoken)


def _about(path: Path) -> str:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("#").strip() if first.startswith("#") else ""


def scenes(made: Edition, city: City, language: str) -> Sequence[Scene]:
    """A resident whose leak the city calls fixed; and the same one two minutes after it was reported."""
    places = PlaceIndex(city, dates.day(NOW, city.zone))
    near = places.find(city.area_example, 2)
    home, second = near[0].place, near[-1].place
    kind = city.menu()[:2][-1].code
    case = KnownCase(OURS, kind, home.key, home.wards[0], "fixed", asks=True)
    fresh = replace(case, status="received", asks=False, undo_until=NOW + timedelta(minutes=8))
    answers = {
        "area": city.area_example,
        "place": home.key,
        "case": OURS,
        "poll": POLL.id,
        "choice": POLL.choices[0][0],
        "left_category": kind,
        "left_place": home.key,
        "joins": THEIRS,
        "joins_category": kind,
        "joins_place": home.key,
        "category": kind,
    }
    found = []
    for one in (case, fresh):
        caller = Caller(language, home.key, (one,), (POLL,), second=second.key, is_home_old=True, for_others=True)
        found.append(Scene(_outside(made, city, places, caller), caller.answers() | answers))
    return found


def _outside(made: Edition, city: City, places: PlaceIndex, caller: Caller) -> Outside:
    return Outside(
        city=city,
        places=places,
        words=made.words,
        texts=made.texts,
        caller=caller,
        now=NOW,
        service_code=str(Settings.model_fields["service_code"].default),
        short_code=str(Settings.model_fields["short_code"].default),
        alike=lambda category, place: [OpenCase(THEIRS, "Mooki St", NOW), OpenCase(OTHERS, "Clinic", NOW)],
        new_reference=lambda: NEW,
    )
