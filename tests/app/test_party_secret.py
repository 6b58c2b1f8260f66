"""A party's secret is made on its own device: by one file, or by a page that works with the network off."""

import base64
import hashlib
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import app.party_secret
import publicity
from app.party_secret import (
    REHEARSAL,
    SecretRefusedError,
    digest_of,
    main,
    new_secret_file,
    read_secret_file,
    secret_text,
)
from sampling.names import DrawId, Party
from sampling.seed import secret_digest
from sampling.stages import Stage
from tests.workshop import Opening

TOOL = Path(app.party_secret.__file__)
PAGE = Path(publicity.__file__).parent / "offline" / "secret.html"
HASHES = ("sha256", "sm3")
DRAW, PARTY = "14000020200001-01", "supervision"


def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a copy of the one file alone: no packages, no environment, no other module of this project."""
    alone = cwd / "party_secret.py"
    alone.write_bytes(TOOL.read_bytes())
    return subprocess.run(
        [sys.executable, "-I", "-S", alone, *words], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("hash_name", HASHES)
def test_one_file_without_any_package_makes_a_secret_that_the_protocol_takes(tmp_path: Path, hash_name: str) -> None:
    done = run("new", "--draw", DRAW, "--party", PARTY, "--hash", hash_name, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    path = tmp_path / f"{DRAW}-{PARTY}.secret.txt"
    first, draw_id, party, secret, end = path.read_bytes().decode().split("\n")
    assert (first, draw_id, party, end) == ("double-random/1 secret", DRAW, PARTY, "")
    digest = secret_digest(DrawId(DRAW), Party(PARTY), secret, hash_name)
    assert digest in done.stdout
    assert secret not in done.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    checked = run("check", path, "--hash", hash_name, "--digest", digest, cwd=tmp_path)
    assert (checked.returncode, digest in checked.stdout, secret in checked.stdout) == (0, True, False)


def test_a_secret_for_a_rehearsal_says_that_it_serves_no_draw(tmp_path: Path) -> None:
    """The one file knows the prefix by itself; it is that of the numbers a rehearsal makes."""
    assert Stage.REHEARSAL.prefix == REHEARSAL
    draw = f"{REHEARSAL}{DRAW}"
    done = run("new", "--draw", draw, "--party", PARTY, cwd=tmp_path)
    checked = run("check", tmp_path / f"{draw}-{PARTY}.secret.txt", cwd=tmp_path)
    for each in (done, checked):
        assert (each.returncode, each.stdout.startswith(Stage.REHEARSAL.heading)) == (0, True)
    assert Stage.REHEARSAL.word not in run("new", "--draw", DRAW, "--party", PARTY, cwd=tmp_path).stdout


def test_digest_is_what_sha256sum_says_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    digest = new_secret_file(path, DRAW, PARTY, "sha256")
    said = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout
    assert said.split()[0] == digest


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    new_secret_file(path, DRAW, PARTY, "sha256")
    before = path.read_bytes()
    done = run("new", "--draw", DRAW, "--party", PARTY, "--out", path, cwd=tmp_path)
    assert (done.returncode, done.stdout, path.read_bytes()) == (1, "", before)
    assert "已经存在" in done.stderr
    assert "was left as it is" in done.stderr


def test_a_link_that_is_there_is_not_followed(tmp_path: Path) -> None:
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "secret.txt"
    link.symlink_to(elsewhere)
    with pytest.raises(SecretRefusedError):
        new_secret_file(link, DRAW, PARTY, "sha256")
    assert not elsewhere.exists()


def test_two_secrets_are_never_the_same(tmp_path: Path) -> None:
    digests = {new_secret_file(tmp_path / f"{number}", DRAW, PARTY, "sha256") for number in range(50)}
    assert len(digests) == 50


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "名", "a\n", "../up"])
def test_a_name_that_the_protocol_refuses_makes_nothing(tmp_path: Path, name: str) -> None:
    for draw_id, party in ((name, PARTY), (DRAW, name)):
        with pytest.raises(SecretRefusedError, match="Nothing was written"):
            new_secret_file(tmp_path / "secret.txt", draw_id, party, "sha256")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1],
        lambda text: text + "\n",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.upper(),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("/1", "/2"),
        lambda _: "",
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_refused(tmp_path: Path, change: Callable[[str], str]) -> None:
    path = tmp_path / "secret.txt"
    path.write_text(change(secret_text(DRAW, PARTY, "0f" * 32)), encoding="utf-8", newline="")
    with pytest.raises(SecretRefusedError):
        read_secret_file(path)


def test_another_digest_than_the_one_given_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "secret.txt"
    digest = new_secret_file(path, DRAW, PARTY, "sha256")
    assert main(["check", str(path), "--digest", "0" * 64]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert digest in said.err


def policy_of(html: str) -> str:
    """Return the policy under which a page may run its own script and style, and do nothing else."""
    script, style = (hash_of(html, tag) for tag in ("script", "style"))
    return f"default-src 'none'; script-src {script}; style-src {style}; form-action 'none'; base-uri 'none'"


def hash_of(html: str, tag: str) -> str:
    (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    return f"'sha256-{base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()}'"


def test_page_in_the_file_has_the_policy_it_is_served_with(opening: Opening) -> None:
    html = PAGE.read_text(encoding="utf-8")
    policy = policy_of(html)
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in html
    assert "unsafe" not in policy
    answer = opening("empty").public.get("/secret.html")
    assert answer.content == PAGE.read_bytes()
    assert answer.headers["content-security-policy"] == f"{policy}; frame-ancestors 'none'"


def test_page_asks_for_nothing_from_anywhere() -> None:
    html = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"""(?:src|href|action|url\(|import|fetch|XMLHttp|localStorage|cookie)\s*[=(]""", html) == []
    assert "://" not in html


@pytest.mark.parametrize("hash_name", HASHES)
def test_page_from_disk_with_the_network_off_makes_what_the_program_checks(
    browser: Browser, tmp_path: Path, hash_name: str
) -> None:
    said: list[str] = []
    with browser.new_context(offline=True) as context:
        tab = context.new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
        tab.goto(PAGE.as_uri())
        digests = set()
        for number in range(20):
            party = "p" * (number * 3 + 1)  # texts of every length around the edge of a block
            tab.fill("#draw", DRAW)
            tab.fill("#party", party)
            tab.select_option("#hash", hash_name)
            tab.click("button[type=submit]")
            text = tab.locator("#text").text_content() or ""
            path = tmp_path / f"{number}.txt"
            path.write_text(text, encoding="ascii", newline="")
            assert read_secret_file(path)[:2] == (DRAW, party)
            assert tab.locator("#digest").inner_text() == digest_of(text, hash_name)
            assert tab.locator("#secret").inner_text() == text.split("\n")[3]
            digests.add(hashlib.sha256(text.encode()).digest())
        assert len(digests) == 20
        tab.emulate_media(media="print")
        assert tab.locator("#sheet").is_visible()
        assert not tab.locator("#form").is_visible()
    assert said == []


def test_page_refuses_a_name_that_the_protocol_refuses(browser: Browser) -> None:
    with browser.new_context(offline=True) as context:
        tab = context.new_page()
        tab.goto(PAGE.as_uri())
        tab.fill("#draw", DRAW)
        tab.fill("#party", "纪检")
        tab.click("button[type=submit]")
        assert "没有生成" in tab.locator("#wrong").inner_text()
        assert not tab.locator("#sheet").is_visible()


def test_page_says_of_a_rehearsals_secret_that_it_serves_no_draw(browser: Browser) -> None:
    """On the sheet that is printed and sealed, and there only when the number says so."""
    with browser.new_context(offline=True) as context:
        tab = context.new_page()
        tab.goto(PAGE.as_uri())
        for draw, shown in ((DRAW, False), (f"{Stage.REHEARSAL.prefix}{DRAW}", True), (DRAW, False)):
            tab.fill("#draw", draw)
            tab.fill("#party", PARTY)
            tab.click("button[type=submit]")
            assert tab.locator("#sheet").get_by_text(Stage.REHEARSAL.word, exact=True).is_visible() is shown


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_page_fits(browser: Browser, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        tab = context.new_page()
        tab.goto(PAGE.as_uri())
        tab.fill("#draw", DRAW)
        tab.fill("#party", PARTY)
        tab.click("button[type=submit]")
        assert tab.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
