"""Commands that need no database: a draw recomputed, a receipt checked, a party's secret."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.shared import fail

if TYPE_CHECKING:
    from sampling.wording import Language

commands = typer.Typer()


@commands.command()
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


@commands.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A receipt, as it was downloaded.")],
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(help="The log's verifier key, got from elsewhere; during a rotation both. Witnesses' keys too."),
    ] = None,
    origin: Annotated[str | None, typer.Option(help="The log's name; without it, that of the key.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the report: zh or en.")] = "zh",
) -> None:
    """Check a receipt against the log's key. 核对回执。

    Ends with 0 when it holds, 1 when it does not or no key was given, 2 when it was called wrongly.
    """
    from app.command_verify import run_verify

    language: Language = "en" if lang == "en" else "zh"
    raise typer.Exit(run_verify(file, key or (), origin=origin, as_json=as_json, language=language))


@commands.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def secret(context: typer.Context) -> None:
    """Make or check a party's secret: ``new``, ``check``. 各方秘密；``secret --help`` 有用法。"""
    from app.party_secret import main as run

    raise typer.Exit(run(context.args, program="double-random secret"))
