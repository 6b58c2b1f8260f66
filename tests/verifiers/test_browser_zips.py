"""The browser takes an archive to the edge of each rule, and says of what is beyond it which rule that was."""

import base64
import struct
from collections.abc import Callable, Iterable
from typing import Any

from publicity.offline import verify
from tests.verifiers.bundles import packed
from tests.verifiers.in_browser import BrowserVerifier
from tests.verifiers.test_archives import FILES, encrypted, twice
from tests.verifiers.test_browser_archives import FIRST_AT, archive, changed_at, longer, shorter

NO_ZIP = "ZIP: it is no whole ZIP file"
ELSEWHERE = "it is not where the ZIP lists it"
DAMAGED = "its compressed data are damaged or not of the size listed"
OTHERWISE = "it is not what the ZIP lists"
GOOD = bytes(archive())
STORED = bytes(archive(method=0))
LISTED = GOOD.index(FIRST_AT)
FIRST = next(iter(FILES))


def said_of(verifier: BrowserVerifier, archives: Iterable[bytes]) -> list[str]:
    """Return the sentence with which each archive is refused, or that it is whole."""
    read = """archives => archives.map(data => {
        try { return [...readArchive(bytesOf(data)).keys()].length === 10 ? "whole" : "not whole"; }
        catch (fault) { if (fault instanceof Refused) return fault.message; throw fault; }
    })"""
    found: list[str] = verifier.call(read, [base64.b64encode(data).decode() for data in archives])
    return found


def with_list(change: Callable[[bytearray], object], *, number: int | None = None, good: bytes = GOOD) -> bytes:
    """Return an archive whose list of files was changed, its length and number of files following."""
    length, start = struct.unpack("<II", good[-10:-2])
    made = bytearray(good[start : start + length])
    change(made)
    count = struct.pack("<HHII", *[len(FILES) if number is None else number] * 2, len(made), start)
    return good[:start] + bytes(made) + good[-22:-14] + count + good[-2:]


def turned_round(listed: bytearray) -> None:
    """List the files in the opposite order."""
    at, found = 0, []
    while at < len(listed):
        end = at + 46 + struct.unpack_from("<H", listed, at + 28)[0]
        found.append(bytes(listed[at:end]))
        at = end
    listed[:] = b"".join(reversed(found))


def named(name: bytes) -> Callable[[bytearray], object]:
    """Return a change that gives the first file of the list another name."""

    def change(listed: bytearray) -> None:
        length = struct.unpack_from("<H", listed, 28)[0]
        struct.pack_into("<H", listed, 28, len(name))
        listed[46 : 46 + length] = name

    return change


def without_the_last(listed: bytearray) -> None:
    del listed[listed.rindex(FIRST_AT) :]


def cut_in_the_last(left: int) -> Callable[[bytearray], object]:
    """Return a change that leaves so many bytes of the last file of the list."""
    return lambda listed: listed.__delitem__(slice(listed.rindex(FIRST_AT) + left, None))


def nameless_at_the_end(listed: bytearray) -> None:
    """Leave the last file of the list, without its name."""
    cut_in_the_last(46)(listed)
    struct.pack_into("<H", listed, len(listed) - 18, 0)


def head_in_the_list(listed: bytearray) -> None:
    """Have the first file begin within its own place in the list, where a number reads as the sign of a file."""
    struct.pack_into("<4s", listed, 16, b"PK\x03\x04")
    struct.pack_into("<I", listed, 42, LISTED + 16)


def empty_head_at_the_end() -> bytes:
    """Return an archive in which a file is listed where the head of one without a name stands last."""
    head = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, 0, 0, 0, 0)
    length, start = struct.unpack("<II", GOOD[-10:-2])
    listed = bytearray(GOOD[start : start + length])
    struct.pack_into("<I", listed, 42, start)
    end = GOOD[-22:-6] + struct.pack("<I", start + len(head)) + GOOD[-2:]
    return GOOD[:start] + head + bytes(listed) + end


def test_each_number_of_an_archive_is_held_against_its_edge(verifier: BrowserVerifier) -> None:
    second_stored = STORED.index(FIRST_AT, STORED.index(FIRST_AT) + 1)
    other_way = f"{FIRST}: it is packed in another way"
    cases: dict[str, tuple[bytes, str]] = {
        "as it is": (GOOD, "whole"),
        "listed in another order": (with_list(turned_round), "whole"),
        "a program's file": (changed_at(LISTED + 38, "<I", 0o100755 << 16), "whole"),
        "a link": (changed_at(LISTED + 38, "<I", 0o120755 << 16), f"{FIRST}: it is no plain file"),
        "the newest way that is known": (changed_at(LISTED + 6, "<B", 63), "whole"),
        "a newer way": (changed_at(LISTED + 6, "<B", 64), other_way),
        "a newer way, of any system": (changed_at(LISTED + 5, "<H", 64 << 8), other_way),
        "an older way, made by a newer program": (changed_at(LISTED + 4, "<H", 0xFFFF), "whole"),
        "flags of how well it is packed": (changed_at(LISTED + 8, "<H", 0x1E), "whole"),
        "a flag of words in Unicode": (changed_at(LISTED + 8, "<H", 0x800), "whole"),
        "patches": (changed_at(LISTED + 8, "<H", 0x20), other_way),
        "another method": (packed(FILES, how=14), other_way),
        "encrypted": (encrypted(FILES), f"{FIRST}: it is encrypted"),
        "an empty archive": (packed({}), "commitment.json: the bundle lacks it"),
        "no archive": (GOOD[-21:], NO_ZIP),
        "a comment of 256 bytes": (changed_at(-2, "<H", 0x100), NO_ZIP),
        "a comment of one": (changed_at(-2, "<H", 1), NO_ZIP),
        "a disk": (changed_at(-18, "<H", 0x100), NO_ZIP),
        "a file twice": (twice(FILES), "ZIP: it has too many files"),
        "a file twice instead of another": (
            with_list(named(list(FILES)[1].encode())),
            f"{list(FILES)[1]}: it stands twice in the ZIP",
        ),
        "an unknown file": (with_list(named(b"x.csv")), "ZIP: “x.csv” is no file of a bundle"),
        "a name of no signs": (with_list(named(b"")), "ZIP: “” is no file of a bundle"),
        "a long name": (with_list(named(b"n" * 300)), f"ZIP: “{'n' * 200}” is no file of a bundle"),
        "a list that ends with its sign": (with_list(cut_in_the_last(4)), NO_ZIP),
        "a list that ends in its last file": (with_list(cut_in_the_last(45)), NO_ZIP),
        "a list that ends with a file without a name": (
            with_list(nameless_at_the_end),
            "ZIP: “” is no file of a bundle",
        ),
        "more in the list than is counted": (with_list(lambda _listed: None, number=9), NO_ZIP),
        "less in the list than is counted": (with_list(without_the_last), NO_ZIP),
        "a file fewer": (with_list(without_the_last, number=9), f"{list(FILES)[-1]}: the bundle lacks it"),
        "two files in one place": (
            changed_at(second_stored + 42, "<I", 0, data=STORED),
            f"{list(FILES)[1]}: {ELSEWHERE}",
        ),
        "a file behind everything": (changed_at(LISTED + 42, "<I", 0xFFFFFFF0), f"{FIRST}: {ELSEWHERE}"),
        "a file whose head ends behind": (changed_at(LISTED + 42, "<I", LISTED - 29), f"{FIRST}: {ELSEWHERE}"),
        "a head among what is listed": (with_list(head_in_the_list), f"{FIRST}: {ELSEWHERE}"),
        "a head without a name at the very end": (empty_head_at_the_end(), f"{FIRST}: {OTHERWISE}"),
        "more bytes than there are": (changed_at(LISTED + 20, "<I", len(GOOD)), f"{FIRST}: {OTHERWISE}"),
        "another name before the file": (changed_at(30, "<B", 0x78), f"{FIRST}: {OTHERWISE}"),
        "a name cut before the file": (changed_at(26, "<H", 3), f"{FIRST}: {OTHERWISE}"),
        "another method before the file": (changed_at(8, "<H", 0), f"{FIRST}: {OTHERWISE}"),
        "another size": (
            changed_at(STORED.index(FIRST_AT) + 24, "<I", 1, data=STORED),
            f"{FIRST}: it is not of the size listed",
        ),
        "a byte behind each file": (bytes(archive(changed=longer)), f"{FIRST}: {DAMAGED}"),
        "a byte behind each file that is stored": (
            bytes(archive(changed=longer, method=0)),
            f"{FIRST}: it is not of the size listed",
        ),
        "a byte cut off each file": (bytes(archive(changed=shorter)), f"{FIRST}: {DAMAGED}"),
        "another checksum": (changed_at(LISTED + 16, "<I", 7), f"{FIRST}: its checksum is wrong"),
    }
    found = dict(zip(cases, said_of(verifier, (data for data, _words in cases.values())), strict=True))
    assert found == {name: words for name, (_data, words) in cases.items()}


def test_files_may_unpack_to_128_mebibytes_in_all_and_no_byte_more(verifier: BrowserVerifier) -> None:
    def members(last: int) -> list[dict[str, Any]]:
        plain = {"needs": 20, "flags": 0, "method": 8, "mode": 0}
        sizes = [2**20] * (len(verify.BUNDLE) - 1) + [last]
        return [{"name": name, "size": size, **plain} for name, size in zip(sorted(verify.BUNDLE), sizes, strict=True)]

    rest = 128 * 2**20 - (len(verify.BUNDLE) - 1) * 2**20
    checked = "lists => lists.map(members => !refuses(() => checkMembers(members)))"
    assert verifier.call(checked, [members(rest), members(rest + 1)]) == [True, False]
