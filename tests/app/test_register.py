"""The register over HTTP: sites, natural persons, history, duplicates, mistyped codes, names by index."""

from typing import Any

import pytest
from sqlalchemy import insert, text

from registry.near_codes import near_codes
from registry.operator_entries import OperatorEntry, check_operator, operator_row
from registry.operators import Operator
from registry.searching import find_operators, name_query
from tests.building import Bureau
from tests.desks import Desk, made
from tests.papers import penalty
from tests.rosters import NOT_TRADING, credit_code, operator, operators_csv
from tests.workshop import Opening

IMPORT = "/api/v1/imports/operators"
OPERATORS = "/api/v1/operators"
MERGINGS = "/api/v1/mergings"
PERSON = "赵钱孙"


def person(number: int, **changes: str) -> dict[str, str]:
    """Return a natural person without a licence who sells on a platform, as a row of an import."""
    row = operator(number, credit_code="", name=PERSON, natural_person="是", kind="on_platform")
    return (
        row | {"domain": "", "platform_name": "虚构商城", "shop_id": f"S{number}", "address": "虚构路一单元"} | changes
    )


def bring_in(bureau: Bureau, *rows: dict[str, str]) -> dict[str, int]:
    """Import rows that must be taken."""
    counts: dict[str, int] = made(bureau.desk("registrar").post(IMPORT, operators_csv(rows)))
    return counts


def found(desk: Desk, query: str) -> list[str]:
    """Return the keys that the bureau's search finds."""
    return [row["unit_id"] for row in made(desk.get(f"{OPERATORS}?q={query}"))]


def hits(bureau: Bureau, query: str) -> list[tuple[str, str]]:
    """Return key and name of what the public search finds."""
    return [(hit["code"], hit["name"]) for hit in made(bureau.public.get(f"/search.json?q={query}"))["hits"]]


def test_rows_that_differ_in_the_site_alone_are_one_operator(opening_anywhere: Opening) -> None:
    """Its sites stand in the order of the rows, each once; the same file again changes nothing."""
    bureau = opening_anywhere("staffed")
    rows = [operator(21, domain=domain, site_name=name) for domain, name in (("A.example", "甲"), ("b.example", "乙"))]
    assert bring_in(bureau, *rows)["added"] == 1
    sites = made(bureau.desk("registrar").get(f"{OPERATORS}/{credit_code(21)}"))["sites"]
    assert [(site["domain"], site["site_name"]) for site in sites] == [("a.example", "甲"), ("b.example", "乙")]
    again = bring_in(bureau, *rows)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 1)


def test_operator_without_a_number_gets_one_and_is_known_by_its_shop_the_next_time(opening_anywhere: Opening) -> None:
    """By platform and shop, else by domain, else by name and address."""
    bureau = opening_anywhere("staffed")
    rows = [
        person(21),
        operator(22, credit_code="", kind="own_site", domain="a.example"),
        person(23, shop_id="T", address="虚构路二单元"),
    ]
    assert bring_in(bureau, *rows)["added"] == 3
    numbers = [f"140000R000000{n}" for n in (1, 2, 3)]
    register = made(bureau.desk("registrar").get(f"{OPERATORS}?limit=1000"))
    assert sorted(row["unit_id"] for row in register if not row["credit_code"]) == numbers
    moved = [rows[0] | {"name": "改名后"}, rows[1] | {"address": "别处"}, person(24, address="虚构路三单元")]
    assert bring_in(bureau, *moved) == bring_in(bureau, *moved) | {"added": 1, "changed": 2, "unchanged": 0}
    shown = made(bureau.desk("registrar").get(f"{OPERATORS}/140000R0000001"))
    assert (shown["name"], shown["register_no"]) == ("改名后", "140000R0000001")


def test_import_that_holds_an_identity_number_does_not_say_it_again(opening: Opening) -> None:
    """Neither in the sentence nor as the value of the cell."""
    bureau = opening("staffed")
    number = "11010519491231002X"
    answer = bureau.desk("registrar").post(IMPORT, operators_csv([operator(21, credit_code="", register_no=number)]))
    assert answer.status_code == 422
    assert "身份证号" in answer.text
    assert number not in answer.text


def test_public_sees_of_a_natural_person_the_first_character_alone(opening_anywhere: Opening) -> None:
    """Found by the whole register number only; no address, no name, no risk class anywhere in public."""
    bureau = opening_anywhere("staffed")
    bring_in(bureau, person(21, risk_class="丁级风险", risk_month="2020-06"))
    number = "140000R0000001"
    assert hits(bureau, PERSON) == hits(bureau, number[:-1]) == hits(bureau, "钱孙") == []
    assert hits(bureau, number) == [(number, "赵**")]
    for path in (f"/operators/{number}", f"/operators/{number}.json", f"/search?q={number}"):
        page = bureau.public.get(path).text
        assert "赵**" in page
        for own in (PERSON, "虚构路一单元", "丁级风险", "联系人21"):
            assert own not in page
    assert made(bureau.desk("reader").get(f"{OPERATORS}/{number}"))["risk_class"] is None
    assert made(bureau.desk("registrar").get(f"{OPERATORS}/{number}"))["risk_class"] == "丁级风险"


def test_natural_person_who_was_drawn_is_masked_on_every_page(opening: Opening) -> None:
    """The draw, the result, the penalty, the front page, and the text behind the digests of the log."""
    bureau = opening("reviewed")
    finding_id = bureau.notes.findings[0]
    drawn = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))["outcome"]["drawn"]
    code, name = drawn[0]["code"], drawn[0]["name"]
    with bureau.service.database.writing() as session:
        as_person = "UPDATE operators SET credit_code = '', natural_person = true WHERE unit_id = :code"
        session.connection().execute(text(as_person), {"code": code})
        session.commit()
    bureau.published()
    number = made(bureau.desk("approver").post("/api/v1/penalties", penalty(finding_id)))["penalty_id"]
    bureau.clear(number, named=f"当事人{name}到场，向{name}送达。\n")
    made(bureau.desk("publisher").post(f"/api/v1/penalties/{number}/publication"))
    paths = [f"/draws/{bureau.notes.draw_id}", f"/operators/{code}", "/", "/results", "/penalties"]
    paths += [f"/log/evidence/r-{finding_id}", f"/log/evidence/p-{number}"]
    for path in paths:
        page = bureau.public.get(path)
        assert (page.status_code, f"{name[0]}**" in page.text, name in page.text) == (200, True, False), path
    assert made(bureau.lead(bureau.notes.visits[0]).get("/api/v1/assignments"))[0]["operator_name"] == name


def test_columns_of_the_only_site_may_be_changed_directly_and_several_only_together(opening: Opening) -> None:
    """What is not named stays; the whole record is checked."""
    bureau = opening("staffed")
    registrar, path = bureau.desk("registrar"), f"{OPERATORS}/{credit_code(1)}"
    changed = made(registrar.patch(path, {"domain": "https://New.example/", "status_on": "2020-07-01"}))
    assert (changed["sites"][0]["domain"], changed["sites"][0]["platform_name"]) == ("new.example", "平台1")
    assert changed["status_on"] == "2020-07-01"
    assert made(registrar.patch(path, {"status_on": None}))["status_on"] is None
    two = [{"domain": "a.example"}, {"domain": "b.example"}]
    assert [site["domain"] for site in made(registrar.patch(path, {"sites": two}))["sites"]] == [
        "a.example",
        "b.example",
    ]
    assert registrar.patch(path, {"domain": "c.example"}).status_code == 422
    wrong = registrar.patch(path, {"sites": [two[0], {"domain": "x"}]})
    assert wrong.json()["errors"][0]["pointer"] == "/sites/1/domain"


def test_record_is_read_as_of_any_day(opening_anywhere: Opening) -> None:
    """As it stood at the end of the day in Shanghai; before it was there, there was none."""
    bureau = opening_anywhere("staffed")
    path = f"{OPERATORS}/{credit_code(1)}"
    bureau.clock.set("2020-08-10", "23:59")
    made(bureau.desk("registrar").patch(path, {"name": "第二个名称"}))
    bureau.clock.set("2020-08-11", "00:00")
    made(bureau.desk("registrar").patch(path, {"name": "第三个名称"}))
    reader = bureau.desk("registrar")
    names = {day: made(reader.get(f"{path}?as_of=2020-08-{day}"))["name"] for day in ("03", "09", "10", "11", "30")}
    first = operator(1)["name"]
    assert names == {"03": first, "09": first, "10": "第二个名称", "11": "第三个名称", "30": "第三个名称"}
    before = reader.get(f"{path}?as_of=2020-08-02")
    assert (before.status_code, before.json()["code"]) == (404, "not_on_record")
    as_of = made(reader.get(f"{path}?as_of=2020-08-30"))
    assert as_of == made(reader.get(path))


def test_history_tells_who_changed_what_from_which_file(opening_anywhere: Opening) -> None:
    """Field by field, before and after, with the fact and the digest of the file."""
    bureau = opening_anywhere("staffed")
    path = f"{OPERATORS}/{credit_code(1)}"
    counts = bring_in(bureau, operator(1, address="新址"))
    made(bureau.desk("registrar").patch(path, {"trading": False}))
    first, second, third = made(bureau.desk("supervisor").get(f"{path}/history"))
    assert (first["kind"], len(first["file"])) == ("operators.imported", 64)
    assert {"column": "address", "before": None, "after": "虚构路1号"} in first["changes"]
    assert second["file"] == counts["digest"]
    assert second["changes"] == [{"column": "address", "before": "虚构路1号", "after": "新址"}]
    assert (third["kind"], third["file"]) == ("operator.changed", None)
    assert third["changes"] == [{"column": "trading", "before": True, "after": False}]
    assert third["by"] == bureau.desk("registrar").person_id
    assert third["by_name"] == "姓名·registrar"
    assert not any(each["erased"] for each in (first, second, third))


def test_every_kind_of_record_has_a_history(opening: Opening) -> None:
    """Inspectors, recusals, items, plans."""
    bureau = opening("approved")
    registrar = bureau.desk("registrar")
    asked = {"inspector_no": "market-1", "unit_id": credit_code(1), "reason": "近亲属"}
    number = made(registrar.post("/api/v1/recusals", asked))["recusal_id"]
    made(bureau.desk("approver").post(f"/api/v1/recusals/{number}/decision", {"approved": True}))
    paths = ("inspectors/market-1", f"recusals/{number}", "items/M01", f"plans/{bureau.notes.plan_no}")
    kinds = {path: [each["kind"] for each in made(registrar.get(f"/api/v1/{path}/history"))] for path in paths}
    assert list(kinds.values()) == [
        ["inspectors.imported"],
        ["recusal.requested", "recusal.decided"],
        ["item.added"],
        ["plan.drafted", "plan.approved"],
    ]
    entry = made(registrar.get("/api/v1/inspectors/market-1"))
    assert made(registrar.get("/api/v1/inspectors/market-1?as_of=2020-08-24")) == entry


def test_what_was_erased_is_a_gap_that_is_said(opening: Opening) -> None:
    """The versions around it stand."""
    bureau = opening("staffed")
    path = f"{OPERATORS}/{credit_code(1)}"
    for day, name in (("05", "第二"), ("06", "第三")):
        bureau.clock.set(f"2020-08-{day}")
        made(bureau.desk("registrar").patch(path, {"name": name}))
    with bureau.service.database.writing() as session:
        run = session.connection().exec_driver_sql
        guard = run("SELECT sql FROM sqlite_master WHERE name = 'journal_bodies_no_delete'").scalar_one()
        run("DROP TRIGGER journal_bodies_no_delete")
        run(
            "DELETE FROM journal_bodies WHERE part > 0 AND fact_id = "
            "(SELECT min(fact_id) FROM journal WHERE kind = 'operator.changed')"
        )
        run(guard)
        session.commit()
    history = made(bureau.desk("registrar").get(f"{path}/history"))
    assert [each["erased"] for each in history] == [False, True, False]
    assert history[2]["changes"] == []
    gap = bureau.desk("registrar").get(f"{path}?as_of=2020-08-05")
    assert (gap.status_code, gap.json()["code"]) == (404, "erased")
    assert made(bureau.desk("registrar").get(f"{path}?as_of=2020-08-06"))["name"] == "第三"
    assert made(bureau.desk("registrar").get(f"{path}?as_of=2020-08-04"))["name"] == operator(1)["name"]


def test_status_of_a_day_is_that_of_the_newest_knowledge(opening: Opening) -> None:
    """A record that says since when its status holds speaks for the days before it was written too."""
    bureau = opening("staffed")
    bureau.clock.set("2020-09-10")
    change = {"status": "注销", "status_on": "2020-08-20"}
    made(bureau.desk("registrar").patch(f"{OPERATORS}/{credit_code(1)}", change))
    path = f"{OPERATORS}/{credit_code(1)}/status"
    told = [made(bureau.desk("reader").get(f"{path}?on=2020-08-{day:02d}")) for day in (2, 3, 19, 20)]
    known = [each["status"] for each in told]
    assert known == [None, "active", "active", "deregistered"]


def merge(bureau: Bureau, kept: str, merged: str, step: str = "merge") -> dict[str, Any]:
    """Ask for a merging and approve it."""
    asked = {"step": step, "kept": kept, "merged": merged, "reason": "同一经营者"}
    number = made(bureau.desk("registrar").post(MERGINGS, asked))["merging_id"]
    answer: dict[str, Any] = made(bureau.desk("approver").post(f"{MERGINGS}/{number}/decision", {"approved": True}))
    return answer


def test_merging_joins_the_sites_and_keeps_what_was_published(opening_anywhere: Opening) -> None:
    """The page of the old code says where it went, and the page of the one kept shows what stood there."""
    bureau = opening_anywhere("published")
    drawn = made(bureau.public.get(f"/draws/{bureau.notes.draw_id}.json"))["outcome"]["drawn"]
    merged, kept = drawn[0]["code"], drawn[1]["code"]
    merge(bureau, kept, merged)
    own, other = (made(bureau.public.get(f"/operators/{code}.json")) for code in (kept, merged))
    assert other["merged_into"] == {"code": kept, "path": f"/operators/{kept}"}
    assert [each["code"] for each in own["earlier"]] == [merged]
    assert [each["operator_code"] for each in other["results"]] == [merged]
    assert {each["operator_code"] for each in own["results"]} == {kept, merged}
    assert {each["code"] for each in own["draws"]} == {kept, merged}
    assert f'href="/operators/{kept}"' in bureau.public.get(f"/operators/{merged}").text
    assert len(made(bureau.desk("registrar").get(f"{OPERATORS}/{kept}"))["sites"]) == 2
    history = made(bureau.desk("registrar").get(f"{OPERATORS}/{kept}/history"))
    assert {each["key"] for each in history} == {kept, merged}
    assert [code for code, _ in hits(bureau, merged)] == [merged]
    refused = bureau.desk("registrar").patch(f"{OPERATORS}/{merged}", {"trading": False})
    assert (refused.status_code, refused.json()["code"]) == (409, "merged")


def test_merged_record_is_in_no_scope_any_more(opening: Opening) -> None:
    """Neither in the frame nor among the excluded; a recusal from it holds for the one kept."""
    bureau = opening("approved")
    path = f"/api/v1/batches/{bureau.notes.task_no}/preview"
    before = made(bureau.desk("officer").get(path))
    merge(bureau, credit_code(1), credit_code(2))
    merge(bureau, credit_code(1), credit_code(NOT_TRADING))
    after = made(bureau.desk("officer").get(path))
    assert (before["frame"] - after["frame"], before["registered"] - after["registered"]) == (1, 2)


def test_mistaken_merging_is_undone_by_another_fact(opening_anywhere: Opening) -> None:
    """The sites that came go; the record stands by itself again; both facts stay."""
    bureau = opening_anywhere("staffed")
    kept, merged = credit_code(1), credit_code(2)
    before = [made(bureau.desk("registrar").get(f"{OPERATORS}/{code}")) for code in (kept, merged)]
    merge(bureau, kept, merged)
    merge(bureau, kept, merged, "unmerge")
    assert [made(bureau.desk("registrar").get(f"{OPERATORS}/{code}")) for code in (kept, merged)] == before
    kinds = [each["kind"] for each in made(bureau.desk("registrar").get(f"{OPERATORS}/{merged}/history"))]
    assert kinds == ["operators.imported", "operator.merged", "operator.unmerged"]


def test_merging_takes_two_people_and_two_records(opening: Opening) -> None:
    """Nobody decides their own request; nothing is merged into itself, into what is not there, or twice."""
    bureau = opening("staffed")
    registrar = bureau.desk("registrar")
    both = {"kept": credit_code(1), "merged": credit_code(2), "reason": "重复"}
    assert registrar.post(MERGINGS, both | {"merged": credit_code(1)}).status_code == 422
    assert registrar.post(MERGINGS, both | {"merged": credit_code(99)}).status_code == 404
    assert registrar.post(MERGINGS, both | {"step": "unmerge"}).status_code == 409
    number = made(registrar.post(MERGINGS, both))["merging_id"]
    assert registrar.post(MERGINGS, both).status_code == 409, "one request at a time"
    assert made(bureau.desk("approver").post(f"{MERGINGS}/{number}/decision", {"approved": False}))["approved"] is False
    assert made(registrar.get(f"{OPERATORS}/{credit_code(2)}"))["merged_into"] is None
    assert bureau.desk("approver").post(f"{MERGINGS}/{number}/decision", {"approved": True}).status_code == 409
    merge(bureau, credit_code(1), credit_code(2))
    assert registrar.post(MERGINGS, both).status_code == 409
    assert registrar.post(MERGINGS, both | {"kept": credit_code(2), "merged": credit_code(3)}).status_code == 409
    assert [each["merging_id"] for each in made(registrar.get(MERGINGS))] == ["m0001", "m0002"]


@pytest.mark.parametrize("slip", ["substituted", "exchanged", "left out", "one too many", "look-alike"])
def test_mistyped_code_is_answered_with_the_entry_it_may_mean(opening: Opening, slip: str) -> None:
    """By the API in words, by the searches as a list."""
    bureau = opening("staffed")
    code = credit_code(4)
    wrong = {
        "substituted": code[:9] + ("B" if code[9] != "B" else "C") + code[10:],
        "exchanged": code[:8] + code[9] + code[8] + code[10:],
        "left out": code[:5] + code[6:],
        "one too many": code[:5] + "7" + code[5:],
        "look-alike": code[:12] + "O" + code[13:],
    }[slip]
    assert code in near_codes(wrong)
    answer = bureau.desk("registrar").get(f"{OPERATORS}/{wrong}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_operator")
    assert code in answer.json()["detail"]
    assert found(bureau.desk("registrar"), wrong) == [code]
    page = made(bureau.public.get(f"/search.json?q={wrong}"))
    assert (page["near"], [hit["code"] for hit in page["hits"]]) == (True, [code])
    assert "只差一处" in bureau.public.get(f"/search?q={wrong}").text


def test_operators_are_found_by_part_of_the_name_by_code_and_by_domain(opening_anywhere: Opening) -> None:
    """Two characters are enough, in any width and case; a code and a domain from their beginning."""
    bureau = opening_anywhere("staffed")
    bring_in(bureau, operator(21, name="汾水 优选（ABC）网络", domain="shop.fenshui.example"))
    registrar, code = bureau.desk("registrar"), credit_code(21)
    for query in (
        "汾水优选",
        "水优",
        "ａｂｃ",
        "选abc网",
        code,
        code[:16].lower(),
        "shop.fenshui",
        "SHOP.fenshui.example",
    ):
        assert found(registrar, query) == [code], query
        assert [key for key, _ in hits(bureau, query)] == [code], query
    assert found(registrar, "水选") == found(registrar, "汾") == found(registrar, "%") == []
    made(registrar.patch(f"{OPERATORS}/{code}", {"name": "另一名称"}))
    assert found(registrar, "汾水") == []
    assert found(registrar, "另一名") == [code]


def test_search_goes_on_page_by_page_and_shows_everything_once(opening_anywhere: Opening) -> None:
    """Of the public page and of the API."""
    bureau = opening_anywhere("staffed")
    bring_in(bureau, *(operator(number) for number in range(100, 145)))
    path, seen = "/search.json?q=虚构经营", []
    while path:
        page = made(bureau.public.get(path))
        seen += [hit["code"] for hit in page["hits"]]
        assert page["paging"]["total"] is None
        path = (page["paging"]["next_path"] or "").replace("/search?", "/search.json?")
    assert len(seen) == len(set(seen)) == 54
    for query, count in (("虚构经营", 54), (credit_code(1)[:8], 54)):
        link, pages = f"{OPERATORS}?limit=20&q={query}", []
        while link:
            answer = bureau.desk("registrar").get(link)
            pages.append([row["unit_id"] for row in made(answer)])
            link = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
        assert [len(page) for page in pages] == [20, 20, 14]
        assert len({key for page in pages for key in page}) == count


def entries(count: int) -> list[dict[str, object]]:
    """Return the rows of a register that is large enough for a planner to care."""
    checked = [
        check_operator(operator(n, name=f"{chr(0x4E00 + n % 997)}{chr(0x5E00 + n % 991)}商行")) for n in range(count)
    ]
    return [operator_row(entry) for entry, _ in checked if isinstance(entry, OperatorEntry)]


def test_names_are_found_by_index_and_never_by_reading_the_register(opening_anywhere: Opening) -> None:
    """The plan of the search on either database."""
    bureau = opening_anywhere("empty")
    database = bureau.service.database
    with database.writing() as session:
        session.execute(insert(Operator), entries(9_000))
        session.commit()
        session.connection().execute(text("ANALYZE"))
        session.commit()
    with database.reading() as session:
        wanted = chr(0x4E00 + 7) + chr(0x5E00 + 7)
        query = name_query(session, wanted)
        assert query is not None
        statement = query.limit(20).compile(session.connection(), compile_kwargs={"render_postcompile": True})
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        rows = session.connection().exec_driver_sql(explain + str(statement), _given(statement, database.is_sqlite))
        plan = "\n".join(str(row) for row in rows)
        assert [each.name for each in find_operators(session, wanted, limit=5).operators] == [f"{wanted}商行"]
    if database.is_sqlite:
        assert "operator_names VIRTUAL TABLE INDEX" in plan
        assert "SCAN operators" not in plan.replace("SCAN operator_names", "")
    else:
        assert "ix_operators_name_grams" in plan
        assert "Seq Scan" not in plan


def _given(statement: Any, sqlite: bool) -> Any:  # noqa: ANN401, FBT001 - a compiled statement and its parameters
    return tuple(statement.params[name] for name in statement.positiontup) if sqlite else statement.params


@pytest.mark.parametrize("column", ["last_inspected_on", "status_on", "abnormal_on", "serious_on"])
def test_a_day_that_lies_ahead_is_refused(opening: Opening, column: str) -> None:
    """Nothing has happened then yet; who could write it would spare an operator the next draw."""
    bureau = opening("staffed")
    registrar = bureau.desk("registrar")
    before = bureau.contents()
    answers = [
        registrar.patch(f"{OPERATORS}/{credit_code(1)}", {column: "2020-12-30"}),
        registrar.post(IMPORT, operators_csv([operator(1, **{column: "2020-12-30"})])),
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("晚于今天" in answer.text for answer in answers)
    assert bureau.contents() == before
    made(registrar.patch(f"{OPERATORS}/{credit_code(1)}", {column: "2020-08-01"}))
