import stat

import pytest

from app.storage import staff
from app.storage.tables import Staff


def held(operator, name):
    with operator.services.database.begin() as session:
        return session.get(Staff, name)


def signs_in(operator, name, password):
    with operator.services.database.begin() as session:
        return staff.verified(session, name, password) is not None


def test_somebody_new_gets_a_random_password_that_is_printed_once(operator):
    name, _, password = operator.say("staff", "add", "thandi", "--role", "operator").strip().partition(":")

    assert name == "thandi"
    assert len(password) >= 20
    assert held(operator, "thandi").role == "operator"
    assert held(operator, "thandi").password_hash.startswith("$argon2id$")
    assert signs_in(operator, "thandi", password)
    assert not signs_in(operator, "thandi", password + "x")
    assert not signs_in(operator, "nobody", password)


def test_a_password_may_come_by_stdin_and_is_not_printed(operator):
    typed = "correct horse battery"
    said = operator.say("staff", "add", "thandi", "--role", "viewer", "--password-stdin", typed=f"{typed}\n")

    assert typed not in said
    assert signs_in(operator, "thandi", typed)


def test_a_short_password_is_refused(operator):
    said = operator.refused("staff", "add", "thandi", "--role", "viewer", "--password-stdin", typed="short\n")

    assert said == "izwi: a password has at least 12 characters"
    assert held(operator, "thandi") is None


def test_a_name_is_given_once(operator):
    operator.say("staff", "add", "thandi", "--role", "viewer")

    assert operator.refused("staff", "add", "thandi", "--role", "admin") == (
        "izwi: there is a thandi already: scripts/izwi staff reset thandi"
    )
    assert held(operator, "thandi").role == "viewer"


def test_the_first_admin_is_printed_and_kept_for_its_owner_alone(operator, tmp_path):
    login = operator.say("staff", "add", "--first").strip()

    kept = tmp_path / "first-login.txt"
    assert kept.read_text() == f"{login}\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert signs_in(operator, *login.split(":"))
    assert held(operator, "admin").role == "admin"


def test_there_is_one_first_admin(operator, tmp_path):
    operator.say("staff", "add", "lindiwe", "--role", "admin")

    result = operator.try_to("staff", "add", "--first")

    assert (result.exit_code, result.stdout) == (0, "")
    assert held(operator, "admin") is None
    assert not (tmp_path / "first-login.txt").exists()


def test_a_lost_password_is_replaced(operator):
    before = operator.ask("staff", "add", "thandi", "--role", "viewer")["password"]
    after = operator.ask("staff", "reset", "thandi", "--as", "lindiwe")["password"]

    assert not signs_in(operator, "thandi", before)
    assert signs_in(operator, "thandi", after)
    assert operator.refused("staff", "reset", "nobody") == "izwi: there is no staff called nobody"


@pytest.mark.parametrize(
    "arguments", [("thandi",), ("--role", "viewer"), ("a:b", "--role", "viewer"), ("x", "--role", "king")]
)
def test_what_makes_no_sense_is_refused(operator, arguments):
    assert operator.try_to("staff", "add", *arguments).exit_code == 2


def test_no_password_is_written_down(operator):
    password = operator.ask("staff", "add", "thandi", "--role", "viewer")["password"]

    assert password not in operator.say("audit", "list", "--json")
    assert [deed["object"] for deed in operator.ask("audit", "list", "--who", "operator")] == ["staff:thandi"]
