"""Draws that break the protocol page: good ones in which something was changed *and everything else follows*.

Digests, row counts and secrets are made anew, so that the change itself is what has to be found, and not only a digest
that no longer fits.
"""

from collections.abc import Callable, Iterator, MutableSequence
from copy import deepcopy
from typing import Any

from tests.verifiers.cases import HEADERS, Case, Dice, good_case, secret_digest, spelled

ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 9, 10, 2**53 - 1, 2**53, 10**30, 0.5, 1.0, 1e300, float("nan")),
    *("", "0", "1", "0.0", "0.50", "1.0", ".5", "0.1234567", "０.5", "0.5\n", "1\n", " 1", "+1", "1_0"),
    *("a", "A", "a" * 64, "a" * 65, "a b", "a,b", "ä", "e\u0301", "\u00e9", "\u0000", "\u007f", "\u0085", "\u200b"),
    *(
        "\ud800",
        "\udc00\ud800",
        "\U0010ffff",
        "\u0378",
        "f" * 64,
        "F" * 64,
        "0" * 64,
        "draw-1",
        "DRAW-1",
        "all",
        "B",
        "b",
    ),
    *([], {}, [1], [[]], {"ratio": "0.5"}, {"count": 0}, {"count": 1}, {"count": "1"}, {"ratio": "1", "count": 1}),
    *({"kind": "drand", "round": 1}, {"kind": "drand", "round": 1000}, {"kind": "none"}, {"kind": "drand"}),
    *("sha256", "sm3", "SHA256", "double-random/1", "double-random/2", "Market", "cyber", "bureau", "Bureau"),
    *("12", "11", "1234567890", " ~", "é2", "\t1", "ab\u007f", 64, 63, 65, 25, 24, 10**6, 2**53 - 1),
)
TIMES = (
    *(
        "2023-08-23T09:00:00+08:00",
        "2023-08-23T24:00:00+08:00",
        "2023-08-23T23:59:60+08:00",
        "2023-08-23T09:60:00+08:00",
    ),
    *(
        "2023-02-29T09:00:00+08:00",
        "2024-02-29T09:00:00+08:00",
        "0000-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00+23:59",
    ),
    *("9999-12-31T23:59:59-23:59", "2023-08-23T09:00:00Z", "2023-08-23t09:00:00+08:00", "2023-08-23 09:00:00+08:00"),
    *("2023-08-23T09:00:00.0+08:00", "2023-08-23T09:00+08:00", "2023-08-23T09:00:00+0800", "2023-08-23T09:00:00-00:00"),
    *(
        "2023-08-23T09:00:00+24:00",
        "2023-08-23T09:00:00+23:59",
        "2023-08-23T09:00:00+05:60",
        "2023-08-23T09:00:00+05:99",
    ),
    *(
        "２023-08-23T09:00:00+08:00",
        "2023-08-23T09:00:00−08:00",
        "2023-08-23T09:00:00+08:00\n",
        "2023-W34-3T09:00:00+08:00",
    ),
    *(
        "2023-13-01T09:00:00+08:00",
        "2023-08-00T09:00:00+08:00",
        "2023-08-25T18:00:00+08:00",
        "2023-08-25T09:59:59+00:00",
    ),
    *("2023-08-25T18:00:00+08:00:00", "20230825T180000+0800", "2023-08-25T17:59:59+08:00", "2023-08-25T18:00:01+08:00"),
)
ODD_CELLS = (
    *(
        b"",
        b"00",
        b"1400",
        b"140100",
        b"140001",
        b"1",
        b"140",
        b"14010501",
        b"\xef\xbc\x91\xef\xbc\x94",
        b"\xd9\xa1\xd9\xa4",
    ),
    *(
        b"14 ",
        b" 14",
        b"14\r",
        b'"14"',
        b"14\t",
        b"a" * 64,
        b"a" * 65,
        b"a b",
        b"\xc3\xa4",
        b"\xff",
        b"a\x00",
        b"u001",
        b"U001",
    ),
    *(
        b"14\x0b",
        b"14\x0c",
        b"14\x1c",
        b"14\xc2\x85",
        b"14\xe2\x80\xa8",
        b"-",
        b".",
        b"_",
        b"+",
        b"=1",
        b"A",
        b"b",
        b"Closed",
    ),
    *(b"m00", b"M00", b"zz", b"market", b"Market", b"Cyber", b"B", b"C-1", b"moved", b"CLOSED", b"a,b", b"0", b"14,"),
)


def odd_value(dice: Dice) -> Any:  # noqa: ANN401 - any JSON
    """Return a value that is hardly lawful anywhere, for whoever asks alone: what is put into it stays there."""
    return deepcopy(dice.one_of(ODD_VALUES))


def mangled_case(dice: Dice) -> Case:
    """Return a good draw with one to three changes of any kind; a change may leave it lawful."""
    case = good_case(dice)
    for _ in range(dice.one_of([1, 1, 1, 2, 3])):
        dice.one_of(MANGLERS)(dice, case)
    return case


def places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - any JSON
    """Yield every place of a JSON value as (container, key)."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from places(inner)


def an_odd_value(dice: Dice, case: Case) -> None:
    _replace(dice, case.commitment)


def an_odd_time(dice: Dice, case: Case) -> None:
    case.commitment[dice.one_of(["committed_at", "execute_by", "open_by"])] = dice.one_of(TIMES)


def an_odd_reveal(dice: Dice, case: Case) -> None:
    _replace(dice, case.reveal)


def _replace(dice: Dice, value: dict[str, Any]) -> None:
    found = list(places(value))
    if found:
        container, key = dice.one_of(found)
        container[key] = odd_value(dice)


def a_key_less_or_more(dice: Dice, case: Case) -> None:
    value = dice.one_of([case.commitment, case.reveal])
    objects = [value, *(inner for container, key in places(value) if isinstance(inner := container[key], dict))]
    chosen = dice.one_of(objects)
    if chosen and dice.chance(2):
        del chosen[dice.one_of(sorted(chosen))]
    else:
        chosen[dice.one_of(["rows", "x", "ratio", "count", "kind", "B", "b", "round", "digest"])] = odd_value(dice)


def an_entry_twice_or_moved(dice: Dice, case: Case) -> None:
    lists = [(case.commitment, "team"), (case.commitment, "secrets"), (case.reveal, "secrets")]
    container, key = dice.one_of(lists)
    entries = container.get(key)
    if isinstance(entries, list) and entries:
        _shuffle(dice, entries)


def _shuffle(dice: Dice, entries: MutableSequence[Any]) -> None:
    at, other = dice.below(len(entries)), dice.below(len(entries))
    how = dice.below(4)
    if how == 0:
        entries.insert(other, deepcopy(entries[at]))
    elif how == 1:
        entries[at], entries[other] = entries[other], entries[at]
    elif how == 2:
        del entries[at]
    else:
        entries.append(deepcopy(entries[at]))


def a_source(dice: Dice, case: Case) -> None:
    """Another source of the public value, at the edges of what is lawful, with a value that fits it."""
    alphabet, length = dice.one_of(
        [
            ("01", 64),
            ("01", 63),
            ("123456", 24),
            ("abc", 41),
            ("abc", 40),
            (" ~", 64),
            ("é2", 64),
            ("0", 99),
            ("011", 64),
        ]
    )
    made = {
        "kind": "witnessed",
        "what": dice.one_of(["x", "", "\u0001", "y" * 201]),
        "alphabet": alphabet,
        "length": length,
    }
    rounds = (1, 0, 4100, 50000, 57_000, 2**53 - 1, 2**53, True, "1000", 1000)
    source = dice.one_of([made, {"kind": "drand", "round": dice.one_of(rounds)}, None])
    case.commitment["public_source"] = source
    if source is made:
        case.reveal["public_value"] = spelled(dice, made)


def secrets_follow(_dice: Dice, case: Case) -> None:
    """The digests of the secrets, made anew for whatever draw_id, hash and parties there are now."""
    entries, secrets = case.commitment.get("secrets"), case.reveal.get("secrets")
    if isinstance(entries, list) and isinstance(secrets, list):
        for entry, secret in zip(entries, secrets, strict=False):
            if isinstance(entry, dict) and "party" in entry:
                entry["digest"] = secret_digest(case, entry["party"], secret)


def rows_moved(dice: Dice, case: Case) -> None:
    name = dice.one_of(list(HEADERS))
    if case.tables[name]:
        _shuffle(dice, case.tables[name])
        if dice.chance(2):
            case.tables[name].sort()
        register_follows(case)


def an_odd_cell(dice: Dice, case: Case) -> None:
    name = dice.one_of(list(HEADERS))
    lines = case.tables[name]
    if not lines:
        return
    at = dice.below(len(lines))
    cells = lines[at].rstrip(b"\n").split(b",")
    cells[dice.below(len(cells))] = dice.one_of(ODD_CELLS)
    lines[at] = b",".join(cells) + b"\n"
    if dice.chance(2):
        lines.sort()


def a_row_more(dice: Dice, case: Case) -> None:
    name = dice.one_of(list(HEADERS))
    cells = [dice.one_of(ODD_CELLS) for _ in HEADERS[name].split(b",")]
    case.tables[name].append(b",".join(cells) + b"\n")
    if dice.chance(2):
        case.tables[name].sort()
    if dice.chance(2):
        register_follows(case)


def an_odd_line_end(dice: Dice, case: Case) -> None:
    name = dice.one_of(list(HEADERS))
    lines = case.tables[name]
    if lines:
        at = dice.below(len(lines))
        lines[at] = lines[at][:-1] + dice.one_of(
            [b"\r\n", b"", b"\n\n", b" \n", b",\n", b"\r", b"\x85", b"\xe2\x80\xa8", b"\x0c\n"]
        )


def odd_table_bytes(dice: Dice, case: Case) -> None:
    """A byte of a table changed before the commitment is made: its digest fits."""
    name, where, what = (
        dice.one_of(list(HEADERS)),
        dice.below(2**16),
        dice.one_of([b"", b"\x00", b'"', b"\xef\xbb\xbf", b"\n"]),
    )

    def change(files: dict[str, bytes]) -> None:
        data = files[name]
        at = where % (len(data) + 1)
        files[name] = dice.one_of(
            [what + data, data + what, data[:at] + what + data[at + 1 :], data[:at] + what + data[at:], b""]
        )

    change.early = True  # type: ignore[attr-defined]
    case.after.append(change)


def odd_json_bytes(dice: Dice, case: Case) -> None:
    """Another spelling of the same JSON, or of nearly the same."""
    name = dice.one_of(["commitment.json", "reveal.json"])
    swaps = (
        *((b",", b", "), (b":", b": "), (b"{", b"{ "), (b'"', b"'"), (b"a", b"\\u0061"), (b"/", b"\\/"), (b"}", b"},")),
        *(
            (b"null", b"NULL"),
            (b"1", b"1.0"),
            (b"1", b"1e0"),
            (b"1", b"01"),
            (b"1", b"-1"),
            (b"0", b"-0"),
            (b"1", b"+1"),
        ),
        *(
            (b"rows", b"r\\u006fws"),
            (b"\xe5", b"\xff"),
            (b"}", b',"x":0}'),
            (b"{", b'{"draw_id":"draw-1",'),
            (b":1", b":1" * 40),
        ),
        *(
            (b'"', b'"\x00'),
            (b'"', b'"\\ud83d'),
            (b"t", b"T"),
            (b"[", b"[" * 5000),
            (b"1", b"1" * 5000),
            (b"null", b"NaN"),
        ),
    )
    old, new = dice.one_of(swaps)
    ends = dice.one_of(
        [(b"", b""), (b"", b""), (b"\xef\xbb\xbf", b""), (b"", b"\n"), (b" ", b""), (b"", b"{}"), (b"", b"\x00")]
    )
    place = dice.below(2**16)

    def change(files: dict[str, bytes]) -> None:
        data = files.get(name, b"")
        found = [at for at in range(len(data)) if data.startswith(old, at)]
        if found:
            at = found[place % len(found)]
            data = data[:at] + new + data[at + len(old) :]
        if name in files:
            files[name] = ends[0] + data + ends[1]

    case.after.append(change)


def a_bit(dice: Dice, case: Case) -> None:
    """One bit anywhere, after the commitment."""
    name, place = dice.one_of([*HEADERS, "commitment.json", "reveal.json"]), dice.below(2**24)

    def change(files: dict[str, bytes]) -> None:
        data = bytearray(files.get(name, b""))
        if data:
            data[place // 8 % len(data)] ^= 1 << place % 8
            files[name] = bytes(data)

    case.after.append(change)


def a_file_missing(dice: Dice, case: Case) -> None:
    name = dice.one_of([*HEADERS, "commitment.json", "reveal.json"])

    def change(files: dict[str, bytes]) -> None:
        files.pop(name, None)

    case.after.append(change)


def register_follows(case: Case) -> None:
    register = case.commitment.get("register")
    if isinstance(register, dict):
        register["rows"] = len(case.tables["frame.csv"]) + len(case.tables["exclusions.csv"])


MANGLERS: tuple[Callable[[Dice, Case], None], ...] = (
    *(
        an_odd_value,
        an_odd_value,
        an_odd_value,
        an_odd_time,
        an_odd_reveal,
        a_key_less_or_more,
        an_entry_twice_or_moved,
    ),
    *(a_source, secrets_follow, rows_moved, an_odd_cell, an_odd_cell, a_row_more, an_odd_line_end, odd_table_bytes),
    *(odd_json_bytes, odd_json_bytes, a_bit, a_file_missing),
)
