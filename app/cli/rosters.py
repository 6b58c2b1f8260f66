"""Commands about rosters: a fictional province, import, export."""

import json
from pathlib import Path
from typing import Annotated

import typer

from app.cli.shared import fail, opened

commands = typer.Typer()

SheetPath = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The .xlsx or CSV file.")]


@commands.command()
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


@commands.command("import")
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
    with opened() as service:
        print(run(service, asked, fail))


@commands.command()
def export(  # noqa: PLR0913 - an argument or an option each
    name: Annotated[str, typer.Argument(help="What to export, such as operators; an unknown name lists them all.")],
    file: Annotated[Path, typer.Argument(help="The .xlsx file to write; of a statutory list also .csv.")],
    *,
    report: Annotated[
        Path | None, typer.Option(help="Of a statutory list: where to write what is wrong with the other rows, .xlsx.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="Of a statutory list: only this day, YYYY-MM-DD.")] = None,
    year: Annotated[int | None, typer.Option(min=2000, max=2999, help="Of a statutory list: only this year.")] = None,
    not_uploaded: Annotated[
        bool, typer.Option("--not-uploaded", help="Of a statutory list: only what is not at the platform.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Of a statutory list: all rows or none.")] = False,
) -> None:
    """Export a table of the bureau as .xlsx, contacts included, or a statutory list. 导出为 Excel 或 CSV。"""
    from app.command_exports import Asked, run_export

    asked = Asked(name=name, file=file, report=report, on=on, year=year, not_uploaded=not_uploaded, strict=strict)
    with opened() as service:
        print(run_export(service, asked, fail))
