"""Commands that need no database: a draw recomputed, what was handed out checked, a party's secret."""

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
def verify(  # noqa: PLR0913 - each is an option of its own
    given: Annotated[
        str,
        typer.Argument(
            metavar="BUNDLE.zip|DIRECTORY|RECEIPT|URL",
            help="A draw's bundle, the same files in a directory, a receipt, or the address of any of them.",
        ),
    ],
    beside: Annotated[
        list[Path] | None,
        typer.Argument(
            help="What is published beside a bundle (replacements.json, cosigned.json); revocations beside an answer."
        ),
    ] = None,
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(help="The log's verifier key, got from elsewhere; during a rotation both. Witnesses' keys too."),
    ] = None,
    origin: Annotated[str | None, typer.Option(help="The log's name; without it, that of the key.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the report: zh or en.")] = "zh",
    limit: Annotated[int, typer.Option(min=1, help="The most MiB of all files of a bundle, unpacked.")] = 256,
    rows: Annotated[int, typer.Option(min=1, help="The most rows of a table.")] = 1_000_000,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds for each file that is fetched, all told.")] = 120,
) -> None:
    """Check a draw's bundle or a receipt, and the log's proofs with its key. 核对全套文件或回执。

    Writes nothing and trusts nothing of the service. Ends with 0 when all of it holds, 1 when something was refused or,
    as without a key, not checked, 2 when it was called wrongly.
    """
    from app.command_verify import Asked, run_verify
    from publicity.checking.archive import Limits

    language: Language = "en" if lang == "en" else "zh"
    limits = Limits(total=limit * 2**20, rows=rows)
    asked = Asked(given=given, beside=beside or (), keys=key or (), origin=origin, limits=limits, seconds=timeout)
    raise typer.Exit(run_verify(asked, as_json=as_json, language=language))


@commands.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def secret(context: typer.Context) -> None:
    """Make or check a party's secret: ``new``, ``check``. 各方秘密；``secret --help`` 有用法。"""
    from app.party_secret import main as run

    raise typer.Exit(run(context.args, program="double-random secret"))
