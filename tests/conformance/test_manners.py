"""What a gateway posts: by its name, as its page says; and what the nervous ones add unasked."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.wrappers import Request as Posted
from werkzeug.wrappers import Response

from app.conformance import manners
from app.conformance.manners import Hop
from app.engine.source import FlowFaults
from tests.conformance.conftest import Talker, serving
from tests.conformance.foreign import wsgi

URL = "http://127.0.0.1:1/hops"
FIRST = Hop("s1", "*120*4932#", "*120*4932*1#", "+27600000001", "r1", ("1",), first=True)
LATER = Hop("s1", "*120*4932#", "*120*4932*1#", "+27600000001", "r1", ("1", "2", "a b*c&d"), first=False)
TALK = """\
title: T
phones: [thandi]
steps:
  - dial: "*120*4932#"
  - type: "1"
  - type: "2"
  - type: "3"
  - drop
"""


def form(name: str, hop: Hop) -> dict[str, str]:
    made = manners.request(URL, manners.find(name), hop)
    return dict(parse_qsl((made.body or b"").decode(), keep_blank_values=True, strict_parsing=True))


def test_africas_talking_posts_all_that_was_typed_so_far():
    assert form("africastalking", LATER) == {
        "sessionId": "s1",
        "serviceCode": "*120*4932#",
        "phoneNumber": "+27600000001",
        "networkCode": "99999",
        "text": "1*2*a b*c&d",
    }
    assert form("africastalking", FIRST)["text"] == "1"


def test_a_step_only_gateway_posts_the_newest_input_alone():
    assert form("step-only", LATER)["text"] == "a b*c&d"


def test_freeflow_asks_by_get_and_begins_with_what_was_dialled():
    asked = [urlsplit(manners.request(URL, manners.find("freeflow"), hop).url).query for hop in (FIRST, LATER)]

    assert [dict(parse_qsl(query))["INPUT"] for query in asked] == ["*120*4932*1#", "a b*c&d"]
    assert dict(parse_qsl(asked[0]))["MSISDN"] == "27600000001"


def test_uzo_posts_json_with_a_number_for_what_happens():
    said = [json.loads(manners.request(URL, manners.find("uzo"), hop).body or b"") for hop in (FIRST, LATER)]

    assert [(one["ussdServiceOp"], one["ussdString"]) for one in said] == [("1", "*120*4932*1#"), ("18", "a b*c&d")]


def posted(manner: str, talk: str = TALK) -> list[tuple[str, str, str]]:
    """Path, session and text of all that an application got."""
    seen = []

    def application(asked: Posted) -> Response:
        seen.append((asked.path, asked.form["sessionId"].removeprefix("talk-r1-"), asked.form.get("text", "-")))
        return Response("CON Pick\n1. One", content_type="text/plain")

    with serving(wsgi(application)) as url:
        assert Talker(url).hold(talk, manner).findings == ()
    return seen


def test_a_call_that_drops_is_told_of_at_another_address():
    assert posted("africastalking") == [
        ("/", "1", ""),
        ("/", "1", "1"),
        ("/", "1", "1*2"),
        ("/", "1", "1*2*3"),
        ("/end", "1", "-"),
    ]


def test_a_nervous_gateway_doubles_repeats_and_comes_late():
    got = posted("africastalking-nervous", TALK + '  - redial\n  - type: "1"\n  - drop\n')
    first = [one for one in got if one[1] in ("1", "1b")]
    second = [one for one in got if one[1] == "2"]

    assert sorted(first[:2]) == [("/", "1", ""), ("/", "1b", "")]
    assert [text for _, _, text in first[2:]] == ["1", "1", "1*2", "1", "1*2*3", "1*2*3"]
    assert second == [("/", "2", ""), ("/", "2", "1"), ("/", "2", "1"), *[("/end", "2", "-")] * 2, ("/", "2", "1")]


def test_what_a_step_only_gateway_cannot_tell_is_left_out():
    talk = TALK.replace("  - drop\n", "    together: 4\n  - again\n  - late: 1\n")

    assert [text for _, _, text in posted("step-only", talk)] == ["", "1", "2", "3"]


def test_together_posts_the_same_hop_from_several_sides():
    talk = TALK.replace('  - type: "3"\n', '  - type: "3"\n    together: 4\n')

    assert [text for _, _, text in posted("africastalking", talk)].count("1*2*3") == 4


@pytest.mark.parametrize("name", manners.names())
def test_every_manner_that_comes_with_this_says_where_it_is_from(name: str):
    manner = manners.find(name)

    assert manner.title
    assert manner.source


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("title: T\nsource: S\nfields: {a: '{text}'}\nmethd: GET\n", "m.yaml:4: methd"),
        ("title: T\nsource: S\nfields: {a: '{txt}'}\n", "m.yaml:1: {txt} is unknown"),
        ("title: T\nsource: S\nfields: {a: x}\ntext: last\nrepeat_every: 2\n", "m.yaml:1: text: last tells no repeat"),
        ("title: T\nsource: S\nfields: {a: x}\nmethod: GET\n", "m.yaml:1: body: GET goes with query"),
        ("title: T\nsource: S\nfields: {a: x}\nreply: {by: header}\n", "m.yaml:4: reply: "),
    ],
)
def test_manners_that_make_no_sense_are_refused_with_their_line(text: str, fault: str):
    with pytest.raises(FlowFaults) as wrong:
        manners.read("m.yaml", text)

    assert str(wrong.value).startswith(fault)


def test_manners_that_are_unknown_are_named_with_those_that_are_known():
    with pytest.raises(FlowFaults, match="did you mean africastalking"):
        manners.find("africatalking")


def test_manners_of_ones_own_are_a_file(tmp_path):
    (tmp_path / "mine.yaml").write_text("title: T\nsource: S\nfields: {q: '{text}'}\n")

    assert manners.find(str(tmp_path / "mine.yaml")).name == "mine"
