"""Commands about single records: departments and people to begin with, rounds of drand, evidence files."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.shared import fail, opened

commands = typer.Typer()
departments = typer.Typer(
    help="Departments that take part, before the rosters that name them. 部门。", no_args_is_help=True
)
people = typer.Typer(help="People with access, before there is an administrator. 人员。", no_args_is_help=True)
beacons = typer.Typer(help="Rounds of drand that draws are bound to. 公开随机信标。", no_args_is_help=True)
evidence = typer.Typer(help="Evidence files of visits. 检查附件。", no_args_is_help=True)
commands.add_typer(departments, name="department")
commands.add_typer(people, name="person")
commands.add_typer(beacons, name="beacon")
commands.add_typer(evidence, name="evidence")


@departments.command("add")
def add_department(
    code: Annotated[str, typer.Option(help="The code that rosters and draws use, such as market.")],
    name: Annotated[str, typer.Option(help="The name that the public reads.")],
) -> None:
    """Add a department. 登记部门。"""
    from app.record import SYSTEM
    from registry.departments import add_department as add
    from registry.errors import RegistryError

    try:
        with opened() as service:
            added = service.recorder.record(SYSTEM, lambda act: add(act, code=code, name=name).code).body
    except RegistryError as refused:
        fail(refused.text("zh"))
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
    roles = [Role(each) for each in role]
    try:
        with opened() as service:
            person_id = service.recorder.record(
                SYSTEM,
                lambda act: (
                    add(act, name=name, department=department, roles=roles, inspector_no=inspector_no).person_id
                ),
            ).body
            key = service.recorder.record(SYSTEM, lambda act: issue_key(act, person_id)[1]).body
    except RegistryError as refused:
        fail(refused.text("zh"))
    print(f"{person_id} {key}")


@beacons.command("fetch")
def fetch_beacon(draw: Annotated[str, typer.Argument(help="The draw.")]) -> None:
    """Fetch the round of a draw from the configured relays. 从中继取得。"""
    from app.command_beacons import run_fetch

    with opened() as service:
        print(run_fetch(service, draw, fail))


@beacons.command("import")
def import_beacon(
    draw: Annotated[str, typer.Argument(help="The draw.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The JSON that a relay answered.")],
) -> None:
    """Import the round of a draw from a file got on another machine. 导入在另一台机器取得的轮次。"""
    from app.command_beacons import run_import

    with opened() as service:
        print(run_import(service, draw, file, fail))


@evidence.command("check")
def check_evidence() -> None:
    """Compare every evidence file with its record. 核对附件文件与登记。"""
    from app.routes.evidence import store_of
    from registry.evidence import all_evidence

    with opened() as service, service.database.reading() as session:
        report = store_of(service).check(all_evidence(session))
    print(
        f"checked {report.checked}, missing {len(report.missing)}, altered {len(report.altered)}, "
        f"without a record {len(report.orphaned)}"
    )
    if not report.sound:
        lines = {"缺失 missing": report.missing, "不符 altered": report.altered, "无登记 no record": report.orphaned}
        fail("\n".join(f"{word} {name}" for word, names in lines.items() for name in names))
