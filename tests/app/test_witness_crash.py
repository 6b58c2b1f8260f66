"""A process killed between a witness's answer and its storing loses nothing: the ordinary next run goes on from it."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.test_crash import ROOT
from tests.watching import Watched, watching
from tests.witness import Said
from tests.workshop import Opening

STEPS = {
    "before the answer is looked at": ("take", "before"),
    "stored and not committed": ("commit", "before"),
    "committed": ("commit", "after"),
}
"""Which call of the child kills it, and on which side of it."""

CHILD = textwrap.dedent("""
    import os, signal, sys
    import app.cosigning
    from sqlmodel import Session

    name, side = sys.argv[1:]
    owner, attribute = {"take": (app.cosigning, "take_cosignature"), "commit": (Session, "commit")}[name]
    real = getattr(owner, attribute)

    def watched(*given, **named):
        if side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        real(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, attribute, watched)
    from app.cli import main
    sys.argv = ["double-random", "witness"]
    main()
""")


def environment(found: Watched) -> dict[str, str]:
    """Return the settings of a process of its own."""
    settings = found.service.settings
    return dict(os.environ) | {  # noqa: TID251 - a process of its own gets the test's database
        "DOUBLE_RANDOM_DATABASE_URL": settings.database_url,
        "DOUBLE_RANDOM_DATA_DIR": str(settings.data_dir),
        "DOUBLE_RANDOM_WITNESSES": settings.witnesses,
    }


def run(found: Watched, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run Python in a process of its own, to its end."""
    command = [sys.executable, "-c", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(found), check=False, capture_output=True)


ORDINARY = "import sys; sys.argv = ['double-random', 'witness']; from app.cli import main; main()"


def goes_on(found: Watched) -> None:
    """Let the ordinary run end well, and once more with nothing to do; there is one cosignature of the newest head."""
    done = run(found, ORDINARY)
    assert done.returncode == 0, done.stderr.decode()
    assert "没有新的日志头需要联署" in run(found, ORDINARY).stdout.decode()
    newest = found.newest()
    assert [each.checkpoint_id for each in found.stored()].count(newest.checkpoint_id or 0) == 1
    assert found.witnesses[0].newest(newest.origin) == (newest.size, newest.root)


@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_with_a_cosignature_in_hand_gets_it_again(
    opening_anywhere: Opening, tmp_path: Path, step: str
) -> None:
    with watching(opening_anywhere("staffed"), tmp_path / "witness") as found:
        found.cosign()  # the log names the witness
        found.grow()
        killed = run(found, CHILD, *STEPS[step])
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        newest = found.newest()
        assert found.witnesses[0].newest(newest.origin)[0] == newest.size
        assert len(found.stored()) == (step == "committed")
        goes_on(found)


def test_a_process_killed_while_the_answer_is_on_its_way_gets_it_again(opening: Opening, tmp_path: Path) -> None:
    with watching(opening("staffed"), tmp_path / "witness") as found:
        found.cosign()
        found.grow()
        command = [sys.executable, "-c", ORDINARY]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment(found), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:

            def answered(body: bytes, honest: Callable[[bytes], Said]) -> Said:
                said = honest(body)
                if said.status == 200:
                    process.send_signal(signal.SIGKILL)
                return said

            found.witnesses[0].instead = answered
            assert process.wait() == -signal.SIGKILL
        found.witnesses[0].instead = None
        assert found.stored() == []
        goes_on(found)
