"""Answers about restrictions."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from app.values import LegalDate
from app.wire.base import Answer, Request
from publicity.answers import MOST_CODES, STATE_WORDS, CodeState
from publicity.answers import Answer as Found
from publicity.restrictions import Ends
from publicity.views.restrictions import restriction_line
from registry.listings import OperatorList

AskedCode = Annotated[str, Field(max_length=64, description="A unified social credit code or a register number.")]


class RestrictionsIn(Request):
    """Codes to ask about, 200 at most, and the day: today where none is given."""

    codes: list[AskedCode] = Field(min_length=1, max_length=MOST_CODES)
    as_of: LegalDate | None = None
    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"codes": ["91140105FAKE0001XB", "911400001123599660"]}]}
    )


class RestrictionOut(Answer):
    """One restriction in force: what, on which basis, from when to when, and the record it rests on.

    ``source`` is the rule that it follows from, ``basis`` the law that the decision cites. ``until_on`` is the last
    day, where ``ends`` is ``on_day``. ``listed`` is the list, of a restriction that follows from one.
    """

    what: str
    what_en: str
    source: str
    from_on: date
    until_on: date | None
    ends: Ends
    listed: OperatorList | None
    authority: str
    decision_no: str
    decided_on: date
    basis: str
    record_id: str
    record_path: str
    log_index: int
    proof_path: str


class AnswerOut(Answer):
    """What is known of one code; ``problem`` says what is wrong with one that is malformed."""

    asked: str
    code: str
    state: CodeState
    state_words: str
    state_words_en: str
    name: str | None
    merged_into: str | None
    problem: str | None
    problem_en: str | None
    restrictions: list[RestrictionOut]


class AnswersOut(Answer):
    """Answers in the order of the codes, made at a head of the log; ``note`` says what they rest on."""

    as_of: date
    made_at: datetime
    log_size: int
    log_root: str
    note: str
    note_en: str
    answers: list[AnswerOut]


def answer_out(found: Found) -> AnswerOut:
    """Return an answer as it is sent."""
    return AnswerOut(
        asked=found.asked,
        code=found.code,
        state=found.state,
        state_words=STATE_WORDS[found.state][0],
        state_words_en=STATE_WORDS[found.state][1],
        name=found.name,
        merged_into=found.merged_into,
        problem=None if found.problem is None else found.problem[0],
        problem_en=None if found.problem is None else found.problem[1],
        restrictions=[RestrictionOut.model_validate(restriction_line(each)) for each in found.restrictions],
    )
