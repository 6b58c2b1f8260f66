"""Nobody aims a draw: the public value comes first and once, each party's secret after it and once, all in sight."""

from collections import Counter
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.draws import DrawExecution
from registry.handing_in import HandedSecret
from registry.public_values import PublicValue, ValueConfirmation
from sampling.names import DrawId, Party
from sampling.seed import secret_digest
from tests.building import PUBLIC_VALUE, Bureau
from tests.crowds import at_once, serving
from tests.desks import made
from tests.papers import batch
from tests.workshop import Opening

CLIENTS = 64
VALUE = {"value": PUBLIC_VALUE, "witnesses": ["见证人甲"]}
OTHER = PUBLIC_VALUE[::-1]
SPELLINGS = (
    f" {PUBLIC_VALUE}",
    f"{PUBLIC_VALUE}\n",
    "，".join(PUBLIC_VALUE),
    PUBLIC_VALUE[:-1],
    "３" + PUBLIC_VALUE[1:],
)
ENVELOPE = {"party": "supervision", "holder": "保管人", "place": "档案室", "sealed_on": "2020-08-31"}


def refused(bureau: Bureau, name: str, step: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    """Let somebody try a step that is refused and changes nothing, and return the answer."""
    before = bureau.contents()
    answer = bureau.desk(name).post(bureau.at_draw(step), body)
    assert answer.is_client_error, (step, answer.text)
    assert bureau.contents() == before
    return answer.json()


def race(bureau: Bureau, step: str, body: object, names: tuple[str, ...]) -> list[httpx.Response]:
    """Send one step 64 times at once, by turns in the names given, each under a key of its own."""
    asked = [
        httpx.Request(
            "POST",
            f"http://bureau{bureau.at_draw(step)}",
            json=body,
            headers={
                "Authorization": f"Bearer {bureau.notes.keys[names[n % len(names)]]}",
                "Idempotency-Key": f"race-{n:04d}",
            },
        )
        for n in range(CLIENTS)
    ]
    with serving(bureau) as address:
        return at_once(address, asked)


def page_of(bureau: Bureau) -> Any:  # noqa: ANN401 - JSON
    return made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))


def test_the_dice_are_thrown_once(opening_anywhere: Opening) -> None:
    """The first valid value counts: no second one, neither before it is confirmed nor after, by anybody."""
    bureau = opening_anywhere("committed")
    made(bureau.desk("officer").post(bureau.at_draw("value"), VALUE))
    for name in ("officer", "officer2"):
        assert refused(bureau, name, "value", VALUE | {"value": OTHER})["code"] == "draw_state"
    made(bureau.desk("officer2").post(bureau.at_draw("value/confirmation"), {"value": PUBLIC_VALUE}))
    assert refused(bureau, "officer", "value", VALUE | {"value": OTHER})["code"] == "draw_state"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_of_the_dice_is_refused(opening_anywhere: Opening, spelling: str) -> None:
    """Neither entered nor confirmed: no space, separator or full-width digit is forgiven."""
    bureau = opening_anywhere("committed")
    assert refused(bureau, "officer", "value", VALUE | {"value": spelling})["code"] in {"refused", "malformed"}
    made(bureau.desk("officer").post(bureau.at_draw("value"), VALUE))
    refused(bureau, "officer2", "value/confirmation", {"value": spelling})


def test_whoever_confirms_the_value_has_read_it_too(opening: Opening) -> None:
    """A different value is refused without telling the one on record, and the draw waits."""
    bureau = opening("committed")
    made(bureau.desk("officer").post(bureau.at_draw("value"), VALUE))
    wrong = refused(bureau, "officer2", "value/confirmation", {"value": OTHER})
    assert wrong["errors"][0]["pointer"] == "/value"
    assert PUBLIC_VALUE not in str(wrong)
    assert made(bureau.desk("officer2").get(f"/api/v1/draws/{bureau.notes.draw_id}"))["value"] == "entered"


def test_the_witness_list_stands_with_the_value(opening_anywhere: Opening) -> None:
    """The confirmation takes no list, and the database refuses an edit."""
    bureau = opening_anywhere("committed")
    made(bureau.desk("officer").post(bureau.at_draw("value"), VALUE))
    confirmation = {"value": PUBLIC_VALUE, "witnesses": ["另一人"]}
    assert refused(bureau, "officer2", "value/confirmation", confirmation)["errors"][0]["pointer"] == "/witnesses"
    bureau.desk("officer2").post(bureau.at_draw("value/confirmation"), {"value": PUBLIC_VALUE})
    with bureau.service.database.writing() as session, pytest.raises(Exception, match="append-only"):
        session.connection().execute(text("UPDATE draw_values SET witnesses = '[]'"))


def test_no_secret_is_taken_before_the_value_is_confirmed(opening_anywhere: Opening) -> None:
    """Whoever held all secrets could otherwise see the outcome of a value before entering it."""
    bureau = opening_anywhere("committed")
    bureau.escrowed()
    assert refused(bureau, "supervisor", "secrets", bureau.secret())["code"] == "draw_state"
    made(bureau.desk("officer").post(bureau.at_draw("value"), VALUE))
    assert refused(bureau, "supervisor", "secrets", bureau.secret())["code"] == "draw_state"
    made(bureau.desk("officer2").post(bureau.at_draw("value/confirmation"), {"value": PUBLIC_VALUE}))
    made(bureau.desk("supervisor").post(bureau.at_draw("secrets"), bureau.secret()))


def test_a_draw_is_not_executed_before_everything_is_there(opening_anywhere: Opening) -> None:
    """Not without the value, nor without the last party's secret; the service's own is not used before."""
    bureau = opening_anywhere("committed")
    assert refused(bureau, "officer2", "execution")["code"] == "draw_state"
    bureau.valued()
    bureau.escrowed()
    assert "supervision" in refused(bureau, "officer2", "execution")["detail"]
    made(bureau.desk("supervisor").post(bureau.at_draw("secrets"), bureau.secret()))
    assert made(bureau.desk("officer2").post(bureau.at_draw("execution")))["state"] == "opened"


def test_an_envelope_is_on_record_before_its_secret(opening: Opening) -> None:
    """A party without one is not let in, and an envelope is recorded once."""
    bureau = opening("committed")
    bureau.valued()
    assert refused(bureau, "supervisor", "secrets", bureau.secret())["code"] == "draw_state"
    bureau.escrowed()
    assert refused(bureau, "officer", "escrows", ENVELOPE | {"holder": "另一人"})["code"] == "draw_state"
    made(bureau.desk("supervisor").post(bureau.at_draw("secrets"), bureau.secret()))


@pytest.mark.parametrize("party", ["bureau", "nobody"])
def test_nobody_hands_in_for_the_service_or_for_who_is_no_party(opening: Opening, party: str) -> None:
    bureau = opening("committed")
    bureau.valued()
    refused(bureau, "officer", "escrows", ENVELOPE | {"party": party})
    refused(bureau, "officer", "secrets", bureau.secret() | {"party": party})


def test_a_secret_is_checked_as_it_comes_and_taken_once(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("committed")
    bureau.valued()
    bureau.escrowed()
    wrong = refused(bureau, "supervisor", "secrets", bureau.secret() | {"secret": "5e" * 32})
    assert wrong["errors"][0]["pointer"] == "/secret"
    made(bureau.desk("supervisor").post(bureau.at_draw("secrets"), bureau.secret()))
    assert refused(bureau, "officer2", "secrets", bureau.secret())["code"] == "draw_state"


def test_a_secret_that_served_a_voided_draw_serves_no_other(opening_anywhere: Opening) -> None:
    """Its digest is another, bound to the new draw; the secret is known, and refused as it comes."""
    bureau = opening_anywhere("committed")
    bureau.handed_in()
    known, voided = bureau.notes.secret, bureau.notes.draw_id
    redraw_id = bureau.void()
    digest = secret_digest(DrawId(redraw_id), Party("supervision"), known, "sha256")
    terms = bureau.terms(redraw_id) | {"replaces": voided, "parties": [{"party": "supervision", "digest": digest}]}
    path = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    bureau.notes.draw_id = made(bureau.desk("officer").post(path, terms))["draw_id"]
    bureau.valued()
    bureau.escrowed()
    wrong = refused(bureau, "supervisor", "secrets", bureau.secret() | {"secret": known})
    assert wrong["errors"][0]["pointer"] == "/secret"


def test_a_secret_that_was_handed_in_lies_readable_nowhere(opening: Opening) -> None:
    """Encrypted in its row, and in no other cell, log entry, page or answer until the draw is open."""
    bureau = opening("committed", sealed=True)
    bureau.valued()
    bureau.escrowed()
    answer = bureau.desk("supervisor").post(bureau.at_draw("secrets"), bureau.secret())
    assert bureau.notes.secret not in made(answer).__str__()
    assert bureau.notes.secret not in repr(bureau.contents())
    assert bytes.fromhex(bureau.notes.secret) not in repr(bureau.contents()).encode()
    assert bureau.notes.secret not in bureau.public.get(f"/draws/{bureau.notes.draw_id}").text
    made(bureau.desk("officer2").post(bureau.at_draw("execution")))
    assert bureau.notes.secret not in bureau.public.get(f"/draws/{bureau.notes.draw_id}").text


def test_the_last_party_that_stays_silent_is_overdue_in_public(opening_anywhere: Opening) -> None:
    """By name, from the term on; and a void says whose secrets were known by then."""
    bureau = opening_anywhere("committed")
    bureau.valued()
    bureau.escrowed()
    line = next(each for each in page_of(bureau)["secrets"] if each["party"] == "supervision")
    assert (line["escrowed"], line["handed_at"], line["late"]) == (True, None, False)
    bureau.clock.set("2020-09-01", "18:01")
    page = page_of(bureau)
    late = {each["party"]: each["late"] for each in page["secrets"]}
    assert (page["overdue"], late) == ("逾期未摇号", {"bureau": False, "supervision": True})
    assert "逾期未交" in bureau.public.get(f"/draws/{bureau.notes.draw_id}").text
    bureau.void("secret_missing")
    assert page_of(bureau)["voids"][0]["known"][1:] == ["公开随机值已经录入或者公布", "没有任何一方交出秘密"]


def test_the_public_sees_each_step_and_nothing_in_it(opening: Opening) -> None:
    """Names of parties and times; no value, witness, holder or place, in the log or on the page."""
    bureau = opening("committed", sealed=True)
    bureau.handed_in()
    page = bureau.public.get(f"/draws/{bureau.notes.draw_id}.json")
    lines = {line["kind"]: made(bureau.public.get(line["path"])) for line in made(page)["log"]}
    assert lines["draw.handed_in"]["public"] == lines["draw.escrowed"]["public"]
    assert lines["draw.handed_in"]["public"] == {"draw_id": bureau.notes.draw_id, "party": "supervision"}
    assert lines["draw.value_entered"]["public"] == {"draw_id": bureau.notes.draw_id}
    said = page.text + str(lines) + bureau.public.get(f"/draws/{bureau.notes.draw_id}").text
    for hidden in (PUBLIC_VALUE, "见证人甲", "保管人", "档案室", "秘密提交单"):
        assert hidden not in said


def test_a_draw_with_the_services_own_secret_alone_needs_nobody_elses(opening: Opening) -> None:
    bureau = opening("planned")
    path = f"/api/v1/plans/{bureau.notes.plan_no}/batches"
    bureau.notes.task_no = made(bureau.desk("officer").post(path, batch(public_source=None)))["task_no"]
    bureau.approved()
    bureau.clock.set("2020-08-31")
    terms = bureau.terms() | {"parties": []}
    commitment = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    bureau.notes.draw_id = made(bureau.desk("officer").post(commitment, terms))["draw_id"]
    assert refused(bureau, "officer", "value", VALUE)["code"] == "draw_state"
    assert made(bureau.desk("officer2").post(bureau.at_draw("execution")))["state"] == "opened"


def test_a_clock_set_back_takes_no_step(opening_anywhere: Opening) -> None:
    """Nobody hands in, enters or executes before the commitment by turning the clock."""
    bureau = opening_anywhere("committed")
    bureau.clock.set("2020-08-30")
    for name, step, body in (
        ("officer", "value", VALUE),
        ("officer", "escrows", ENVELOPE),
        ("officer2", "execution", None),
    ):
        answer = bureau.desk(name).post(bureau.at_draw(step), body)
        assert not answer.is_success
    assert made(bureau.desk("officer").get(f"/api/v1/draws/{bureau.notes.draw_id}"))["value"] == "awaited"


@pytest.mark.parametrize("step", ["value", "value/confirmation", "escrows", "secrets"])
def test_nothing_is_handed_in_after_the_execution_or_the_void(opening: Opening, step: str) -> None:
    bodies = {"value": VALUE, "value/confirmation": {"value": PUBLIC_VALUE}, "escrows": ENVELOPE}
    executed = opening("executed")
    assert refused(executed, "officer", step, bodies.get(step, executed.secret()))["code"] == "draw_state"
    voided = opening("committed")
    voided.void()
    assert refused(voided, "officer", step, bodies.get(step, voided.secret()))["code"] == "draw_state"


def test_sixty_four_clients_enter_one_value(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("committed")
    answers = race(bureau, "value", VALUE, ("officer", "officer2"))
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
    assert len(bureau.contents()[str(PublicValue.__tablename__)]) == 1


def test_sixty_four_clients_confirm_a_value_and_hand_in_a_secret_once(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("committed")
    made(bureau.desk("officer").post(bureau.at_draw("value"), VALUE))
    bureau.escrowed()
    answers = race(bureau, "value/confirmation", {"value": PUBLIC_VALUE}, ("officer2", "approver"))
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
    answers = race(bureau, "secrets", bureau.secret(), ("supervisor", "officer2"))
    assert Counter(each.status_code for each in answers) == {201: 1, 409: CLIENTS - 1}
    contents = bureau.contents()
    assert len(contents[str(ValueConfirmation.__tablename__)]) == len(contents[str(HandedSecret.__tablename__)]) == 1
    assert contents[str(DrawExecution.__tablename__)] == []
