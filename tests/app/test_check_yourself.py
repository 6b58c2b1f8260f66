"""An operator checks its own place in a draw from its page: number in the frame, ticket, rank, drawn or not.

What the page prints is held against the files that the public fetches, and its commands are run by bash.
"""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from publicity.kept import Kept
from sampling.canonical import digest
from sampling.names import DrawId, Party
from sampling.seed import secret_digest
from tests.app.test_withheld import by_risk, case_of
from tests.building import FRAME, Bureau
from tests.desks import made
from tests.rosters import NOT_TRADING, OTHER_KIND, credit_code, operator, operators_csv
from tests.workshop import Opening

ELSEWHERE = 12


def page_of(bureau: Bureau, number: int) -> Mapping[str, Any]:
    found: Mapping[str, Any] = made(bureau.public.get(f"/operators/{credit_code(number)}.json"))
    return found


def file_of(bureau: Bureau, name: str) -> list[list[str]]:
    """Return the rows of a published table without its header."""
    text = bureau.public.get(f"/draws/{bureau.notes.draw_id}/files/{name}").text
    return [line.split(",") for line in text.splitlines()[1:]]


def shell(command: str, directory: Path) -> str:
    """Return the digest that a command prints, run by bash in an empty environment."""
    done = subprocess.run(
        ["/bin/bash", "-c", command], cwd=directory, env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=True
    )
    words = done.stdout.decode().split()
    return next(word for word in words if len(word) == 64)


def committed_with(bureau: Bureau, hash_name: str) -> None:
    """Commit the bureau's batch under a hash of its own."""
    bureau.clock.set("2020-08-31")
    terms = bureau.terms() | {"hash": hash_name}
    own = secret_digest(DrawId(bureau.notes.task_no), Party("supervision"), bureau.notes.secret, hash_name)
    terms["parties"] = [{"party": "supervision", "digest": own}]
    path = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    bureau.notes.draw_id = made(bureau.desk("officer").post(path, terms))["draw_id"]


@pytest.mark.parametrize("hash_name", ["sha256", "sm3"])
def test_every_operator_of_the_frame_finds_its_place_and_its_command_prints_its_ticket(
    opening_anywhere: Opening, tmp_path: Path, hash_name: str
) -> None:
    bureau = opening_anywhere("approved")
    committed_with(bureau, hash_name)
    bureau.executed()
    frame = [row[0] for row in file_of(bureau, "frame.csv")]
    drawn = {row[0]: row for row in file_of(bureau, "drawn.csv")}
    tickets = {}
    for number in FRAME:
        (line,) = page_of(bureau, number)["draws"]
        code = credit_code(number)
        assert line["code"] == frame[line["row"] - 1] == code
        assert (line["rows"], line["stratum_size"], line["quota"]) == (6, 6, 3)
        assert line["ticket"] == shell(line["command"], tmp_path)
        assert line["place"] == ("drawn" if code in drawn else "alternate")
        tickets[line["rank"]] = line["ticket"]
        word = "抽中" if code in drawn else "未抽中"
        html = bureau.public.get(f"/operators/{code}").text
        assert f"名册第 {line['row']} 位（共 6 位），号码 " in html
        assert f"，名次 {line['rank']} / 6，{word}。" in html
        if code in drawn:
            assert drawn[code][2:] == [str(line["rank"]), line["ticket"]]
        assert line["cutoff"] == max(row[3] for row in drawn.values())
    assert sorted(tickets) == list(range(1, 7))
    assert [tickets[rank] for rank in sorted(tickets)] == sorted(tickets.values())


def test_an_operator_that_was_kept_out_finds_its_row_among_the_exclusions(opening: Opening) -> None:
    bureau = opening("executed")
    (line,) = page_of(bureau, NOT_TRADING)["draws"]
    assert file_of(bureau, "exclusions.csv")[line["row"] - 1] == [credit_code(NOT_TRADING), "not_trading"]
    assert (line["place"], line["reason"], line["ticket"], line["command"]) == (
        "excluded",
        "未开展网络交易",
        None,
        None,
    )
    assert f"在排除名单第 {line['row']} 位" in bureau.public.get(f"/operators/{credit_code(NOT_TRADING)}").text


def test_what_is_sealed_can_be_checked_by_its_commitment_and_tells_nobody_its_place(
    opening_anywhere: Opening, tmp_path: Path
) -> None:
    """Drawn or not, in the frame or kept out of it: the same words, before the execution and after it."""
    bureau = opening_anywhere("committed", sealed=True)
    draw = f"/draws/{bureau.notes.draw_id}"
    told = [page_of(bureau, number) for number in (*FRAME, NOT_TRADING)]
    (pending,) = told[0]["pending"]
    assert [(page["draws"], page["pending"]) for page in told] == [([], [pending])] * len(told)
    fetched = bureau.public.get(pending["commitment_path"]).content
    (tmp_path / "commitment.json").write_bytes(fetched)
    assert shell(pending["command"], tmp_path) == pending["commitment_digest"] == digest(fetched, "sha256")
    entry = made(bureau.public.get(f"/log/entries/{pending['log_index']}"))
    assert entry["public"]["commitment"] == pending["commitment_digest"]
    assert bureau.public.get(pending["proof_path"]).is_success
    assert f'href="{draw}"' in bureau.public.get(f"/operators/{credit_code(1)}").text

    bureau.executed()
    assert [page_of(bureau, number)["pending"] for number in (*FRAME, NOT_TRADING)] == [[pending]] * len(told)
    bureau.clock.set("2021-01-02")
    made(bureau.desk("approver").post(f"/api/v1{draw}/opening"))
    assert [page_of(bureau, number)["pending"] for number in FRAME] == [[]] * 6
    assert all(page_of(bureau, number)["draws"][0]["row"] for number in FRAME)


def test_a_draw_outside_whose_kinds_and_areas_an_operator_is_is_not_named_on_its_page(opening: Opening) -> None:
    bureau = opening("committed", sealed=True)
    made(
        bureau.desk("registrar").post("/api/v1/imports/operators", operators_csv([operator(ELSEWHERE, area="130200")]))
    )
    assert [page_of(bureau, number)["pending"] for number in (OTHER_KIND, ELSEWHERE)] == [[], []]


def test_a_voided_draw_waits_for_nothing(opening: Opening) -> None:
    bureau = opening("committed", sealed=True)
    bureau.void()
    assert page_of(bureau, 1)["pending"] == []


def test_a_withheld_draw_tells_an_operator_no_row_either(opening: Opening) -> None:
    """Who was drawn is told that alone; who was not, nothing: the words would tell by what they leave out."""
    bureau = opening("approved")
    by_risk(bureau)
    bureau.committed()
    waiting = [page_of(bureau, number)["pending"] for number in FRAME]
    assert waiting == [waiting[0]] * 6
    bureau.executed()
    drawn = {str(row.unit_id) for row in case_of(bureau).outcome.drawing.drawn}
    for number in FRAME:
        lines = page_of(bureau, number)["draws"]
        assert len(lines) == (credit_code(number) in drawn)
        assert all(line[name] is None for line in lines for name in ("row", "rows", "rank", "ticket", "command"))


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is asked of the database."""
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_frame_is_read_once_and_then_looked_up(opening_anywhere: Opening) -> None:
    """However large it is: no later page of any operator reads the table of a draw that was looked at before."""
    bureau = opening_anywhere("approved")
    bureau.committed()  # with secrets of its own, so that no test before it looked at this draw
    bureau.executed()
    with statements() as first:
        page_of(bureau, 1)
    with statements() as later:
        for number in (*FRAME, NOT_TRADING):
            page_of(bureau, number)
    assert any("draw_commitments.frame" in each for each in first)
    assert not [each for each in later if "draw_commitments.frame" in each or "draw_commitments.exclusions" in each]


def test_what_is_kept_gives_way_to_what_was_asked_for_last() -> None:
    """The newest is kept whatever its size; nothing is kept beyond the limit beside it."""
    made_for: list[str] = []

    def ask(name: str, weight: int) -> int:
        def make() -> int:
            made_for.append(name)
            return weight

        return kept.get(name, make)

    kept: Kept[str, int] = Kept(10, lambda weight: weight)
    for name, weight in (("a", 4), ("b", 4), ("a", 4), ("c", 4), ("a", 4), ("b", 4), ("d", 99), ("d", 99)):
        assert ask(name, weight) == weight
    assert made_for == ["a", "b", "c", "b", "d"]
