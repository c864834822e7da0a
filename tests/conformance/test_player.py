"""A talk goes on by what the phone shows: labels, pages, what was remembered; and stops where it cannot."""

import pytest
from werkzeug.wrappers import Request, Response

from app.conformance import options
from app.conformance.options import NotOne
from tests.conformance.conftest import Talker, serving
from tests.conformance.foreign import wsgi

HEAD = 'title: T\nphones: [thandi, bongi]\nsteps:\n  - dial: "*120*4932#"\n'
SCREENS = {
    "": "CON Areas\n1. Amber\n2. Amber East\n98. More",
    "98": "CON Areas\n3. Beech: 2\n4. Cedar\n00. First page",
    "98*4": "CON Number 482 913 1 is yours.\n1. Fine",
    "98*4*1": "END Bye",
    "9*4829131": "END Joined 482 913 1",
}


def application(asked: Request) -> Response:
    if asked.path == "/end":
        return Response("No such page", 404)
    return Response(SCREENS.get(asked.form["text"], "CON ?\n1. One"), content_type="text/plain")


@pytest.fixture
def talker():
    with serving(wsgi(application)) as url:
        yield Talker(url)


def typed(played) -> list[str]:
    return [shown.said for shown in played.shown if shown.deed == "types"]


def findings(played) -> list[str]:
    return [f"{found.line} {found.rule}: {found.what}" for found in played.findings]


def test_a_choice_is_found_by_its_label_on_a_later_page(talker):
    played = talker.hold(HEAD + "  - choose: cedar\n")

    assert (typed(played), findings(played)) == (["98", "4"], [])


def test_a_label_may_be_the_beginning_of_an_option(talker):
    assert typed(talker.hold(HEAD + "  - choose: Beech\n")) == ["98", "3"]


def test_a_whole_label_wins_over_one_that_only_begins_so():
    assert options.number_of("Amber", SCREENS[""]) == "1"


def test_a_label_that_begins_several_options_is_ambiguous():
    with pytest.raises(NotOne):
        options.number_of("Ward", "Pick\n1. Ward 1\n2. Ward 2")


@pytest.mark.parametrize("line", ["1. Water", "1) Water", "1: Water", "1 Water", " 1.Water", "1 - Water", "1] Water"])
def test_options_are_read_however_they_are_written(line: str):
    assert options.options(f"Pick\n{line}") == [("1", "Water")]


def test_an_option_that_is_nowhere_ends_the_talk(talker):
    played = talker.hold(HEAD + "  - choose: Zinnia\n  - type: x\n")

    assert findings(played) == ["5 talk: no option 'Zinnia' on the screen"]
    assert played.shown[-1].deed == "stops"


def test_an_option_that_may_be_missing_is_left_out(talker):
    played = talker.hold(HEAD.replace("4932", "999") + "  - {choose: Zinnia, maybe: true}\n")

    assert findings(played) == []


@pytest.mark.parametrize("before", ["", "  - choose: Cedar\n  - choose: Fine\n"])
def test_what_is_left_out_still_expects_its_screen(talker, before: str):
    played = talker.hold(HEAD + before + "  - {choose: Zinnia, maybe: true, expect: {contains: Mars}}\n")

    assert [found.what for found in played.findings] == ["'Mars' is not on it"]


def test_what_was_remembered_is_dialled_without_its_blanks(talker):
    talk = (
        HEAD
        + '  - choose: Cedar\n    remember: {ref: "([0-9][0-9 ]+[0-9])"}\n'
        + '  - dial: "*120*4932*9*{ref}#"\n    phone: bongi\n'
    )
    played = talker.hold(talk + '    expect: {exactly: "Joined {ref}", ends: true}\n')

    assert findings(played) == []


def test_what_cannot_be_remembered_ends_the_talk(talker):
    played = talker.hold(HEAD + '  - choose: Cedar\n    remember: {ref: "[a-z]{99}"}\n')

    assert findings(played) == ["5 talk: nothing on the screen matches '[a-z]{99}' to remember as ref"]


def test_nothing_can_be_typed_after_the_end(talker):
    played = talker.hold(HEAD + "  - choose: Cedar\n  - choose: Fine\n  - type: x\n")

    assert findings(played) == ["7 talk: the session of thandi is over, nothing can be typed"]


def test_nothing_can_be_typed_on_a_line_that_dropped(talker):
    played = talker.hold(HEAD + "  - drop\n  - type: x\n")

    assert findings(played) == ["6 talk: the line of thandi has dropped: redial first"]


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        ("contains: Amber", ""),
        ("contains: [Amber, Oak]", "'Oak' is not on it"),
        ("lacks: East", "'East' is on it"),
        ("exactly: Areas", "it is not exactly 'Areas'"),
        ("matches: '(?m)^2. A'", ""),
        ("matches: '^2'", "it does not match '^2'"),
        ("ends: true", "the session goes on"),
        ("septets: 20", "37 septets, not 20 at most"),
    ],
)
def test_what_a_screen_must_be_is_held_against_it(talker, wanted: str, what: str):
    played = talker.hold(HEAD + f"    expect: {{{wanted}}}\n")

    assert findings(played) == ([f"4 expect: {what}"] if what else [])


def test_an_end_that_nobody_expected_is_told(talker):
    played = talker.hold(HEAD + "  - choose: Cedar\n  - choose: Fine\n    expect: {ends: false}\n")

    assert findings(played) == ["6 expect: the session ends"]


def test_an_application_that_does_not_listen_for_events_is_no_worse(talker):
    played = talker.hold(HEAD + "  - drop\n  - redial\n  - drop\n")

    assert [shown.said for shown in played.shown if shown.deed == "event"] == ["Incomplete: nobody listens"]
    assert findings(played) == []


def test_the_script_s_code_is_read_as_the_deployment_s():
    asked = []

    def seen(request: Request) -> Response:
        if request.path != "/end":
            asked.append((request.form["serviceCode"], request.form["text"]))
        return Response("END Bye", content_type="text/plain")

    with serving(wsgi(seen)) as url:
        talk = HEAD + '  - dial: "*120*4932*1*2#"\n  - dial: "*555*1#"\n  - dial: "{stem}*7#"\n'
        Talker(url, code="*384*5#").hold(talk)

    assert asked == [("*384*5#", ""), ("*384*5#", "1*2"), ("*555*1#", ""), ("*384*5#", "7")]


def test_a_talk_with_words_is_held_in_each_of_its_languages(talker):
    talk = (
        HEAD.replace("steps:", "languages:\n  en: {tree: Cedar}\n  zu: {tree: Beech}\nsteps:")
        + '  - choose: "{tree}"\n'
    )

    assert [typed(talker.hold(talk, language=language)) for language in ("en", "zu")] == [["98", "4"], ["98", "3"]]
