"""``double-random verify``: told by its content what it was given, read within bounds, and nothing left behind."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from app.own_log import keep_signed
from tests.app.test_witnessed_draws import bound
from tests.beacons import execute, hand_in, published, receive
from tests.demonstration import PROGRAM
from tests.desks import Desk, made
from tests.relays import Relay, drips, endless, relay, says, silent
from tests.verifiers.bundles import packed
from tests.verifiers.logs import ORIGIN, Signer, bundle, with_log
from tests.verifiers.running import written
from tests.verifiers.test_archives import FILES, HOSTILE
from tests.watching import watching
from tests.workshop import Opening

KEY = Signer(ORIGIN)
STRANGER = Signer(ORIGIN, seed=b"s" * 32)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["verify", *map(str, arguments)])


def signed() -> dict[str, bytes]:
    """Return a whole bundle under a signed head."""
    files, log = bundle()
    log.signed(KEY)
    return with_log(files, log)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return a bundle on disk."""
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed(signed()))
    return path


def test_a_bundle_holds_as_a_zip_and_as_a_directory(archive: Path, tmp_path: Path) -> None:
    for given in (archive, written(tmp_path / "draw", signed())):
        done = run(given, "--key", KEY.vkey, "--lang", "en")
        assert done.exit_code == 0, done.output
        assert done.stdout.endswith("Verdict: it holds.\n")
    assert run(archive, "--key", KEY.vkey).stdout.endswith("结论：成立。\n")
    told = json.loads(run(archive, "--key", KEY.vkey, "--json").stdout)
    assert (told["subject"], told["verdict"], told["result"]["drawn"]) == ("draw", "held", 26)


def test_what_it_is_is_told_by_its_content_and_not_by_its_name(archive: Path) -> None:
    renamed = archive.rename(archive.with_name("receipt.json"))
    assert run(renamed, "--key", KEY.vkey).exit_code == 0


def test_a_bundle_without_a_key_is_not_finished_and_with_another_refused(archive: Path) -> None:
    for arguments, verdict in (((), "unchecked"), (("--key", STRANGER.vkey), "refused")):
        done = run(archive, *arguments, "--json")
        assert (done.exit_code, json.loads(done.stdout)["verdict"]) == (1, verdict)
    done = run(archive, "--key", KEY.vkey, "--origin", "log.example/another", "--lang", "en")
    assert done.exit_code == 1
    assert "not of “log.example/another”" in done.stdout


def test_a_call_that_is_wrong_says_so_and_prints_no_report(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}")
    for arguments in (
        (tmp_path / "nowhere.zip",),
        (archive, "--key", "no key"),
        (archive, tmp_path / "notes.json"),
        (archive, tmp_path / "replacements.json"),
    ):
        done = run(*arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr


def test_what_stands_beside_a_bundle_is_checked_with_it(archive: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "replacements.json"
    wrong.write_bytes(b"{}")
    done = run(archive, wrong, "--key", KEY.vkey, "--lang", "en")
    assert done.exit_code == 1
    assert "replacements.json" in done.stdout
    directory = written(tmp_path / "draw", signed() | {"replacements.json": b"{}"})
    assert run(directory, "--key", KEY.vkey).exit_code == 1
    twice = run(directory, wrong, "--key", KEY.vkey, "--lang", "en")
    assert "it was given twice" in twice.stdout


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bundle_is_refused_with_a_sentence_and_leaves_no_trace(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(HOSTILE[name][0](FILES))
    before = path.read_bytes()

    done = run(path, "--key", KEY.vkey)

    assert done.exit_code == 1
    assert "[拒绝]" in done.stdout
    assert len(done.stdout) < 2_000
    assert [each.name for each in tmp_path.iterdir()] == ["bundle.zip"], "nothing was unpacked"
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["a bomb", "a bomb of rows", "a bomb that lies", "too much in all", "many members"])
def test_hostile_bundle_costs_little_memory(name: str, tmp_path: Path) -> None:
    """No more than the program takes for a bundle of 52 units, and what it had read when it stopped."""
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed(FILES))
    usual = peak(path)
    path.write_bytes(HOSTILE[name][0](FILES))
    assert peak(path) < usual + 64 + (256 if name == "too much in all" else 0)


def peak(path: Path) -> int:
    """Return the most MiB that the program took."""
    program = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], capture_output=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, PROGRAM, "verify", str(path)], capture_output=True, check=True
    )
    return int(done.stdout)


def test_a_link_a_pipe_or_a_directory_in_a_files_place_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    directory = written(tmp_path / "draw", signed())
    frame = directory / "frame.csv"
    moved = frame.rename(tmp_path / "frame.csv")
    makes: list[Callable[[], None]] = [lambda: frame.symlink_to(moved), lambda: os.mkfifo(frame), frame.mkdir]
    for make in makes:
        make()
        done = run(directory, "--key", KEY.vkey, "--lang", "en")
        assert done.exit_code == 1
        assert "frame.csv: it is not a plain file" in done.stdout
        frame.rmdir() if frame.is_dir() else frame.unlink()
    os.mkfifo(tmp_path / "pipe")
    assert run(tmp_path / "pipe").exit_code == 1


# ---------- addresses


@contextmanager
def site(public: Desk) -> Iterator[Relay]:
    """Serve the public site of a bureau over HTTP on this machine."""

    def play(request: BaseHTTPRequestHandler, stopped: Event) -> None:
        answer = public.get(request.path)
        says(answer.content, answer.status_code)(request, stopped)

    with relay(play) as found:
        yield found


def test_the_address_of_a_draw_is_enough(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("executed")
    keep_signed(bureau.service)
    keys = [word for key in bureau.service.log.keys.keys for word in ("--key", str(key))]
    draw = f"/draws/{bureau.notes.draw_id}"
    with site(bureau.public) as found:
        for path in (draw, f"{draw}/", f"{draw}.json", f"{draw}/verify", f"{draw}/bundle.zip"):
            done = run(f"{found.address}{path}?lang=en#outcome", *keys)
            assert done.exit_code == 0, done.output
        asked = {f"{draw}/bundle.zip", *(f"{draw}/files/{name}" for name in ("replacements.json", "cosigned.json"))}
        assert set(found.asked) == asked


def test_the_address_of_a_draw_brings_what_witnesses_said_before_its_round(opening: Opening, tmp_path: Path) -> None:
    with watching(opening("approved"), tmp_path / "witness", 2, witness_quorum=2) as found:
        draw_id = bound(found)
        found.cosign()
        bureau = published(found.bureau)
        made(receive(bureau))
        hand_in(bureau)
        made(execute(bureau))
        keep_signed(found.service)
        keys = [*map(str, found.service.log.keys.keys), *(each.vkey for each in found.witnesses)]
        with site(bureau.public) as served:
            done = run(f"{served.address}/draws/{draw_id}", *(word for key in keys for word in ("--key", key)))
        assert done.exit_code == 0, done.output
        assert "之前已由见证人联署" in done.stdout
        assert "的签名有效，公开值由它得出" in done.stdout


def test_a_draw_that_is_not_open_is_said_to_have_no_bundle(opening: Opening) -> None:
    bureau = opening("committed")
    with site(bureau.public) as found:
        for draw_id in (bureau.notes.draw_id, "no-such-draw"):
            done = run(f"{found.address}/draws/{draw_id}")
            assert done.exit_code == 1
            assert "没有全套文件" in done.stdout
            assert "结论：未完成" in done.stdout


def test_a_site_that_is_down_slow_endless_or_elsewhere_is_told_in_a_sentence() -> None:
    plays = {
        "没有按时答复": [silent(), drips(b"PK" * 1000)],
        "超过 1048576 字节": [endless()],
        "答复状态 500": [says(b"", 500)],
        "转往另一主机": [says(b"", 302, Location="http://elsewhere.example/x")],
        "转来转去": [says(b"", 302, Location="/again")],
    }
    for sentence, each in plays.items():
        for play in each:
            with relay(play) as found:
                done = run(f"{found.address}/draws/d1", "--limit", "1", "--timeout", "1")
            assert (done.exit_code, sentence in done.stdout) == (1, True), done.output
    with relay(silent()) as found:
        address = found.address
    assert "无法连接" in run(f"{address}/draws/d1").stdout
    assert "不是 http 或 https 地址" in run("http:///draws/d1").stdout


def test_redirects_within_the_host_are_followed(archive: Path) -> None:
    def play(request: BaseHTTPRequestHandler, stopped: Event) -> None:
        moved = request.path == "/bundle"
        answer = says(b"", 301, Location="/kept/here") if moved else says(archive.read_bytes())
        answer(request, stopped)

    with relay(play) as found:
        done = run(f"{found.address}/bundle", "--key", KEY.vkey)
        assert done.exit_code == 0, done.output
        assert found.asked == ["/bundle", "/kept/here"]


def test_a_page_that_is_neither_bundle_nor_receipt_is_refused() -> None:
    with relay(says(b"<!doctype html>")) as found:
        done = run(f"{found.address}/about")
    assert done.exit_code == 1
    assert "不是抽查的全套文件（ZIP 或目录），也不是回执" in done.stdout
