"""The fictional province: the same from the same seed, believable, valid, and marked as fictional in every file."""

import csv
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from typer.main import get_group
from typer.testing import CliRunner

from app.cli import app
from app.generate import columns, dirt
from app.generate.cells import as_csv
from app.generate.changes import changed_operators
from app.generate.codes import NUMBERS, STRIDE
from app.generate.folder import ALIASES, CHANGED, FORMATS, FolderError, Making, write_province
from app.generate.lots import Lots, Shares
from app.generate.operators import make_operator, operator_rows
from app.generate.province import LIMITS, Province, ProvinceError
from app.generate.rules import holiday_rows
from app.generate.sheets import TITLE
from app.generate.staff import department_rows, inspector_rows, recusal_rows
from app.generate.vocabulary import vocabulary
from registry.credit_code import BASE, parse_credit_code
from registry.identity import is_identity_number
from registry.inspectors import check_inspector
from registry.operator_entries import KIND_WORDS, PLAIN, STATUS_WORDS, OperatorEntry, check_operator

PROVINCE = Province(seed=3, platforms=53, shops=1_200, sites=900, inspectors=150)
ROSTERS = ("departments", "operators", "inspectors", "recusals", "items", "holidays")
SITES_PLACES = ("platform_name", "site_name", "domain", "icp_no", "shop_id", "shop_url")


@pytest.fixture(scope="session")
def rows() -> list[dict[str, str]]:
    """Return the clean roster of operators."""
    return list(operator_rows(PROVINCE))


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Return format → a dirty province with its changes, written once."""
    made = {each: tmp_path_factory.mktemp("province") / each for each in FORMATS}
    for each, folder in made.items():
        write_province(PROVINCE, folder, Making(format=each, dirty=True, changed=Fraction(1, 20)))
    return made


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def entry_of(row: Mapping[str, str]) -> OperatorEntry:
    entry, problems = check_operator(row)
    assert entry is not None, problems
    return entry


def test_same_words_give_the_same_lots_and_each_value_is_as_likely_as_its_share() -> None:
    lots = Lots("a", 1)
    counts = Counter(lots.by_share(Shares({"one": 1, "three": 3})) for _ in range(4_000))
    assert abs(counts["three"] - 3_000) < 150
    assert [Lots("a", 1).below(10**9) for _ in range(2)] == [Lots("a", 1).below(10**9)] * 2
    assert Lots("a", 1).below(10**9) != Lots("a", 2).below(10**9)


@pytest.mark.parametrize("count", [0, 1, 5, 9, 10, 11])
def test_some_numbers_are_different_and_in_order(count: int) -> None:
    found = Lots("some", count).some(count, 10)
    assert found == sorted(set(found))
    assert len(found) == min(count, 10)
    assert set(found) <= set(range(10))


@pytest.mark.parametrize("form", FORMATS)
def test_same_seed_and_options_write_the_same_bytes(form: str, folders: Mapping[str, Path], tmp_path: Path) -> None:
    write_province(PROVINCE, tmp_path / "again", Making(format=form, dirty=True, changed=Fraction(1, 20)))
    files = sorted(path.relative_to(folders[form]) for path in folders[form].rglob("*.*"))
    assert files == sorted(path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*.*"))
    for name in files:
        assert (folders[form] / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_another_seed_is_another_province() -> None:
    one, other = (set(map(str, operator_rows(replace(PROVINCE, seed=seed)))) for seed in (1, 2))
    assert not one & other


def test_an_operator_does_not_depend_on_the_others(rows: list[dict[str, str]]) -> None:
    assert make_operator(PROVINCE, 700).rows()[0] in rows
    assert make_operator(replace(PROVINCE, sites=5), 700).rows() == make_operator(PROVINCE, 700).rows()


def test_there_are_as_many_of_each_as_asked(rows: list[dict[str, str]]) -> None:
    """Shops are sold through others, sites are run: the two kinds of each add up, whatever number of sites each has."""
    made = [make_operator(PROVINCE, number).own["kind"] for number in range(1, PROVINCE.operators + 1)]
    kinds = Counter(made)
    assert set(kinds) == set(KIND_WORDS.values())
    assert kinds["电商平台经营者"] == 53
    assert kinds["平台内经营者"] + kinds["微商"] == 1_200
    assert kinds["自建网站经营者"] + kinds["其他网络服务经营者"] == 900
    assert len(rows) > PROVINCE.operators
    assert sum(1 for _ in inspector_rows(PROVINCE)) == 150


def test_of_53_platforms_52_trade_and_all_are_active(rows: list[dict[str, str]]) -> None:
    """The base of the 2020 draw."""
    platforms = [row for row in rows if row["kind"] == "电商平台经营者"]
    assert Counter(row["trading"] for row in platforms) == {"是": 52, "否": 1}
    assert {row["status"] for row in platforms} == {"存续"}


def test_every_credit_code_is_valid_fictional_and_its_operators_own(rows: list[dict[str, str]]) -> None:
    codes = [row["credit_code"] for row in rows if row["credit_code"]]
    names = {(row["credit_code"], row["name"]) for row in rows if row["credit_code"]}
    assert all(parse_credit_code(code) == code and code[8:12] == "FAKE" for code in codes)
    assert len(names) == len(set(codes)) > 1_000


def test_no_two_numbers_of_the_largest_province_have_one_code() -> None:
    """The step between codes is prime to how many there are, and there are more than a province can have operators."""
    assert STRIDE % BASE != 0
    assert (
        2 * sum(LIMITS[each] for each in ("platforms", "shops", "sites")) > NUMBERS > LIMITS["shops"] + LIMITS["sites"]
    )


def test_a_clean_roster_is_taken_row_by_row(rows: list[dict[str, str]]) -> None:
    for row in rows:
        entry = entry_of(row)
        assert {name: getattr(entry, name) for name in PLAIN} == {name: row[name] for name in PLAIN}
    assert {row["status"] for row in rows} == set(STATUS_WORDS.values())


def test_every_inspector_is_taken_and_belongs_to_a_department() -> None:
    departments = {row["code"] for row in department_rows()}
    found = list(inspector_rows(PROVINCE))
    assert all(check_inspector(row)[0] for row in found)
    assert {row["department"] for row in found} <= departments
    assert len({row["inspector_no"] for row in found}) == len({row["certificate_no"] for row in found}) == len(found)


def test_some_certificates_have_run_out_and_some_soon_will() -> None:
    ends = [date.fromisoformat(row["certificate_until"]) for row in inspector_rows(replace(PROVINCE, inspectors=600))]
    days = [(end - PROVINCE.on).days for end in ends]
    assert 0 < sum(each < 0 for each in days) < 40
    assert 0 < sum(0 <= each < 90 for each in days) < 80


def test_recusals_name_those_who_are_there(rows: list[dict[str, str]]) -> None:
    keys = {row["credit_code"] or row["register_no"] for row in rows}
    inspectors = {row["inspector_no"] for row in inspector_rows(PROVINCE)}
    found = list(recusal_rows(PROVINCE))
    assert found
    assert all(row["unit_id"] in keys and row["inspector_no"] in inspectors for row in found)


def test_several_rows_of_an_operator_differ_in_the_site_alone(rows: list[dict[str, str]]) -> None:
    by_key: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if key := row["credit_code"] or row["register_no"]:
            by_key.setdefault(key, []).append(row)
    several = [found for found in by_key.values() if len(found) > 1]
    assert several
    for found in several:
        own = {tuple(text for column, text in row.items() if column not in SITES_PLACES) for row in found}
        sites = {tuple(row[column] for column in SITES_PLACES) for row in found}
        assert (len(own), len(sites)) == (1, len(found))


def test_no_two_domains_shops_or_names_with_address_are_the_same(rows: list[dict[str, str]]) -> None:
    for column in ("domain", "shop_url"):
        there = [row[column] for row in rows if row[column]]
        assert len(there) == len(set(there))
    made = [make_operator(PROVINCE, number).own for number in range(1, PROVINCE.operators + 1)]
    assert len({(own["name"], own["address"]) for own in made}) == len(made)


def test_nothing_leads_to_anybody_real(rows: list[dict[str, str]]) -> None:
    """Phones that no exchange has, domains that cannot be registered, people with a made-up given name."""
    for row in rows:
        assert "虚构" in row["address"]
        assert row["contact_phone"].startswith("000-")
        assert not row["domain"] or row["domain"].endswith(".example")
        assert not row["icp_no"] or row["icp_no"].endswith("（虚构）")
        people = [row["contact_name"], row["legal_representative"], *([row["name"]] * (row["natural_person"] == "是"))]
        assert {name[1] for name in people} == {"拟"}
        assert row["natural_person"] == "是" or row["name"].endswith("（虚构）")


def test_people_live_where_the_census_found_them(rows: list[dict[str, str]]) -> None:
    """The eleven cities add up to the province, and Taiyuan has about 15% of the operators."""
    cities = vocabulary().cities
    assert cities.total == 34_915_616
    in_taiyuan = sum(row["area"].startswith("1401") for row in rows) / len(rows)
    assert abs(in_taiyuan - cities["140100"] / cities.total) < 0.03


def test_holidays_are_weekdays_off_and_weekends_worked() -> None:
    for row in holiday_rows(PROVINCE):
        weekend = date.fromisoformat(row["day"]).weekday() >= 5
        assert weekend == (row["kind"] == "上班")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("dirty", [False, True])
def test_every_file_says_that_it_is_fictional(form: str, dirty: bool, tmp_path: Path) -> None:  # noqa: FBT001
    folder = tmp_path / "province"
    write_province(replace(PROVINCE, shops=20, sites=20), folder, Making(format=form, dirty=dirty))
    for name in ROSTERS:
        path = folder / f"{name}.{form}"
        if form == "xlsx":
            first = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[0]
            assert first[0] == TITLE
        else:
            text = path.read_text(encoding="utf-8-sig")
            assert "虚构" in text or "示例" in text, name


def test_a_workbook_holds_what_the_csv_holds(folders: Mapping[str, Path]) -> None:
    """Cell by cell, but for what a number or a date cell becomes in CSV."""
    sheet = CalamineWorkbook.from_path(str(folders["xlsx"] / "operators.xlsx")).get_sheet_by_index(0).to_python()
    with (folders["csv"] / "operators.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert len(lines) > PROVINCE.operators
    for cells, line in zip(sheet[1:], lines, strict=False):
        texts = [(cell, text) for cell, text in zip(cells, line, strict=False) if isinstance(cell, str)]
        assert all(cell == text for cell, text in texts)


@pytest.mark.parametrize("form", FORMATS)
def test_dirt_is_where_the_list_says(form: str, folders: Mapping[str, Path]) -> None:
    """The row in the file, counted as a spreadsheet counts, is not what stood there, except in copies added."""
    wanted = {kind.name for kind in dirt.OPERATOR_DIRT}
    marks = [mark for mark in listed(folders[form] / "dirt.csv") if mark["file"] == f"operators.{form}"]
    assert {mark["kind"] for mark in marks} == wanted
    if form == "xlsx":
        lines = CalamineWorkbook.from_path(str(folders[form] / "operators.xlsx")).get_sheet_by_index(0).to_python()
    else:
        with (folders[form] / "operators.csv").open(encoding="utf-8-sig", newline="") as file:
            lines = [list(line) for line in csv.reader(file)]
    heading = lines[1 if form == "xlsx" else 0]
    headings = columns.OPERATORS | ALIASES
    for mark in marks:
        place = heading.index(headings[mark["column"]])
        cell = lines[int(mark["row"]) - 1][place]
        same = mark["kind"] == "row_twice" or (mark["kind"] == "area_as_number" and form == "csv")
        assert (cell == mark["before"]) == same, mark


def test_each_kind_of_dirt_is_in_as_many_rows_as_its_share() -> None:
    province = replace(PROVINCE, shops=3_000, sites=2_000)
    found = Counter(what.kind for _, what in dirt.dirty_operator_rows(province) if what)
    assert set(found.values()) == {province.operators * dirt.PER_TEN_THOUSAND // 10_000}


def test_what_is_to_be_refused_of_inspectors_is_refused_or_names_no_department() -> None:
    for row, what in dirt.dirty_inspector_rows(PROVINCE):
        if what and what.outcome == dirt.REFUSED and what.kind != "unknown_department":
            _, problems = check_inspector({column: as_csv(cell) for column, cell in row.items()})
            assert what.column in {each.field[0] for each in problems}, what


def test_identity_numbers_in_dirt_are_nobodys() -> None:
    """They are recognised as what they are, and no area begins with 99."""
    found = [row for row, what in dirt.dirty_operator_rows(PROVINCE) if what and what.kind == "identity_number"]
    assert all(is_identity_number(str(row["register_no"])) for row in found)
    assert all(str(row["register_no"]).startswith("99") for row in found)


def test_changes_are_what_differs_between_the_two_rosters() -> None:
    """Operator by operator; nobody else differs, and the new ones stand in the second roster alone."""
    before = {number: make_operator(PROVINCE, number) for number in range(1, PROVINCE.operators + 1)}
    new = 0
    for operator, changes in changed_operators(PROVINCE, Fraction(1, 20)):
        if operator.number not in before:
            assert [change.change for change in changes] == ["new"]
            new += 1
            continue
        old = before[operator.number]
        differing = {column for column in old.own if old.own[column] != operator.own[column]}
        differing |= {"sites"} if old.sites != operator.sites else set()
        assert {change.column for change in changes} == differing
        assert all(change.key == old.key for change in changes)
        entry_of(operator.rows()[0])
    assert new == 10


def test_the_share_changed_is_the_share_asked_but_for_those_without_a_key() -> None:
    changed = sum(bool(changes) for operator, changes in changed_operators(PROVINCE, Fraction(1, 10)))
    assert 215 * 9 // 10 < changed - 21 <= 215


def test_the_second_roster_holds_the_changes_of_its_list(folders: Mapping[str, Path]) -> None:
    second = {
        row["统一社会信用代码"] or row["登记编号"]: row for row in listed(folders["csv"] / CHANGED / "operators.csv")
    }
    changes = [row for row in listed(folders["csv"] / CHANGED / "changes.csv") if row["column"] not in ("", "sites")]
    assert changes
    assert all(second[each["key"]][columns.OPERATORS[each["column"]]] == each["after"] for each in changes)


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    with pytest.raises(FolderError, match=r"已有文件，未作改动.*was not changed"):
        write_province(PROVINCE, tmp_path, Making())
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_a_province_too_large_for_its_numbers_is_refused() -> None:
    with pytest.raises(ProvinceError, match=r"shops 为 9000001.*must be between 0 and 9000000"):
        Province(seed=1, shops=9_000_001)


def test_an_empty_province_is_a_folder_of_headings(tmp_path: Path) -> None:
    nobody = Province(seed=1, platforms=0, shops=0, sites=0, inspectors=0)
    write_province(nobody, tmp_path / "none", Making(format="csv", dirty=True, changed=Fraction(1)))
    assert not any(any(row.values()) for row in listed(tmp_path / "none" / "operators.csv"))


def test_the_command_prints_what_it_wrote(tmp_path: Path) -> None:
    options = [
        "--operators",
        "2",
        "--shops",
        "5",
        "--sites",
        "4",
        "--inspectors",
        "3",
        "--seed",
        "9",
        "--format",
        "csv",
    ]
    done = CliRunner().invoke(app, ["generate", "--out", str(tmp_path / "small"), *options])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said == json.loads((tmp_path / "small" / "province.json").read_text(encoding="utf-8"))
    assert said["province"]["seed"] == 9
    assert {path.name for path in (tmp_path / "small").iterdir()} == {f"{name}.csv" for name in ROSTERS} | {
        "province.json"
    }


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--format", "ods"], "没有格式 ods"),
        (["--on", "1 July"], "不是日期"),
        (["--shops", "10000000"], "只能在 0 至 9000000 之间"),
    ],
)
def test_the_command_says_what_is_wrong_and_writes_nothing(options: list[str], sentence: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["generate", "--out", str(tmp_path / "none"), *options])
    assert done.exit_code == 1
    assert sentence in done.output
    assert not (tmp_path / "none").exists()


def test_the_page_names_every_option_with_its_default() -> None:
    page = (Path(__file__).parents[2] / "docs" / "generate.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(--\w+)` \| `?([^`|]+?)`? \|", page, re.MULTILINE))
    options = {
        each.opts[0]: each.default for each in get_group(app).commands["generate"].params if each.opts[0] != "--help"
    }
    assert {name: "off" if default is False else str(default) for name, default in options.items()} == rows


def test_the_page_names_every_kind_of_dirt_with_its_outcome() -> None:
    page = (Path(__file__).parents[2] / "docs" / "generate.md").read_text(encoding="utf-8")
    named = {
        (kind, outcome)
        for outcome, kinds in re.findall(r"^\| `(repaired|refused|duplicate|taken)` \| ([^:|]+)", page, re.MULTILINE)
        for kind in kinds.strip().split(", ")
    }
    assert named == {(kind.name, kind.outcome) for kind in (*dirt.OPERATOR_DIRT, *dirt.INSPECTOR_DIRT)}
