"""A signed head gets out of the bureau by file, mail and paper, and is compared with the log of a later day."""

import base64
import email
import email.policy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser
from pydantic import ValidationError
from typer.testing import CliRunner

from app.cli import app
from app.clock import RealClock
from app.own_log import keep_signed
from app.record import SYSTEM
from app.settings import Settings
from publicity.heads import newest_head
from publicity.tlog.checkpoints import open_checkpoint
from registry.departments import add_department
from tests.building import Bureau
from tests.crowds import serving
from tests.postbox import certified, postbox
from tests.workshop import Opening

Run = Callable[..., Any]


@pytest.fixture
def bureau(opening: Opening) -> Bureau:
    """Return a bureau whose log is signed."""
    found = opening("staffed")
    keep_signed(found.service)
    return found


@pytest.fixture
def run(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return the command line over the bureau's database."""
    monkeypatch.setenv("DOUBLE_RANDOM_DATABASE_URL", bureau.service.settings.database_url)
    monkeypatch.setenv("DOUBLE_RANDOM_DATA_DIR", str(bureau.service.settings.data_dir))
    return lambda *arguments: CliRunner().invoke(app, [*map(str, arguments)])


def note_of(bureau: Bureau) -> bytes:
    with bureau.service.database.reading() as session:
        found = newest_head(session)
    assert found is not None
    return found.note


def grow(bureau: Bureau) -> None:
    bureau.service.recorder.record(SYSTEM, lambda act: add_department(act, code="later", name="后来").code)


def test_a_head_is_printed_and_written_to_a_file_byte_for_byte(bureau: Bureau, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "head.txt"
    done = run("head", "--file", file)
    assert done.exit_code == 0, done.output
    assert file.read_bytes() == note_of(bureau) == done.stdout.encode()
    log = bureau.service.log
    assert open_checkpoint(file.read_bytes(), log.origin, log_keys=log.keys.keys).checkpoint.size


def test_before_the_first_signature_there_is_no_head(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau = opening("staffed")
    monkeypatch.setenv("DOUBLE_RANDOM_DATABASE_URL", bureau.service.settings.database_url)
    monkeypatch.setenv("DOUBLE_RANDOM_DATA_DIR", str(bureau.service.settings.data_dir))
    done = CliRunner().invoke(app, ["head"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "尚未签名" in done.stderr
    assert bureau.public.get("/log/head.html").status_code == 404


@contextmanager
def photographed(browser: Browser, page: Path, picture: Path) -> Iterator[Image.Image]:
    """Print a page as a browser shows it on A4, and photograph it."""
    shown = browser.new_page(viewport={"width": 794, "height": 1123}, device_scale_factor=2)
    try:
        shown.goto(page.as_uri())
        shown.emulate_media(media="print")
        shown.screenshot(path=picture, full_page=True)
        yield Image.open(picture)
    finally:
        shown.close()


def test_the_printed_sheet_bears_the_note_as_a_code_that_can_be_scanned(
    bureau: Bureau, run: Run, tmp_path: Path, browser: Browser
) -> None:
    sheet = tmp_path / "head.html"
    assert run("head", "--print", sheet).exit_code == 0
    with photographed(browser, sheet, tmp_path / "head.png") as picture:
        (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.encode() == note_of(bureau)
    html = sheet.read_text(encoding="utf-8")
    assert "head --compare" in html
    assert re.search(r"(href|src)=", html) is None


def test_the_site_serves_the_sheet(bureau: Bureau) -> None:
    served = bureau.public.get("/log/head.html")
    assert served.status_code == 200
    assert served.headers["content-type"].startswith("text/html")
    assert note_of(bureau).decode().splitlines()[2].replace("+", "&#43;") in served.text.replace("+", "&#43;")
    assert served.headers["etag"] == bureau.public.get("/log/head.html").headers["etag"]


def mail_settings(monkeypatch: pytest.MonkeyPatch, port: int, recipients: str) -> None:
    monkeypatch.setenv("DOUBLE_RANDOM_MAIL_SERVER", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("DOUBLE_RANDOM_MAIL_FROM", "log@bureau.example")
    monkeypatch.setenv("DOUBLE_RANDOM_HEAD_RECIPIENTS", recipients)


def test_a_head_is_mailed_to_everybody_named_with_the_note_as_a_file(
    bureau: Bureau, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postbox() as box:
        mail_settings(monkeypatch, box.port, "clerk@court.example press@paper.example")
        done = run("head", "--mail")
    assert done.exit_code == 0, done.output
    assert (box.senders, box.recipients) == (
        ["log@bureau.example"],
        ["clerk@court.example", "press@paper.example"],
    )
    message = email.message_from_bytes(box.messages[0], policy=email.policy.default)
    body, attached = message.iter_parts()
    assert attached.get_payload(decode=True) == note_of(bureau)
    assert attached.get_filename() == "checkpoint.txt"
    assert note_of(bureau).decode() in body.get_content().replace("\r\n", "\n")
    assert "核对" in body.get_content()
    assert str(bureau.service.log.origin) in message["Subject"]


@pytest.mark.parametrize(("scheme", "at_once"), [("smtps", True), ("starttls", False)])
def test_name_and_password_go_over_tls_alone_and_to_nobody_who_cannot_prove_who_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scheme: str, *, at_once: bool
) -> None:
    context, certificate = certified(tmp_path, RealClock().now())
    monkeypatch.setenv("DOUBLE_RANDOM_MAIL_USER", "bureau")
    monkeypatch.setenv("DOUBLE_RANDOM_MAIL_PASSWORD", "secret")
    with postbox(tls=context, at_once=at_once) as box:
        mail_settings(monkeypatch, box.port, "clerk@court.example")
        monkeypatch.setenv("DOUBLE_RANDOM_MAIL_SERVER", f"{scheme}://127.0.0.1:{box.port}")
        distrusted = run("head", "--mail")
        assert (distrusted.exit_code, box.logins, box.messages) == (1, [], [])
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        trusted = run("head", "--mail")
    assert trusted.exit_code == 0, trusted.output
    assert box.logins == [(base64.b64encode(b"\0bureau\0secret").decode(), True)]
    assert len(box.messages) == 1
    assert "secret" not in trusted.output + distrusted.output


def test_a_server_that_offers_no_tls_gets_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with postbox() as box:
        mail_settings(monkeypatch, box.port, "clerk@court.example")
        monkeypatch.setenv("DOUBLE_RANDOM_MAIL_SERVER", f"starttls://127.0.0.1:{box.port}")
        assert run("head", "--mail").exit_code == 1
    assert (box.senders, box.logins, box.messages) == ([], [], [])


@pytest.mark.parametrize(
    "address", ["smtp://mail.example:25", "smtp://127.0.0.1", "http://mail.example", "smtps://u:p@mail.example", "mail"]
)
def test_a_mail_server_without_tls_elsewhere_stops_the_start(address: str) -> None:
    with pytest.raises(ValidationError):
        Settings(mail_server=address)


def test_a_mail_that_somebody_did_not_get_is_an_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with postbox(refuses="gone@") as box:
        mail_settings(monkeypatch, box.port, "gone@court.example press@paper.example")
        done = run("head", "--mail")
    assert done.exit_code == 1
    assert "gone@court.example" in done.stderr
    assert box.recipients == ["press@paper.example"]


def test_without_a_server_nothing_is_mailed_and_the_sentence_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("head", "--mail")
    assert done.exit_code == 1
    assert "DOUBLE_RANDOM_MAIL_SERVER, DOUBLE_RANDOM_MAIL_FROM, DOUBLE_RANDOM_HEAD_RECIPIENTS" in done.stderr
    with postbox() as box:
        mail_settings(monkeypatch, box.port, "clerk@court.example")
    done = run("head", "--mail")
    assert done.exit_code == 1
    assert "没有收下" in done.stderr


def test_an_old_head_is_compared_with_the_database_and_with_the_site(
    bureau: Bureau, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old.txt"
    run("head", "--file", old)
    grow(bureau)
    done = run("head", "--compare", old)
    assert (done.exit_code, "接续" in done.stdout, "EXTENDED" in done.stdout) == (0, True, True), done.output
    with serving(bureau) as address:
        # whoever is outside has no database: the settings lead nowhere
        monkeypatch.setenv("DOUBLE_RANDOM_DATABASE_URL", "sqlite:////nowhere/at/all.db")
        told = run("head", "--compare", old.read_text(encoding="utf-8"), "--log", address)
        keys = [word for key in bureau.service.log.keys.keys for word in ("--key", str(key))]
        signed = run("head", "--compare", old, "--log", address, *keys)
    assert (told.exit_code, told.stdout) == (0, done.stdout), told.output
    assert signed.exit_code == 0


def test_a_head_of_another_history_is_told_apart_with_an_exit_code_of_its_own(
    bureau: Bureau, run: Run, tmp_path: Path
) -> None:
    text = note_of(bureau).decode().partition("\n\n")[0] + "\n"
    origin, size, _ = text.splitlines()
    forged = tmp_path / "forged.txt"
    forged.write_text(f"{origin}\n{size}\n{'A' * 43}=\n", encoding="utf-8")
    with serving(bureau) as address:
        for more in ((), ("--log", address)):
            done = run("head", "--compare", forged, *more)
            assert (done.exit_code, done.stdout) == (3, "")
            assert "不接续" in done.stderr
            assert "NOT EXTENDED" in done.stderr
        longer = f"{origin}\n{int(size) + 1000}\n{'A' * 43}=\n"
        assert run("head", "--compare", longer, "--log", address).exit_code == 3


@pytest.mark.parametrize("given", ["no-such-file.txt", "three\nlines\nof nothing\n"])
def test_what_cannot_be_compared_is_no_alarm(run: Run, given: str) -> None:
    done = run("head", "--compare", given)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr


def test_a_site_that_does_not_answer_is_no_alarm(bureau: Bureau, run: Run) -> None:
    with serving(bureau) as address:
        pass
    assert run("head", "--compare", note_of(bureau).decode(), "--log", address).exit_code == 1
