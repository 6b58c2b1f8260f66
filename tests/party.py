"""A party's own device: this file, the standard library, a key, and the secret file that never leaves its directory.

Run as a process of its own: ``python3 -I -S party.py ADDRESS STEP [FILE]`` in the party's directory, where ``key`` is
its API key and ``draw`` and ``party`` say what it takes part in. Prints the status and the answer.
"""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any


def kept(name: str) -> str:
    """Return a line that the party keeps in its directory."""
    return Path(name).read_text(encoding="utf-8").strip()


def sent(step: str, words: "list[str]") -> "tuple[str, dict[str, Any]]":
    """Return the address of a step of the draw and what is sent to it."""
    at = f"/api/v1/draws/{kept('draw')}"
    if step == "escrow":
        where = {"holder": "本方保管人", "place": "本方保险柜", "sealed_on": words[0]}
        return f"{at}/escrows", where | {"party": kept("party")}
    if step == "value":
        return f"{at}/value/confirmation", {"value": words[0]}
    secret = Path(words[0]).read_text(encoding="ascii").split("\n")[3]
    return f"{at}/secrets", {"party": kept("party"), "secret": secret, "document": "本方当面提交"}


def main() -> None:
    """Take one step and print what came of it."""
    address, step, *words = sys.argv[1:]
    path, body = sent(step, words)
    headers = {
        "Authorization": f"Bearer {kept('key')}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"{kept('party')}-{step}-{Path(words[0]).name}",
    }
    request = urllib.request.Request(address + path, json.dumps(body).encode(), headers)  # noqa: S310 - given
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - the address that the party was given
            status, said = answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        status, said = refused.code, refused.read().decode()
    sys.stdout.write(f"{status}\n{said}\n")


if __name__ == "__main__":
    main()
