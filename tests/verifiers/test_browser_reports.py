"""What the browser says: at the door, of each step, and while it works."""

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers.agreement import by_verifier
from tests.verifiers.bundles import packed
from tests.verifiers.cases import Dice, canonical, good_case
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import bundle, with_log
from tests.verifiers.running import VECTORS, files_of
from tests.verifiers.test_archives import FILES
from tests.verifiers.test_browser_edges import steps
from tests.verifiers.test_door import BAD as BAD_DOORS
from tests.verifiers.test_door import proof
from tests.verifiers.test_log import LOG, WITNESS
from tests.verifiers.test_vectors import beside

DOOR = """pages => pages.map(page => {
    const said = [];
    try { const end = checkDoor(bytesOfText(page), message => said.push(message)); return [end.ok, said]; }
    catch (fault) { if (fault instanceof Refused) return [false, said]; throw fault; }
})"""


def test_row_is_proved_at_the_door_and_its_root_is_to_be_compared(verifier: BrowserVerifier) -> None:
    page = {"proof": proof(3), "title": "…", "team": [], "number": 2**53 - 1}
    ((ok, (said,)),) = verifier.call(DOOR, [json.dumps(page, ensure_ascii=False)])
    assert ok
    assert (said["kind"], said["id"], said["state"]) == ("step", "door", "open")
    for text in (said["zh"], said["en"]):
        assert proof(3)["root"] in text
        assert "outcome_root" in text


def test_bad_proof_is_refused_at_the_door(verifier: BrowserVerifier) -> None:
    pages = [json.dumps({"proof": change(proof(3))}, ensure_ascii=False) for change in BAD_DOORS.values()]
    assert verifier.call(DOOR, pages) == [[False, []]] * len(pages)


def test_page_that_says_two_things_is_refused(verifier: BrowserVerifier, tmp_path: Path) -> None:
    """Readers of JSON differ on which of two equal keys counts, and on what a number that is not whole is."""
    said = json.dumps(proof(3), ensure_ascii=False)
    good = [
        f'{{"proof":{said}}}',
        f' {{ "proof" :\n{said} , "a":{{"b":1}}, "b":[{{"a":1}},{{"a":1}}], "c":":", "d":",\\"a\\":" }} ',
        f'{{"x":[0,9007199254740991,"-1","1.5",null,true,false],"proof":{said}}}',
        f'{{"x":"\\ud83d\\ude00 \\\\ud800","proof":{said}}}',
    ]
    bad = [
        *("", "[]", "{}", "null", "5", '"x"', '{"proof":[]}', "\ufeff" + good[0], "nul", good[0] + "x", said),
        f'{{"proof":null,"proof":{said}}}',
        f'{{"proof":{said},"proof":{said}}}',
        f'{{"proof":{said},"pr\\u006fof":{said}}}',
        f'{{"proof":{said},"x":{{"a":1,"b":2,"a":1}}}}',
        f'{{"proof":{said},"x":[{{"a":1,"a":1}}]}}',
        *(
            f'{{"proof":{said},"x":{number}}}'
            for number in ("-1", "-0", "1.0", "1.5", "1e3", "9007199254740992", "1e400")
        ),
        f'{{"proof":{said},"x":"\\ud800"}}',
        f'{{"proof":{said},"x":{"[" * 100_000}}}',
    ]
    assert [ok for ok, _said in verifier.call(DOOR, good + bad)] == [True] * len(good) + [False] * len(bad)
    for at, page in enumerate(good + bad):
        path = tmp_path / f"{at}.json"
        path.write_text(page, encoding="utf-8")
        assert verify.verify(None, verify.Options(door=str(path))).holds is (at < len(good)), page[:80]


def test_what_is_not_there_is_said_to_be_open(verifier: BrowserVerifier) -> None:
    draw = {name: FILES[name] for name in verify.INPUTS}
    held = [("files", "good"), ("seed", "good")]
    missing = [("drawn", "open"), ("teams", "open"), ("value", "open"), ("log", "open")]
    assert steps(verifier, draw) == [*held, *missing, ("frame", "open")]


def test_replacements_beside_the_draw_are_a_step_of_their_own(verifier: BrowserVerifier) -> None:
    vector = next(path for path in sorted((VECTORS / "replacement" / "accept").iterdir()))
    files = {name: data for name, data in beside(vector).items() if name != "expected.json"}
    (said,) = verifier.verified([[*files.items()]])
    number = len(files_of(vector)["drawn.csv"].splitlines()) - 1
    events = len(json.loads(files["replacements.json"])["events"])
    ((state, en),) = [(state, en) for step, state, _zh, en in said["steps"] if step == "replacements"]
    assert said["ok"]
    assert state == "good"
    assert en == f"The {events} events are one chain; who came was recomputed. {number} units are on the list now."
    (bad,) = verifier.verified([[*(files | {"replacements.json": b"{}"}).items()]])
    assert not bad["ok"]
    assert ("replacements", "bad") in [(step, state) for step, state, _zh, _en in bad["steps"]]


def test_fault_stands_at_the_step_that_it_belongs_to(verifier: BrowserVerifier) -> None:
    def without_the_last(name: str) -> dict[str, bytes]:
        return FILES | {name: FILES[name][: FILES[name].rindex(b"\n", 0, -1) + 1]}

    def step(files: dict[str, bytes]) -> list[str]:
        return [step for step, state in steps(verifier, files) if state == "bad"]

    assert step(FILES | {"commitment.json": b"{}"}) == ["files"]
    assert step(without_the_last("frame.csv")) == ["files"]
    assert step(FILES | {"reveal.json": b"{}"}) == ["seed"]
    assert step(without_the_last("drawn.csv")) == ["drawn"]
    assert step(without_the_last("teams.csv")) == ["teams"]
    assert step(FILES | {"public_value.json": b"{}"}) == ["value"]
    assert step(FILES | {"log.json": b"{}"}) == ["log"]
    assert step(FILES | {"drawn.csv": FILES["drawn.csv"][:-1]}) == ["drawn"]
    assert step(FILES | {"drawn.csv": FILES["drawn.csv"] + b"\n"}) == ["drawn"]
    value = json.loads(FILES["log.json"])
    assert step(FILES | {"log.json": canonical(value | {"checkpoint": "x"})}) == ["checkpoint"]
    assert step(FILES | {"log.json": canonical(value | {"checkpoint": 5})}) == ["log"]


WORKED = """([given, tamper, keys]) => {
    const said = [];
    const before = globalThis.postMessage;
    globalThis.postMessage = message => said.push(message);
    try {
        const parts = given.map(([name, data]) => ({name, bytes: bytesOf(data)}));
        onmessage({data: {kind: "take", parts}});
        onmessage({data: {kind: "check", keys, tamper}});
        onmessage({data: {kind: "curves", curves: "nowhere"}});
    } finally { globalThis.postMessage = before; }
    return said;
}"""


def worked(
    verifier: BrowserVerifier, given: Iterable[tuple[str, bytes]], *, tamper: bool = False, keys: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Return what the worker says of files that a reader chose."""
    packed_parts = [(name, base64.b64encode(data).decode()) for name, data in given]
    found: list[dict[str, Any]] = verifier.call(WORKED, (packed_parts, tamper, list(keys)))
    assert found.pop() == {"kind": "loaded"}, "the curves are there already"
    return found


def test_worker_tells_the_rows_the_cutoffs_and_how_far_it_is(verifier: BrowserVerifier) -> None:
    said = worked(verifier, FILES.items())
    (table,) = [each for each in said if each["kind"] == "table"]
    rows = [line.split(",") for line in FILES["drawn.csv"].decode().splitlines()[1:]]
    assert table["total"] == len(rows)
    assert [(each["row"], each["unit"], each["stratum"], each["rank"], each["ticket"]) for each in table["rows"]] == [
        (at, *row) for at, row in enumerate(rows, start=2)
    ]
    assert [each.get("published") for each in table["rows"]] == [None] * len(rows)
    (cutoffs,) = [each["strata"] for each in said if each["kind"] == "cutoffs"]
    for each in cutoffs:
        mine = [row for row in rows if row[1] == each["stratum"]]
        assert (each["quota"], each["cutoff"]) == (len(mine), mine[-1][3])
    assert sum(each["units"] for each in cutoffs) == FILES["frame.csv"].count(b"\n") - 1
    progress = {(each["what"], each["done"], each["total"]) for each in said if each["kind"] == "progress"}
    units = FILES["frame.csv"].count(b"\n") - 1
    assert {("tables", 1, 1), ("commitment", 1, 1), ("seed", 1, 1), ("tickets", units, units)} <= progress
    assert ("tickets", 0, units) in progress
    assert {done for what, done, total in progress if what.startswith("pairs ") and total == len(rows)} == {0}
    steps_told = [each for each in said if each["kind"] == "step"]
    assert all(each["heading"]["zh"] and each["heading"]["en"] for each in steps_told)
    assert said[-1]["kind"] == "end"
    assert said[-1]["ok"] is True


def test_tampered_sample_turns_red_and_names_the_row(verifier: BrowserVerifier) -> None:
    """One drawn unit in the middle of the list is another of the frame; where all were drawn its ticket is bent."""
    rows = FILES["drawn.csv"].decode().splitlines()
    middle = len(rows) // 2
    said = worked(verifier, FILES.items(), tamper=True)
    (bad,) = [each for each in said if each["kind"] == "step" and each["state"] == "bad"]
    assert bad["id"] == "drawn"
    assert bad["where"] == {"file": "drawn.csv", "row": middle + 1}
    assert bad["en"].endswith("; rows that differ: 1.")
    (table,) = [each for each in said if each["kind"] == "table"]
    changed = [each for each in table["rows"] if each.get("published") is not None]
    (one,) = changed
    put, *rest = one["published"].split(",")
    drawn = {row.split(",")[0] for row in rows}
    assert put not in drawn
    assert f"\n{put},".encode() in FILES["frame.csv"]
    assert rest == rows[middle].split(",")[1:]
    assert said[-1]["ok"] is False

    certain = {
        name: data for name, data in files_of(VECTORS / "draw" / "accept" / "one-unit").items() if name in verify.BUNDLE
    }
    said = worked(verifier, certain.items(), tamper=True)
    (bad,) = [each for each in said if each["kind"] == "step" and each["state"] == "bad"]
    assert (bad["id"], bad["where"]["file"]) == ("drawn", "drawn.csv")


def test_worker_takes_the_files_of_a_bundle_once_each(verifier: BrowserVerifier) -> None:
    def end(*given: tuple[str, bytes]) -> dict[str, Any]:
        return worked(verifier, given)[-1]

    parts = [*FILES.items()]
    assert end(*parts)["ok"]
    assert end(("b.zip", packed(FILES)))["ok"]
    assert end(("any.json", packed(FILES)))["ok"], "an archive is known by its bytes"
    assert "given twice" in end(*parts, parts[0])["en"]
    assert "given twice" in end(("b.zip", packed(FILES)), parts[0])["en"]
    assert "no file of a bundle" in end(*parts, ("notes.txt", b""))["en"]
    assert "no file of a bundle" in end(*parts, ("door.json", b"{}"))["en"]
    for name in verify.INPUTS:
        (said,) = verifier.replayed([{each: data for each, data in FILES.items() if each != name}])
        assert said.why == f"{name}: the file is missing"
    assert {key: value for key, value in end(("notes.txt", b"")).items() if key != "zh"} == {
        "kind": "end",
        "ok": False,
        "en": "It does not hold: notes.txt: it is no file of a bundle",
    }
    assert end(("b.zip", b"PK\x03\x04"))["en"] == "It does not hold: ZIP: it is no whole ZIP file"
    assert not end()["ok"]
    page = json.dumps({"proof": proof(3)}, ensure_ascii=False).encode()
    assert worked(verifier, [("door.json", page)])[-1] == {
        "kind": "end",
        "ok": True,
        "zh": "这一行在该根之下。",
        "en": "The row is under this root.",
    }
    assert [each["id"] for each in worked(verifier, [("door.json", page)])[:-1]] == ["door"]
    assert end(("door.json", b"{}"))["en"] == "It does not hold: door: “proof” is missing"
    assert not end(("door.txt", page))["ok"]
    assert not end(("log.json", page))["ok"]
    assert not end(("replacements.json", page))["ok"]


def test_long_list_is_told_by_its_first_rows_and_by_those_that_differ(verifier: BrowserVerifier) -> None:
    """Five hundred rows, and then those alone that are wrong, up to a thousand in all."""
    case = good_case(Dice("a long list"))
    case.tables |= {
        "frame.csv": [f"u{at:04d},a,1401\n".encode() for at in range(1_700)],
        "exclusions.csv": [],
        "inspectors.csv": [b"i,market,14\n"],
        "recusals.csv": [],
    }
    case.commitment["team"] = [{"department": "market", "seats": 1}]
    case.commitment["quotas"] = {"default": {"ratio": "1"}, "strata": {}}
    case.commitment["register"]["rows"] = 1_700
    files = case.files()
    drawn = by_verifier(files).drawn.splitlines(keepends=True)

    def rows(wrong: range) -> list[int]:
        changed = [line.replace(b",a,", b",b,") if at in wrong else line for at, line in enumerate(drawn, start=1)]
        said = worked(verifier, (files | {"drawn.csv": b"".join(changed)}).items())
        (table,) = [each for each in said if each["kind"] == "table"]
        assert table["total"] == 1_700
        told = [each["row"] for each in table["rows"] if each.get("published") is not None]
        assert told == [at for at in wrong if at in {each["row"] for each in table["rows"]}]
        return [each["row"] for each in table["rows"]]

    first = list(range(2, 502))
    assert rows(range(0)) == first
    assert rows(range(502, 504)) == [*first, 502, 503]
    assert rows(range(1_701, 1_702)) == [*first, 1_701]
    assert rows(range(600, 1_600)) == [*first, *range(600, 1_100)]


def test_keys_that_a_reader_pins_reach_the_check(verifier: BrowserVerifier) -> None:
    made = bundle()[1]
    made.signed(LOG)
    files = with_log(FILES, made)
    assert worked(verifier, files.items(), keys=[LOG.vkey])[-1]["ok"]
    assert not worked(verifier, files.items(), keys=[WITNESS.vkey])[-1]["ok"]


@pytest.mark.parametrize("at", [1_700_000_000, 2**63 - 1])
def test_time_of_a_witness_is_said_as_a_time_where_there_is_such_a_time(verifier: BrowserVerifier, at: int) -> None:
    made = bundle()[1]
    made.signed(LOG)
    made.cosignatures = [WITNESS.line(made.text(), at=at)]
    (said,) = verifier.verified([[*with_log(FILES, made).items()]], LOG.vkey, WITNESS.vkey)
    (en,) = [en for step, _state, _zh, en in said["steps"] if step == "checkpoint"]
    shown = "2023-11-14T22:13:20.000Z" if at < 2**40 else str(at)
    assert en == f"Signed by {LOG.name}、{WITNESS.name} ({shown})."
