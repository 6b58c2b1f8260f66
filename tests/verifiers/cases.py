"""Random draws, made from the protocol page with neither the service's code nor the verifier's.

A case is its six files. Good ones are lawful and often have little room; ``mangling`` makes bad ones of them.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

HEADERS = {
    "frame.csv": b"unit_id,stratum,area",
    "exclusions.csv": b"unit_id,reason",
    "inspectors.csv": b"inspector_id,department,area",
    "recusals.csv": b"inspector_id,unit_id",
}
KEYS = {
    "frame": "frame.csv",
    "exclusions": "exclusions.csv",
    "inspectors": "inspectors.csv",
    "recusals": "recusals.csv",
}
AREAS = ("14", "1401", "140105", "140106", "1402", "11")


class Dice:
    """A stream of numbers that its seed decides, whatever Python runs."""

    def __init__(self, seed: str) -> None:
        self._seed, self._thrown = seed, 0

    def below(self, sides: int) -> int:
        """Return a number from 0, below ``sides``."""
        self._thrown += 1
        digest = hashlib.sha256(f"{self._seed} {self._thrown}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % sides

    def one_of(self, things: Sequence[T]) -> T:
        """Return one of them."""
        return things[self.below(len(things))]

    def chance(self, one_in: int) -> bool:
        """Return true once in so many times."""
        return self.below(one_in) == 0


@dataclass
class Case:
    """A draw that can still be changed: tables as lines with their ends, the two JSON files as values."""

    tables: dict[str, list[bytes]]
    commitment: dict[str, Any]
    reveal: dict[str, Any]
    after: list[Callable[[dict[str, bytes]], None]] = field(default_factory=list)
    """What is done to the bytes at the very end."""

    def files(self) -> dict[str, bytes]:
        """Return the six files, digests and rows as the tables are now."""
        made = {name: b"".join([HEADERS[name] + b"\n", *lines]) for name, lines in self.tables.items()}
        for change in [each for each in self.after if getattr(each, "early", False)]:
            change(made)
        commitment = deepcopy(self.commitment)
        for key, name in KEYS.items():
            if key in commitment and isinstance(commitment[key], dict):
                fitting = {"digest": digest(self.commitment, made[name]), "rows": len(self.tables[name])}
                commitment[key] = fitting | commitment[key]
        files = made | {"commitment.json": canonical(commitment), "reveal.json": canonical(self.reveal)}
        for change in [each for each in self.after if not getattr(each, "early", False)]:
            change(files)
        return files


def canonical(value: object) -> bytes:
    """Return JSON as Python writes it with sorted keys, which for these draws is its canonical form."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=True)
    return text.encode("utf-8", "surrogatepass")


def digest(commitment: dict[str, Any], data: bytes) -> str:
    name = commitment.get("hash")
    return hashlib.new(name if name in ("sha256", "sm3") else "sha256", data).hexdigest()


def secret_digest(case: Case, party: object, secret: object) -> str:
    text = f"double-random/1 secret\n{case.commitment.get('draw_id')}\n{party}\n{secret}\n"
    return digest(case.commitment, text.encode("utf-8", "surrogatepass"))


def good_case(dice: Dice) -> Case:
    """Return a lawful draw of a few units, with one or two departments, often with little room."""
    strata = ["a", "B", "c-1"][: 1 + dice.below(3)]
    unit_ids = sorted({_unit_id(dice) for _ in range(1 + dice.below(14))})
    frame = [(unit, dice.one_of(strata), dice.one_of(AREAS[:5])) for unit in unit_ids]
    team = [(name, 1 + dice.below(3)) for name in ["market", "cyber"][: 1 + dice.below(2)]]
    people: list[tuple[str, str, str]] = []
    for department, seats in team:
        people += [(f"{department[0]}{at:02d}", department, "14") for at in range(seats)]
        people += [(f"{department[0]}x{at}", department, dice.one_of(AREAS)) for at in range(dice.below(5))]
    people += [("zz", "other", "14")] * dice.below(2)
    recusals = _bearable(dice, frame, sorted(people), dict(team))
    excluded = sorted({f"e{dice.below(90)}" for _ in range(dice.below(4))})
    tables = {
        "frame.csv": [f"{unit},{stratum},{area}\n".encode() for unit, stratum, area in frame],
        "exclusions.csv": [f"{unit},{dice.one_of(['closed', 'moved'])}\n".encode() for unit in excluded],
        "inspectors.csv": [",".join(person).encode() + b"\n" for person in sorted(people)],
        "recusals.csv": [f"{who},{unit}\n".encode() for who, unit in sorted(recusals)],
    }
    case = Case(tables, _terms(dice, [stratum for _unit, stratum, _area in frame], team), {})
    case.commitment["register"] = {"rows": len(frame) + len(excluded), "log_size": 1 + dice.below(500)}
    _agree_on_secrets(dice, case)
    return case


def _unit_id(dice: Dice) -> str:
    return dice.one_of(["9114{:04d}", "u{:03d}", "R.{:02d}_x", "U-{:04d}"]).format(dice.below(60))


def _bearable(
    dice: Dice, frame: list[tuple[str, str, str]], people: list[tuple[str, str, str]], needed: dict[str, int]
) -> set[tuple[str, str]]:
    """Return recusals, many or few, that leave every unit enough inspectors."""
    recused: set[tuple[str, str]] = set()
    often = dice.one_of([1, 2, 6])
    for unit, _stratum, area in frame:
        for who, department, works_in in people:
            able = [
                each
                for each, other, place in people
                if other == department and area.startswith(place) and (each, unit) not in recused
            ]
            spare = len(able) > needed.get(department, 0) or not area.startswith(works_in)
            if spare and dice.chance(often):
                recused.add((who, unit))
    return recused


def _terms(dice: Dice, strata: list[str], team: list[tuple[str, int]]) -> dict[str, Any]:
    named = {stratum: _rule(dice) for stratum in set(strata) if dice.chance(3)}
    return {
        "protocol": "double-random/1",
        "hash": "sm3" if dice.chance(4) else "sha256",
        "draw_id": "draw-1",
        "title": dice.one_of(["双随机抽查", "t", "a" * 200, "“引号”\\ / \u2028 😀", 'say "no"']),
        "replaces": dice.one_of([None, None, "draw-0"]),
        "frame": {},
        "exclusions": {},
        "inspectors": {},
        "recusals": {},
        "quotas": {"default": _rule(dice), "strata": dict(sorted(named.items()))},
        "team": [{"department": name, "seats": seats} for name, seats in team],
        "public_source": dice.one_of(
            [
                None,
                {"kind": "drand", "round": 1000},
                {"kind": "witnessed", "what": "dice", "alphabet": "123456", "length": 25},
                {"kind": "witnessed", "what": "球", "alphabet": " ~", "length": 64},
            ]
        ),
        "committed_at": "2023-08-23T09:00:00+08:00",
        "execute_by": dice.one_of(["2023-08-25T18:00:00+08:00", "2023-08-25T00:00:00-00:00"]),
        "open_by": dice.one_of(["2023-12-31T18:00:00+08:00", "2023-08-25T23:59:00+05:59", "2023-08-25T18:00:00+08:00"]),
    }


def _rule(dice: Dice) -> dict[str, Any]:
    ratio = dice.one_of(["0.5", "0.3", "1", "0.000001", "0.999999", "0.10", "0.333333"])
    return {"count": 1 + dice.below(9)} if dice.chance(3) else {"ratio": ratio}


def _agree_on_secrets(dice: Dice, case: Case) -> None:
    parties = ["bureau", "supervision"][: 1 + dice.below(2)]
    secrets = [hashlib.sha256(f"{party} {dice.below(2**32)}".encode()).hexdigest() for party in parties]
    case.commitment["secrets"] = [
        {"party": party, "digest": secret_digest(case, party, secret)}
        for party, secret in zip(parties, secrets, strict=True)
    ]
    source = case.commitment["public_source"]
    value = None
    if source is not None:
        value = hashlib.sha256(b"round").hexdigest() if source["kind"] == "drand" else spelled(dice, source)
    case.reveal = {"public_value": value, "secrets": secrets}


def spelled(dice: Dice, source: dict[str, Any]) -> str:
    return "".join(dice.one_of(source["alphabet"]) for _ in range(source["length"]))
