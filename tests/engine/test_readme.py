"""The page for flow authors is true: its example is a flow, and it knows every word of the grammar."""

import re
from pathlib import Path

from app.engine.load import KEYS, read
from tests.engine.phone import Town, dial, options

PAGE = (Path(__file__).parents[2] / "flows" / "README.md").read_text("utf-8")
DANGER = 'start: numbers\nnumbers: {forgets: true, text: "Call 112."}'


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def test_its_example_is_a_flow_and_shows_what_it_says():
    flows = read({"report": blocks("yaml")[0], "danger": DANGER})
    town = Town(lists={"categories": options("leak", "danger")}, values={"reference": "482 913 1", "category": "Leak"})

    assert dial(flows, "1", town=town).reply.text == blocks("text")[0].strip()
    assert dial(flows, "1", "1", town=town).reply.text == "Thanks. 482 913 1: Leak."


def test_it_explains_every_key_and_no_other():
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == KEYS
