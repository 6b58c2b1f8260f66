"""An official who wants a friend spared: what a crooked hand tries on a draw is refused, or stands in public.

The attacks that a module of its own is about have their tests there; ``docs/attacks.md`` leads to all of them.
"""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidTag

from app.auth import Public, declared
from app.keys import SecretBox
from app.main import all_routes
from publicity import proof
from publicity.tlog.errors import ProofError
from publicity.tlog.proofs import verify_consistency
from registry.draws import committed_files, get_draw
from sampling.bundle import replay
from sampling.errors import SamplingError
from sampling.names import REVEAL, DrawId, Party
from sampling.seed import Reveal, secret_digest
from tests.app.test_sealed import QUERIES
from tests.app.test_sealed_public import FILES
from tests.building import PUBLIC_VALUE, Bureau
from tests.desks import Desk, made
from tests.papers import finding
from tests.rosters import INSPECTORS, OTHER_KIND, credit_code, inspector, inspectors_csv, operator, operators_csv
from tests.working import worked
from tests.workshop import Opening

OTHER_VALUE = PUBLIC_VALUE[::-1]
HEX = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def page_of(bureau: Bureau, draw_id: str | None = None) -> Any:  # noqa: ANN401 - JSON
    return made(bureau.public.get(f"/draws/{draw_id or bureau.notes.draw_id}.json"))


def refused(bureau: Bureau, desk: Desk, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    """Try a step that is refused and changes nothing, and return the answer."""
    before = bureau.contents()
    answer = desk.post(path, body)
    assert answer.is_client_error, (path, answer.text)
    assert bureau.contents() == before
    return answer.json()


def party(draw_id: str, secret: str, name: str = "supervision") -> dict[str, str]:
    """Return a party of a commitment by its secret."""
    return {"party": name, "digest": secret_digest(DrawId(draw_id), Party(name), secret, "sha256")}


def commit(bureau: Bureau, task_no: str, parties: list[dict[str, str]], **terms: object) -> httpx.Response:
    """Commit a batch with these parties."""
    body = bureau.terms(task_no) | {"parties": parties} | terms
    return bureau.desk("officer").post(f"/api/v1/batches/{task_no}/commitment", body)


def thrown(bureau: Bureau, value: str) -> None:
    """Throw the dice and hand everything in."""
    bureau.clock.set("2020-09-01", "10:30")
    made(bureau.desk("officer").post(bureau.at_draw("value"), {"value": value, "witnesses": ["见证人甲"]}))
    made(bureau.desk("officer2").post(bureau.at_draw("value/confirmation"), {"value": value}))
    bureau.escrowed()
    made(bureau.desk("supervisor").post(bureau.at_draw("secrets"), bureau.secret()))


def executed(bureau: Bureau, value: str = PUBLIC_VALUE) -> None:
    """Execute a committed draw with this throw of the dice."""
    thrown(bureau, value)
    made(bureau.desk("officer2").post(bureau.at_draw("execution")))


def outcome(bureau: Bureau) -> tuple[bytes, bytes]:
    """Return drawn list and teams from the table."""
    with bureau.service.database.reading() as session:
        executed = get_draw(session, bureau.notes.draw_id).executed
        assert executed is not None
        return executed.drawn, executed.teams


# One secret, two draws; one human, two parties; two batches.


def test_one_secret_in_two_commitments_serves_the_first_alone(opening_anywhere: Opening) -> None:
    """The digests differ, so both are committed; what the first draw has made public draws nothing more."""
    bureau = opening_anywhere("committed")
    first, secret = bureau.notes.draw_id, bureau.notes.secret
    second = bureau.another_batch()
    made(commit(bureau, second, [party(second, secret)]))
    bureau.notes.secret = secret
    executed(bureau)
    bureau.notes.draw_id = second
    bureau.valued()
    bureau.escrowed()
    wrong = refused(bureau, bureau.desk("supervisor"), bureau.at_draw("secrets"), bureau.secret())
    assert wrong["errors"][0]["pointer"] == "/secret"
    assert refused(bureau, bureau.desk("officer2"), bureau.at_draw("execution"))["code"] == "draw_state"
    bureau.clock.set("2020-09-01", "18:01")
    assert (page_of(bureau, first)["state"], page_of(bureau)["overdue"]) == ("opened", "逾期未摇号")


def test_two_parties_that_are_one_human_with_one_secret_do_not_both_hand_in(opening_anywhere: Opening) -> None:
    """Two names and two digests of one secret: it is taken once."""
    bureau = opening_anywhere("approved")
    task_no = bureau.notes.task_no
    bureau.clock.set("2020-08-31")
    secret = "5e" * 32
    made(commit(bureau, task_no, [party(task_no, secret), party(task_no, secret, "operators")]))
    bureau.notes.draw_id, bureau.notes.secret = task_no, secret
    bureau.valued()
    bureau.escrowed()
    envelope = {"party": "operators", "holder": "保管人", "place": "档案室", "sealed_on": "2020-08-31"}
    made(bureau.desk("officer").post(bureau.at_draw("escrows"), envelope))
    made(bureau.desk("supervisor").post(bureau.at_draw("secrets"), bureau.secret()))
    twice = bureau.secret() | {"party": "operators"}
    wrong = refused(bureau, bureau.desk("supervisor"), bureau.at_draw("secrets"), twice)
    assert wrong["errors"][0]["pointer"] == "/secret"
    assert "operators" in refused(bureau, bureau.desk("officer2"), bureau.at_draw("execution"))["detail"]


def test_two_batches_of_the_same_operators_are_two_draws_and_neither_is_dropped(opening_anywhere: Opening) -> None:
    """Whoever has a twin approved beside a batch, to keep the one that suits, has both in public and one overdue."""
    bureau = opening_anywhere("committed")
    twin = bureau.another_batch()
    made(commit(bureau, twin, [party(twin, "5e" * 32)]))
    bureau.notes.secret, first = "5e" * 32, bureau.notes.draw_id
    bureau.notes.draw_id = twin
    executed(bureau)
    assert refused(bureau, bureau.desk("officer"), f"/api/v1/batches/{bureau.notes.task_no}/cancellation", None)
    bureau.clock.set("2020-09-02")
    rows = {row["draw_id"]: row for row in made(bureau.public.get("/draws.json"))["rows"]}
    assert {key: row["state"] for key, row in rows.items()} == {first: "committed", twin: "opened"}
    assert page_of(bureau, first)["overdue"] == "逾期未摇号"
    total = made(bureau.public.get("/draws/counts.json"))["total"]
    assert (total["committed"], total["overdue_execution"]) == (2, 1)


def test_a_draw_with_the_bureaus_secret_alone_says_what_the_bureau_could_do(opening_anywhere: Opening) -> None:
    """Whoever leaves out every other party and every public value cannot claim that nobody chose the outcome."""
    bureau = opening_anywhere("staffed")
    bureau.clock.set("2020-08-31")
    bureau.notes.draw_id = bureau.another_batch(public_source=None)
    made(commit(bureau, bureau.notes.draw_id, []))
    level = page_of(bureau)["level"]
    assert (level["used"], level["leaves_open"]) == ("一方秘密", proof.MAY_TRY)
    assert proof.NOT_CHOSEN not in level["proves"]


# Early looks.


def test_whoever_holds_one_secret_and_a_copy_of_the_database_computes_no_ticket(opening_anywhere: Opening) -> None:
    """All is handed in, an envelope was opened early, a backup stolen: without the key file nothing opens the rest."""
    bureau = opening_anywhere("committed", sealed=True)
    thrown(bureau, PUBLIC_VALUE)
    with bureau.service.database.reading() as session:
        files = committed_files(get_draw(session, bureau.notes.draw_id).committed)
    copied = bureau.contents()
    guesses = {match for rows in copied.values() for row in rows for cell in row for match in found_in(cell)}
    assert len(guesses) > 50
    assert bureau.notes.secret not in guesses
    for guess in guesses:
        with pytest.raises(SamplingError):
            replay(files | {REVEAL: Reveal(PUBLIC_VALUE, (guess, bureau.notes.secret)).to_bytes()})
    stolen = SecretBox(bytes(32))
    sealed = {cell for name in ("draw_parties", "draw_secrets") for cell in blobs(copied[name])}
    assert len(sealed) == 2
    for blob in sealed:
        with pytest.raises(InvalidTag):
            stolen.unseal(blob, about=bureau.notes.draw_id)
        bureau.service.box.unseal(blob, about=bureau.notes.draw_id)


def found_in(cell: object) -> list[str]:
    said = bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell)
    return HEX.findall(said)


def blobs(rows: list[tuple[Any, ...]]) -> Iterator[bytes]:
    return (bytes(cell) for row in rows for cell in row if isinstance(cell, bytes | memoryview))


def test_two_outcomes_under_seal_look_the_same_from_outside(opening_anywhere: Opening) -> None:
    """Same commitment, another throw, another list: every public answer has the same words, headers and length."""
    seen, lists = [], []
    for value in (PUBLIC_VALUE, OTHER_VALUE):
        bureau = opening_anywhere("committed", sealed=True)
        executed(bureau, value)
        lists.append(outcome(bureau))
        seen.append(looked_at(bureau))
    assert lists[0] != lists[1]
    assert seen[0] == seen[1]


def looked_at(bureau: Bureau) -> dict[str, tuple[int, dict[str, str], int, str]]:
    """Return status, headers, length and words of every public answer there is; digests are masked."""
    public = [
        route.path_format
        for route in all_routes()
        if isinstance(declared(route), Public) and "GET" in (route.methods or ())
    ]
    assert len(public) > 30, "the walk finds the routes"
    size = made(bureau.public.get("/log/head"))["size"]
    told = {
        "code": [credit_code(number) for number in range(1, 10)],
        "name": FILES,
        "index": range(size),
        "path": [f"entries/000.p/{size}"],
    }
    one = {"draw_id": bureau.notes.draw_id, "plan_no": bureau.notes.plan_no, "disclosure_id": "r-1", "record_id": "r-1"}
    one |= {"token": f"{bureau.notes.draw_id}.1.{0:032x}", "order_id": "n0001"}
    paths = []
    for path in public:
        (named,) = re.findall(r"{(\w+)}", path)[-1:] or [""]
        paths += [
            path.format(**one, **{named: each}) if named in told else path.format(**one)
            for each in told.get(named, [""])
        ]
    plain = {"Accept-Encoding": "identity"}  # salted digests are packed now better, now worse
    answers = {path: bureau.public.get(path + QUERIES.get(path, ""), **plain) for path in paths}
    return {
        path: (
            each.status_code,
            {name: masked(value) for name, value in each.headers.items()},
            len(each.content),
            masked(each.text),
        )
        for path, each in answers.items()
    }


def masked(said: str) -> str:
    """Return a text without digests, be they in groups, and without the key by which each service signs its log."""
    said = re.sub(r"\+[0-9a-f]{8}\+[0-9A-Za-z+/]{44}", "…", said)
    said = re.sub(r"(?<=[0-9a-f])</span><wbr><span>(?=[0-9a-f])", "", said)
    return re.sub(r"[0-9a-f]{64}|[0-9a-f]{32}", "…", said)


def test_a_clock_set_forward_opens_a_list_once_and_stands_in_the_log_with_that_date(opening_anywhere: Opening) -> None:
    """Whoever turns the clock to the term shows the list, dated so; set right again, the service takes no step."""
    bureau = opening_anywhere("executed", sealed=True)
    bureau.clock.set("2020-12-31", "18:00")
    made(bureau.desk("approver").post(bureau.at_draw("opening")))
    assert page_of(bureau)["opened_at"].startswith("2020-12-31T")
    bureau.clock.set("2020-09-01", "11:00")
    late = bureau.desk("officer").post("/api/v1/plans", {"year": 2020, "title": "甲", "basis": "乙"})
    assert (late.status_code, late.json()["code"]) == (503, "clock_behind")


def test_an_execution_held_past_the_term_of_the_opening_is_late_in_public(opening_anywhere: Opening) -> None:
    """Whoever waits so long that the list opens as it is drawn, before any visit, is counted as overdue for ever."""
    bureau = opening_anywhere("committed", sealed=True)
    thrown(bureau, PUBLIC_VALUE)
    bureau.clock.set("2020-12-31", "18:00")
    made(bureau.desk("officer2").post(bureau.at_draw("execution")))
    assert worked(bureau.service) == [bureau.notes.draw_id]
    page = page_of(bureau)
    assert (page["state"], page["overdue"]) == ("opened", "逾期摇号")
    assert made(bureau.public.get("/draws/counts.json"))["total"]["overdue_execution"] == 1


def test_opening_early_to_warn_names_both_who_did_it_and_why(opening_anywhere: Opening) -> None:
    """The public reads that the list was opened before its visits were made; who asked and why the supervisor reads."""
    bureau = opening_anywhere("executed", sealed=True)
    made(bureau.desk("officer").post(bureau.at_draw("opening/request"), {"reason": "名单已经外传"}))
    made(bureau.desk("approver").post(bureau.at_draw("opening")))
    page = page_of(bureau)
    assert [line["kind"] for line in page["log"]][-2:] == ["draw.opening_requested", "draw.opened"]
    assert page["opened_at"] < page["open_by"]
    facts = made(bureau.desk("supervisor").get("/api/v1/journal?limit=1000"))
    told = {fact["kind"]: fact for fact in facts if fact["kind"].startswith("draw.open")}
    assert told["draw.opening_requested"]["actor"] == bureau.notes.people["officer"]
    assert told["draw.opened"]["actor"] == bureau.notes.people["approver"]
    assert "名单已经外传" in str(told["draw.opening_requested"])


def test_a_list_is_not_sealed_away_beyond_its_visits(opening_anywhere: Opening) -> None:
    """One visit that nobody files would keep it shut until a term that never comes."""
    bureau = opening_anywhere("approved")
    path = f"/api/v1/batches/{bureau.notes.task_no}/commitment"
    for term in ("2021-02-01T00:00:00+08:00", "2099-12-31T18:00:00+08:00"):
        wrong = refused(bureau, bureau.desk("officer"), path, bureau.terms() | {"open_by": term})
        assert [each["pointer"] for each in wrong["errors"]] == ["/open_by"]
    made(bureau.desk("officer").post(path, bureau.terms() | {"open_by": "2021-01-31T23:59:59+08:00"}))


# A second try.


def test_a_restored_backup_draws_the_same_again_or_shows_another_history(opening_anywhere: Opening) -> None:
    """With what was handed in the outcome is the same; with another throw the kept head fits no log any more."""
    kept = opening_anywhere("committed")
    executed(kept)
    head = made(kept.public.get("/log/head"))
    restored = opening_anywhere("committed")
    executed(restored)
    assert outcome(restored) == outcome(kept)
    again = opening_anywhere("committed")
    executed(again, OTHER_VALUE)
    assert outcome(again) != outcome(kept)
    made(again.desk("approver").post(again.at_draw("visits/approval")))
    new = made(again.public.get("/log/head"))
    proof = made(again.public.get(f"/log/proof/consistency?old={head['size']}"))
    assert new["size"] > head["size"]
    assert not follows(head, new, proof)
    made(kept.desk("approver").post(kept.at_draw("visits/approval")))
    own = made(kept.public.get(f"/log/proof/consistency?old={head['size']}"))
    assert follows(head, made(kept.public.get("/log/head")), own)


def follows(old: Any, new: Any, proof: Any) -> bool:  # noqa: ANN401 - JSON
    """Return whether a proof shows that the log of the old head is the beginning of the log of the new one."""
    hashes = [bytes.fromhex(each) for each in proof["proof"]]
    old_root, new_root = (bytes.fromhex(head["root"]) for head in (old, new))
    try:
        verify_consistency(old["size"], new["size"], hashes, old_root, new_root)
    except ProofError:
        return False
    return True


def test_a_recusal_that_passes_while_a_draw_waits_sends_nobody_else(opening_anywhere: Opening) -> None:
    """Holding the execution until it is granted changes nothing: what was committed is what is drawn."""
    prompt, held = opening_anywhere("committed"), opening_anywhere("committed")
    executed(prompt)
    for own in INSPECTORS[:3]:
        body = {"inspector_no": own, "unit_id": credit_code(1), "reason": "近亲属"}
        number = made(held.desk("registrar").post("/api/v1/recusals", body))["recusal_id"]
        made(held.desk("approver").post(f"/api/v1/recusals/{number}/decision", {"approved": True}))
    executed(held)
    assert outcome(held) == outcome(prompt)
    assert page_of(held)["recusals"] == 0


# The register, just before and just after.


def test_ghosts_that_dilute_the_frame_are_counted_and_named(opening_anywhere: Opening) -> None:
    """Entered the day before: counted with the commitment, and in the frame for everybody to look for."""
    honest, diluted = opening_anywhere("committed"), opening_anywhere("approved")
    ghosts = [operator(number) for number in (41, 42, 43)]
    made(diluted.desk("registrar").post("/api/v1/imports/operators", operators_csv(ghosts)))
    diluted.committed()
    told = [{line["reason"]: line["count"] for line in page_of(each)["amended"]} for each in (honest, diluted)]
    assert told[1] == told[0] | {"operators_added": told[0]["operators_added"] + 3}
    executed(diluted)
    frame = diluted.public.get(f"/draws/{diluted.notes.draw_id}/files/frame.csv").text
    assert [ghost["credit_code"] in frame for ghost in ghosts] == [True, True, True]


def test_merging_a_committed_operator_away_spares_it_no_visit(opening_anywhere: Opening) -> None:
    """Two people merge it into another between commitment and execution; drawn is drawn."""
    bureau = opening_anywhere("committed")
    kept = credit_code(OTHER_KIND)
    for number in range(1, 7):
        asked = {"step": "merge", "kept": kept, "merged": credit_code(number), "reason": "重复"}
        answer = made(bureau.desk("registrar").post("/api/v1/mergings", asked))
        made(bureau.desk("approver").post(f"/api/v1/mergings/{answer['merging_id']}/decision", {"approved": True}))
    bureau.executed()
    assert len(bureau.notes.visits) == 3
    drawn = {unit["code"] for unit in page_of(bureau)["outcome"]["drawn"]}
    assert drawn < {credit_code(number) for number in range(1, 7)}


def test_another_name_behind_an_inspectors_number_stands_in_its_history(opening_anywhere: Opening) -> None:
    """Renaming who goes is no swap unseen: the supervisor reads who changed the name, and when."""
    bureau = opening_anywhere("committed")
    rows = [inspector(own, name=f"另一人·{own}") for own in INSPECTORS]
    made(bureau.desk("registrar").post("/api/v1/imports/inspectors", inspectors_csv(rows)))
    bureau.executed()
    own = bureau.teams()[bureau.notes.visits[0]][0]
    history = made(bureau.desk("supervisor").get(f"/api/v1/inspectors/{own}/history"))
    assert f"检查员·{own}" in str(history)
    assert f"另一人·{own}" in str(history)
    assert bureau.notes.people["registrar"] in str(history)


def test_a_draw_of_one_says_that_nothing_was_left_to_chance(opening_anywhere: Opening) -> None:
    """A batch cut to fit one operator is no draw, and its page says so."""
    bureau = opening_anywhere("staffed")
    bureau.clock.set("2020-08-31")
    task_no = bureau.another_batch(kinds=["social"])
    made(commit(bureau, task_no, [party(task_no, "5e" * 32)]))
    bureau.notes.draw_id, bureau.notes.secret = task_no, "5e" * 32
    page = page_of(bureau)
    assert (page["frame"], page["level"]["caveats"][0]) == (1, "抽取数等于抽查基数：全部抽中，没有随机。")
    executed(bureau)
    assert [unit["code"] for unit in page_of(bureau)["outcome"]["drawn"]] == [credit_code(OTHER_KIND)]


# After the draw.


def test_a_friend_called_ruled_out_by_law_stands_in_public_beside_the_reason(opening_anywhere: Opening) -> None:
    """Two people swap a drawn friend out: the page keeps it, with the reason given and who came for it."""
    bureau = opening_anywhere("executed", sealed=True)
    visit_id = bureau.notes.visits[0]
    friend = made(bureau.desk("supervisor").get(f"/api/v1/visits/{visit_id}"))["unit_id"]
    body = {"reason": "refused_by_law", "text": "依法不得检查"}
    asked = made(bureau.lead(visit_id).post(f"/api/v1/visits/{visit_id}/replacement", body))["replacement_id"]
    own = bureau.desk(bureau.teams()[visit_id][0])
    decision = f"/api/v1/replacements/{asked}/decision"
    assert refused(bureau, own, decision, {"approved": True})
    made(bureau.desk("approver").post(decision, {"approved": True}))
    made(bureau.desk("officer").post(bureau.at_draw("opening/request"), {"reason": "经批准"}))
    made(bureau.desk("approver").post(bureau.at_draw("opening")))
    page = page_of(bureau)
    (line,) = page["outcome"]["replacements"]
    assert (line["fallen"], line["reason"], line["out"]) == ("unit", "refused_by_law", friend)
    files = bureau.public.get(f"/draws/{bureau.notes.draw_id}/files/drawn.csv").text
    assert friend in files, "what was drawn stays drawn"


def test_a_drawn_friend_whom_nobody_visits_stands_without_a_result(opening_anywhere: Opening) -> None:
    """Put off until the period is over: drawn in public, and no result beside it."""
    bureau = opening_anywhere("arrived")
    bureau.clock.set("2020-09-15", "16:00")
    friend, *others = bureau.notes.visits
    for visit_id in others:
        answer = bureau.lead(visit_id).post(f"/api/v1/assignments/{visit_id}/findings", finding())
        bureau.settle(visit_id, made(answer)["finding_id"])
    bureau.clock.set("2021-02-01")
    rates = made(bureau.public.get(f"/plans/{bureau.notes.plan_no}.json"))["batches"][0]["rates"]
    assert (rates["drawn"], rates["published"]) == (3, 0)
    unit = made(bureau.desk("supervisor").get(f"/api/v1/visits/{friend}"))["unit_id"]
    assert unit in {each["code"] for each in page_of(bureau)["outcome"]["drawn"]}
