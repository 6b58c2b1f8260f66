"""The log is signed, and served so that anybody's tools can follow it: checkpoints, tiles, bundles, pages."""

import json
import shutil
import time
from pathlib import Path

import pytest
from sqlmodel import select

from app.log_keys import OriginFixedError, OriginMarkError, default_origin, log_signing
from app.main import open_service
from app.own_log import OwnLog, is_signed, keep_signed, sign_own, signing
from app.record import SYSTEM
from app.settings import Settings
from publicity.heads import SignedHead, newest_head
from publicity.kinds import KIND_WORDS
from publicity.tlog.checkpoints import open_checkpoint
from publicity.tlog.errors import EntryLengthError, NoteError
from publicity.tlog.keys import SigningKey, Use, VerifierKey
from publicity.tlog.proofs import verify_consistency, verify_inclusion
from registry.journal import Kind, write
from sampling.merkle import leaf_hash
from tests.desks import made
from tests.signing import ORIGIN, checkpoint, fill, signer_of
from tests.workshop import Opening


def test_a_log_that_nobody_signed_has_no_checkpoint_and_says_so(opening: Opening) -> None:
    bureau = opening("staffed")
    answer = bureau.public.get("/log/checkpoint")
    assert answer.status_code == 404
    assert "尚未签名" in answer.json()["detail"]
    assert "日志头没有签名" in bureau.public.get("/log").text


def test_the_service_signs_its_own_log_and_says_in_it_which_key_does(opening_anywhere: Opening) -> None:
    bureau = opening_anywhere("staffed")
    before = made(bureau.public.get("/log/head"))["size"]
    assert keep_signed(bureau.service) == before + 1
    said = json.loads(bureau.public.get(f"/log/entries/{before}").content)
    assert said["kind"] == "log.keys_changed"
    key = str(bureau.service.log.keys.keys[0])
    assert said["public"] == {"held": "service", "keys": [key], "origin": ORIGIN}
    assert VerifierKey.parse(key).name == ORIGIN
    head = made(bureau.public.get("/log/head"))
    signed = checkpoint(bureau)
    assert (signed.origin, signed.size, signed.root.hex()) == (ORIGIN, head["size"], head["root"])
    assert keep_signed(bureau.service) == head["size"], "and again the same, without another entry"
    assert is_signed(bureau.service)


def test_a_proof_comes_with_the_signed_head_of_its_size_where_there_is_one(opening: Opening) -> None:
    bureau = opening("staffed")
    size = keep_signed(bureau.service)
    note = bureau.public.get("/log/checkpoint").text
    for path in ("/log/proof/inclusion?index=0", "/log/proof/consistency?old=1"):
        assert made(bureau.public.get(path))["checkpoint"] == note
    for path in (f"/log/proof/inclusion?index=0&size={(size or 0) - 1}", "/log/proof/consistency?old=1&new=2"):
        assert made(bureau.public.get(path))["checkpoint"] is None


def test_each_later_checkpoint_extends_the_earlier(opening: Opening) -> None:
    bureau = opening("staffed")
    keep_signed(bureau.service)
    old = checkpoint(bureau)
    for code in ("fire", "health", "water"):
        made(bureau.desk("registrar").post("/api/v1/departments", {"code": code, "name": "部门"}))
    assert checkpoint(bureau) == old
    assert not is_signed(bureau.service)
    keep_signed(bureau.service)
    new = checkpoint(bureau)
    assert new.size == old.size + 3
    said = made(bureau.public.get(f"/log/proof/consistency?old={old.size}&new={new.size}"))
    verify_consistency(old.size, new.size, [bytes.fromhex(each) for each in said["proof"]], old.root, new.root)


def test_a_rotated_key_is_in_the_log_and_either_verifies(opening: Opening) -> None:
    bureau = opening("staffed")
    keep_signed(bureau.service)
    (old,) = bureau.service.log.keys.keys
    new = signer_of(bureau.service).rotate(b"n" * 32)
    size = keep_signed(bureau.service)
    note = bureau.public.get("/log/checkpoint").content
    for pinned in (old, new):
        assert open_checkpoint(note, ORIGIN, log_keys=[pinned]).checkpoint.size == size
    said = json.loads(bureau.public.get(f"/log/entries/{(size or 0) - 1}").content)
    assert said["public"]["keys"] == [str(old), str(new)]
    signer_of(bureau.service).retire(old.key_id.hex())
    keep_signed(bureau.service)
    with pytest.raises(NoteError):
        open_checkpoint(bureau.public.get("/log/checkpoint").content, ORIGIN, log_keys=[old])


def test_two_signers_over_one_database_do_not_fill_it(opening: Opening, tmp_path: Path) -> None:
    """Each has a directory of its own, wrongly: both sign the one history, and each head is kept once of each."""
    bureau = opening("staffed")
    shutil.copy2(bureau.service.settings.data_dir / "service.key", tmp_path)
    other = open_service(bureau.service.settings.model_copy(update={"data_dir": tmp_path}))
    keep_signed(bureau.service)
    keep_signed(other)
    size = made(bureau.public.get("/log/head"))["size"]
    for _ in range(3):
        assert sign_own(bureau.service) == sign_own(other) == size
    with other.database.reading() as session:
        assert len(session.exec(select(SignedHead).where(SignedHead.size == size)).all()) == 2
    other.database.close()


def test_the_service_signs_by_itself_a_moment_after_each_command(opening: Opening) -> None:
    bureau = opening("staffed")
    with signing(bureau.service, 0.05):
        for code in ("fire", "health"):
            made(bureau.desk("registrar").post("/api/v1/departments", {"code": code, "name": "部门"}))
            while not is_signed(bureau.service):
                time.sleep(0.02)
    assert checkpoint(bureau).size == made(bureau.public.get("/log/head"))["size"]


def test_a_log_is_called_by_where_it_is_served_and_a_demonstration_says_so() -> None:
    assert default_origin(Settings(), None) == ORIGIN
    assert default_origin(Settings(public_url="https://sjyg.example"), None) == "sjyg.example/log"
    assert default_origin(Settings(public_url="https://sjyg.example"), "demo") == "sjyg.example/log/demo"
    assert default_origin(Settings(log_origin="a.example/b"), "demo") == "a.example/b/demo"


def test_a_directory_of_a_demonstration_signs_no_real_log_and_that_of_a_real_one_no_rehearsal(tmp_path: Path) -> None:
    for made_for, used_for in (("demo", None), (None, "rehearsal"), ("demo", "rehearsal")):
        settings = Settings(data_dir=tmp_path / f"{made_for}-{used_for}")
        log_signing(settings, mark=made_for, newest=None)
        with pytest.raises(OriginMarkError):
            log_signing(settings, mark=used_for, newest=None)
        assert log_signing(settings, mark=made_for, newest=None).signer is not None


def test_a_signed_log_keeps_its_name(opening: Opening) -> None:
    bureau = opening("staffed")
    keep_signed(bureau.service)
    with bureau.service.database.reading() as session:
        newest = newest_head(session)
    settings = bureau.service.settings
    moved = settings.model_copy(update={"public_url": "https://sjyg.example"})
    assert log_signing(moved, mark=None, newest=newest).origin == ORIGIN, "another address is not another log"
    for other in (
        {"log_origin": "log.example/other"},
        {"log_keys": str(SigningKey("log.example/other", Use.SIGNATURE, bytes(32)).verifier)},
    ):
        with pytest.raises(OriginFixedError, match=r"log\.example/other"):
            log_signing(settings.model_copy(update=other), mark=None, newest=newest)


@pytest.mark.parametrize(
    "given",
    [
        {"log_origin": "https://a.example/log"},
        {"log_origin": "a b"},
        {"log_origin": "a+b"},
        {"log_keys": "junk"},
        {"log_keys": str(SigningKey("w", Use.COSIGNATURE, bytes(32)).verifier)},
        {"log_keys": " ".join(str(SigningKey(name, Use.SIGNATURE, bytes(32)).verifier) for name in "ab")},
    ],
)
def test_a_name_or_key_that_cannot_be_stops_the_start(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="log_"):
        Settings(**given)  # type: ignore[arg-type]


def test_an_entry_too_long_for_a_bundle_is_refused_and_nothing_is_written(opening: Opening) -> None:
    bureau = opening("staffed")
    before = bureau.contents()

    def command(act: object) -> str:
        write(act, Kind.DEPARTMENT_ADDED, subject="x", body={}, public={"x": "y" * 65_536})  # type: ignore[arg-type]
        return ""

    with pytest.raises(EntryLengthError):
        bureau.service.recorder.record(SYSTEM, command)
    assert bureau.contents() == before


def test_every_kind_is_worded_in_both_languages() -> None:
    assert set(KIND_WORDS) == set(Kind)
    assert len({zh for zh, _ in KIND_WORDS.values()}) == len({en for _, en in KIND_WORDS.values()}) == len(Kind)
    assert all(any("一" <= sign <= "鿿" for sign in zh) and en.isascii() for zh, en in KIND_WORDS.values())


def test_the_page_of_the_log_shows_head_signature_worth_and_entries(opening: Opening) -> None:
    bureau = opening("published")
    keep_signed(bureau.service)
    html, page = bureau.public.get("/log").text, made(bureau.public.get("/log.json"))
    head = checkpoint(bureau)
    assert page["signed"]["note"] == bureau.public.get("/log/checkpoint").text
    assert (page["size"], page["root"]) == (head.size, head.root.hex())
    assert "由本服务自己持有的密钥签名" in html
    assert "can show different histories to different readers" in html
    assert KIND_WORDS[Kind.DRAW_EXECUTED][0] in html
    assert len(page["entries"]) == min(50, head.size)


def test_the_page_of_an_entry_explains_it_and_its_proof_holds(opening: Opening) -> None:
    bureau = opening("published")
    keep_signed(bureau.service)
    size = checkpoint(bureau).size
    for index in range(size):
        page = made(bureau.public.get(f"/log/entry/{index}.json"))
        data = bureau.public.get(f"/log/entries/{index}").content
        assert page["text"].encode() == data
        assert page["leaf_hash"] == leaf_hash(data).hex()
        verify_inclusion(
            leaf_hash(data),
            index,
            page["size"],
            [bytes.fromhex(each) for each in page["proof"]],
            bytes.fromhex(page["root"]),
        )
        zh, en = KIND_WORDS[Kind(json.loads(data)["kind"])]
        assert (page["entry"]["words_zh"], page["entry"]["words_en"]) == (zh, en)
    html = bureau.public.get(f"/log/entry/{size - 1}").text
    assert KIND_WORDS[Kind.LOG_KEYS_CHANGED][0] in html
    assert bureau.public.get(f"/log/entry/{size}").status_code == 404
    assert bureau.public.get("/log/entry/x").status_code in (404, 422)


def test_the_bundle_carries_the_first_signed_head_over_the_draw_for_ever(opening: Opening) -> None:
    bureau = opening("published")
    path = f"/draws/{bureau.notes.draw_id}/files/log.json"
    assert made(bureau.public.get(path))["checkpoint"] is None
    keep_signed(bureau.service)
    first = bureau.public.get(path).content
    said = json.loads(first)
    keys = bureau.service.log.keys
    head = open_checkpoint(said["checkpoint"].encode(), keys.origin, log_keys=keys.keys).checkpoint
    assert (head.size, head.root.hex()) == (said["size"], said["root"])
    for each in said["entries"]:
        proof = [bytes.fromhex(step) for step in each["proof"]]
        verify_inclusion(leaf_hash(each["entry"].encode()), each["index"], head.size, proof, head.root)
    fill(bureau, 5)
    keep_signed(bureau.service)
    assert bureau.public.get(path).content == first


def test_what_a_draw_proves_follows_who_signed_the_head_over_it(opening: Opening) -> None:
    bureau = opening("published")
    page = f"/draws/{bureau.notes.draw_id}"
    assert "日志头没有签名" in bureau.public.get(page).text
    keep_signed(bureau.service)
    html = bureau.public.get(page).text
    assert "日志头没有签名" not in html
    assert "由本服务自己持有的密钥签名，没有见证人联署" in html


def test_the_services_own_log_offers_what_the_served_one_does(opening: Opening) -> None:
    bureau = opening("staffed")
    own = OwnLog(bureau.service)
    size, root = own.head()
    said = made(bureau.public.get("/log/head"))
    assert (size, root.hex()) == (said["size"], said["root"])
    proof = made(bureau.public.get(f"/log/proof/consistency?old=2&new={size}"))["proof"]
    assert [each.hex() for each in own.proof(2, size)] == proof
