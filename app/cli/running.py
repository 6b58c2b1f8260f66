"""Commands that run the service: its schema, the service itself, what is due, a demonstration, a rehearsal."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.shared import fail, open_here, opened, settings

commands = typer.Typer()
rehearsals = typer.Typer(
    help="Rehearse with the bureau's own register, in a database of its own. 演练。", no_args_is_help=True
)
clock = typer.Typer(help="The clock, where it leapt. 时钟。", no_args_is_help=True)
commands.add_typer(rehearsals, name="rehearsal")
commands.add_typer(clock, name="clock")

NOT_VOUCHED = 3
"""How a look at what is due ends while the clock is not vouched for."""

RehearsalPath = Annotated[Path, typer.Argument(help="The rehearsal's own directory.")]
RehearsalDatabase = Annotated[
    str | None, typer.Option("--database", help="Its database elsewhere: postgresql://USER:PASSWORD@HOST/NAME.")
]


@commands.command()
def migrate() -> None:
    """Bring the database to this version's schema. 升级数据库。

    Where facts of an earlier version hold no images of rows, one more fact takes them.
    """
    from app.command_fsck import record_older_state
    from app.db import Database
    from app.schema import migrate as run

    database = Database(settings().database_url)
    print(f"schema {run(database)}")
    if rows := record_older_state(database):
        print(f"state recorded: {rows} rows")
    database.close()


@commands.command()
def serve() -> None:
    """Serve API and public pages. 启动服务。"""
    from app.serving import serve_until_stopped

    serve_until_stopped(open_here())


@commands.command()
def worker(*, once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end.")] = False) -> None:
    """Do what becomes due: open sealed draws, fetch rounds, remind. `serve` does so by itself. 办理到期事项。"""
    from app.command_worker import run_worker

    if once:
        tick()
    else:
        run_worker()


@commands.command()
def tick() -> None:
    """Do what is due now, and print it: the same as `worker --once`. 办理到期事项。

    Ends with 3 when the clock leapt and nobody has vouched for the day, so that nothing past its term was emptied.
    """
    from app.command_worker import done_once
    from publicity.clock_watch import ClockLeapError

    try:
        for line in done_once():
            print(line, flush=True)
    except ClockLeapError as leapt:
        print(f"{leapt.text('zh')}\n{leapt.text('en')}", file=sys.stderr)
        raise typer.Exit(NOT_VOUCHED) from leapt


@clock.command("confirm")
def confirm_clock(
    day: Annotated[str, typer.Option(help="Today in China, YYYY-MM-DD, from a calendar and not from this machine.")],
    by: Annotated[str, typer.Option(help="Who vouches for it: the number of a person who is an administrator.")],
) -> None:
    """Vouch for the day after the clock leapt, so that what is past its term is ended. 确认时钟的日期。"""
    from datetime import date

    from publicity.clock_watch import vouch_for_day
    from publicity.errors import PublicityError
    from registry.base import PersonId

    try:
        stated = date.fromisoformat(day)
    except ValueError:
        fail(f"{day} 不是 YYYY-MM-DD 形式的日期。/ {day} is no day in the form YYYY-MM-DD.")
    try:
        with opened() as service:
            print(service.recorder.record(PersonId(by), lambda act: f"{vouch_for_day(act, stated)}").body)
    except PublicityError as refused:
        fail(f"{refused.text('zh')}\n{refused.text('en')}")


@commands.command()
def openapi() -> None:
    """Print the OpenAPI document of this version. 打印接口说明（OpenAPI）。"""
    from app.openapi_file import openapi_text

    print(openapi_text(), end="")


@commands.command()
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


@rehearsals.command("new")
def new_rehearsal(directory: RehearsalPath, database: RehearsalDatabase = None) -> None:
    """Take the register of the bureau's database, by its settings, into a new rehearsal. 建立演练库。"""
    from app.command_rehearsals import run_new
    from app.rehearsal.beginning import Places

    print(run_new(settings(), directory, Places(database_url=database), fail))


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

    run_serve(settings(), directory, Places(database_url=database, port=port, public_url=public_url), fail)
