"""A party's secret for one draw (各方秘密): made on the party's own device, by this one file and the standard library.

Copy the file to any machine with Python 3.9 or newer, take the network away, and run ``python3 party_secret.py new
--draw ID --party NAME``. What it writes is the very text that the protocol hashes (section 2), so that ``sha256sum``
of the file is the digest to hand over, and nobody has to believe this program. It sends nothing and asks nobody.

No other module of this project may be imported here: whoever uses it should be able to read the whole of it.
"""

import argparse
import hashlib
import os
import re
import secrets
import sys
from pathlib import Path

PROTOCOL_LINE = "double-random/1 secret"
SECRET_BYTES = 32
IDENTIFIER = re.compile(r"[0-9A-Za-z._-]{1,64}")
WRITTEN = re.compile(PROTOCOL_LINE + r"\n([0-9A-Za-z._-]{1,64})\n([0-9A-Za-z._-]{1,64})\n([0-9a-f]{64})\n")
HASHES = ("sha256", "sm3")
REHEARSAL = "YL-"
"""What the number of every rehearsal begins with, and no draw's."""

REHEARSED = """\
【演练】编号以 YL- 开头：这是演练，不是抽查；这个秘密不能用于任何抽查。
A rehearsal and no draw, as the number's YL- says: this secret serves no draw.

"""

MADE = """\
秘密已写入 {path}（仅本人可读）。 / The secret was written to {path}, readable by you alone.

交给经办人的摘要（{hash_name}） / The digest to hand over ({hash_name}):

    {digest}

1. 现在只交摘要。文件内容在摇号之前不得给任何人看，也不得存入抽查机关的设备。
   Hand over the digest alone. Nobody sees the file before the draw is executed, and it stays off the bureau's machines.
2. 锁定之前，把文件内容抄写或打印一份，装入信封密封，按约定交存：文件遗失时启封。
   Before the commitment, put a written copy into a sealed envelope and deposit it as agreed, in case the file is lost.
3. 锁定书公布后，核对其中“{party}”的摘要与上面一致；摇号时再交出秘密。
   Once the commitment is published, see that it has this digest for “{party}”; hand in the secret at the execution.
4. 这个秘密只用于抽取 {draw_id}；下一次抽取另做一个。
   This secret serves draw {draw_id} alone; make another for the next.
"""
CHECKED = """\
抽取 / draw    {draw_id}
一方 / party   {party}
{hash_name:<15}{digest}
"""


class SecretRefusedError(Exception):
    """Something does not fit; the text says what, in both languages, and that nothing was written."""


def secret_text(draw_id: str, party: str, secret: str) -> str:
    """Return the text that is hashed and kept: four lines, the last one the secret.

    Raises SecretRefusedError for a name of another form.
    """
    for name, value in (("--draw", draw_id), ("--party", party)):
        if not IDENTIFIER.fullmatch(value):
            message = (
                f"{name} 应为 1 至 64 个 0-9 A-Z a-z . _ - 字符。没有写入任何内容。 / "
                f"{name} must be 1 to 64 characters of 0-9 A-Z a-z . _ -. Nothing was written."
            )
            raise SecretRefusedError(message)
    return f"{PROTOCOL_LINE}\n{draw_id}\n{party}\n{secret}\n"


def digest_of(text: str, hash_name: str) -> str:
    """Return the digest of the text as 64 lowercase hex digits.

    Raises SecretRefusedError where this Python has no SM3.
    """
    try:
        return hashlib.new(hash_name, text.encode("ascii")).hexdigest()
    except ValueError:
        message = (
            f"本机的 Python 没有 {hash_name}。没有写入任何内容；请换一台机器，或使用离线页面。 / "
            f"This Python has no {hash_name}. Nothing was written; use another machine, or the page that works offline."
        )
        raise SecretRefusedError(message) from None


def new_secret_file(path: Path, draw_id: str, party: str, hash_name: str) -> str:
    """Make a secret, write it to a new file with mode 0600 and return its digest. A file that is there stays.

    Raises SecretRefusedError.
    """
    text = secret_text(draw_id, party, secrets.token_bytes(SECRET_BYTES).hex())
    digest = digest_of(text, hash_name)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        message = (
            f"{path} 已经存在，没有改动。请先确认其中的秘密是否已用，再用 --out 另取文件名。 / "
            f"{path} is there already and was left as it is. See whether its secret is in use, or name another --out."
        )
        raise SecretRefusedError(message) from None
    except OSError as wrong:
        message = f"{path} 无法写入：{wrong.strerror}。 / {path} cannot be written: {wrong.strerror}."
        raise SecretRefusedError(message) from None
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    return digest


def read_secret_file(path: Path) -> tuple[str, str, str]:
    """Return (draw, party, text) of a file as it was written.

    Raises SecretRefusedError for anything else, be it one byte.
    """
    try:
        text = path.read_bytes().decode("ascii")
    except (OSError, UnicodeDecodeError) as wrong:
        message = f"{path} 无法读取：{wrong}。 / {path} cannot be read: {wrong}."
        raise SecretRefusedError(message) from None
    found = WRITTEN.fullmatch(text)
    if found is None:
        message = (
            f"{path} 不是秘密文件：应恰为四行，依次是“{PROTOCOL_LINE}”、抽取编号、一方的代号、64 位十六进制秘密，"
            f"行尾只用 LF。 / {path} is no secret file: it has four lines, “{PROTOCOL_LINE}”, draw, party and 64 "
            "hex digits, each ended by LF."
        )
        raise SecretRefusedError(message)
    return found[1], found[2], text


def rehearsed(draw_id: str) -> str:
    """Return what has to be said of a secret for a rehearsal; nothing of one for a draw."""
    return REHEARSED if draw_id.upper().startswith(REHEARSAL) else ""


def run(arguments: argparse.Namespace) -> str:
    """Do what was asked for and return what is to be said. Raises SecretRefusedError."""
    if arguments.command == "new":
        draw_id, party, hash_name = arguments.draw, arguments.party, arguments.hash
        path = arguments.out or Path(f"{draw_id}-{party}.secret.txt")
        digest = new_secret_file(path, draw_id, party, hash_name)
        return rehearsed(draw_id) + MADE.format(
            path=path, hash_name=hash_name, digest=digest, party=party, draw_id=draw_id
        )
    draw_id, party, text = read_secret_file(arguments.file)
    digest = digest_of(text, arguments.hash)
    if arguments.digest is not None and arguments.digest != digest:
        message = (
            f"与给出的摘要不符：文件的 {arguments.hash} 是 {digest}。 / "
            f"This is not the digest given: the {arguments.hash} of the file is {digest}."
        )
        raise SecretRefusedError(message)
    return rehearsed(draw_id) + CHECKED.format(draw_id=draw_id, party=party, hash_name=arguments.hash, digest=digest)


def parser(program: str) -> argparse.ArgumentParser:
    """Return the two commands."""
    whole = argparse.ArgumentParser(prog=program, description="各方秘密：在本方设备上生成和核对。 / A party's secret.")
    commands = whole.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="生成秘密 / make a secret")
    new.add_argument("--draw", required=True, metavar="ID", help="抽取编号，即任务编号 / the draw, as the task number")
    new.add_argument("--party", required=True, metavar="P", help="一方的代号 / the party's name in the commitment")
    new.add_argument("--out", type=Path, metavar="FILE", help="新文件 / a new file; default: DRAW-PARTY.secret.txt")
    check = commands.add_parser("check", help="核对秘密文件 / recompute the digest of a file")
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--digest", metavar="D", help="应有的摘要 / the digest it should have")
    for each in (new, check):
        each.add_argument("--hash", choices=HASHES, default="sha256", help="该次抽取的散列算法 / the draw's hash")
    return whole


def main(words: "list[str] | None" = None, *, program: str = "party_secret.py") -> int:
    """Run the command line and return the exit code."""
    arguments = parser(program).parse_args(words)
    try:
        said = run(arguments)
    except SecretRefusedError as refused:
        print(refused, file=sys.stderr)
        return 1
    print(said, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
