"""``double-random sign``: the log's signer as a process of its own, with a user, a key and a memory of its own.

It reads no database and no setting of the service: an address and a directory are all it is given.
"""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer

from app.keys import new_seed
from app.signer import Signer, SignerAlarmError, SignerStoppedError
from app.signing import ServedLog, keep_signing, show_last, sign_newest
from publicity.errors import PublicityError

LOG = structlog.get_logger()
STOPPED = 3
"""How the process ends after an alarm: not to be started again by itself."""

sign = typer.Typer(help="The log's signer, a process of its own. 日志签名。", invoke_without_command=True)
key = typer.Typer(help="The signer's keys. 签名密钥。", no_args_is_help=True)
sign.add_typer(key, name="key")

Directory = Annotated[Path, typer.Option("--dir", help="The signer's own directory, which only its user may read.")]
HERE = Path("signer")


@sign.callback()
def run(
    context: typer.Context,
    directory: Directory = HERE,
    service: Annotated[str, typer.Option(help="Address of the service.")] = "http://127.0.0.1:8000",
    *,
    once: Annotated[bool, typer.Option("--once", help="Sign the head as it is now, and end.")] = False,
) -> None:
    """Sign every new head of the log that provably extends the last one. 签署接续的日志头；不符即报警停止。"""
    if context.invoked_subcommand is not None:
        return
    signer, log = Signer(directory), ServedLog(service)
    try:
        if once:
            print(f"signed {sign_newest(signer, log)}")
        else:
            keep_signing(signer, log, said=lambda text: print(text, flush=True))
    except (SignerAlarmError, SignerStoppedError) as alarm:
        LOG.error("sign", reason=str(alarm))  # noqa: TRY400 - its sentence says all
        print(f"{alarm.text('zh')}\n{alarm.text('en')}", file=sys.stderr)
        try:
            show_last(signer, log)
        except PublicityError as answer:  # a service that does not hold the head says so, and is read-only
            print(f"{answer.text('zh')}\n{answer.text('en')}", file=sys.stderr)
        raise typer.Exit(STOPPED) from alarm
    except PublicityError as refused:
        _fail(refused)
    finally:
        log.close()


@key.command("new")
def new_key(
    origin: Annotated[str, typer.Option(help="Name of the log, HOST/PATH without a scheme.")],
    directory: Directory = HERE,
) -> None:
    """Make the key of a new log and print its verifier key. 生成签名密钥并打印公钥。"""
    try:
        print(*Signer.create(directory, origin, new_seed()).verifiers)
    except PublicityError as refused:
        _fail(refused)


@key.command("rotate")
def rotate_key(directory: Directory = HERE) -> None:
    """Add a key, which signs beside the old one; print all verifier keys. 添加新密钥，与旧密钥同时签名。"""
    signer = Signer(directory)
    try:
        signer.rotate(new_seed())
        print(*signer.verifiers)
    except PublicityError as refused:
        _fail(refused)


@key.command("retire")
def retire_key(
    key_id: Annotated[str, typer.Argument(help="The number of the key, the middle part of its verifier key.")],
    directory: Directory = HERE,
) -> None:
    """Let a key sign nothing any more; print those that stay. 停用旧密钥。"""
    signer = Signer(directory)
    try:
        signer.retire(key_id)
        print(*signer.verifiers)
    except PublicityError as refused:
        _fail(refused)


@key.command("show")
def show_keys(directory: Directory = HERE) -> None:
    """Print the verifier keys, for DOUBLE_RANDOM_LOG_KEYS and for everybody. 打印公钥。"""
    try:
        print(*Signer(directory).verifiers)
    except PublicityError as refused:
        _fail(refused)


def _fail(refused: PublicityError) -> NoReturn:
    print(f"{refused.text('zh')}\n{refused.text('en')}", file=sys.stderr)
    raise typer.Exit(1) from refused
