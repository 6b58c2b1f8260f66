"""Commands that run the service: its schema, the service itself, what is due, a demonstration, a rehearsal."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.shared import fail, open_here, settings

commands = typer.Typer()
rehearsals = typer.Typer(
    help="Rehearse with the bureau's own register, in a database of its own. 演练。", no_args_is_help=True
)
commands.add_typer(rehearsals, name="rehearsal")

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
    """Do what is due now, and print it: the same as `worker --once`. 办理到期事项。"""
    from app.command_worker import done_once

    for line in done_once():
        print(line, flush=True)


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
