"""The command line. Imports are made where they are needed: ``replay`` starts without a web framework."""

import typer

from app.cli import checking, log, records, rosters, running

app = typer.Typer(
    name="double-random",
    help="双随机、一公开: draw inspections at random, so that everyone can check it, and publish them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _group in (checking, running, log, rosters, records):
    app.add_typer(_group.commands)


def main() -> None:
    """Run the command line."""
    app()
