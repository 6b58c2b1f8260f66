"""Texts of steps, reviews, follow-ups, replacements and loans can be forgotten; of those who left, what service needs.

Each case writes words into one record; erased, no table holds them, and the log is as sound as before.
"""

from collections.abc import Callable
from contextlib import closing
from typing import NamedTuple

import pytest
from sqlalchemy import text

from app.db import Database
from registry.steps import Step
from tests.app.test_erasures import WORDS, asked, erased, holds, sound
from tests.app.test_exports import cells, export
from tests.app.test_followups import step
from tests.app.test_replacements import CLOSED, ask_unit, decide, visit_of
from tests.app.test_staffing import change, few, loan
from tests.building import Bureau
from tests.desks import made
from tests.playing import requested
from tests.rosters import credit_code, inspector, inspectors_csv
from tests.workshop import Opening


class Written(NamedTuple):
    """A record of a matter with words in it that nothing else holds, and the table that is exported with them."""

    bureau: Bureau
    key: str
    words: tuple[str, ...]


def _postponed(opening: Opening) -> Written:
    play = requested(opening).through(Step.APPROVED, Step.NOTIFIED, Step.POSTPONED)
    return Written(play.bureau, play.visit_id, ("负责人住院",))


def _returned(opening: Opening) -> Written:
    way = (Step.APPROVED, Step.NOTIFIED, Step.ARRIVED, Step.FILED, Step.CONFIRMED, Step.RETURNED)
    play = requested(opening).through(*way)
    return Written(play.bureau, play.newest, ("缺少截图",))


def _handed_on(opening: Opening) -> Written:
    bureau = opening("published")
    made(step(bureau, "to_province", receiver="某省联系人张三", reference="红盾云桥2020-0001", text="随函附材料"))
    return Written(bureau, bureau.notes.visits[0], ("张三", "桥2020-0001", "随函附材料"))


def _replaced(opening: Opening) -> Written:
    bureau = opening("executed")
    ask = ask_unit(bureau, bureau.notes.visits[0])
    made(decide(bureau, ask, text="负责人病重，同意替补"))
    return Written(bureau, made(ask)["replacement_id"], (CLOSED["text"], "负责人病重"))


def _lent(opening: Opening) -> Written:
    bureau = opening("approved")
    few(bureau)
    return Written(bureau, loan(bureau, "cyber-3"), ("该区持证人员不足两人",))


def _left(opening: Opening) -> Written:
    bureau = opening("staffed")
    change(bureau, "market-2", certificate_no="已离岗者的证号", tags="电子取证")
    change(bureau, "market-2", certificate_no="已离岗者的证号", tags="电子取证", status="离岗")
    return Written(bureau, "market-2", ("已离岗者的证号", "电子取证"))


def _withdrawn(opening: Opening) -> Written:
    bureau = opening("staffed")
    body = {"inspector_no": "market-1", "unit_id": credit_code(1), "reason": "其姐为该户合伙人"}
    key = made(bureau.desk("registrar").post("/api/v1/recusals", body))["recusal_id"]
    made(bureau.desk("registrar").post(f"/api/v1/recusals/{key}/withdrawal", {"reason": "其姐已退伙"}))
    return Written(bureau, key, ("其姐为该户合伙人", "其姐已退伙"))


CASES: dict[str, tuple[Callable[[Opening], Written], str]] = {
    "steps": (_postponed, "visit_steps"),
    "review": (_returned, "findings"),
    "followups": (_handed_on, "followups"),
    "replacement": (_replaced, "replacements"),
    "loan": (_lent, "loans"),
    "inspector": (_left, ""),
    "recusal": (_withdrawn, "recusal_decisions"),
}
"""Matter → a record of it, and the export in which the words stood."""


@pytest.mark.parametrize("matter", CASES)
def test_an_erased_text_is_gone_from_every_table_and_the_log_stays_sound(
    opening_anywhere: Opening, matter: str
) -> None:
    """Bodies, parts, images, rows and stored answers; exports say that it was erased."""
    write, table = CASES[matter]
    bureau, key, words = write(opening_anywhere)
    assert all({"journal_bodies"} < holds(bureau, each) for each in words)
    done = erased(bureau, matter, key)
    assert done["erased"]
    assert [holds(bureau, each) for each in words] == [set()] * len(words)
    sound(bureau)
    if table:
        said = str(cells(export(bureau, table)))
        assert WORDS in said
        assert not any(each in said for each in words)


def test_a_replacement_stands_after_its_texts_are_erased(opening: Opening) -> None:
    """Who comes, in which turn and for which reason is a fact of the draw."""
    bureau, key, _ = _replaced(opening)
    visit_id = bureau.notes.visits[0]
    (before,) = made(bureau.desk("supervisor").get("/api/v1/replacements"))
    erased(bureau, "replacement", key)
    (after,) = made(bureau.desk("supervisor").get("/api/v1/replacements"))
    assert visit_of(bureau, visit_id)["state"] == "replaced"
    gone = {"text": "", "decision_text": ""}
    assert after == before | gone


def test_of_a_serving_inspector_nothing_is_erased(opening: Opening) -> None:
    bureau = opening("staffed")
    body = {"matter": "inspector", "key": "market-2", "basis": "purpose_ended", "text": "本人要求"}
    answer = bureau.desk("registrar").post("/api/v1/erasures", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "erasure_state")


def test_several_who_left_lose_their_certificates_and_who_serves_keeps_one_of_their_own(
    opening_anywhere: Opening,
) -> None:
    """Two without a number are no conflict, exported and imported again neither; two with the same number still are."""
    bureau = opening_anywhere("staffed")
    for own in ("market-2", "cyber-2"):
        change(bureau, own, status="离岗")
        erased(bureau, "inspector", own)
    kept = {each["inspector_no"]: each for each in made(bureau.desk("registrar").get("/api/v1/inspectors"))}
    assert [kept[own]["certificate_no"] for own in ("market-2", "cyber-2")] == ["", ""]
    assert kept["market-2"]["name"] == inspector("market-2")["name"]
    again = made(bureau.desk("registrar").post("/api/v1/imports/inspectors", export(bureau, "inspectors")))
    assert (again["added"], again["changed"]) == (0, 0)
    twice = [inspector("cyber-3", certificate_no=inspector("market-3")["certificate_no"])]
    answer = bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv(twice))
    assert not answer.is_success


def test_nothing_of_a_sealed_replacement_is_told_by_asking(opening: Opening) -> None:
    """Before the draw is open it is to a publisher as if it were not there."""
    bureau = opening("executed", sealed=True)
    visit_id = bureau.notes.visits[0]
    path = f"/api/v1/visits/{visit_id}/replacement"
    key = made(bureau.lead(visit_id).post(path, CLOSED))["replacement_id"]
    body = {"matter": "replacement", "basis": "court", "text": "判决"}
    answers = [bureau.desk("publisher").post("/api/v1/erasures", body | {"key": own}) for own in (key, "x0999")]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "absent")] * 2


def test_guards_empty_only_what_an_erasure_names(opening_anywhere: Opening) -> None:
    """Request, decision and review, each on both databases."""
    bureau, key, _ = _replaced(opening_anywhere)
    asked(bureau, "replacement", key)
    before = bureau.contents()
    with closing(Database(bureau.service.settings.database_url)) as database:
        for table in ("replacements", "replacement_decisions"):
            with database.engine.connect() as connection:
                with pytest.raises(Exception, match="append-only"):
                    connection.execute(text(f"UPDATE {table} SET text = ''"))  # noqa: S608 - our own names
                connection.rollback()
    assert bureau.contents() == before
