"""Commands about the log: its signature, its witnesses, its heads, and the check of everything against it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.shared import fail, opened, settings
from app.command_sign import sign

commands = typer.Typer()
answer_keys = typer.Typer(help="The key that signs answers about restrictions. 查询回执的密钥。", no_args_is_help=True)
commands.add_typer(sign, name="sign")
commands.add_typer(answer_keys, name="answer-key")

NOT_EXTENDED = 3
"""How a comparison ends that shows two histories."""


@commands.command()
def witness() -> None:
    """Ask every witness once to cosign the newest signed head; `serve` does so by itself. 请见证人联署日志头。"""
    from app.command_heads import told
    from app.cosigning import cosign_newest

    with opened() as service:
        results = cosign_newest(service)
    for line in told(results):
        print(line)
    if any(result.error is not None for result in results):
        raise typer.Exit(1)


@commands.command()
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
        report = run_fsck(settings(), kept, lambda stage: print(f"… {stage}", file=sys.stderr))
    except Bilingual as wrong:
        fail(f"{wrong.text('zh')} / {wrong.text('en')}")
    except NotMigratedError as missing:
        fail(str(missing))
    print(report.to_json() if as_json else "\n".join(report.lines()))
    if not report.sound:
        raise typer.Exit(1)


@commands.command()
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

    try:
        if compare is not None and log is not None:
            print(compare_with_site(compare, log, key or []))
            return
        with opened() as service:
            if compare is not None:
                print(compare_with_service(compare, service, key or []))
            else:
                print(give_head(service, file=file, sheet=sheet, mail=mail), end="")
    except NotExtendedError as differs:
        print(f"{differs.text('zh')}\n{differs.text('en')}", file=sys.stderr)
        raise typer.Exit(NOT_EXTENDED) from differs
    except Bilingual as refused:
        fail(f"{refused.text('zh')}\n{refused.text('en')}")
    except (OSError, UnicodeDecodeError) as wrong:
        fail(f"文件不能读写：{wrong} 请核对路径。/ The file cannot be read or written; check its path.")


@answer_keys.command("revoke")
def revoke_answer_key(
    key: Annotated[
        str | None, typer.Option(help="A key for answers that the log declares; by default the service's own.")
    ] = None,
) -> None:
    """Revoke a key that somebody else may have; its place takes a new one. 撤销查询回执的密钥并换新。"""
    from app.answer_keys import revoke
    from app.own_log import keep_signed
    from publicity.tlog.keys import VerifierKey
    from sampling.wording import Bilingual

    try:
        with opened() as service:
            revoked, signing = revoke(service, None if key is None else VerifierKey.parse(key))
            keep_signed(service)
    except Bilingual as refused:
        fail(f"{refused.text('zh')}\n{refused.text('en')}")
    print(f"revoked {revoked}\nsigns   {signing}")
