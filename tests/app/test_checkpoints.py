"""The log is signed, and served so that anybody's tools can follow it: checkpoints, tiles, bundles, pages."""

import gzip
import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from sqlmodel import select
from typer.testing import CliRunner

from app.cli import app
from app.command_fsck import run_fsck
from app.log_keys import OriginFixedError, OriginMarkError, default_origin, log_signing
from app.main import create_app, open_service
from app.own_log import OwnLog, is_signed, keep_signed, sign_own, signing
from app.record import SYSTEM
from app.service import Service
from app.settings import Settings
from app.signer import Proof, Signer, SignerAlarmError
from app.signing import LogUnreachableError, ServedLog, keep_signing, sign_newest
from publicity import sequencer
from publicity.fsck.check import NOTHING_KEPT
from publicity.fsck.report import Code
from publicity.heads import HeadAheadError, HeadBehindError, HeadBesideError, SignedHead, newest_head, take_head
from publicity.kinds import KIND_WORDS
from publicity.tlog import merkle
from publicity.tlog.checkpoints import Checkpoint, open_checkpoint, sign_checkpoint
from publicity.tlog.errors import EntryLengthError, NoteError
from publicity.tlog.keys import Signature, SigningKey, Use, VerifierKey
from publicity.tlog.notes import Note
from publicity.tlog.proofs import verify_consistency, verify_inclusion
from publicity.tlog.tiles import EntryBundle, bundle_entries, tile_hashes, tiles_of
from registry.journal import Act, Kind, write
from sampling.merkle import leaf_hash, tree_root
from tests.app.test_crash import free_port
from tests.building import Bureau
from tests.desks import made
from tests.workshop import Opening

ORIGIN = "127.0.0.1:8000/log"


def signer_of(service: Service) -> Signer:
    assert service.log.signer is not None
    return service.log.signer


def checkpoint(bureau: Bureau) -> Checkpoint:
    """Return the newest signed head as an outsider reads it, with the key pinned."""
    answer = bureau.public.get("/log/checkpoint")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    pinned = bureau.service.log.keys
    return open_checkpoint(answer.content, pinned.origin, log_keys=pinned.keys).checkpoint


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


def test_the_whole_tree_can_be_built_from_tiles_and_bundles(opening_anywhere: Opening) -> None:
    """Every entry hashes to its place in a tile, every tile follows from those below, all lead to the signed root."""
    bureau = opening_anywhere("published")
    fill(bureau, 300)
    keep_signed(bureau.service)
    head = checkpoint(bureau)
    entries: list[bytes] = []
    hashes: dict[tuple[int, int], bytes] = {}
    for tile in tiles_of(head.size):
        answer = bureau.public.get(f"/log/{tile.path}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        row = tile_hashes(answer.content, tile.width)
        hashes |= {(tile.level, tile.index * 256 + place): each for place, each in enumerate(row)}
        if tile.level == 0:
            bundle = bureau.public.get(f"/log/{EntryBundle(tile.index, tile.width).path}")
            entries += bundle_entries(bundle.content, tile.width)
    assert [leaf_hash(entry) for entry in entries] == [hashes[0, index] for index in range(head.size)]
    assert tree_root(entries[:256]) == hashes[1, 0]
    assert tree_root(entries) == head.root
    assert entries[-3:] == [
        bureau.public.get(f"/log/entries/{index}").content for index in range(head.size - 3, head.size)
    ]


@contextmanager
def served(bureau: Bureau, keys: str) -> Iterator[tuple[Service, str]]:
    """Serve a bureau's database over HTTP with another signer's keys configured."""
    settings = bureau.service.settings.model_copy(
        update={"log_keys": keys, "data_dir": bureau.service.settings.data_dir}
    )
    service = open_service(settings)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(service), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            time.sleep(0.05)
        yield service, f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def fill(bureau: Bureau, count: int) -> None:
    """Add entries to the log in one command."""

    def command(act: object) -> str:
        for number in range(count):
            write(act, Kind.DEPARTMENT_ADDED, subject=f"d{number}", body={"number": number})  # type: ignore[arg-type]
        return ""

    bureau.service.recorder.record(SYSTEM, command)


@pytest.mark.parametrize(
    "path",
    [
        "/log/tile/0/001",
        "/log/tile/0/000.p/250",
        "/log/tile/1/000",
        "/log/tile/0/0",
        "/log/tile/0/x000/000",
        "/log/tile/0/000.p/0",
        "/log/tile/0/000.p/256",
        "/log/tile/64/000",
        "/log/tile/-1/000",
        "/log/tile/0/%D9%A0%D9%A0%D9%A0",
        "/log/tile/entries/001",
        "/log/tile/entries/000.p/00",
        "/log/tile/0/x999/x999/x999/x999/x999/x999/999",
        "/log/tile/0/" + "x999/" * 30 + "999",
        "/log/tile/",
        "/log/tile/0/000/",
    ],
)
def test_what_is_no_tile_of_this_log_is_not_there(opening: Opening, path: str) -> None:
    answer = opening("staffed").public.get(path)
    assert answer.status_code == 404, answer.text
    assert answer.json()["detail"]


def test_a_partial_tile_is_there_for_every_size_the_log_has_had(opening: Opening) -> None:
    bureau = opening("staffed")
    size = made(bureau.public.get("/log/head"))["size"]
    for width in range(1, size + 1):
        assert len(bureau.public.get(f"/log/tile/0/000.p/{width}").content) == 32 * width
        answer = bureau.public.get(f"/log/tile/entries/000.p/{width}")
        assert len(bundle_entries(answer.content, width)) == width


def test_tiles_and_checkpoints_are_not_sent_twice(opening: Opening) -> None:
    bureau = opening("staffed")
    keep_signed(bureau.service)
    for path in ("/log/checkpoint", "/log/tile/0/000.p/3", "/log/tile/entries/000.p/3"):
        first = bureau.public.get(path)
        again = bureau.client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert "immutable" not in bureau.public.get("/log/checkpoint").headers["cache-control"]


def test_bundles_of_entries_are_packed_for_whoever_unpacks(opening: Opening) -> None:
    bureau = opening("staffed")
    with bureau.client.stream("GET", "/log/tile/entries/000.p/5", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        packed = b"".join(answer.iter_raw())
    plain = bureau.client.get("/log/tile/entries/000.p/5", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content


def test_a_tile_costs_one_query_however_wide_it_is(opening: Opening) -> None:
    bureau = opening("staffed")
    fill(bureau, 300)
    with bureau.service.database.reading() as session:
        nodes = sequencer.TreeReader(session)
        nodes.load(0, 0, 256)
        read = [nodes(0, index) for index in range(256)]
    assert b"".join(read) == bureau.public.get("/log/tile/0/000").content


def test_a_signer_apart_signs_over_http_and_the_service_holds_no_key(opening: Opening, tmp_path: Path) -> None:
    """A process of its own, an address and a directory are all it has; what it hands in anybody could hand in."""
    bureau = opening("staffed")
    signer = Signer.create(tmp_path / "signer", "log.example/log", b"s" * 32)
    with served(bureau, str(signer.verifiers[0])) as (service, address):
        log = ServedLog(address)
        assert service.log.signer is None
        size = sign_newest(signer, log)
        keep_signed(service)
        assert sign_newest(signer, log) == size + 1, "the entry that names the keys"
        assert sign_newest(signer, log) == size + 1
        with service.database.reading() as session:
            head = newest_head(session)
            assert head is not None
            assert (head.size, head.held, head.origin) == (size + 1, "apart", "log.example/log")
            opened = open_checkpoint(head.note, "log.example/log", log_keys=signer.verifiers)
            assert opened.checkpoint.root == sequencer.read_head(session).root
        log.close()


def test_the_signer_apart_signs_every_new_head_until_it_is_stopped(opening: Opening, tmp_path: Path) -> None:
    """A service that does not answer is waited for, and said once; nothing new, nothing said."""
    bureau = opening("staffed")
    signer = Signer.create(tmp_path / "signer", "log.example/log", b"s" * 32)
    said: list[str] = []
    looks = 0

    def wait(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            fill(bureau, 3)
        if looks == 4:
            raise KeyboardInterrupt

    with served(bureau, str(signer.verifiers[0])) as (_, address):
        log = ServedLog(address)
        size, _root = log.head()
        with pytest.raises(KeyboardInterrupt):
            keep_signing(signer, log, said=said.append, wait=wait)
        log.close()
    assert said == [f"signed {size}", f"signed {size + 3}"]
    said.clear()
    looks = 2
    gone = ServedLog(address)
    with pytest.raises(KeyboardInterrupt):
        keep_signing(signer, gone, said=said.append, wait=wait)
    gone.close()
    assert len(said) == 1
    assert "ConnectError" in said[0]


def test_a_rewound_or_forked_service_gets_no_signature(opening: Opening, tmp_path: Path) -> None:
    """The signer's memory is ahead of a service that was put back to an older state; it stops for good."""
    bureau = opening("staffed")
    signer = Signer.create(tmp_path / "signer", "log.example/log", b"s" * 32)
    with bureau.service.database.reading() as session:
        head = sequencer.read_head(session)
        ahead = Checkpoint("log.example/log", head.size, head.root)
    fill(bureau, 2)
    with served(bureau, str(signer.verifiers[0])) as (_, address):
        log = ServedLog(address)
        newest = sign_newest(signer, log)
        assert newest == ahead.size + 2
        signer.sign(*later(bureau))
        with pytest.raises(SignerAlarmError, match="a rewind"):
            sign_newest(signer, log)
        assert signer.alarm.exists()
        log.close()


def later(bureau: Bureau) -> tuple[Checkpoint, Proof]:
    """Return a head of the same log with one entry more than the service has, and its proof."""
    with bureau.service.database.reading() as session:
        nodes = sequencer.TreeReader(session)
        size = sequencer.read_head(session).size
        for each in merkle.append(size, leaf_hash(b"lost"), nodes):
            nodes.remember(each)
        found = Checkpoint("log.example/log", size + 1, merkle.root(size + 1, nodes))
        proof = merkle.consistency_proof(size, size + 1, nodes)
    return found, lambda _old, _new: proof


@pytest.fixture
def keyed(opening: Opening) -> tuple[Bureau, SigningKey]:
    """Return a bureau whose own log key the test holds too."""
    bureau = opening("staffed")
    keep_signed(bureau.service)
    text = (signer_of(bureau.service).directory / "keys").read_text(encoding="utf-8").strip()
    return bureau, SigningKey.parse(text)


def test_a_signed_head_is_taken_from_anybody_and_kept_once(keyed: tuple[Bureau, SigningKey]) -> None:
    bureau, key = keyed
    fill(bureau, 2)
    head = made(bureau.public.get("/log/head"))
    note = sign_checkpoint(Checkpoint(ORIGIN, head["size"], bytes.fromhex(head["root"])), [key]).to_bytes()
    for _ in range(2):
        answer = bureau.client.post("/log/checkpoint", content=note)
        assert (answer.status_code, answer.content) == (201, note), answer.text
    assert checkpoint(bureau).size == head["size"]
    with bureau.service.database.reading() as session:
        newest = newest_head(session)
    assert newest is not None
    assert newest.checkpoint_id == 2


def test_a_head_that_is_not_this_logs_is_not_taken(keyed: tuple[Bureau, SigningKey]) -> None:
    """Another key, another origin, an older head, more than three lines, junk: nothing changes."""
    bureau, key = keyed
    old = checkpoint(bureau)
    fill(bureau, 2)
    head = made(bureau.public.get("/log/head"))
    size, root = head["size"], bytes.fromhex(head["root"])
    stranger = SigningKey(ORIGIN, Use.SIGNATURE, b"q" * 32)
    earlier = made(bureau.public.get(f"/log/proof/consistency?old={old.size - 1}&new={size}"))["old_root"]
    refused = [
        (sign_checkpoint(Checkpoint(ORIGIN, size, root), [stranger]).to_bytes(), 422),
        (sign_checkpoint(Checkpoint("log.example/other", size, root), [key]).to_bytes(), 422),
        (sign_checkpoint(Checkpoint(ORIGIN, old.size - 1, bytes.fromhex(earlier)), [key]).to_bytes(), 409),
        (sign_checkpoint(Checkpoint(ORIGIN, size, root, ("more",)), [key]).to_bytes(), 422),
        (b"", 422),
        (b"\xff", 422),
        (b"x" * 1_000, 422),
    ]
    for note, status in refused:
        answer = bureau.client.post("/log/checkpoint", content=note)
        assert answer.status_code == status, answer.text
        assert answer.json()["detail"]
    assert checkpoint(bureau) == old


@pytest.mark.parametrize("more", [0, 1, 2**62])
def test_a_signature_of_the_logs_key_over_entries_that_are_not_here_stops_all_writing(
    keyed: tuple[Bureau, SigningKey], more: int
) -> None:
    """Another root, or more entries than there are: whoever kept such a head shows it, and pages stay up."""
    bureau, key = keyed
    old = checkpoint(bureau)
    lost = sign_checkpoint(Checkpoint(ORIGIN, old.size + more, bytes(32)), [key]).to_bytes()
    stranger = SigningKey(ORIGIN, Use.SIGNATURE, b"q" * 32)
    forged = sign_checkpoint(Checkpoint(ORIGIN, old.size + more, bytes(32)), [stranger]).to_bytes()
    assert bureau.client.post("/log/checkpoint", content=forged).status_code == 422
    made(bureau.desk("registrar").post("/api/v1/departments", {"code": "fire", "name": "部门"}))
    assert bureau.client.post("/log/checkpoint", content=lost).status_code == 409
    refused = bureau.desk("registrar").post("/api/v1/departments", {"code": "water", "name": "部门"})
    assert (refused.status_code, refused.json()["code"]) == (503, "read_only")
    assert checkpoint(bureau) == old


def kept_heads(bureau: Bureau) -> list[SignedHead]:
    with bureau.service.database.reading() as session:
        return list(session.exec(select(SignedHead)).all())


def test_lines_that_anybody_adds_to_a_head_are_neither_kept_nor_served(keyed: tuple[Bureau, SigningKey]) -> None:
    """A hundred strangers, or a witness's name over nothing: the table does not grow, and the head bears none."""
    bureau, key = keyed
    before = kept_heads(bureau)
    served = bureau.public.get("/log/checkpoint").content
    own = Note.parse(served)

    def with_strangers(note: Note, number: int) -> bytes:
        more = tuple(Signature(f"stranger{number}-{each}", bytes(4), b"x" * 64) for each in range(99))
        return Note(note.text, (*more, *note.signatures)).to_bytes()

    for number in range(3):
        answer = bureau.client.post("/log/checkpoint", content=with_strangers(own, number))
        assert (answer.status_code, answer.content) == (201, served)
    assert kept_heads(bureau) == before
    fill(bureau, 1)
    head = made(bureau.public.get("/log/head"))
    new = sign_checkpoint(Checkpoint(ORIGIN, head["size"], bytes.fromhex(head["root"])), [key])
    assert bureau.client.post("/log/checkpoint", content=with_strangers(new, 0)).content == new.to_bytes()
    assert bureau.public.get("/log/checkpoint").content == new.to_bytes()


def test_of_a_head_that_several_keys_signed_no_part_is_kept_again(opening: Opening) -> None:
    bureau = opening("staffed")
    signer_of(bureau.service).rotate(b"n" * 32)
    keep_signed(bureau.service)
    before = kept_heads(bureau)
    whole = Note.parse(bureau.public.get("/log/checkpoint").content)
    assert len(whole.signatures) == 2
    for part in (whole.signatures[:1], whole.signatures[1:], whole.signatures[::-1]):
        answer = bureau.client.post("/log/checkpoint", content=Note(whole.text, part).to_bytes())
        assert (answer.status_code, answer.content) == (201, whole.to_bytes())
    assert kept_heads(bureau) == before


def test_a_head_whose_command_failed_leaves_no_gap(opening_anywhere: Opening) -> None:
    """The database may count on after a command that was rolled back; what is missing in between was taken away."""
    bureau = opening_anywhere("staffed")
    keep_signed(bureau.service)
    fill(bureau, 1)
    signer = signer_of(bureau.service)
    log = OwnLog(bureau.service)
    note = signer.sign(Checkpoint(ORIGIN, *log.head()), log.proof)

    def fails(act: Act) -> str:
        take_head(act, note, bureau.service.log.keys)
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            bureau.service.recorder.record(SYSTEM, fails)
    sign_own(bureau.service)
    assert [each.checkpoint_id for each in kept_heads(bureau)] == [1, 2]
    assert Code.CHECKPOINT not in run_fsck(bureau.service.settings, NOTHING_KEPT, lambda _stage: None).counts


def test_a_signer_apart_that_alarms_shows_the_service_what_it_lost(opening: Opening, tmp_path: Path) -> None:
    """The database was put back with its signed heads: it holds no sign of it, and the signer does."""
    bureau = opening("staffed")
    signer = Signer.create(tmp_path / "signer", "log.example/log", b"s" * 32)
    with served(bureau, str(signer.verifiers[0])) as (service, address):
        log = ServedLog(address)
        sign_newest(signer, log)
        log.close()
        signer.sign(*later(bureau))
        command = ["sign", "--dir", str(signer.directory), "--service", address, "--once"]
        for _ in range(2):
            assert CliRunner().invoke(app, command).exit_code == 3
            assert service.database.shut is not None
            service.database.shut = None


def test_every_refusal_of_a_head_is_said_by_its_name(keyed: tuple[Bureau, SigningKey]) -> None:
    bureau, key = keyed
    old = checkpoint(bureau)

    def take(head: Checkpoint) -> None:
        note = sign_checkpoint(head, [key]).to_bytes()
        bureau.service.recorder.record(SYSTEM, lambda act: str(take_head(act, note, bureau.service.log.keys).size))

    with pytest.raises(HeadAheadError):
        take(Checkpoint(ORIGIN, old.size + 1, old.root))
    with pytest.raises(HeadBesideError):
        take(Checkpoint(ORIGIN, old.size, bytes(32)))
    with bureau.service.database.reading() as session:
        smaller = merkle.root(old.size - 1, sequencer.TreeReader(session))
    with pytest.raises(HeadBehindError):
        take(Checkpoint(ORIGIN, old.size - 1, smaller))


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


def test_a_service_that_answers_nonsense_is_not_signed(tmp_path: Path) -> None:
    signer = Signer.create(tmp_path / "signer", "log.example/log", b"s" * 32)
    log = ServedLog(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(LogUnreachableError, match="ConnectError"):
        sign_newest(signer, log)
    log.close()


def test_the_services_own_log_offers_what_the_served_one_does(opening: Opening) -> None:
    bureau = opening("staffed")
    own = OwnLog(bureau.service)
    size, root = own.head()
    said = made(bureau.public.get("/log/head"))
    assert (size, root.hex()) == (said["size"], said["root"])
    proof = made(bureau.public.get(f"/log/proof/consistency?old=2&new={size}"))["proof"]
    assert [each.hex() for each in own.proof(2, size)] == proof
