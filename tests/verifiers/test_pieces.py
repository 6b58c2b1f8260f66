"""verify.py piece by piece: each number, name, time, table and report, at the very place where it is decided."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from publicity.offline import verify
from tests.verifiers.logs import ORIGIN, Signer, bundle
from tests.verifiers.mangling import ODD_VALUES, TIMES
from tests.verifiers.running import VECTORS, files_of, run, written

FILES, _LOG = bundle()
LOG = Signer(ORIGIN)
WITNESS = Signer("witness.example/w1", kind=4, seed=b"w" * 32)
FEW = 60


def refused(act: Callable[..., object], *values: Any, **named: Any) -> str | None:  # noqa: ANN401 - as the function
    """Return the sentence with which a function refuses what it is given, or None."""
    try:
        act(*values, **named)
    except verify.RefusedError as error:
        return str(error)
    return None


def test_each_kind_of_value_is_what_the_page_says_it_is() -> None:
    """Whatever else stands there is refused with a sentence, and is no error of ours."""
    identifiers = {"0", "1", "a", "A", "a" * 64, "f" * 64, "F" * 64, "0" * 64, "draw-1", "DRAW-1", "all", "B", "b"}
    identifiers |= {"0.0", "0.50", "1.0", ".5", "0.1234567", "1_0", "sha256", "sm3", "SHA256", "Market", "cyber"}
    identifiers |= {"bureau", "Bureau", "12", "11", "1234567890"}
    for value in ODD_VALUES:
        assert (refused(verify.identifier, "f", value) is None) is (isinstance(value, str) and value in identifiers), (
            value
        )
        assert (refused(verify.hex64, "f", value) is None) is (value in ("a" * 64, "f" * 64, "0" * 64)), value
        assert (refused(verify.list_of, "f", value) is None) is (value in ([1], [[]])), value
        number = type(value) is int
        for low, high in ((0, 9), (1, 64), (0, verify.GREATEST)):
            assert (refused(verify.whole_number, "f", value, low=low, high=high) is None) is (
                number and low <= value <= high
            ), (value, low, high)
        for act in (verify.text_of, verify.instant, verify._team, verify._secrets, verify._quotas, verify._rule):  # noqa: SLF001 - the piece itself
            refused(act, "f", value)
        assert (refused(verify.keys_of, "f", value, "ratio") is None) is (value == {"ratio": "0.5"})
    assert [
        each
        for each in ("", "a" * 201, "a\x00", "a\x7f", "a\x85", "e\u0301", "\n")
        if refused(verify.text_of, "f", each) is None
    ] == []
    assert [each for each in ("a", "a" * 200, "\u00e9", "\u200b", "题") if refused(verify.text_of, "f", each)] == []


def test_every_sign_has_its_one_spelling_in_json() -> None:
    signs = "".join(map(chr, range(0x200))) + "\u2028\ud7ff\ue000\U0001f600"
    text = json.dumps(signs, ensure_ascii=False)
    assert verify.jcs(signs) == text
    assert verify.read_canonical("f", text.encode()) == signs


def test_names_differ_in_more_than_case() -> None:
    assert refused(verify.no_twins, "f", ["a", "b", "ab"]) is None
    assert refused(verify.no_twins, "f", ["a", "b", "A"]) == "f: a and A are one or differ in case only"
    assert refused(verify.no_twins, "f", ["b", "B", "a"]) == "f: b and B are one or differ in case only"
    assert refused(verify.no_twins, "f", ["a", "a"]) == "f: a and a are one or differ in case only"


MOMENTS = [
    f"{day}T{time}{offset}"
    for day in (
        "0001-01-02",
        "1969-12-31",
        "1970-01-01",
        "2000-02-29",
        "2023-08-25",
        "2100-03-01",
        "2401-01-01",
        "9999-12-30",
    )
    for time in ("00:00:00", "23:59:59", "12:34:56")
    for offset in ("+00:00", "-00:00", "+08:00", "-05:30", "+00:01", "-23:59", "+23:59")
]


def test_moment_is_the_second_that_the_calendar_gives() -> None:
    for text in MOMENTS:
        assert verify.instant("f", text) == round(datetime.fromisoformat(text).timestamp()), text


def test_time_that_does_not_exist_is_refused() -> None:
    """Python's own reader takes more forms; what both take is the same instant."""
    for text in (*TIMES, *(text[:-1] for text in TIMES), "2100-02-29T00:00:00+08:00", "2023-06-31T00:00:00+08:00"):
        sentence = refused(verify.instant, "f", text)
        if sentence is None:
            assert verify.instant("f", text) == datetime.fromisoformat(text).timestamp(), text
    parts = ["2023-08-23T24:00:00+08:00", "2023-08-23T00:60:00+08:00", "2023-08-23T00:00:60+08:00"]
    parts += ["2023-08-23T00:00:00+24:00", "2023-08-23T00:00:00+00:60", "2023-08-32T00:00:00+08:00"]
    assert all(refused(verify.instant, "f", part) for part in parts)


@pytest.mark.parametrize("ratio", ["0.000001", "0.1", "0.10", "0.3", "0.333333", "0.5", "0.999999", "1"])
def test_ratio_is_rounded_up_in_exact_arithmetic(ratio: str) -> None:
    rule = verify._rule("f", {"ratio": ratio})  # noqa: SLF001 - the piece itself
    for units in (*range(1, 120), 999_999, 1_000_000, 1_000_001):
        assert verify.quota(rule, units) == ceil(Fraction(ratio) * units)


def test_count_is_never_more_than_there_are() -> None:
    rule = verify._rule("f", {"count": 7})  # noqa: SLF001 - the piece itself
    assert [verify.quota(rule, units) for units in (1, 6, 7, 8, 1000)] == [1, 6, 7, 7, 7]


@pytest.mark.parametrize("number", [1, 2, 3, 30, 52, 400, 2_000])
def test_smallest_tickets_are_those_of_a_plain_sort(number: int) -> None:
    units = [b"u%05d" % at for at in range(2_000)]
    plain = sorted(hashlib.sha256(b"k:" + unit).digest() + unit for unit in units)
    assert verify.tickets(units, key=b"k", first=number, made_by=hashlib.sha256) == plain[:number]


def test_text_is_shown_as_a_terminal_can_show_it() -> None:
    assert verify.printable("题 a\n\x1b\u202e\u200b") == "题 a\\n\\x1b\\u202e\\u200b"
    assert verify.printable("a" * 400 + "b") == "a" * 400


def test_points_are_the_same_in_both_coordinates() -> None:
    x, y, z, t = verify._BASE  # noqa: SLF001 - the point itself
    prime = verify._P  # noqa: SLF001 - the same
    assert verify._same((x, y, z, t), (2 * x, 2 * y, 2 * z, 2 * t))  # noqa: SLF001 - the same
    for other in ((prime - x, y, z, prime - t), (x, prime - y, z, prime - t), (y, x, z, t)):
        assert not verify._same((x, y, z, t), other)  # noqa: SLF001 - the same


@pytest.mark.parametrize(
    "size", ["0", "1", "9", "10", "999999999999999999", "1" * 19, "1" * 20, "01", "", "-1", "+1", "1 "]
)
def test_size_of_a_head_is_a_number_of_nineteen_digits_at_most(size: str) -> None:
    root = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    sound = size.isascii() and size.isdigit() and str(int(size)) == size and len(size) <= 19
    assert (refused(verify.parse_checkpoint, "f", f"o\n{size}\n{root}\n") is None) is sound


def test_head_has_three_lines_at_least_and_none_that_is_empty() -> None:
    root = base64.b64encode(bytes(32)).decode()
    good = [f"o\n1\n{root}\n", f"o\n1\n{root}\nmore\n", f"o\n1\n{root}\nmore\nand more\n"]
    bad = [
        f"o\n1\n{root}",
        f"\n1\n{root}\n",
        f"o\n1\n{root}\n\n",
        f"o\n1\n{root}\n\nx\n",
        "o\n1\nAAAA\n",
        "o\n1\n",
        "o\n",
        "",
    ]
    assert [refused(verify.parse_checkpoint, "f", text) is None for text in good + bad] == [
        *[True] * len(good),
        *[False] * len(bad),
    ]


def test_point_without_x_has_no_sign() -> None:
    assert verify._decoded((1).to_bytes(32, "little")) == (0, 1, 1, 0)  # noqa: SLF001 - the point itself
    for number in (1 + 2**255, verify._P - 1 + 2**255, verify._P):  # noqa: SLF001 - the same
        assert verify._decoded(number.to_bytes(32, "little")) is None  # noqa: SLF001 - the same


def test_limit_is_on_all_bytes_and_is_reached_by_the_last_that_may_be(tmp_path: Path) -> None:
    assert verify.Options().limit == 256 * 2**20
    draw = files_of(VECTORS / "draw" / "accept" / "shanxi-2020")
    files = {name: draw[name] for name in verify.INPUTS}
    size = sum(map(len, files.values()))
    path = str(written(tmp_path / "draw", files))
    assert verify.verify(path, verify.Options(limit=size)).holds
    assert not verify.verify(path, verify.Options(limit=size - 1)).holds
    assert run(path, "--limit", "1").status == 0
    assert not verify.verify(path, verify.Options(rows_limit=1)).holds


def packed_with(*, mode: int = 0, comment: int = 0) -> bytes:
    """Return an archive whose members have a mode, and the first of them a comment."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in FILES.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.comment = b"c" * comment
            comment = 0
            archive.writestr(info, data)
    return made.getvalue()


def test_archive_is_of_plain_files_under_a_small_directory(tmp_path: Path) -> None:
    """A file has no mode at all or that of a plain file; the directory has 16 KiB at most."""
    path = tmp_path / "bundle.zip"
    bare = sum(46 + len(name) for name in FILES)
    for mode, sound in (
        (0, True),
        (0o644, True),
        (0o100644, True),
        (0o120777, False),
        (0o040755, False),
        (0o010644, False),
    ):
        path.write_bytes(packed_with(mode=mode))
        assert verify.verify(str(path), verify.Options()).holds is sound, oct(mode)
    for comment, sound in ((2**14 - bare, True), (2**14 - bare + 1, False)):
        path.write_bytes(packed_with(comment=comment))
        assert verify.verify(str(path), verify.Options()).holds is sound, comment
