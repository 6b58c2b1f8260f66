"""Who comes first, in the browser, where two are alike; how far it says it is; and what it reads at its edges."""

import base64
import hashlib
import json
from copy import deepcopy
from typing import Any

from publicity.offline import verify
from tests.verifiers.agreement import by_service, by_verifier, files_in_memory
from tests.verifiers.cases import canonical
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.logs import CHAIN
from tests.verifiers.test_browser_edges import NAMELESS
from tests.verifiers.test_browser_reports import worked
from tests.verifiers.test_browser_sentences import plain_case
from tests.verifiers.test_door import proof
from tests.verifiers.test_drand import ROUNDS, VALUE

LIKE_ANOTHER = """(ids, words) => {
    // A hash whose every word is the same for all, but for the one that is told: a sign of the text.
    const hash = {start: new Int32Array(8), compress: (s, b) => { s[words] = b[0] & 0xff0000; }};
    const units = {ids, strata: ids.map(() => "s"), areas: ids.map(() => "14")};
    const made = {hash, quotas: {rules: new Map(), usual: (many) => many}};
    return drawUnits(made, {subjectKey: ""}, units, () => {});
}"""


def test_units_whose_tickets_are_alike_are_drawn_in_the_order_of_the_frame(verifier: BrowserVerifier) -> None:
    """Any word of a ticket decides, the last one too; where none does, the place in the frame."""
    drawn = f"""() => {{
        const like = {LIKE_ANOTHER};
        const ids = [..."hgfedcba"];
        const by = (word, names) => like(names, word).drawn.map(place => names[place]).join("");
        const alike = like([..."aaaaaa"], 7);
        const draw = {{...alike, tickets: Uint32Array.from([5, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0,
                                                            5, 0, 0, 0, 0, 0, 0, 1, 4, 9, 9, 9, 9, 9, 9, 9])}};
        return [[0, 1, 2, 3, 4, 5, 6, 7].map(word => by(word, ids)), alike.drawn, [...alike.ranks],
                [0, 1, 2, 3].sort((a, b) => compareDrawn(draw, a, b)),
                [3, 2, 1, 0].sort((a, b) => compareDrawn(draw, a, b))];
    }}"""
    assert verifier.call(drawn) == [
        ["abcdefgh"] * 8,
        [0, 1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5, 6],
        [3, 0, 1, 2],
        [3, 0, 1, 2],
    ]


def test_inspectors_whose_pairs_are_alike_are_in_the_order_of_their_numbers(verifier: BrowserVerifier) -> None:
    chosen = """() => {
        const ids = [..."abcdefghij"];
        const may = {visitors: () => [5, 3, 9, 0]};
        const draw = {units: {ids: ["u"], areas: ["14"]}};
        const asked = {draw, may, tables: {inspectors: {ids}}, pairs: new Uint32Array(0), keyed: {into: () => {}}};
        const last = {into: (text, out, at) => { out[at + 7] = 99 - text.charCodeAt(0) + 10; }};
        return [asked, {...asked, keyed: last}].map(each => [...Staffing.prototype.choicesOf.call(each, 0)]);
    }"""
    assert verifier.call(chosen) == [[0, 3, 5, 9], [9, 5, 3, 0]]


def test_who_left_a_unit_does_not_come_back_to_it(verifier: BrowserVerifier) -> None:
    """Nor when whoever came instead leaves it too: somebody else comes, until nobody is left."""
    case = plain_case(
        frame=[b"a,s,14\n"], inspectors=[b"h,other,14\n", *(b"%c,market,14\n" % name for name in b"ijkl")]
    )
    files = case.files()
    events: list[dict[str, Any]] = []
    cases, seated = [], []
    for at in range(4):
        seated.append(seats(files, events)[0])
        leaves = {"kind": "inspector", "inspector_id": seated[-1], "leaves": ["a"], "altogether": False}
        events = [*events, leaves | {"reason": "ill", "salt": f"{at:064d}"}]
        cases.append(files | {"replacements.json": chain(files, events)} if at < 3 else files)
    assert len(set(seated)) == 4
    found = verifier.replayed(cases)
    assert [each.accepted for each in found] == [True] * 4
    asked = [
        (events[3:], "replacements.json “events.0.leaves.0”: the inspector is not on this unit"),
        ([events[0] | {"leaves": ["b"]}], "replacements.json “events.0.leaves.0”: the inspector is not on this unit"),
        (
            [events[0] | {"inspector_id": "h"}],
            "replacements.json “events.0.leaves.0”: the inspector is not on this unit",
        ),
        ([events[0] | {"inspector_id": "x"}], "replacements.json “events.0.inspector_id”: there is no such inspector"),
        ([events[0] | {"leaves": []}], "replacements.json “events.0.leaves”: it must not be empty"),
        (events, "replacements.json “events.3.inspector_id”: nobody is left to be sent"),
    ]
    said = verifier.replayed(files | {"replacements.json": chain(files, made)} for made, _words in asked)
    assert [each.why for each in said] == [words for _made, words in asked]


def seats(files: dict[str, bytes], events: list[dict[str, Any]]) -> list[str]:
    """Return who is sent after some events."""
    replacing = verify.Replacing(verify.recompute(files_in_memory(files), verify.Progress(None)))
    for event in deepcopy(events):
        verify._apply("", event | {"before": "0" * 64}, replacing)  # noqa: SLF001 - the step itself
    drawn, teams = replacing.lines()
    del drawn
    return [line.decode().rstrip().split(",")[-1] for line in list(teams)[1:]]


def chain(files: dict[str, bytes], events: list[dict[str, Any]]) -> bytes:
    """Return replacements.json with these events, each before its state as far as they can happen."""
    outcome = verify.recompute(files_in_memory(files), verify.Progress(None))
    made, replacing = outcome.made, verify.Replacing(outcome)
    state = verify._state(  # noqa: SLF001 - the chain is built as it is checked
        "outcome", made.digest, outcome.drawn_digest, outcome.teams_digest, made_by=made.made_by
    )
    said = []
    for event in deepcopy(events):
        said.append(event | {"before": state})
        try:
            verify._apply("", said[-1], replacing)  # noqa: SLF001 - the same
        except verify.RefusedError:
            break
        drawn, teams = (verify.digest_of(made.made_by, lines) for lines in replacing.lines())
        own = made.made_by(verify.jcs(said[-1]).encode()).hexdigest()
        state = verify._state("replacement", own, drawn, teams, made_by=made.made_by)  # noqa: SLF001 - the same
    head = {"protocol": "double-random/1", "draw_id": made.draw_id, "commitment": made.digest}
    return canonical(head | {"events": said, "state": state})


def test_event_is_refused_with_its_place_and_reason(verifier: BrowserVerifier) -> None:
    files = plain_case().files()
    event = {"kind": "unit", "unit_id": "a", "reason": "ill", "salt": "0" * 64}
    value = json.loads(chain(files, [event]))
    place = "replacements.json “events.0"
    odd: tuple[Any, ...] = (None, 5, [], "kind", {"before": ""})
    asked = [
        ({key: found for key, found in value.items() if key != "protocol"}, "replacements.json: “protocol” is missing"),
        (value | {"events": []}, "replacements.json “events”: it must not be empty"),
        *((value | {"events": [each]}, f"{place}”: “kind” is missing") for each in odd),
        (value | {"events": [{"kind": "unit"}]}, f"{place}”: “before” is missing"),
        (
            value | {"events": [{"kind": "unit", "before": ""}]},
            f"{place}.before”: it is not the state before this event",
        ),
    ]
    said = verifier.replayed(files | {"replacements.json": canonical(made)} for made, _words in asked)
    assert [each.why for each in said] == [words for _made, words in asked]


def test_work_is_told_every_five_thousand_tickets_and_every_hundred_units(verifier: BrowserVerifier) -> None:
    told = """count => {
        const said = [];
        const units = Array.from({length: count}, (_, n) => String(n).padStart(5, "0"));
        const made = {hash: SHA256, quotas: {rules: new Map(), usual: () => 201}};
        const frame = {ids: units, strata: units.map(() => "s"), areas: units.map(() => "14")};
        const draw = drawUnits(made, {subjectKey: "k"}, frame, (...each) => said.push(each));
        const inspectors = {ids: ["i"], departments: ["market"], areas: ["14"]};
        const tables = {inspectors, recusals: new Map()};
        new Staffing(made, {teamKey: "k"}, tables, draw, "market", (...each) => said.push(each));
        return said;
    }"""
    assert verifier.call(told, 10_001) == [
        *(["tickets", at, 10_001] for at in (0, 5_000, 10_000, 10_001)),
        *(["pairs market", at, 201] for at in (0, 100, 200)),
    ]


def test_places_of_more_units_than_a_number_holds_are_refused(verifier: BrowserVerifier) -> None:
    """Two to the twenty-first places at most, in all lists together; the last of them is the one too many."""
    counted = """counts => counts.map(lengths => {
        const lists = lengths.map((length, n) => ({file: "abc"[n], ids: {length}}));
        try { refuseTwins(lists); return ""; }
        catch (fault) { return fault instanceof Refused ? fault.message : "they are looked at"; }
    })"""
    half = 2**20
    assert verifier.call(counted, [[half - 1, half, 0], [half, half - 1, 0], [half - 1, half, 1], [half, half, 9]]) == [
        "they are looked at",
        "they are looked at",
        "c: it has too many rows",
        "c: it has too many rows",
    ]


def test_area_is_of_one_to_three_pairs_of_digits_the_last_not_zeros(verifier: BrowserVerifier) -> None:
    good = ["14", "1401", "140105", "1410", "000001"]
    bad = ["", "1", "140", "14010", "1401050", "14010501", "00", "1400", "140100", "x14", "14x", "14\n", " 14", "１４"]
    assert verifier.call("areas => areas.map(isNoArea)", good + bad) == [False] * len(good) + [True] * len(bad)


def test_text_is_read_as_utf_8_without_a_mark_at_its_beginning(verifier: BrowserVerifier) -> None:
    read = """texts => texts.map(text => {
        try { return textOf(bytesOf(text), "f"); } catch (fault) { return fault.message; }
    })"""
    texts = [b"a\xef\xbb\xbf", b"\xef\xbb\xbfa", b"\xef\xbb\xbf", b"\xff", b"", "题".encode()]
    marked = "f: it begins with a byte-order mark"
    assert verifier.call(read, [base64.b64encode(text).decode() for text in texts]) == [
        "a\ufeff",
        marked,
        marked,
        "f: it is not UTF-8",
        "",
        "题",
    ]


def test_bytes_are_the_same_if_all_are_and_there_are_as_many(verifier: BrowserVerifier) -> None:
    same = "pairs => pairs.map(([one, other]) => sameBytes(Uint8Array.from(one), Uint8Array.from(other)))"
    good = [[[], []], [[1], [1]], [[1, 2], [1, 2]]]
    bad = [[[1], [1, 2]], [[1, 2], [1]], [[], [0]], [[1, 2], [3, 2]], [[1, 2], [1, 3]]]
    assert verifier.call(same, good + bad) == [True] * len(good) + [False] * len(bad)


def test_proof_at_the_door_is_of_a_whole_outcome_of_one_row_or_more(verifier: BrowserVerifier) -> None:
    read = """pages => pages.map(page => {
        try { return checkDoor(bytesOfText(page), () => {}).ok; }
        catch (fault) { if (fault instanceof Refused) return fault.message; throw fault; }
    })"""
    said = proof(3)
    leaf = hashlib.sha256(b"\x02" + bytes.fromhex(said["salt"]) + said["row"].encode()).digest()
    alone = said | {"index": 0, "size": 1, "path": [], "root": hashlib.sha256(b"\x00" + leaf).hexdigest()}
    pages = [said, alone, alone | {"size": 0}, alone | {"size": 2}, alone | {"root": "0" * 64}]
    assert verifier.call(read, [json.dumps({"proof": page}) for page in pages]) == [
        True,
        True,
        "door “proof.size”: it is no integer of the range",
        "door “proof.root”: the row and its salt do not lead to this root",
        "door “proof.root”: the row and its salt do not lead to this root",
    ]


def test_round_is_refused_with_its_place_and_reason(verifier: BrowserVerifier) -> None:
    other = ROUNDS[1001]
    no_signature = "public_value.json “signature”: it is not 96 lowercase hex digits"
    no_digest = "public_value.json “randomness”: it is not SHA-256 of the signature"
    different = "public_value.json “{}”: it is not what the commitment or the reveal says"
    changes: list[tuple[dict[str, Any], str]] = [
        ({"kind": "witnessed"}, different.format("kind")),
        ({"chain": "0" * 64}, different.format("chain")),
        ({"round": 1001}, different.format("round")),
        ({"round": True}, different.format("round")),
        ({"signature": f"{VALUE['signature']}00"}, no_signature),
        ({"signature": f"00{VALUE['signature']}"}, no_signature),
        ({"signature": other["signature_hex"]}, no_digest),
        ({"randomness": "0" * 64}, no_digest),
        (
            {"signature": other["signature_hex"], "randomness": other["randomness_hex"]},
            different.format("randomness"),
        ),
    ]
    said = verifier.verified(
        [*(NAMELESS | {"public_value.json": canonical(VALUE | change)}).items()] for change, _words in changes
    )
    assert [[en for step, _state, _zh, en in each["steps"] if step == "value"] for each in said] == [
        [words] for _change, words in changes
    ]


def test_round_is_not_said_to_hold_where_the_curves_are_not_at_hand(verifier: BrowserVerifier) -> None:
    holds = """([round, signature]) => {
        const without = new Function("nobleCurves", `return ${beaconHolds}`)(undefined);
        return [beaconHolds(round, signature), without(round, signature)];
    }"""
    beacon = CHAIN["beacons"][0]
    assert verifier.call(holds, (beacon["round"], beacon["signature_hex"])) == [True, None]


def test_frame_of_units_like_each_other_comes_out_as_the_others_have_it(verifier: BrowserVerifier) -> None:
    """Units called as the column is, inspectors of areas within each other, and a department nobody needs."""
    case = plain_case(
        frame=[b"unit_id,s,1401\n", b"unit_ie,s,140105\n", b"v,s,14\n"],
        inspectors=[b"i,market,14\n", b"j,market,1401\n", b"k,market,140105\n", b"l,other,14\n"],
        recusals=[b"i,unit_ie\n"],
    )
    case.commitment["team"] = [{"department": "market", "seats": 1}]
    files = case.files()
    (said,) = verifier.replayed([files])
    assert said == by_verifier(files) == by_service(files)
    assert worked(verifier, files.items())[-1]["ok"]
