"""Imports of rosters."""

from typing import Any

from app.wire.base import Answer
from registry.importing import VERDICT_WORDS, Check, RowVerdict, Verdict
from registry.intake import Group, Wrong
from sampling.wording import Language


class ImportOut(Answer):
    """What an import did, in records, of the ``rows`` read; ``left_out`` were not taken; ``digest`` is the SHA-256."""

    rows: int
    added: int
    changed: int
    unchanged: int
    left_out: list[int]
    digest: str


class ChangeOut(Answer):
    """A column that would change, as a sheet shows it."""

    column: str
    before: str
    after: str


class WrongOut(Answer):
    """What is wrong with a cell, and the remedy."""

    column: str
    value: str
    problem: str
    remedy: str


class RowOut(Answer):
    """What would be done with a row of the sheet, counted as a spreadsheet does."""

    row: int
    verdict: Verdict
    word: str
    key: str
    changes: list[ChangeOut]
    wrongs: list[WrongOut]


class GroupOut(Answer):
    """Rows that look alike, and the keys on file they look like: for a decision."""

    rows: list[int]
    on_file: list[str]
    problem: str


class CountsOut(Answer):
    """Rows by verdict."""

    new: int
    changed: int
    unchanged: int
    refused: int
    duplicate: int
    skipped: int


class CheckOut(Answer):
    """What an import would do: counts of all rows, and a page of those not unchanged; ``next_after`` leads on."""

    rows: int
    counts: CountsOut
    digest: str
    verdicts: list[RowOut]
    groups: list[GroupOut]
    next_after: int | None


def check_out(check: Check, language: Language, *, after: int, limit: int) -> CheckOut:
    """Return a page of a check, in a language."""
    telling = [each for each in check.verdicts if each.verdict is not Verdict.UNCHANGED and each.row > after]
    page = telling[:limit]
    return CheckOut(
        rows=check.rows,
        counts=CountsOut(**{verdict.value: count for verdict, count in check.counts.items()}),
        digest=check.digest,
        verdicts=[_row(each, language) for each in page],
        groups=[_group(each, language) for each in check.groups[:limit]],
        next_after=page[-1].row if len(telling) > len(page) else None,
    )


def _row(each: RowVerdict, language: Language) -> RowOut:
    return RowOut(
        row=each.row,
        verdict=each.verdict,
        word=VERDICT_WORDS[each.verdict] if language == "zh" else each.verdict.value,
        key=each.key,
        changes=[ChangeOut.model_validate(change) for change in each.changes],
        wrongs=[WrongOut(**wrong_out(wrong, language)) for wrong in each.wrongs],
    )


def _group(group: Group, language: Language) -> GroupOut:
    side = 0 if language == "zh" else 1
    return GroupOut(rows=list(group.rows), on_file=list(group.on_file), problem=group.problem[side])


def wrong_out(wrong: Wrong, language: Language) -> dict[str, Any]:
    """Return a wrong cell in a language."""
    side = 0 if language == "zh" else 1
    return {
        "column": wrong.column,
        "value": wrong.value,
        "problem": wrong.problem[side],
        "remedy": wrong.mend[side],
    }
