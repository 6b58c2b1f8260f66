"""``double-random verify``: check what the bureau handed out, without its service, its database or its settings."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from publicity.kinds import kind_words
from publicity.tlog.errors import KeyFormError
from publicity.tlog.keys import VerifierKey
from publicity.tlog.receipts import MAX_BYTES
from publicity.verify import State, Trusted, verify_receipt
from sampling.wording import Language

NOT_HELD: Final = 1
CALLED_WRONGLY: Final = 2


def run_verify(
    file: Path, keys: Sequence[str], *, origin: str | None = None, as_json: bool = False, language: Language = "zh"
) -> int:
    """Print what a receipt shows under the keys given, and return the exit status.

    0 when all of it holds, 1 when something was refused or, without a key, not checked, 2 when the call is wrong.
    """
    try:
        trusted = Trusted.of(tuple(VerifierKey.parse(key) for key in dict.fromkeys(keys)), origin)
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except KeyFormError as wrong:
        print(wrong.text(language), file=sys.stderr)
        return CALLED_WRONGLY
    except OSError as wrong:
        print(f"不能读取 {file}：{wrong.strerror}。请核对路径。/ Cannot read {file}; check the path.", file=sys.stderr)
        return CALLED_WRONGLY
    report = verify_receipt(data, trusted, kind_words)
    print(report.to_json() if as_json else "\n".join(report.lines(language)))
    return 0 if report.verdict is State.HELD else NOT_HELD
