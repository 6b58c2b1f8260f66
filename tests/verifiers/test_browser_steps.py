"""Each step of the browser's report: its words in both languages, and the step at which a fault stands."""

import base64
import json
from typing import Any

from tests.verifiers.agreement import by_verifier
from tests.verifiers.cases import Case, Dice, canonical
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import log_of
from tests.verifiers.mangling import secrets_follow
from tests.verifiers.test_browser_reports import worked
from tests.verifiers.test_browser_sentences import plain_case

UNITS = [b"a,s,14\n", b"b,s,14\n", b"c,t,14\n", b"d,t,14\n"]


def drawn(*, most_of_t: int = 1, **terms: object) -> dict[str, bytes]:
    """Return a whole bundle of two strata, of which one is drawn whole and of the other so many."""
    case = plain_case(frame=UNITS)
    case.commitment |= {"quotas": {"default": {"ratio": "1"}, "strata": {"t": {"count": most_of_t}}}} | terms
    return whole(case)


def whole(case: Case) -> dict[str, bytes]:
    """Return all files of a draw, its log among them."""
    case.commitment["public_source"] = case.reveal["public_value"] = None
    secrets_follow(Dice(""), case)
    files = case.files()
    log = log_of(files)
    return files | log.outcome | {"public_value.json": b'{"kind":"none"}', "log.json": canonical(log.value())}


def told(verifier: BrowserVerifier, *cases: dict[str, bytes]) -> list[list[list[str]]]:
    """Return the steps of the report on each: which, its state, and its words in both languages."""
    return [said["steps"] for said in verifier.verified([*files.items()] for files in cases)]


def test_every_step_is_told_in_words_of_both_languages(verifier: BrowserVerifier) -> None:
    """A draw of which something was left to chance, and one of which nothing was, by either hash."""
    for hashed, title, most in (("sha256", "SHA-256", 1), ("sm3", "SM3", 2)):
        files = drawn(most_of_t=most, hash=hashed, title="抽查")
        said, log = by_verifier(files), json.loads(files["log.json"])
        secrets = len(json.loads(files["commitment.json"])["secrets"])
        number = 2 + most
        zh_certain, en_certain = (
            ("抽取数等于基数，没有随机。", " All were drawn: nothing was left to chance.") if most == 2 else ("", "")
        )
        (steps,) = told(verifier, files)
        assert steps == [
            [
                "files",
                "good",
                (
                    f"抽查（draw-1）：锁定书摘要 {said.commitment}（{title}）；"
                    "基数 4 户、排除 2 户、检查人员 2 人、回避 0 条，与锁定时相同。"
                ),
                (
                    f"Commitment {said.commitment} ({title}); frame 4, exclusions 2, inspectors 2, recusals 0: "
                    "as committed to."
                ),
            ],
            [
                "seed",
                "good",
                f"{secrets} 方的秘密与锁定的摘要相符；种子 {said.seed}。",
                f"Each of the {secrets} secrets is what its digest was made of; seed {said.seed}.",
            ],
            [
                "drawn",
                "good",
                f"4 个抽签值全部重算；抽中的 {number} 户逐行相同。{zh_certain}",
                f"All 4 tickets were recomputed; the {number} rows drawn are the same.{en_certain}",
            ],
            [
                "teams",
                "good",
                f"{number} 个席位逐行相同；没有派出应回避的人。",
                f"The {number} seats are the same; nobody was sent who is recused.",
            ],
            ["value", "good", "本次抽取没有使用公开值。", "This draw used no public value."],
            [
                "log",
                "good",
                (
                    f"2 条日志都在大小为 {log['size']}、根为 {log['root']} 的日志里，"
                    "锁定书摘要相符，种子和结果文件的摘要相符。"
                ),
                (
                    f"2 entries are in the log of size {log['size']} and root {log['root']}; "
                    "the commitment, the seed and the outcome are what it says."
                ),
            ],
            [
                "checkpoint",
                "open",
                "存证包里没有签名的日志头：锁定的时间以抽查机关所述为准。",
                "The bundle has no signed head: the time of commitment rests on the bureau's word.",
            ],
            [
                "frame",
                "open",
                "名单是否漏了该列入的经营者、检查是否尽责，任何核对都看不出来。",
                "Whether the frame left anybody out, and whether the visits were diligent, no check can tell.",
            ],
        ]


def test_rehearsal_is_told_by_the_beginning_of_its_number(verifier: BrowserVerifier) -> None:
    cases = [drawn(draw_id=draw_id) for draw_id in ("YL-1", "1-YL-", "yl-1", "YL1")]
    said = verifier.verified([*files.items()] for files in cases)
    assert all(each["ok"] for each in said)
    opened = [[en for step, state, _zh, en in each["steps"] if (step, state) == ("files", "open")] for each in said]
    assert opened == [["Its number begins with YL-: a rehearsal; what it gives is no draw."], [], [], []]


def test_rows_that_differ_are_told_by_number_with_what_stands_there_and_what_should(verifier: BrowserVerifier) -> None:
    files = drawn()
    cases, wanted = [], []
    for step in ("drawn", "teams"):
        name = f"{step}.csv"
        lines = files[name].decode().splitlines(keepends=True)
        rows = [line.rstrip("\n") for line in lines]
        for changed, row, published, made, differ in (
            (["x\n", *lines[1:]], 1, "x", rows[0], 1),
            ([*lines[:2], "x\n", *lines[3:]], 3, "x", rows[2], 1),
            ([lines[0], "x\n", *lines[2:-1], "y\n"], 2, "x", rows[1], 2),
            (lines[:-1], 4, "", rows[3], 1),
            (lines[:1], 2, "", rows[1], 3),
            ([], 1, "", rows[0], 4),
            ([*lines, "x\n"], 5, "x", "", 1),
            ([*lines, "\n"], 5, "", "", 1),
            ([*lines[:-1], rows[-1]], 4, f"{rows[3]}（没有换行 no line end）", rows[3], 1),
        ):
            cases.append(files | {name: "".join(changed).encode()})
            wanted.append(
                [
                    step,
                    f"{name} 第 {row} 行：公布的是“{published}”，算出的是“{made}”。共 {differ} 行不同。",
                    f"{name} row {row}: published “{published}”, recomputed “{made}”; rows that differ: {differ}.",
                ]
            )
        cases.append(files | {name: b"\xff"})
        wanted.append([step, f"{name}：不是 UTF-8 文本", f"{name}: it is not UTF-8"])
    found = [
        [[step, zh, en] for step, state, zh, en in steps if state == "bad" and (step + ".csv") in en]
        for steps in told(verifier, *cases)
    ]
    assert found == [[each] for each in wanted]


def test_first_fault_is_the_word_of_the_end(verifier: BrowserVerifier) -> None:
    files = drawn()
    bad = files | {"drawn.csv": b"\n", "teams.csv": b"\n"}
    steps, whole_one = told(verifier, bad, files)
    first = next(step for step in steps if step[1] == "bad")
    (said, good) = verifier.verified([[*bad.items()], [*files.items()]])
    assert (said["ok"], said["zh"], said["en"]) == (False, f"不成立：{first[2]}", f"It does not hold: {first[3]}")
    assert (good["ok"], good["en"]) == (
        True,
        "What was recomputed is what was published; everything that could be checked holds.",
    )
    assert "bad" not in {step[1] for step in whole_one}


def test_fault_of_the_secrets_stands_at_the_seed_and_one_of_events_at_the_replacements(
    verifier: BrowserVerifier,
) -> None:
    files = drawn()
    cases = [files | {name: b"{}"} for name in ("commitment.json", "reveal.json", "replacements.json")]
    found = [[step for step, state, _zh, _en in steps if state == "bad"] for steps in told(verifier, *cases)]
    assert found == [["files"], ["seed"], ["replacements"]]


def test_error_of_the_program_is_no_verdict_on_the_draw(verifier: BrowserVerifier) -> None:
    """What is not refused breaks the check off: it is told as such, and not as a step."""
    given = [(name, base64.b64encode(data).decode()) for name, data in drawn().items()]
    broken = """parts => {
        const said = [];
        const files = filesOf(parts.map(([name, data]) => ({name, bytes: bytesOf(data)})));
        try { verifyFiles(files, null, message => said.push(message)); return "a report"; }
        catch (fault) { return [fault instanceof Refused, said.some(({state}) => state === "bad")]; }
    }"""
    assert verifier.call(broken, given) == [False, False]


TAMPERED = """cases => cases.map(([frame, drawn]) => {
    const files = new Map([["frame.csv", bytesOfText(frame)], ["drawn.csv", bytesOfText(drawn)], ["x", null]]);
    const made = tampered(files);
    if (textOf(files.get("drawn.csv"), "") !== drawn || !made.has("x")) return "the bundle itself was changed";
    return textOf(made.get("drawn.csv"), "");
})"""
FRAME, DRAWN = "unit_id,stratum,area\n", "unit_id,stratum,rank,ticket\n"


def test_sample_is_tampered_with_in_one_row_in_the_middle(verifier: BrowserVerifier) -> None:
    """By the first unit of the frame that was not drawn, or, where all were, by another first digit of its ticket."""
    cases = [
        (f"{FRAME}u1,s,14\nu2,s,14\n", f"{DRAWN}u2,s,1,05\n", f"{DRAWN}u1,s,1,05\n"),
        (f"{FRAME}u1,s,14\nu2,s,14\n", f"{DRAWN}u1,s,1,05\n", f"{DRAWN}u2,s,1,05\n"),
        (f"{FRAME}unit_id,s,14\nz,s,14\n", f"{DRAWN}z,s,1,05\n", f"{DRAWN}unit_id,s,1,05\n"),
        (
            f"{FRAME}a,s,14\nb,s,14\nc,s,14\nd,s,14\n",
            f"{DRAWN}a,s,1,0\nc,s,2,1\nd,s,3,2\n",
            f"{DRAWN}a,s,1,0\nb,s,2,1\nd,s,3,2\n",
        ),
        (f"{FRAME}u,s,14\n", f"{DRAWN}u,s,1,05af\n", f"{DRAWN}u,s,1,15af\n"),
        (f"{FRAME}u,s,14\n", f"{DRAWN}u,s,1,10af\n", f"{DRAWN}u,s,1,00af\n"),
        (f"{FRAME}u,s,14\n", f"{DRAWN}u,s,0,f0af\n", f"{DRAWN}u,s,0,00af\n"),
        (f"{FRAME}u,s,14\nv,s,14\n", f"{DRAWN}v,s,1,f0\nu,s,2,a1\n", f"{DRAWN}v,s,1,00\nu,s,2,a1\n"),
    ]
    assert verifier.call(TAMPERED, [(frame, drawn) for frame, drawn, _made in cases]) == [made for *_, made in cases]
    refused = """() => {
        const files = new Map([["frame.csv", Uint8Array.of(0xff)], ["drawn.csv", bytesOfText("a\\nb\\n")]]);
        try { tampered(files); return ""; } catch (fault) { return fault.message; }
    }"""
    assert verifier.call(refused) == "frame.csv: it is not UTF-8"


def test_worker_does_what_it_is_told_and_nothing_else(verifier: BrowserVerifier) -> None:
    """Curves are loaded once, from where they are said to be, and the check goes on where they cannot be."""
    loads = """() => {
        const found = [];
        const alone = new Function("nobleCurves", "importScripts", `return ${loadCurves}`);
        loadCurves("nowhere");
        alone({}, address => found.push(`again from ${address}`))("a");
        alone(undefined, address => found.push(`from ${address}`))("b");
        alone(undefined, address => { found.push("nothing there"); throw new Error(address); })("c");
        return found;
    }"""
    assert verifier.call(loads) == ["from b", "nothing there"]
    told = """messages => {
        const said = [];
        const [before, load] = [globalThis.postMessage, globalThis.loadCurves];
        globalThis.postMessage = ({kind}) => said.push(kind);
        globalThis.loadCurves = address => said.push(`curves from ${address}`);
        try { for (const data of messages) onmessage({data}); }
        finally { Object.assign(globalThis, {postMessage: before, loadCurves: load}); }
        return said;
    }"""
    nothing: dict[str, Any] = {"parts": [], "keys": []}
    asked = [
        {"kind": "take", "parts": []},
        {"kind": "else", "keys": []},
        {"kind": "curves", "curves": "here"},
        nothing | {"kind": "check", "curves": "there"},
        nothing | {"kind": "check"},
        nothing | {"kind": "check", "curves": ""},
    ]
    ends = ["step", "step", "end"]
    assert verifier.call(told, asked) == ["curves from here", "loaded", "curves from there", *ends, *ends, *ends]


def test_page_of_a_notice_stands_alone(verifier: BrowserVerifier) -> None:
    """Beside other files it is none of a bundle's, whichever comes first."""
    for given in ([("door.json", b"{}"), ("a.csv", b"")], [("door.json", b"{}"), ("log.json", b"{}")]):
        (end,) = worked(verifier, given)
        assert end["en"] == "It does not hold: door.json: it is no file of a bundle"
    (broken,) = worked(verifier, [("door.json", b"null")])
    assert broken["en"] == "It does not hold: door: “proof” is missing"
