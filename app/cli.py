"""The command line. Imports are made where they are needed: ``replay`` starts without a web framework."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from app.command_sign import sign

if TYPE_CHECKING:
    from app.service import Service
    from app.settings import Settings

app = typer.Typer(
    name="double-random",
    help="双随机、一公开: draw inspections at random, so that everyone can check it, and publish them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
evidence = typer.Typer(help="Evidence files of visits. 检查附件。", no_args_is_help=True)
departments = typer.Typer(
    help="Departments that take part, before the rosters that name them. 部门。", no_args_is_help=True
)
people = typer.Typer(help="People with access, before there is an administrator. 人员。", no_args_is_help=True)
beacons = typer.Typer(help="Rounds of drand that draws are bound to. 公开随机信标。", no_args_is_help=True)
rehearsals = typer.Typer(
    help="Rehearse with the bureau's own register, in a database of its own. 演练。", no_args_is_help=True
)
app.add_typer(rehearsals, name="rehearsal")
app.add_typer(beacons, name="beacon")
app.add_typer(departments, name="department")
app.add_typer(people, name="person")
app.add_typer(evidence, name="evidence")
app.add_typer(sign, name="sign")

NOT_EXTENDED = 3
"""How a comparison ends that shows two histories."""

RehearsalPath = Annotated[Path, typer.Argument(help="The rehearsal's own directory.")]
RehearsalDatabase = Annotated[
    str | None, typer.Option("--database", help="Its database elsewhere: postgresql://USER:PASSWORD@HOST/NAME.")
]
SheetPath = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The .xlsx or CSV file.")]


def main() -> None:
    """Run the command line."""
    app()


def fail(text: str) -> NoReturn:
    """Say what is wrong on stderr and exit with 1."""
    print(text, file=sys.stderr)
    raise typer.Exit(1)


@app.command()
def replay(
    directory: Annotated[Path, typer.Argument(help="Directory with the draw's six files.")],
    out: Annotated[
        Path | None, typer.Option(help="Where to write; by default DIRECTORY, where files are compared.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of a refusal: zh or en.")] = "zh",
) -> None:
    """Recompute a draw and write drawn.csv and teams.csv. 按公开文件重新计算抽取结果。

    Where public_value.json or replacements.json lies beside the six files, it is checked too: a round of drand by its
    signature.
    """
    from sampling import public_value, replacement
    from sampling.bundle import replay_directory
    from sampling.errors import SamplingError
    from sampling.stages import words_of_number

    try:
        outcome = replay_directory(directory, out)
        public_value.check_directory(outcome.commitment, directory)
        standing = replacement.check_directory(outcome, directory)
    except SamplingError as refused:
        fail(refused.text("en" if lang == "en" else "zh"))
    drawn, seats = len(outcome.drawing.drawn), len(outcome.teams.assignments)
    print(f"{outcome.digest}\n{outcome.commitment.draw_id}: {drawn} drawn, {seats} seats -> {out or directory}")
    if told := words_of_number(outcome.commitment.draw_id):
        print(" / ".join(told))
    if standing is not None:
        print(f"replacements.json: {standing.digest}")


@app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def secret(context: typer.Context) -> None:
    """Make or check a party's secret: ``new``, ``check``. 各方秘密；``secret --help`` 有用法。"""
    from app.party_secret import main as run

    raise typer.Exit(run(context.args, program="double-random secret"))


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema. 升级数据库。

    Where facts of an earlier version hold no images of rows, one more fact takes them.
    """
    from app.command_fsck import record_older_state
    from app.db import Database
    from app.schema import migrate as run

    database = Database(_settings().database_url)
    print(f"schema {run(database)}")
    if rows := record_older_state(database):
        print(f"state recorded: {rows} rows")
    database.close()


@app.command()
def serve() -> None:
    """Serve API and public pages. 启动服务。"""
    from app.serving import serve_until_stopped

    serve_until_stopped(_open(_settings()))


@app.command()
def tick() -> None:
    """Open the sealed draws and fetch the rounds that are due, once; `serve` does so every minute. 办理到期事项。"""
    from app.logs import configure_logs
    from app.ticking import tick as run

    configure_logs(lambda: sys.stderr)
    service = _open(_settings())
    try:
        for draw_id in run(service):
            print(draw_id)
    finally:
        service.database.close()


@app.command()
def witness() -> None:
    """Ask every witness once to cosign the newest signed head; `serve` does so by itself. 请见证人联署日志头。"""
    from app.command_heads import told
    from app.cosigning import cosign_newest

    service = _open(_settings())
    try:
        results = cosign_newest(service)
    finally:
        service.database.close()
    for line in told(results):
        print(line)
    if any(result.error is not None for result in results):
        raise typer.Exit(1)


@app.command()
def fsck(
    *,
    head: Annotated[
        list[str] | None, typer.Option(help="A head kept elsewhere, SIZE:ROOT; may be given several times.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="A signed checkpoint kept elsewhere; needs --key."),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="The log's key that you kept, NAME+NUMBER+KEY; during a rotation both.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check database, draws, publications and files against the log. 核对数据库与日志。"""
    from app.command_fsck import read_kept, run_fsck
    from app.main import NotMigratedError
    from sampling.wording import Bilingual

    try:
        kept = read_kept(head or (), checkpoint or (), key or ())
        report = run_fsck(_settings(), kept, lambda stage: print(f"… {stage}", file=sys.stderr))
    except Bilingual as wrong:
        fail(f"{wrong.text('zh')} / {wrong.text('en')}")
    except NotMigratedError as missing:
        fail(str(missing))
    print(report.to_json() if as_json else "\n".join(report.lines()))
    if not report.sound:
        raise typer.Exit(1)


@app.command()
def head(  # noqa: PLR0913 - each way to give a head is an option of its own
    file: Annotated[Path | None, typer.Option(help="Write the signed head to this file.")] = None,
    sheet: Annotated[
        Path | None, typer.Option("--print", help="Write it as an HTML page of one A4 sheet, with a QR code.")
    ] = None,
    *,
    mail: Annotated[bool, typer.Option("--mail", help="Mail it to the recipients in the settings.")] = False,
    compare: Annotated[
        str | None, typer.Option(help="An old head, a file or its text: does the log of today extend it?")
    ] = None,
    log: Annotated[
        str | None, typer.Option(help="With --compare: address of the log's site; without it, the database is asked.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="With --compare: a verifier key that must have signed the old head.")
    ] = None,
) -> None:
    """Print the newest signed head, keep it, mail it; or compare an old one. 日志头：保存、打印、邮寄、核对。

    Ends with 3 when the log does not extend the old head, with 1 when that could not be found out.
    """
    from app.command_heads import compare_with_service, compare_with_site, give_head
    from publicity.tlog.comparing import NotExtendedError
    from sampling.wording import Bilingual

    service = None if compare is not None and log is not None else _open(_settings())
    try:
        if compare is None and service is not None:
            print(give_head(service, file=file, sheet=sheet, mail=mail), end="")
        elif compare is not None and service is not None:
            print(compare_with_service(compare, service, key or []))
        elif compare is not None and log is not None:
            print(compare_with_site(compare, log, key or []))
    except NotExtendedError as differs:
        print(f"{differs.text('zh')}\n{differs.text('en')}", file=sys.stderr)
        raise typer.Exit(NOT_EXTENDED) from differs
    except Bilingual as refused:
        fail(f"{refused.text('zh')}\n{refused.text('en')}")
    except (OSError, UnicodeDecodeError) as wrong:
        fail(f"文件不能读写：{wrong} 请核对路径。/ The file cannot be read or written; check its path.")
    finally:
        if service is not None:
            service.database.close()


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of this version. 打印接口说明（OpenAPI）。"""
    from app.openapi_file import openapi_text

    print(openapi_text(), end="")


@app.command()
def demo(
    directory: Annotated[Path, typer.Option("--dir", help="An empty or new directory for the demonstration.")] = Path(
        "demo-data"
    ),
    port: Annotated[int, typer.Option(help="Port to serve on; 0 takes a free one.")] = 8000,
    *,
    serve_after: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages afterwards.")] = True,
) -> None:
    """Play the Shanxi 2020 case through the real service, over HTTP. 演示：山西 2020 案例。"""
    from app.demo.directory import DemoDirectoryError
    from app.demo.play import play

    try:
        play(directory, serve_after=serve_after, port=port)
    except DemoDirectoryError as wrong:
        fail(str(wrong))


@app.command()
def generate(  # noqa: PLR0913 - each number of the province is an option of its own
    *,
    out: Annotated[Path, typer.Option(help="A new or empty directory for the rosters.")] = Path("province"),
    operators: Annotated[int, typer.Option(min=0, help="Operators of platforms.")] = 53,
    shops: Annotated[int, typer.Option(min=0, help="Operators that sell through others.")] = 157_000,
    sites: Annotated[int, typer.Option(min=0, help="Operators with a site or service of their own.")] = 108_000,
    inspectors: Annotated[int, typer.Option(min=0, help="Inspectors.")] = 1_200,
    seed: Annotated[int, typer.Option(help="Another seed, another province.")] = 1,
    on: Annotated[str, typer.Option(help="The day the rosters are of, YYYY-MM-DD.")] = "2026-07-01",
    form: Annotated[str, typer.Option("--format", help="xlsx or csv.")] = "xlsx",
    change: Annotated[
        float, typer.Option(min=0, max=1, help="Share of operators changed in a second roster; 0 writes none.")
    ] = 0,
    dirty: Annotated[
        bool, typer.Option("--dirty", help="Spoil known rows, as real rosters are, and list them.")
    ] = False,
) -> None:
    """Write the rosters of a fictional province. 生成虚构省份的名录。"""
    from datetime import date
    from fractions import Fraction

    from app.generate.folder import FORMATS, FolderError, Making, write_province
    from app.generate.province import Province, ProvinceError
    from app.generate.sheets import SheetFullError

    if form not in FORMATS:
        fail(f"没有格式 {form}，可选 {'、'.join(FORMATS)}。/ No format {form!r}; choose one of {', '.join(FORMATS)}.")
    try:
        day = date.fromisoformat(on)
    except ValueError:
        fail(f"“{on}”不是日期，请按 2026-07-01 的写法填写。/ {on!r} is no date; write it like 2026-07-01.")
    making = Making(format=form, dirty=dirty, changed=Fraction(str(change)))
    try:
        province = Province(seed=seed, platforms=operators, shops=shops, sites=sites, inspectors=inspectors, on=day)
        manifest = write_province(province, out, making)
    except (ProvinceError, FolderError, SheetFullError) as wrong:
        fail(str(wrong))
    print(json.dumps(manifest, ensure_ascii=False))


@app.command("import")
def import_sheet(  # noqa: PLR0913 - an argument or an option each
    roster: Annotated[str, typer.Argument(help="operators, inspectors, recusals, items or holidays.")],
    sheet: SheetPath,
    *,
    check: Annotated[bool, typer.Option("--check", help="Only tell what would be done.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="With --check: where to write the sheet with the remarks, .xlsx.")
    ] = None,
    good_rows_only: Annotated[
        bool, typer.Option("--good-rows-only", help="Take what is right, and say which rows were left out.")
    ] = False,
    duplicates: Annotated[str | None, typer.Option(help="What to do with rows that look alike: keep or skip.")] = None,
) -> None:
    """Import a roster from .xlsx or CSV, all or nothing. 导入名录；先用 --check 试导入。"""
    from app.command_imports import Asked, run_check, run_import

    run = run_check if check else run_import
    asked = Asked(roster=roster, sheet=sheet, report=report, good_rows_only=good_rows_only, duplicates=duplicates)
    service = _open(_settings())
    try:
        print(run(service, asked, fail))
    finally:
        service.database.close()


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="What to export, such as operators; an unknown name lists them all.")],
    file: Annotated[Path, typer.Argument(help="The .xlsx file to write.")],
) -> None:
    """Export a table of the bureau as .xlsx, contacts included. 导出为 Excel。"""
    from publicity.exports import EXPORTS
    from registry.exporting import write_export

    if name not in EXPORTS:
        fail(f"没有“{name}”可以导出。可选：{', '.join(EXPORTS)}。")
    service = _open(_settings())
    try:
        with service.database.reading() as session, file.open("wb") as out:
            rows = write_export(out, session, EXPORTS[name], at=service.clock.now())
    finally:
        service.database.close()
    print(f"{rows} rows -> {file}")


@departments.command("add")
def add_department(
    code: Annotated[str, typer.Option(help="The code that rosters and draws use, such as market.")],
    name: Annotated[str, typer.Option(help="The name that the public reads.")],
) -> None:
    """Add a department. 登记部门。"""
    from app.record import SYSTEM
    from registry.departments import add_department as add
    from registry.errors import RegistryError

    service = _open(_settings())
    try:
        added = service.recorder.record(SYSTEM, lambda act: add(act, code=code, name=name).code).body
    except RegistryError as refused:
        fail(refused.text("zh"))
    finally:
        service.database.close()
    print(added)


@people.command("add")
def add_person(
    name: Annotated[str, typer.Option(help="The person's real name.")],
    role: Annotated[list[str], typer.Option(help="A role; may be given several times.")],
    department: Annotated[str | None, typer.Option(help="Code of the person's department.")] = None,
    inspector_no: Annotated[str | None, typer.Option(help="Inspector number, for inspectors.")] = None,
) -> None:
    """Add a person and print a new API key, once. 登记人员并签发密钥（仅显示一次）。"""
    from app.auth import issue_key
    from app.record import SYSTEM
    from registry.errors import RegistryError
    from registry.people import Role
    from registry.people import add_person as add

    unknown = sorted(set(role) - set(Role))
    if unknown:
        fail(f"没有角色 {', '.join(unknown)}。可选：{', '.join(Role)}。")
    service = _open(_settings())
    roles = [Role(each) for each in role]
    try:
        person_id = service.recorder.record(
            SYSTEM,
            lambda act: add(act, name=name, department=department, roles=roles, inspector_no=inspector_no).person_id,
        ).body
        key = service.recorder.record(SYSTEM, lambda act: issue_key(act, person_id)[1]).body
    except RegistryError as refused:
        fail(refused.text("zh"))
    finally:
        service.database.close()
    print(f"{person_id} {key}")


@beacons.command("fetch")
def fetch_beacon(draw: Annotated[str, typer.Argument(help="The draw.")]) -> None:
    """Fetch the round of a draw from the configured relays. 从中继取得。"""
    from app.command_beacons import run_fetch

    service = _open(_settings())
    try:
        print(run_fetch(service, draw, fail))
    finally:
        service.database.close()


@beacons.command("import")
def import_beacon(
    draw: Annotated[str, typer.Argument(help="The draw.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The JSON that a relay answered.")],
) -> None:
    """Import the round of a draw from a file got on another machine. 导入在另一台机器取得的轮次。"""
    from app.command_beacons import run_import

    service = _open(_settings())
    try:
        print(run_import(service, draw, file, fail))
    finally:
        service.database.close()


@rehearsals.command("new")
def new_rehearsal(directory: RehearsalPath, database: RehearsalDatabase = None) -> None:
    """Take the register of the bureau's database, by its settings, into a new rehearsal. 建立演练库。"""
    from app.command_rehearsals import run_new
    from app.rehearsal.beginning import Places

    print(run_new(_settings(), directory, Places(database_url=database), fail))


@rehearsals.command("serve")
def serve_rehearsal(
    directory: RehearsalPath,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to serve on; 0 takes a free one.")] = 8001,
    database: RehearsalDatabase = None,
    public_url: Annotated[
        str | None, typer.Option(help="Address of the rehearsal's pages, for the QR codes of its notices.")
    ] = None,
) -> None:
    """Serve a rehearsal, beside the real service. 提供演练的接口和页面。"""
    from app.command_rehearsals import run_serve
    from app.rehearsal.beginning import Places

    run_serve(_settings(), directory, Places(database_url=database, port=port, public_url=public_url), fail)


@evidence.command("check")
def check_evidence() -> None:
    """Compare every evidence file with its record. 核对附件文件与登记。"""
    from app.routes.evidence import store_of
    from registry.evidence import all_evidence

    service = _open(_settings())
    try:
        with service.database.reading() as session:
            report = store_of(service).check(all_evidence(session))
    finally:
        service.database.close()
    print(
        f"checked {report.checked}, missing {len(report.missing)}, altered {len(report.altered)}, "
        f"without a record {len(report.orphaned)}"
    )
    if not report.sound:
        lines = {"缺失 missing": report.missing, "不符 altered": report.altered, "无登记 no record": report.orphaned}
        fail("\n".join(f"{word} {name}" for word, names in lines.items() for name in names))


def _settings() -> "Settings":
    """Read the settings, or say which environment variable is wrong and exit."""
    from pydantic import ValidationError

    from app.settings import PREFIX, UnknownSettingError, load_settings

    try:
        return load_settings()
    except UnknownSettingError as unknown:
        fail(str(unknown))
    except ValidationError as wrong:
        fail("\n".join(f"{PREFIX}{str(each['loc'][0]).upper()}: {each['msg']}" for each in wrong.errors()))


def _open(settings: "Settings") -> "Service":
    """Open the service, or say what is missing and exit."""
    from sqlalchemy.exc import OperationalError

    from app.log_keys import OriginFixedError, OriginMarkError
    from app.main import KeyFileError, NotMigratedError, open_service
    from registry.stages import StageError

    try:
        return open_service(settings)
    except (NotMigratedError, KeyFileError, OriginFixedError, OriginMarkError) as missing:
        fail(str(missing))
    except StageError as wrong:
        fail(f"{wrong.text('zh')}/ {wrong.text('en')}")
    except OperationalError as unreachable:
        fail(f"数据库没有应答：{unreachable.orig} 请检查 DOUBLE_RANDOM_DATABASE_URL。/ The database does not answer.")
