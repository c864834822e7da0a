"""The talks that we give away are held with our own application, by HTTP, in the manners of gateways."""

import pytest

from app.config import ROOT
from app.conformance import reading
from app.conformance.script import Script

SCRIPTS = [reading.read(path) for path in sorted((ROOT / "docs" / "talks").glob("*.yaml"))]
TALKS = [(script, language) for script in SCRIPTS for language in script.languages]


def name(said: object) -> str:
    return said.file.rpartition("/")[2] if isinstance(said, Script) else str(said)


@pytest.mark.parametrize(("script", "language"), TALKS, ids=name)
def test_ours_keeps_every_rule_behind_a_step_only_gateway(step_only_talker, script: Script, language: str):
    played = step_only_talker.play(script, "step-only", language)

    assert [str(found) for found in played.findings] == []


@pytest.mark.parametrize("manner", ["africastalking", "africastalking-nervous"])
@pytest.mark.parametrize(("script", "language"), TALKS, ids=name)
def test_ours_keeps_every_rule(talker, script: Script, language: str, manner: str):
    played = talker.play(script, manner, language)

    assert [str(found) for found in played.findings] == []
