import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from app.storage.tables import Audit


def test_deeds_are_listed_newest_first_by_name_or_matter(operator):
    operator.say("sending", "pause", "--as", "Thandi")
    operator.say("staff", "add", "sihle", "--role", "viewer", "--as", "Lindiwe")

    assert [deed["who"] for deed in operator.ask("audit", "list")] == ["Lindiwe", "Thandi"]
    assert [deed["what"] for deed in operator.ask("audit", "list", "--who", "Thandi")] == ["sending.pause"]
    assert [deed["who"] for deed in operator.ask("audit", "list", "--object", "staff:sihle")] == ["Lindiwe"]
    assert len(operator.ask("audit", "list", "--limit", 1)) == 1
    assert "sending.pause" in operator.say("audit", "list")


@pytest.mark.parametrize("change", [update(Audit).values(who="somebody else"), delete(Audit)])
def test_nobody_changes_a_row(operator, change):
    operator.say("sending", "pause")

    with pytest.raises(DBAPIError, match=r"append|change|audit"), operator.services.database.begin() as session:
        session.execute(change)
