"""A draw from beginning to end, as it is really made: a service, a desk, two parties elsewhere, and a stranger.

Each party is a process of its own with a directory of its own; the service is killed between the steps; one party is
late, one brings a wrong secret. At the end somebody with nothing but the published files gets the same list.
"""

import io
import json
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import tests.party
from registry.base import SHANGHAI
from registry.people import Role
from tests.building import PUBLIC_VALUE, Bureau
from tests.demonstration import ENVIRONMENT, PROGRAM, run
from tests.desks import Desk, made
from tests.papers import batch, plan
from tests.rosters import INSPECTORS, inspector, inspectors_csv
from tests.served import Served, served
from tests.workshop import Opening

INPUTS = ("commitment.json", "frame.csv", "exclusions.csv", "inspectors.csv", "recusals.csv", "reveal.json")
OUTCOME = ("drawn.csv", "teams.csv")
ALONE = """
import os, sys
sys.addaudithook(lambda event, _: event.startswith(("socket.", "sqlite3.")) and os._exit(70))
from app.cli import main
main()
"""
"""The program in a process that ends at the first touch of a network or a database."""
NOW = datetime.now(UTC).astimezone(SHANGHAI)  # noqa: TID251 - a service of its own has the machine's clock
YEAR = NOW.year + 1
"""The period lies in the year to come, so that the test has no last day."""

TERM = timedelta(seconds=15)
"""From the commitment to its ``execute_by``: enough to commit in, and soon over."""


@dataclass(frozen=True)
class Party:
    """A party of the seed: its name, its directory, and the service as it knows it."""

    name: str
    home: Path
    service: Served

    def makes_a_secret(self, draw_id: str, *, out: str) -> str:
        """Make a secret as a user would, in the party's directory, and return its digest."""
        words = ["secret", "new", "--draw", draw_id, "--party", self.name, "--out", out]
        done = subprocess.run(
            [PROGRAM, *words], cwd=self.home, env=ENVIRONMENT, capture_output=True, text=True, check=True
        )
        (digest,) = re.findall(r"^ {4}([0-9a-f]{64})$", done.stdout, re.MULTILINE)
        assert self.secret(out) not in done.stdout + done.stderr
        return str(digest)

    def takes(self, step: str, word: str) -> tuple[int, Any]:
        """Take a step of the draw with the party's own key, and return status and answer."""
        done = subprocess.run(
            [sys.executable, "-I", "-S", tests.party.__file__, self.service.address, step, word],
            cwd=self.home,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=True,
        )
        status, _, said = done.stdout.partition("\n")
        return int(status), json.loads(said)

    def secret(self, out: str = "mine.txt") -> str:
        """Return what its file holds; the test looks into it, nobody else does."""
        return (self.home / out).read_text(encoding="ascii").split("\n")[3]


@dataclass
class Ceremony:
    """The service with the bureau's desks and the public, wherever it answers at the moment."""

    bureau: Bureau
    service: Served
    draw_id: str = ""

    def post(self, name: str, path: str, body: object = None) -> httpx.Response:
        """Let somebody of the bureau act."""
        with httpx.Client(base_url=self.service.address) as client:
            return Desk(client, self.bureau.notes.keys[name]).post(path, body)

    def step(self, name: str, step: str, body: object = None) -> httpx.Response:
        """Let somebody of the bureau take a step of the draw."""
        return self.post(name, f"/api/v1/draws/{self.draw_id}/{step}", body)

    def read(self, path: str) -> httpx.Response:
        """Read as the public."""
        return httpx.get(self.service.address + path)

    def page(self) -> Any:  # noqa: ANN401 - JSON
        """Return the public page of the draw."""
        return made(self.read(f"/draws/{self.draw_id}.json"))

    def party(self, name: str, home: Path, key: str) -> Party:
        """Give a party its directory and its key."""
        home.mkdir(mode=0o700)
        (home / "key").write_text(self.bureau.notes.keys[key])
        (home / "draw").write_text(self.draw_id)
        (home / "party").write_text(name)
        return Party(name, home, self.service)


@contextmanager
def begun(bureau: Bureau, said: Path) -> Iterator[Ceremony]:
    """Serve a bureau with an approved, sealed batch of the year to come."""
    bureau.hire("deputy", Role.DRAW_OFFICER)
    settings = bureau.service.settings
    bureau.service.database.close()
    with served(settings, said) as service:
        ceremony = Ceremony(bureau, service)
        until = [inspector(own, certificate_until=f"{YEAR + 2}-12-31") for own in INSPECTORS]
        made(ceremony.post("registrar", "/api/v1/imports/inspectors", inspectors_csv(until)))
        plan_no = made(ceremony.post("officer", "/api/v1/plans", plan(year=YEAR)))["plan_no"]
        terms = batch(sealed=True, period_from=f"{YEAR}-01-01", period_to=f"{YEAR}-12-31")
        ceremony.draw_id = made(ceremony.post("officer", f"/api/v1/plans/{plan_no}/batches", terms))["task_no"]
        made(ceremony.post("approver", f"/api/v1/plans/{plan_no}/approval"))
        made(ceremony.post("approver", f"/api/v1/batches/{ceremony.draw_id}/approval"))
        yield ceremony


def when(true: Callable[[], bool]) -> None:
    """Wait until the clock has made something true."""
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    pytest.fail("it did not come")


def test_a_drawn_out_ceremony_of_three_parties_ends_in_a_list_that_anybody_recomputes(
    opening_anywhere: Opening, tmp_path: Path
) -> None:
    """Two parties elsewhere and the service; kills, a late party, a wrong secret; then the bundle and nothing else."""
    said = tmp_path / "said.log"
    with begun(opening_anywhere("staffed"), said) as ceremony:
        discipline = ceremony.party("supervision", tmp_path / "discipline", "supervisor")
        deputy = ceremony.party("operators", tmp_path / "deputy", "deputy")
        day = committed_with_the_digests_of(ceremony, discipline, deputy)
        for each in (deputy, discipline):
            assert each.takes("escrow", day)[0] == 201
        status, answer = deputy.takes("secret", "mine.txt")
        assert (status, answer["code"]) == (409, "draw_state"), "before the value no secret is taken"
        value_read_by_two(ceremony, discipline)
        deputy.makes_a_secret(ceremony.draw_id, out="other.txt")
        status, answer = deputy.takes("secret", "other.txt")
        assert (status, answer["errors"][0]["pointer"]) == (422, "/secret")
        assert deputy.takes("secret", "mine.txt")[0] == 201
        one_party_is_late(ceremony, discipline)
        executed_under_seal(ceremony)
        page, bundle = opened_by_two(ceremony)
        revealed = {line["party"]: line["secret"] for line in page["secrets"]}
        assert revealed == revealed | {"operators": deputy.secret(), "supervision": discipline.secret()}
    recomputed_elsewhere(bundle, tmp_path, page)
    written = said.read_text(encoding="utf-8")
    hidden = [deputy.secret(), discipline.secret(), PUBLIC_VALUE, *ceremony.bureau.notes.keys.values()]
    hidden += [unit["code"] for unit in page["outcome"]["drawn"]]
    assert [each for each in hidden if each in written] == []


def committed_with_the_digests_of(ceremony: Ceremony, *parties: Party) -> str:
    """Let each make its secret and the desk commit; what was committed outlives a kill. Returns the day."""
    draw_id = ceremony.draw_id
    digests = {each.name: each.makes_a_secret(draw_id, out="mine.txt") for each in parties}
    now = datetime.now(UTC).astimezone(SHANGHAI)  # noqa: TID251 - as above
    terms = {
        "execute_by": (now + TERM).isoformat(timespec="seconds"),
        "open_by": f"{YEAR}-12-31T18:00:00+08:00",
        "parties": [{"party": name, "digest": digest} for name, digest in digests.items()],
    }
    answer = made(ceremony.post("officer", f"/api/v1/batches/{draw_id}/commitment", terms))
    path = f"/draws/{draw_id}/files/commitment.json"
    commitment = ceremony.read(path).content
    ceremony.service.killed_and_begun_again()
    assert ceremony.read(path).content == commitment
    listed = {each["party"]: each["digest"] for each in json.loads(commitment)["secrets"]}
    assert listed == listed | digests
    return f"{datetime.fromisoformat(answer['committed_at']).astimezone(SHANGHAI):%Y-%m-%d}"


def value_read_by_two(ceremony: Ceremony, discipline: Party) -> None:
    """Let the desk enter the value and a party confirm it; whoever entered it does not."""
    value = {"value": PUBLIC_VALUE, "witnesses": ["见证人甲", "见证人乙"]}
    made(ceremony.step("officer", "value", value))
    own = ceremony.step("officer", "value/confirmation", {"value": PUBLIC_VALUE})
    assert (own.status_code, own.json()["code"]) == (403, "same_person")
    ceremony.service.killed_and_begun_again()
    assert discipline.takes("value", PUBLIC_VALUE)[0] == 201


def one_party_is_late(ceremony: Ceremony, silent: Party) -> None:
    """Without its secret nothing is drawn; past the term everybody reads whose it is; then it comes."""
    waiting = ceremony.step("officer2", "execution")
    assert (waiting.status_code, waiting.json()["code"]) == (409, "draw_state")
    assert silent.name in waiting.json()["detail"]
    when(lambda: bool(ceremony.page()["overdue"]))
    page = ceremony.page()
    assert (page["overdue"], page["state"]) == ("逾期未摇号", "committed")
    late = {line["party"]: line["late"] for line in page["secrets"]}
    assert (late["bureau"], late[silent.name]) == (False, True)
    assert silent.takes("secret", "mine.txt")[0] == 201


def executed_under_seal(ceremony: Ceremony) -> None:
    """Let another than who committed execute the draw; a kill leaves it drawn, once, and unseen."""
    assert ceremony.step("officer", "execution").json()["code"] == "same_person"
    made(ceremony.step("officer2", "execution"))
    ceremony.service.killed_and_begun_again()
    assert ceremony.step("officer2", "execution").json()["code"] == "draw_state"
    page = ceremony.page()
    assert (page["state"], page["outcome"], page["source"]["value"]) == ("executed", None, None)
    assert ceremony.read(f"/draws/{ceremony.draw_id}/bundle.zip").status_code == 404


def opened_by_two(ceremony: Ceremony) -> tuple[Any, bytes]:
    """Let two people open the draw before it is due, and return its page and its bundle."""
    made(ceremony.step("deputy", "opening/request", {"reason": "各方同意提前公开"}))
    ceremony.service.killed_and_begun_again()
    made(ceremony.step("approver", "opening"))
    page = ceremony.page()
    assert (page["state"], page["overdue"]) == ("opened", "逾期摇号")
    assert [line["kind"] for line in page["log"]] == [
        "draw.committed",
        *("draw.escrowed", "draw.escrowed", "draw.value_entered", "draw.value_confirmed"),
        *("draw.handed_in", "draw.handed_in", "draw.executed", "draw.opening_requested", "draw.opened"),
    ]
    return page, ceremony.read(f"/draws/{ceremony.draw_id}/bundle.zip").content


def recomputed_elsewhere(bundle: bytes, tmp_path: Path, page: Any) -> None:  # noqa: ANN401 - JSON
    """Recompute the draw from the bundle in a process without network and database, and compare byte for byte."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    whole, six, out = tmp_path / "whole", tmp_path / "six", tmp_path / "out"
    for directory, names in ((whole, list(files)), (six, list(INPUTS))):
        directory.mkdir()
        for name in names:
            (directory / name).write_bytes(files[name])
    for words in ([six, "--out", out], [whole]):
        done = subprocess.run(
            [sys.executable, "-c", ALONE, "replay", *words],
            cwd=tmp_path,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert page["commitment_digest"] in done.stdout
    assert {name: (out / name).read_bytes() for name in OUTCOME} == {name: files[name] for name in OUTCOME}
    drawn = [line.split(",")[0] for line in files["drawn.csv"].decode().splitlines()[1:]]
    assert [unit["code"] for unit in page["outcome"]["drawn"]] == drawn
    (whole / "drawn.csv").write_bytes(files["drawn.csv"].replace(drawn[0].encode(), drawn[1].encode(), 1))
    assert run("replay", whole).returncode == 1
