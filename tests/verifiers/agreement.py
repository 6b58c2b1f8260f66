"""What the service and verify.py say of the same files, in one form."""

import io
from collections.abc import Mapping
from typing import NamedTuple

from publicity.offline import verify
from sampling.bundle import replay
from sampling.errors import RefusedError
from sampling.replacement import replay_replacements


class Said(NamedTuple):
    """Accepted, with everything that was recomputed; or refused, for the reason given."""

    accepted: bool
    commitment: str = ""
    seed: str = ""
    drawn: bytes = b""
    teams: bytes = b""
    why: str = ""

    def but_the_reason(self) -> "Said":
        """Return it without its reason, in which two verifiers may differ."""
        return self._replace(why="")


def files_in_memory(files: Mapping[str, bytes]) -> verify.Files:
    """Return files as verify.py reads them, none of them on disk."""
    return verify.Files(files, lambda name: io.BytesIO(files[name]))


def by_verifier(files: Mapping[str, bytes]) -> Said:
    """Return what verify.py says of six files, and of the outcome and the replacements where they are among them."""
    try:
        source = files_in_memory(files)
        for name in verify.INPUTS:
            if name not in files:
                verify.refuse(name, "缺少", "is missing")
        outcome = verify.recompute(source, verify.Progress(None))
        drawn, teams = list(outcome.drawn_lines()), list(outcome.team_lines())
        for name, lines in ((verify.DRAWN, drawn), (verify.TEAMS, teams)):
            if name in files:
                verify.compare(source, name, lines)
        if verify.REPLACEMENTS in files:
            verify.check_replacements(source, outcome)
    except verify.RefusedError as refused:
        return Said(accepted=False, why=str(refused))
    return Said(True, outcome.made.digest, outcome.keys.seed, b"".join(drawn), b"".join(teams))  # noqa: FBT003


def by_service(files: Mapping[str, bytes]) -> Said:
    """Return what the service's recomputation says of the same files."""
    try:
        replayed = replay(dict(files))
        if "replacements.json" in files:
            replay_replacements(replayed, files["replacements.json"])
    except RefusedError as refused:
        return Said(accepted=False, why=str(refused))
    if any(files.get(name, data) != data for name, data in replayed.outcome.items()):
        return Said(accepted=False, why="the outcome is another")
    drawn, teams = (replayed.outcome[name] for name in ("drawn.csv", "teams.csv"))
    return Said(True, replayed.commitment.digest, replayed.seed.seed, drawn, teams)  # noqa: FBT003
