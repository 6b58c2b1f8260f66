"""A draw bound to a round of drand waits for that round, and takes it by its signature alone."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from app.cli import app
from registry.journal import Fact, Kind
from sampling.bundle import replay
from sampling.errors import RefusedError
from sampling.public_value import check_public_value
from sampling.seed import Reveal
from sampling.sources import QUICKNET_CHAIN
from tests.beacons import (
    MARGIN,
    PUBLISHED,
    RANDOMNESS,
    ROUND,
    SIGNATURE,
    announced,
    bound,
    commit,
    execute,
    hand_in,
    published,
    receive,
)
from tests.desks import made
from tests.papers import batch
from tests.relays import SECOND_SIGNATURE
from tests.workshop import Opening

# the round follows from the commitment


def test_the_round_is_the_first_that_is_published_the_margin_after_the_commitment(opening_anywhere: Opening) -> None:
    bureau = bound(opening_anywhere)
    commitment = bureau.public.get(f"/draws/{bureau.notes.draw_id}/files/commitment.json").json()
    assert commitment["public_source"] == {"kind": "drand", "round": ROUND}
    told = made(bureau.desk("officer").get(f"/api/v1/draws/{bureau.notes.draw_id}"))["beacon"]
    assert (told["round"], told["signature"], told["received_at"]) == (ROUND, None, None)
    assert datetime.fromisoformat(told["published_at"]) == PUBLISHED


@pytest.mark.parametrize(("later", "number"), [(0, 1000), (1, 1001), (3, 1001), (4, 1002)])
def test_a_later_commitment_gets_a_later_round(opening: Opening, later: int, number: int) -> None:
    bureau = opening("approved")
    announced(bureau)
    answer = made(commit(bureau, PUBLISHED - timedelta(seconds=MARGIN - later)))
    assert answer["beacon"]["round"] == number


def test_nobody_chooses_the_round_after_seeing_it(opening_anywhere: Opening) -> None:
    """Neither the batch, nor a change of it, nor the commitment takes a round; a published one least of all."""
    bureau = opening_anywhere("approved")
    task_no = announced(bureau)
    officer = bureau.desk("officer")
    for source in ({"kind": "drand", "round": ROUND}, {"kind": "drand", "margin": MARGIN, "round": ROUND}):
        body = batch(period_from="2023-08-23", period_to="2023-12-31", public_source=source)
        plan_no = made(officer.get(f"/api/v1/batches/{task_no}"))["plan_no"]
        assert officer.post(f"/api/v1/plans/{plan_no}/batches", body).status_code == 422
        change = {"changes": {"public_source": source}, "reason": "另选轮次"}
        assert officer.post(f"/api/v1/batches/{task_no}/changes", change).status_code == 422
    for extra in ({"round": ROUND}, {"public_source": {"kind": "drand", "round": ROUND}}):
        answer = commit(bureau, PUBLISHED, **extra)
        assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")
    assert bureau.contents()["draw_commitments"] == []


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        ({"kind": "drand"}, "/public_source/margin"),
        ({"kind": "drand", "margin": MARGIN - 1}, "/public_source/margin"),
        ({"kind": "drand", "margin": 0}, "/public_source/margin"),
        ({"kind": "drand", "margin": -MARGIN}, "/public_source/margin"),
        ({"kind": "drand", "margin": "600"}, "/public_source/margin"),
        ({"kind": "drand", "margin": MARGIN, "length": 30}, "/public_source/length"),
        ({"kind": "witnessed", "margin": MARGIN}, "/public_source/alphabet"),
    ],
)
def test_a_margin_below_the_bureaus_minimum_is_refused(opening: Opening, source: object, pointer: str) -> None:
    """So that a round already published, or about to be, is in no commitment."""
    bureau = opening("planned")
    answer = bureau.desk("officer").post(f"/api/v1/plans/{bureau.notes.plan_no}/batches", batch(public_source=source))
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


def test_a_draw_that_is_due_before_its_round_is_not_committed(opening: Opening) -> None:
    bureau = opening("approved")
    announced(bureau)
    due = (PUBLISHED + timedelta(seconds=0)).isoformat()
    answer = commit(bureau, PUBLISHED - timedelta(seconds=MARGIN), execute_by=due)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/execute_by"]
    assert bureau.contents()["draw_commitments"] == []


# by hand


def test_a_round_handed_in_by_hand_is_verified_recorded_and_drawn_with(opening_anywhere: Opening) -> None:
    bureau = published(bound(opening_anywhere))
    told = made(receive(bureau))["beacon"]
    assert (told["signature"], told["randomness"], told["origin"]) == (SIGNATURE, RANDOMNESS, "by hand")
    assert told["received_by"] == bureau.notes.people["officer"]
    hand_in(bureau)
    assert made(execute(bureau))["value"] == "confirmed"
    with bureau.service.database.reading() as session:
        fact = session.exec(select(Fact).where(Fact.kind == Kind.BEACON_RECEIVED)).one()
    assert json.loads(fact.public) == {
        "draw_id": bureau.notes.draw_id,
        "round": ROUND,
        "signature": SIGNATURE,
        "randomness": RANDOMNESS,
    }


def test_the_bundle_proves_the_value_offline(opening: Opening) -> None:
    bureau = published(bound(opening))
    made(receive(bureau))
    hand_in(bureau)
    made(execute(bureau))
    answer = bureau.public.get(f"/draws/{bureau.notes.draw_id}/bundle.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert json.loads(files["public_value.json"]) == {
        "kind": "drand",
        "chain": QUICKNET_CHAIN,
        "round": ROUND,
        "signature": SIGNATURE,
        "randomness": RANDOMNESS,
    }
    outcome, reveal = replay(files), Reveal.from_bytes(files["reveal.json"])
    assert reveal.public_value == RANDOMNESS
    check_public_value(outcome.commitment, reveal, files["public_value.json"])
    assert [json.loads(each["entry"])["kind"] for each in json.loads(files["log.json"])["entries"]] == [
        "draw.committed",
        "draw.beacon_received",
        "draw.executed",
    ]
    forged = files["public_value.json"].replace(SIGNATURE.encode(), SECOND_SIGNATURE.encode())
    with pytest.raises(RefusedError):
        check_public_value(outcome.commitment, reveal, forged)


def test_replay_checks_the_value_of_an_unpacked_bundle(opening: Opening, tmp_path: Path) -> None:
    bureau = published(bound(opening))
    made(receive(bureau))
    hand_in(bureau)
    made(execute(bureau))
    answer = bureau.public.get(f"/draws/{bureau.notes.draw_id}/bundle.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    assert CliRunner().invoke(app, ["replay", str(tmp_path)]).exit_code == 0
    value = tmp_path / "public_value.json"
    value.write_bytes(value.read_bytes().replace(SIGNATURE.encode(), SECOND_SIGNATURE.encode()))
    done = CliRunner().invoke(app, ["replay", str(tmp_path)])
    assert done.exit_code == 1
    assert "public_value.json 键 signature：不是 drand quicknet 第 1000 轮的签名" in done.stderr


def test_page_says_which_round_when_and_that_its_signature_was_verified(opening: Opening) -> None:
    bureau = bound(opening)
    public = f"/draws/{bureau.notes.draw_id}"
    waiting = bureau.public.get(public).text
    assert "尚未收到 drand 第 1000 轮" in waiting
    assert SIGNATURE not in waiting
    made(receive(published(bureau)))
    page = bureau.public.get(f"{public}.json").json()
    assert page["source"]["beacon"]["signature"] == SIGNATURE
    assert page["source"]["beacon"]["randomness"] == RANDOMNESS
    assert "已核验签名" in bureau.public.get(public).text
    assert "drand" in page["level"]["used"]
    assert "没有指定日志见证人" in page["level"]["leaves_open"]
    assert [line["kind"] for line in page["log"]] == ["draw.committed", "draw.beacon_received"]


def test_page_of_the_plan_says_how_the_round_is_found(opening: Opening) -> None:
    bureau = opening("approved")
    task_no = announced(bureau)
    plan_no = made(bureau.desk("officer").get(f"/api/v1/batches/{task_no}"))["plan_no"]
    change = {"changes": {"public_source": {"kind": "drand", "margin": 900}}, "reason": "延长间隔"}
    asked = made(bureau.desk("officer").post(f"/api/v1/batches/{task_no}/changes", change))
    made(bureau.desk("approver").post(f"/api/v1/changes/{asked['change_id']}/decision", {"approved": True}))
    page = bureau.public.get(f"/plans/{plan_no}").text
    assert "锁定 600 秒之后公布的第一轮" in page
    assert "锁定 900 秒之后公布的第一轮" in page
