"""What a reader gives to verify.py, beside a bundle or instead of one, is taken to its edge and no further."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from publicity.offline import verify
from tests.publicity.test_verify import KEY as RECEIPT_KEY
from tests.publicity.test_verify import receipt
from tests.verifiers.bundles import KEY, WITNESS, packed
from tests.verifiers.cases import canonical
from tests.verifiers.logs import ORIGIN, DrawnLog, bundle, cosigned, drand_bundle, with_log
from tests.verifiers.running import VECTORS, files_of, run, written
from tests.verifiers.test_browser_archives import archive, longer, shorter
from tests.verifiers.test_door import FILES, ROOT, checked, logged, proof, sentences
from tests.verifiers.test_drand import VALUE
from tests.verifiers.test_log import checked as log_checked
from tests.verifiers.test_pieces import refused
from tests.verifiers.test_receipt import TRUSTED, report


def test_page_may_be_as_large_as_the_limit_and_no_larger(tmp_path: Path) -> None:
    said = json.dumps({"proof": proof(3)})
    whole = said + " " * (verify.JSON_LIMIT - len(said))
    assert checked(tmp_path, whole).holds
    assert sentences(checked(tmp_path, whole + " "), "refused") == ["door.json: is too large"]


def test_page_that_is_no_file_cannot_be_used(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.json"):
        with pytest.raises(verify.UsageError):
            verify.verify(None, verify.Options(door=str(path)))


def test_place_of_a_row_is_within_an_outcome_of_one_row_or_more(tmp_path: Path) -> None:
    page = proof(3)
    for change, sentence in (
        ({"size": 0, "index": 0}, "door.json size: must be an integer from 1 to 9007199254740991"),
        ({"index": page["size"]}, f"door.json index: must be an integer from 0 to {page['size'] - 1}"),
        ({"index": page["size"] + 1}, f"door.json index: must be an integer from 0 to {page['size'] - 1}"),
    ):
        assert sentences(checked(tmp_path, {"proof": page | change}), "refused") == [sentence]


def test_row_beside_a_bundle_without_a_log_is_to_be_compared(tmp_path: Path) -> None:
    without = {name: data for name, data in FILES.items() if name != "log.json"}
    found = checked(tmp_path, {"proof": proof(3)}, without)
    assert found.holds
    (sentence,) = sentences(found, "unchecked")
    assert f"under the root {ROOT}; compare it with outcome_root" in sentence


def test_root_that_another_entry_names_is_not_that_of_the_execution(tmp_path: Path) -> None:
    made = bundle()[1]
    made.changes = {"draw.committed": {"outcome_root": ROOT}}
    found = checked(tmp_path, {"proof": proof(3)}, with_log(FILES, made))
    assert sentences(found, "refused") == ["door.json: its root is not the one in the log"]
    assert checked(tmp_path, {"proof": proof(3)}, logged()).holds


def test_receipt_is_a_file_within_the_limit_under_a_key_and_of_one_form(tmp_path: Path) -> None:
    path, data = tmp_path / "receipt.json", receipt().to_bytes()
    path.write_bytes(data)
    for options in (
        verify.Options(receipt=str(path)),
        verify.Options(receipt=str(tmp_path), trusted=TRUSTED),
        verify.Options(receipt=str(tmp_path / "nowhere.json"), trusted=TRUSTED),
    ):
        with pytest.raises(verify.UsageError):
            verify.verify(None, options)
    at = verify.Options(receipt=str(path), trusted=TRUSTED, limit=len(data))
    assert verify.verify(None, at).holds
    (step,) = verify.verify(None, at._replace(limit=len(data) - 1)).steps[:1]
    assert (step.state, step.en) == ("refused", "receipt.json: is too large")
    value = json.loads(data)
    for odd in (value | {"more": 1}, {key: found for key, found in value.items() if key != "form"}):
        (sentence,) = [each.en for each in report(path, canonical(odd)).steps if each.state == verify.REFUSED]
        assert "must have exactly these keys" in sentence
    assert not report(path, replace(receipt(), origin=ORIGIN + "x").to_bytes()).holds


def test_door_and_receipt_are_checked_without_a_bundle_and_nothing_is_checked_without_any(tmp_path: Path) -> None:
    door, kept = tmp_path / "door.json", tmp_path / "receipt.json"
    door.write_text(json.dumps({"proof": proof(3)}), encoding="utf-8")
    kept.write_bytes(receipt().to_bytes())
    assert run("--door", door).status == 0
    assert run("--receipt", kept, "--key", str(RECEIPT_KEY.verifier)).status == 0
    assert run("--door", door, "--receipt", kept, "--key", str(RECEIPT_KEY.verifier)).status == 0
    assert run("--quiet").status == 2


def test_report_is_chinese_unless_english_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed(FILES))
    chinese, english, machine = run(path), run(path, "--lang", "en"), run(path, "--json")
    assert "结论：凡能核对的都成立。" in chinese.said
    assert "Verdict: all that could be checked holds." in english.said
    assert "结论" not in english.said
    assert "抽查" in machine.said, "as it is read, not as numbers of signs"


def test_progress_is_told_where_it_is_not_to_be_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(written(tmp_path / "draw", files_of(VECTORS / "draw" / "accept" / "shanxi-2020")))
    monkeypatch.setattr(verify, "PROGRESS", 10)
    assert verify.main([path]) == 0
    assert ": 10\n" in capsys.readouterr().err
    assert verify.main([path, "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def signed_head(change: Callable[[str], str]) -> dict[str, bytes]:
    made = bundle()[1]
    made.signed(KEY, text=change(made.text()))
    return with_log(FILES, made)


def without_a_head(made: DrawnLog) -> None:
    made.cosignatures = [WITNESS.line(made.text())]


def with_a_hundred_and_one(made: DrawnLog) -> None:
    made.signed(*[KEY] * 60)
    made.cosignatures = [WITNESS.line(made.text())] * 41


def execution_first(made: DrawnLog) -> None:
    steps = list(reversed(made.steps()))
    made.steps = lambda: steps  # type: ignore[method-assign]


def test_log_and_its_head_are_refused_for_what_is_wrong_with_them(tmp_path: Path) -> None:
    def log(change: Callable[[DrawnLog], None]) -> dict[str, bytes]:
        made = bundle()[1]
        change(made)
        return with_log(FILES, made)

    for at, (files, sentence) in enumerate(
        (
            (log(execution_first), "log.json: has a step before the commitment"),
            (log(without_a_head), "log.json checkpoint: is not there, but cosignatures are"),
            (log(with_a_hundred_and_one), "log.json checkpoint: has too many signatures"),
            (
                signed_head(lambda text: text + "more\n"),
                "log.json checkpoint: says something after its third line, which no log here does",
            ),
        )
    ):
        (tmp_path / str(at)).mkdir()
        assert log_checked(tmp_path / str(at), files, KEY)[1] == [sentence]


def test_cosigned_entry_is_the_one_of_the_log_under_a_head(tmp_path: Path) -> None:
    files, log = drand_bundle()
    log.signed(KEY)
    other = drand_bundle()[1]
    other.changes["draw.committed"] = {"x": 1}
    headless = json.loads(cosigned(log, KEY, WITNESS)) | {"checkpoint": None, "cosignatures": []}
    for data, sentence in (
        (cosigned(other, KEY, WITNESS), "cosigned.json: has another entry of the commitment than log.json"),
        (canonical(headless), "cosigned.json checkpoint: is not there"),
    ):
        draw = with_log(files, log) | {"cosigned.json": data}
        assert log_checked(tmp_path, draw, KEY, WITNESS)[1] == [sentence]


def test_draw_without_a_public_value_is_said_to_have_none(tmp_path: Path) -> None:
    files = files_of(VECTORS / "draw" / "accept" / "counties") | {"public_value.json": b'{"kind":"none"}'}
    found = verify.verify(str(written(tmp_path / "draw", files)), verify.Options())
    assert ("public_value", "held", "No public value was agreed.") in [
        (step.step, step.state, step.en) for step in found.steps
    ]


def test_round_one_is_a_number_and_not_true() -> None:
    keys = verify.Keys("", b"", b"", str(VALUE["randomness"]))
    act = verify._check_drand  # noqa: SLF001 - the piece itself
    for number, sentence in (
        (True, "f: is of another chain or round"),
        (1, "f signature: is not this round's signature"),
    ):
        assert refused(act, "f", VALUE | {"round": number}, {"round": 1}, keys, verify.Report()) == sentence


def test_archive_is_refused_for_what_is_wrong_with_it(tmp_path: Path) -> None:
    good = packed(FILES)
    listed = good.index(b"PK\x01\x02")
    first = next(iter(FILES))
    for data, sentence in (
        (good[:listed] + b"PK\x01\x03" + good[listed + 4 :], "bundle.zip: is not a ZIP that can be read"),
        (
            good[: listed + 8] + b"\x20" + good[listed + 9 :],
            f"{first}: is packed in a way that is not supported",
        ),
    ):
        path = tmp_path / "bundle.zip"
        path.write_bytes(data)
        assert [step.en for step in verify.verify(str(path), verify.Options()).steps if step.state == "refused"] == [
            sentence
        ]


@pytest.mark.parametrize("chunk", [1, 2**16])
def test_packed_bytes_of_a_file_are_all_of_it_and_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """Wherever the bytes are parted as they are read: the stream ends with the last of them."""
    monkeypatch.setattr(verify, "CHUNK", chunk)
    path = tmp_path / "bundle.zip"
    for data, sound in (
        (archive(), True),
        (archive(changed=longer), False),
        (archive(changed=lambda packed: packed + bytes(3)), False),
        (archive(changed=shorter), False),
        (archive(method=0), True),
        (archive(changed=longer, method=0), False),
        (archive(changed=shorter, method=0), False),
    ):
        path.write_bytes(data)
        found = verify.verify(str(path), verify.Options())
        assert found.holds is sound, found.steps
        assert sound or any("cannot be read" in step.en for step in found.steps)


def test_value_that_is_no_json_has_no_canonical_form() -> None:
    with pytest.raises(TypeError):
        verify.jcs(object())
