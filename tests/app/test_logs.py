"""What the service writes about itself holds no secret, whatever breaks."""

import json
import logging

import pytest
import uvicorn
from sqlalchemy import text

from app.main import create_app
from tests.building import PUBLIC_VALUE
from tests.desks import made
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


def test_no_log_line_holds_the_address_of_a_notice(
    opening_anywhere: Opening, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the server's access log, set up as ``serve`` sets it up, nor a line about an error."""
    bureau = opening_anywhere("arrived", sealed=True)
    visit_id = bureau.notes.visits[0]
    door = made(bureau.lead(visit_id).get(f"/api/v1/assignments/{visit_id}/notice"))["door"]
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "handlers", [])
    uvicorn.Config(create_app(bureau.service))
    line = ("127.0.0.1:50000", "GET", f"/door/{door}.json?a=b", "1.1", 200)
    logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', *line)
    with bureau.service.database.writing() as session:
        session.connection().execute(text("ALTER TABLE draw_salts RENAME TO gone"))
        session.commit()
    assert bureau.public.get(f"/door/{door}").status_code in (500, 503)
    printed = capsys.readouterr()
    lines = [each for each in (printed.out + printed.err).splitlines() if "/door/" in each]
    assert len(lines) == 2
    ending = door.rsplit(".", 1)[1]
    assert [each for each in lines if ending in each] == []
