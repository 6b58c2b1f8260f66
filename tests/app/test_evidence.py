"""Evidence: told by content, made anew, kept out of reach, on record by digests."""

import hashlib
import io
import stat
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from PIL.ExifTags import Base

from app.evidence import EvidenceStore, clean
from app.file_names import handed_out, safe_name
from registry.errors import FieldError
from registry.evidence import TAKING
from registry.steps import Step, VisitState
from tests import demonstration
from tests.desks import made
from tests.playing import WAYS, Play, at_state, requested
from tests.workshop import Opening

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PIXELS = 40_000_000


def jpeg(size: tuple[int, int] = (40, 30), **saved: Any) -> bytes:  # noqa: ANN401 - Pillow's own options
    """Return a JPEG."""
    made_of = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(made_of, "JPEG", **saved)
    return made_of.getvalue()


def png(size: tuple[int, int] = (40, 30), mode: str = "RGBA", **saved: Any) -> bytes:  # noqa: ANN401 - the same
    """Return a PNG."""
    made_of = io.BytesIO()
    Image.new(mode, size).save(made_of, "PNG", **saved)
    return made_of.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """Return a small file whose head says that it is a large image."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def with_exif() -> bytes:
    """Return a photo that says where and by what it was taken."""
    exif = Image.Exif()
    exif[Base.Make.value] = "SecretCamera"
    exif[Base.ImageDescription.value] = "N37.87 E112.54"
    return jpeg(exif=exif, comment=b"SecretComment", icc_profile=b"SecretProfile" * 20)


def upload(play: Play, data: bytes, name: str = "首页", **changes: str) -> httpx.Response:
    """Add a file as the leading inspector."""
    return play.lead.post(f"{play.path}/evidence?name={name}", data, **changes)


def files_of(play: Play) -> list[Path]:
    """Return every file of the bureau's directory of evidence."""
    directory = play.bureau.service.settings.data_dir / "evidence"
    return [path for path in directory.rglob("*") if path.is_file()]


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty_file"),
    "program": (b"\x7fELF\x02\x01\x01\x00" + bytes(100), "file_type"),
    "zip": (b"PK\x03\x04" + bytes(100), "file_type"),
    "gif": (b"GIF89a" + bytes(100), "file_type"),
    "svg in another encoding": ("<svg onload=alert(1)>".encode("utf-16"), "file_type"),
    "text with control characters": (b"text\x00\x1b[31m", "file_type"),
    "text in GB 18030": ("现场笔录".encode("gb18030"), "file_type"),
    "half a JPEG": (jpeg((400, 300))[:700], "broken_image"),
    "a head and no JPEG": (b"\xff\xd8\xff\xe0" + bytes(50), "broken_image"),
    "a broken PNG": (png()[:60], "broken_image"),
    "a script behind a PNG's signature": (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "broken_image"),
    "bomb": (png_of_size(8000, 8000), "image_too_large"),
    "larger bomb": (png_of_size(60000, 60000), "image_too_large"),
    "PDF cut off": (PDF[:40], "broken_document"),
    "PDF with a script": (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "active"),
    "PDF with a hidden script": (PDF.replace(b"/Catalog", b"/Catalog/#4a#53(app.alert(1))"), "active"),
    "PDF that starts a program": (PDF.replace(b"/Catalog", b"/Catalog/AA<</S/Launch/F(cmd.exe)>>"), "active"),
    "PDF with a file in it": (PDF.replace(b"/Catalog", b"/Catalog/EmbeddedFiles 2 0 R"), "active"),
}


@pytest.fixture(scope="module")
def codes() -> dict[str, str]:
    """Return what a short code of the table stands for."""
    return {"active": "active_document"}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_file_is_refused_with_a_sentence_and_nothing_is_kept(
    opening: Opening, codes: dict[str, str], name: str
) -> None:
    """In both languages; neither row nor fact nor file."""
    data, code = HOSTILE[name]
    play = at_state(opening, VisitState.ARRIVED)
    before = play.bureau.contents()
    for language, word in (("zh", "未保存"), ("en", "Nothing was kept")):
        answer = upload(play, data, Accept_Language=language)
        assert (answer.status_code, answer.json()["code"]) == (422, codes.get(code, code))
        assert word in answer.json()["detail"]
    assert play.bureau.contents() == before
    assert files_of(play) == []


def test_a_file_is_on_record_by_both_digests_and_readable_by_the_service_alone(opening_anywhere: Opening) -> None:
    """One fact, one row, one file with mode 0600 in a directory with 0700."""
    play = at_state(opening_anywhere, VisitState.ARRIVED)
    facts = len(play.bureau.contents()["journal"])
    data = with_exif()
    kept = made(upload(play, data))
    assert kept["original_sha256"] == hashlib.sha256(data).hexdigest()
    (path,) = files_of(play)
    assert kept["stored_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (kept["media_type"], kept["name"], kept["size"]) == ("image/jpeg", "首页.jpg", path.stat().st_size)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(play.bureau.contents()["journal"]) == facts + 1


def test_an_image_keeps_its_pixels_and_nothing_else() -> None:
    """Camera, place, comment, profile and whatever stands behind its end are gone."""
    data = with_exif() + b"<script>alert(1)</script>"
    stored = clean(data, "a.jpg", max_pixels=PIXELS).data
    for secret in (b"Secret", b"N37.87", b"script", b"Exif"):
        assert secret not in stored
    with Image.open(io.BytesIO(stored)) as image:
        assert (image.format, image.size, image.info.keys() & {"exif", "comment", "icc_profile"}) == (
            "JPEG",
            (40, 30),
            set(),
        )


def test_a_photo_taken_sideways_stays_upright() -> None:
    """Its orientation is metadata, so it is applied before it goes."""
    exif = Image.Exif()
    exif[Base.Orientation.value] = 6
    stored = clean(jpeg(exif=exif), "a.jpg", max_pixels=PIXELS).data
    with Image.open(io.BytesIO(stored)) as image:
        assert image.size == (30, 40)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    """Of one colour, grey, with a palette or with transparency."""
    cleaned = clean(png(mode=mode), "a.png", max_pixels=PIXELS)
    assert cleaned.kept.media_type == "image/png"
    with Image.open(io.BytesIO(cleaned.data)) as image:
        assert image.size == (40, 30)


@pytest.mark.parametrize(
    "name", ["a.exe", "a.pdf.exe", "a.pdf", "a.HTA", "a.exe. .", "a\u202egpj.exe", "a.js", "x" * 300 + ".lnk"]
)
def test_a_name_that_ends_as_another_type_is_refused_with_its_field(name: str) -> None:
    with pytest.raises(FieldError) as refused:
        clean(jpeg(), name, max_pixels=PIXELS)
    assert refused.value.field == ("name",)
    assert (".jpg" in refused.value.text("zh"), ".jpg" in refused.value.text("en")) == (True, True)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("首页", "首页.jpg"),
        ("首页.JPEG", "首页.JPEG"),
        ("首页.jpg.", "首页.jpg"),
        ("第1.2页", "第1.2页.jpg"),
        ("拍于2020.09.01", "拍于2020.09.01.jpg"),
        ("", "附件.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
        ("a.e\u200bxe", "a.e_xe.jpg"),
    ],
)
def test_a_name_without_an_ending_is_given_that_of_its_type(name: str, kept: str) -> None:
    assert clean(jpeg(), name, max_pixels=PIXELS).kept.name == kept


def test_what_is_on_record_under_a_false_name_is_handed_out_as_its_type() -> None:
    answer = handed_out(b"", name="申请.hta", media_type="application/pdf")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E7%94%B3%E8%AF%B7.hta.pdf"
    assert answer.media_type == "application/pdf"


def test_a_name_is_only_a_name() -> None:
    """No path, no quote, no line break, at most 120 characters."""
    assert "/" not in safe_name("../../etc/passwd")
    assert safe_name('a"b\r\nc') == "a_b__c"
    assert len(safe_name("长" * 500)) == 120
    assert safe_name("  ") == "附件"


@pytest.mark.parametrize(("data", "media_type"), [(PDF, "application/pdf"), ("现场笔录\n".encode(), "text/plain")])
def test_a_document_is_kept_as_it_is_and_handed_out_as_a_download(
    opening: Opening, data: bytes, media_type: str
) -> None:
    """Without a word of what it is."""
    play = at_state(opening, VisitState.ARRIVED)
    kept = made(upload(play, data, "x"))
    assert (kept["media_type"], kept["original_sha256"]) == (media_type, kept["stored_sha256"])
    answer = play.lead.get(f"/api/v1/evidence/{kept['evidence_id']}")
    assert answer.content == data
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].partition(";")[0] == media_type


def test_a_file_is_for_its_team_reviewers_and_supervisors(opening: Opening) -> None:
    """A reviewer sees it once the visit has filed; everybody else never, in the words of a file that is not there."""
    play = at_state(opening, VisitState.ARRIVED)
    kept = made(upload(play, jpeg()))["evidence_id"]
    path, missing = f"/api/v1/evidence/{kept}", f"/api/v1/evidence/{'0' * 32}"
    desks = {name: play.bureau.desk(name) for name in ("market-2", "supervisor", "reviewer", "market-3", "approver")}
    before = {name: desk.get(path).status_code for name, desk in desks.items()}
    assert before == {"market-2": 200, "supervisor": 200, "reviewer": 404, "market-3": 404, "approver": 403}
    for name in ("reviewer", "market-3"):
        one, other = desks[name].get(path), desks[name].get(missing)
        assert one.text.replace(kept, "0" * 32) == other.text
    play.through(Step.FILED)
    assert desks["reviewer"].get(path).status_code == 200
    assert play.bureau.public.get(path).status_code == 401
    listed = made(desks["reviewer"].get(f"/api/v1/findings/{play.newest}"))["evidence"]
    assert [each["evidence_id"] for each in listed] == [kept]


@pytest.mark.parametrize("state", WAYS)
def test_a_visit_takes_evidence_once_its_team_has_set_out_until_it_is_confirmed(
    opening: Opening, state: VisitState
) -> None:
    """Before and after, nothing is kept."""
    play = at_state(opening, state)
    answer = upload(play, jpeg())
    assert answer.is_success is (state in TAKING), answer.text
    assert len(files_of(play)) == (state in TAKING)


def test_a_stranger_adds_nothing(opening: Opening) -> None:
    """Another's visit is not there, and no file of it lies about."""
    play = at_state(opening, VisitState.ARRIVED)
    answer = play.bureau.desk("market-3").post(f"{play.path}/evidence?name=a", jpeg())
    assert answer.status_code == 404
    assert files_of(play) == []


def test_a_file_sent_again_with_its_key_is_kept_once(opening: Opening) -> None:
    """The same answer; another file under that key is refused."""
    play = at_state(opening, VisitState.ARRIVED)
    path = f"{play.path}/evidence?name=a"
    first = made(play.lead.post(path, jpeg(), once="upload-0001"))
    assert made(play.lead.post(path, jpeg(), once="upload-0001")) == first
    assert play.lead.post(path, png(), once="upload-0001").json()["code"] == "key_reused"
    assert len(files_of(play)) == 1


def test_a_visit_has_only_so_many_files(opening: Opening) -> None:
    """The limit is a setting, and says so when it is reached."""
    play = at_state(opening, VisitState.ARRIVED)
    limit = play.bureau.service.settings.max_evidence_files
    for number in range(limit):
        made(upload(play, f"笔录{number}".encode()))
    answer = upload(play, b"one more")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_files")
    assert len(files_of(play)) == limit


def test_the_public_never_sees_a_file(opening: Opening) -> None:
    """Published results name no attachment, and the directory is on no address."""
    play = requested(opening).through(Step.APPROVED, Step.NOTIFIED, Step.ARRIVED)
    kept = made(upload(play, jpeg(), "现场照片.jpg"))
    play.through(Step.FILED, Step.CONFIRMED, Step.TOLD, Step.PASSED)
    made(play.publish())
    said = "".join(play.bureau.public.get(path).text for path in ("/", "/results", "/results.json"))
    for hidden in (kept["evidence_id"], kept["stored_sha256"], "现场照片"):
        assert hidden not in said
    for path in (f"/evidence/{kept['evidence_id']}", f"/static/../evidence/{kept['evidence_id'][:2]}"):
        assert play.bureau.public.get(path).status_code == 404


def test_an_altered_or_lost_file_is_not_given_out_and_is_found(opening: Opening) -> None:
    """Missing, altered, without a record: each by its name, and a whole directory is sound."""
    play = at_state(opening, VisitState.ARRIVED)
    ids = [made(upload(play, f"笔录{number}".encode()))["evidence_id"] for number in range(3)]
    store = EvidenceStore(play.bureau.service.settings.data_dir / "evidence")
    settings: dict[str, str | Path] = {
        "database_url": play.bureau.service.settings.database_url,
        "data_dir": play.bureau.service.settings.data_dir,
    }
    sound = demonstration.run("evidence", "check", **settings)
    assert (sound.returncode, sound.stderr) == (0, "")
    assert "checked 3, missing 0, altered 0, without a record 0" in sound.stdout
    (store.directory / ids[0][:2] / ids[0]).unlink()
    (store.directory / ids[1][:2] / ids[1]).write_bytes(b"another")
    (store.directory / ids[2][:2] / ".new-left").write_bytes(b"half")
    for lost in ids[:2]:
        answer = play.lead.get(f"/api/v1/evidence/{lost}")
        assert (answer.status_code, answer.json()["code"]) == (503, "altered_file")
    found = demonstration.run("evidence", "check", **settings)
    assert found.returncode == 1
    for text in (ids[0], ids[1], f"{ids[2][:2]}/.new-left"):
        assert text in found.stderr


def test_a_crash_before_the_record_leaves_a_file_too_many_at_worst(tmp_path: Path) -> None:
    """The file is whole before the row is there; what no row names is an orphan that the check tells of."""
    store = EvidenceStore(tmp_path / "evidence")
    store.keep("ab" * 16, b"whole")
    report = store.check([])
    assert (report.orphaned, report.sound) == ((f"ab/{'ab' * 16}",), False)


HEAD = (
    b"MM\0*\0\0\0\x08\0\x04"
    b"\x01\x0e\0\x02\0\0\0\x06\0\0\0>"
    b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
    b"\x01\x1a\0\x05\0\0\0\x01\0\0\0D"
    b"\x012\0\x02\0\0\0\x14\0\0\0L"
    b"\0\0\0\0hello\0\0\0\0H\0\0\0\x012020:01:01 00:00:00\0"
)
"""What a camera writes beside a photo: four tags, the second of which says how it was held."""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [(b"\x01\x0e\0\x02", b"\x01\x17\0\x02"), (b"\x01\x0e\0\x02", b"\x01>\0\x02"), (b"\x012\0", b"\x012\xd4")],
)
def test_what_a_camera_wrote_wrongly_is_no_reason_to_fail(right: bytes, wrong: bytes) -> None:
    """A tag of the wrong type, or of no type at all: the photo is kept, and its head is not."""
    cleaned = clean(png(exif=HEAD.replace(right, wrong, 1)), "首页.png", max_pixels=PIXELS)
    with Image.open(io.BytesIO(cleaned.data)) as kept:
        assert kept.size in ((40, 30), (30, 40))
        assert not kept.getexif()


def test_a_photo_is_kept_upright() -> None:
    exif = Image.Exif()
    exif[Base.Orientation.value] = 6
    with Image.open(io.BytesIO(clean(jpeg((40, 30), exif=exif), "首页.jpg", max_pixels=PIXELS).data)) as kept:
        assert kept.size == (30, 40)


AT_ONCE = """
import sys
from pathlib import Path
from threading import Thread

from app.evidence import clean

data = Path(sys.argv[1]).read_bytes()
many = [Thread(target=clean, args=(data, "首页"), kwargs={"max_pixels": 40_000_000}) for _ in range(int(sys.argv[2]))]
for each in many:
    each.start()
for each in many:
    each.join()
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""


def test_many_large_images_at_once_take_the_memory_of_one(tmp_path: Path) -> None:
    """A process of its own tells its peak; four side by side would take more than three times as much."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg((6000, 6000)))

    def peak(images: int) -> int:
        run = [sys.executable, "-c", AT_ONCE, str(photo), str(images)]
        return int(subprocess.run(run, check=True, capture_output=True, text=True).stdout)

    assert peak(4) < 2 * peak(1)
