"""What the service writes about itself holds no secret, whatever breaks."""

import json

import pytest
from sqlalchemy import text

from tests.building import PUBLIC_VALUE
from tests.workshop import Opening


def test_an_error_of_ours_is_one_line_without_keys_secrets_or_names(
    opening_anywhere: Opening, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table is gone in the middle of an execution: all of it undone, and a line that names places only."""
    bureau = opening_anywhere("committed")
    bureau.handed_in()
    with bureau.service.database.writing() as session:
        session.connection().execute(text("ALTER TABLE visit_seats RENAME TO gone"))
        session.commit()
    answer = bureau.desk("officer2").post(bureau.at_draw("execution"))
    assert answer.status_code in (500, 503), "SQLite calls a missing table an operational error"
    printed = capsys.readouterr()
    (line,) = printed.out.splitlines()
    assert json.loads(line)["level"] == "error"
    assert "visit_seats" in line
    with bureau.service.database.reading() as session:
        own = session.connection().execute(text("SELECT own_secret FROM draw_parties WHERE own_secret IS NOT NULL"))
        secret = bureau.service.box.unseal(bytes(own.scalar_one()), about=bureau.notes.draw_id)
        assert session.connection().execute(text("SELECT count(*) FROM draw_executions")).scalar_one() == 0
    hidden = [bureau.notes.keys["officer2"], bureau.notes.secret, secret, PUBLIC_VALUE, "检查员", "见证人甲"]
    assert [each for each in hidden if each in printed.out + printed.err + answer.text] == []
