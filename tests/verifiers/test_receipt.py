"""The verifier that shares no code with the service takes the receipts that the service gives, and no others."""

from dataclasses import replace
from pathlib import Path

import pytest

from publicity.offline import verify
from publicity.tlog.receipts import Receipt
from tests.publicity.test_verify import KEY, MANGLED, STRANGER, body, entry, mangled, receipt, salt
from tests.publicity.tlog.mangling import Numbers
from tests.verifiers.running import run

TRUSTED = verify.Trusted((verify.parse_key(str(KEY.verifier)),))
FEW = MANGLED // 20


def report(path: Path, data: bytes, trusted: verify.Trusted = TRUSTED) -> verify.Report:
    """Check a receipt as a file."""
    path.write_bytes(data)
    return verify.verify(None, verify.Options(trusted=trusted, receipt=str(path)))


@pytest.mark.parametrize("size", range(1, 12))
def test_a_receipt_of_the_service_holds(tmp_path: Path, size: int) -> None:
    for index in range(size):
        found = report(tmp_path / "receipt.json", receipt(index, size).to_bytes())
        assert found.holds, found.as_text("en")
        assert f"检查结果·{index}" in found.as_text("zh")
        assert [(step.step, step.state) for step in found.steps][-2:] == [("receipt", "held"), ("receipt", "unchecked")]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(receipt(), body=body(6)),
        replace(receipt(), salt=salt(6)),
        replace(receipt(), index=6),
        replace(receipt(), index=6, entry=entry(6), body=body(6), salt=salt(6)),
        replace(receipt(), proof=receipt().proof[:-1]),
        replace(receipt(), proof=receipt().proof[::-1]),
        replace(receipt(), checkpoint=receipt(3, 7).checkpoint),
        replace(receipt(), origin="log.example/other"),
        receipt(key=STRANGER),
        receipt(v=2),
    ],
)
def test_what_the_service_refuses_is_refused(tmp_path: Path, wrong: Receipt) -> None:
    assert not report(tmp_path / "receipt.json", wrong.to_bytes()).holds


def test_another_log_is_refused(tmp_path: Path) -> None:
    other = verify.Trusted(TRUSTED.keys, "log.example/other")
    assert not report(tmp_path / "receipt.json", receipt().to_bytes(), other).holds


def test_no_mangled_receipt_is_believed_by_the_file_either(tmp_path: Path) -> None:
    numbers, data = Numbers("mangled receipts for the file"), receipt().to_bytes()
    tried = [each for each in (mangled(data, numbers) for _ in range(FEW)) if each != data]
    assert [each for each in tried if report(tmp_path / "receipt.json", each).holds] == []


def test_it_runs_as_a_stranger_does_and_asks_for_a_key(tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    path.write_bytes(receipt().to_bytes())
    assert run("--receipt", path, "--key", str(KEY.verifier)).status == 0
    assert run("--receipt", path, "--key", str(STRANGER.verifier)).status == 1
    asked = run("--receipt", path)
    assert (asked.status, asked.said) == (2, "")
    assert "needs --key, got from elsewhere" in asked.complained
    assert run("--receipt", tmp_path / "nowhere.json", "--key", str(KEY.verifier)).status == 2
