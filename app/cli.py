"""The command line. Imports are made where they are needed: ``replay`` starts without a web framework."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from app.service import Service
    from app.settings import Settings
    from registry.importing import ImportReport

app = typer.Typer(
    name="double-random",
    help="双随机、一公开: draw inspections at random, so that everyone can check it, and publish them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
imports = typer.Typer(help="Import a roster from CSV (UTF-8), all or nothing. 导入名录。", no_args_is_help=True)
evidence = typer.Typer(help="Evidence files of visits. 检查附件。", no_args_is_help=True)
people = typer.Typer(help="People with access, before there is an administrator. 人员。", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(people, name="person")
app.add_typer(evidence, name="evidence")

SheetPath = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The CSV file.")]


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
    """Recompute a draw from its six files and write drawn.csv and teams.csv. 按公开文件重新计算抽取结果。"""
    from sampling.bundle import replay_directory
    from sampling.errors import SamplingError

    try:
        outcome = replay_directory(directory, out)
    except SamplingError as refused:
        fail(refused.text("en" if lang == "en" else "zh"))
    drawn, seats = len(outcome.drawing.drawn), len(outcome.teams.assignments)
    print(f"{outcome.digest}\n{outcome.commitment.draw_id}: {drawn} drawn, {seats} seats -> {out or directory}")


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema. 升级数据库。"""
    from app.db import Database
    from app.schema import migrate as run

    database = Database(_settings().database_url)
    print(f"schema {run(database)}")
    database.close()


@app.command()
def serve() -> None:
    """Serve API and public pages. 启动服务。"""
    import uvicorn

    from app.main import create_app

    settings = _settings()
    service = _open(settings)
    uvicorn.run(create_app(service), host=settings.host, port=settings.port, server_header=False)


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
    from app.demo import DemoDirectoryError, play

    try:
        play(directory, serve_after=serve_after, port=port)
    except DemoDirectoryError as wrong:
        fail(str(wrong))


@imports.command("operators")
def import_operators(sheet: SheetPath) -> None:
    """Import operators. 导入经营者名录。"""
    _import("operators", sheet)


@imports.command("inspectors")
def import_inspectors(sheet: SheetPath) -> None:
    """Import inspectors. 导入检查人员名录。"""
    _import("inspectors", sheet)


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


def _import(name: str, sheet: Path) -> None:
    from app.record import SYSTEM
    from registry.errors import RegistryError
    from registry.importing import INSPECTORS, OPERATORS, ImportRefusedError, import_roster

    service = _open(_settings())
    roster = OPERATORS if name == "operators" else INSPECTORS
    data = sheet.read_bytes()
    try:
        report = service.recorder.record(SYSTEM, lambda act: _report(import_roster(act, roster, data)))
    except ImportRefusedError as refused:
        cells = [
            f"第 {each.row} 行 {each.column}“{each.value}”：{each.problem[0]}{each.mend[0]}" for each in refused.wrongs
        ]
        fail("\n".join([refused.text("zh"), *cells]))
    except RegistryError as refused:
        fail(refused.text("zh"))
    finally:
        service.database.close()
    print(report.body)


def _report(done: "ImportReport") -> str:
    """Return what an import did, as the API answers it."""
    from app.wire.imports import ImportOut

    return ImportOut.model_validate(done).model_dump_json()


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

    from app.main import KeyFileError, NotMigratedError, open_service

    try:
        return open_service(settings)
    except (NotMigratedError, KeyFileError) as missing:
        fail(str(missing))
    except OperationalError as unreachable:
        fail(f"数据库没有应答：{unreachable.orig} 请检查 DOUBLE_RANDOM_DATABASE_URL。/ The database does not answer.")
