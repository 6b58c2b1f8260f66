"""Expired, repaired, withdrawn: no public address tells a word of it any more, and the log is as whole as it was."""

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import httpx

from app.working import work
from publicity.tlog.proofs import verify_consistency, verify_inclusion
from publicity.verify import State, verify_receipt
from registry.outbox import Work
from sampling.merkle import leaf_hash
from tests.app.test_endings import holding
from tests.app.test_erasures import sound
from tests.app.test_operator_receipts import address, finding_paper
from tests.app.test_receipts import trusted
from tests.building import Bureau
from tests.desks import made
from tests.links import LOG, read_all, unread
from tests.papers import PROBLEM
from tests.petitioners import repair
from tests.punishing import all_punished, content_of, withdraw
from tests.workshop import Opening

LOWER = 100_000
WAYS = ("期满", "修复", "撤回")
FIELDS = ("decision_no", "violation", "facts", "content")


def decision(way: str) -> dict[str, Any]:
    """Return what of a decision is nobody else's, with signs that a page has to escape."""
    texts = {name: f"<{way}·{name}>&“{way}”" for name in FIELDS}
    return texts | {"fine_fen": LOWER if way == WAYS[0] else 2_000_000}


def penalty_paper(bureau: Bureau, key: str) -> httpx.Response:
    """Return the paper with the receipt of a published penalty."""
    return bureau.desk("approver").get(f"/api/v1/penalties/{key[2:]}/receipt.html")


def walked(bureau: Bureau, papers: Iterable[str]) -> dict[str, httpx.Response]:
    """Return every public answer that the site or a paper leads to, or that can be asked for."""
    size = made(bureau.public.get("/log/head"))["size"]
    waiting = [*papers, "/", "/index.json", "/results.json", "/penalties.json", *LOG]
    waiting += [f"/log/entries/{index}" for index in range(size)]
    waiting += [f"/changes{form}?limit={limit}" for form in ("", ".atom") for limit in (1, 1_000)]
    waiting += [f"/changes.atom?before={index}&limit=1" for index in range(1, size)]
    for row in bureau.contents()["disclosures"]:
        waiting += [f"/log/evidence/{row[0]}", f"/records/{row[0]}", f"/records/{row[0]}.json"]
    for row in bureau.contents()["operators"]:
        codes = [cell for cell in row if isinstance(cell, str) and len(cell) == 18]
        waiting += [f"/operators/{code}{form}" for code in codes for form in ("", ".json")]
        waiting += [f"/search{form}?q={code}" for code in codes for form in ("", ".json")]
    return read_all(bureau.client, waiting)


def telling(answers: Mapping[str, httpx.Response], words: str) -> list[str]:
    """Return the addresses whose answers hold some words: as they are, escaped for HTML, or in JSON."""
    forms = {words, html.escape(words), json.dumps(words)[1:-1], json.dumps(words, ensure_ascii=False)[1:-1]}
    forms |= {json.dumps(form, ensure_ascii=False)[1:-1] for form in forms}  # a text within a text
    return [path for path, answer in answers.items() if any(form in answer.text for form in forms)]


def proofs(bureau: Bureau, indexes: list[int], size: int) -> list[bytes]:
    """Return the entries at some places, each proved to be in the log of a size."""
    found = []
    for index in indexes:
        entry = bureau.public.get(f"/log/entries/{index}").content
        said = made(bureau.public.get(f"/log/proof/inclusion?index={index}&size={size}"))
        path = [bytes.fromhex(each) for each in said["proof"]]
        verify_inclusion(leaf_hash(entry), index, size, path, bytes.fromhex(said["root"]))
        found.append(entry)
    return found


def test_no_public_address_tells_what_has_ended_and_the_log_is_whole(opening: Opening) -> None:
    """One of each way, and a result: before they end every text is told, at the next request none is, nor is a name."""
    bureau = opening("published")
    terms = replace(bureau.service.terms, lower_fine_fen=LOWER)
    bureau.client.app.state.service = replace(bureau.service, terms=terms)  # type: ignore[attr-defined]
    told = address(finding_paper(bureau, bureau.notes.visits[0]))
    keys = all_punished(bureau, [decision(way) for way in WAYS])
    result = f"r-{bureau.notes.findings[0]}"
    texts = [text for way in WAYS for name, text in decision(way).items() if name in FIELDS] + [PROBLEM]
    doors = [address(penalty_paper(bureau, key)) for key in keys] + [told]
    papers = [door + form for door in doors for form in ("", ".json")]
    before = walked(bureau, papers)
    assert {before[path].status_code for path in papers} == {200}
    kept = [before[path] for path in papers if path.endswith(".json")]
    documented = [each for each in bureau.client.get("/openapi.json").json()["paths"] if each.startswith("/records/")]
    assert unread(documented, before) == []
    assert [text for text in texts if len(telling(before, text)) < 3] == []
    rows = {row["path"]: row for row in made(bureau.public.get("/penalties.json"))["rows"]}
    indexes = [rows[f"/records/{key}"]["log_index"] for key in keys]
    stored = [content_of(bureau, key) for key in (*keys, result)]
    old = made(bureau.public.get("/log/head"))
    entries = proofs(bureau, indexes, old["size"])

    bureau.clock.set("2026-05-13")
    withdraw(bureau, keys[2])
    withdraw(bureau, result, ground="inaccurate", reason="核对有误")
    repair(bureau, keys[1])
    after = walked(bureau, papers)
    assert {text: paths for text in texts if (paths := telling(after, text))} == {}
    name = rows[f"/records/{keys[0]}"]["operator_name"]
    code = rows[f"/records/{keys[0]}"]["operator_code"]
    said = []
    for key, door in zip((*keys, result), doors, strict=True):
        for path in (f"/records/{key}", f"/records/{key}.json", f"/log/evidence/{key}", door, f"{door}.json"):
            answer = bureau.public.get(path, Accept="text/html")
            assert (answer.status_code, answer.headers["cache-control"]) == (410, "no-store"), path
            assert not [word for word in (name, code, "修复", "届满", "repair", "expire") if word in answer.text]
        said.append(bureau.public.get(f"/records/{key}.json").json())
    assert said[0]["detail"].replace(keys[0], "") == said[1]["detail"].replace(keys[1], "")
    assert "经行政复议撤销" in said[2]["detail"]
    assert "行政处罚决定被依法撤销" in bureau.public.get(f"/records/{keys[2]}", Accept="text/html").text

    assert sum(task.kind is Work.EXPIRY for task in work(bureau.service)) == 1
    assert [holding(bureau, content) for content in stored] == [set()] * 4
    head = made(bureau.public.get("/log/head"))
    assert proofs(bureau, indexes, old["size"]) == proofs(bureau, indexes, head["size"]) == entries
    grown = made(bureau.public.get(f"/log/proof/consistency?old={old['size']}&new={head['size']}"))
    nodes = [bytes.fromhex(each) for each in grown["proof"]]
    roots = bytes.fromhex(old["root"]), bytes.fromhex(head["root"])
    verify_consistency(old["size"], head["size"], nodes, *roots)
    assert {verify_receipt(file.content, trusted(bureau)).verdict for file in kept} == {State.HELD}
    assert penalty_paper(bureau, keys[0]).status_code == 410
    sound(bureau)
