"""The stage of a database (实战、演示、演练): declared by the first fact of its journal, or it is a real one.

The first fact is the first entry of the log, so that nobody can declare afterwards what a draw was: neither a draw
whose outcome displeased to have been a rehearsal, nor a rehearsal that pleased to have been a draw. A mark beside it,
in a table that only grows, is compared with it at every start.
"""

import json
from typing import Final

from sqlmodel import Field, Session, col, select

from registry.base import Record, nfc
from registry.draws import DrawCommitment
from registry.errors import FieldError, RegistryError
from registry.journal import Act, Fact, Kind, write
from sampling.stages import Stage

MARKED: Final = tuple(stage for stage in Stage if not stage.is_real)
"""The stages that have to be declared."""


class Mark(Record, table=True):
    """One mark on the whole database."""

    __tablename__ = "marks"

    name: str = Field(primary_key=True)


class NotEmptyError(RegistryError):
    """A database that already holds records cannot become a demonstration or a rehearsal."""

    nature = "conflict"
    zh = "此数据库已有记录，不能用作{word_zh}。未作任何改动；请换一个新的数据库。"
    en = "The database holds records and cannot become a {word_en}. Nothing was changed; use a new one."


class StageError(RegistryError):
    """The database's mark, its log and the numbers of its draws do not agree on what it is."""

    nature = "conflict"
    zh = (
        "数据库的标记、日志的第一条与抽取编号不一致：{what_zh}。服务没有启动，未作任何改动；"
        "请停用此数据库并查明是谁改动的。"
    )
    en = (
        "The database's mark, the first entry of its log and the numbers of its draws do not agree: {what_en}. The "
        "service did not start and changed nothing; take the database out of use and find out who changed it."
    )


class ForeignNumberError(RegistryError):
    """A number of another stage: a rehearsal is no draw, and a draw no rehearsal."""

    nature = "conflict"
    zh = "编号 {number} 不是本库的编号：演练与实战的编号不能互用。未作任何改动。"
    en = (
        "The number {number} was not made here: a rehearsal's numbers serve no draw, nor the other way round. Nothing "
        "was changed."
    )


def declare_stage(act: Act, stage: Stage) -> None:
    """Declare what an empty database is for; it says so from its first log entry on. Raises NotEmptyError."""
    if act.session.exec(select(Fact.fact_id).limit(1)).first() is not None:
        raise not_empty(stage)
    act.session.add(Mark(name=stage.value))
    said: dict[str, object] = {"stage": stage.value}
    write(act, Kind.STAGE_DECLARED, subject=stage.value, public=said, body=said)


def not_empty(stage: Stage) -> NotEmptyError:
    """Return the error that a database is no new one."""
    return NotEmptyError(word_zh=stage.marking.word[0], word_en=stage.marking.word[1])


def stage_of(session: Session) -> Stage:
    """Return the stage of a database, as the first entry of its log declares it."""
    first = session.exec(select(Fact.kind, Fact.public).order_by(col(Fact.fact_id)).limit(1)).first()
    if first is None or first[0] != Kind.STAGE_DECLARED:
        return Stage.REAL
    return Stage(json.loads(first[1])["stage"])


def check_stage(session: Session) -> Stage:
    """Return the stage of a database in which everything agrees on it. Raises StageError."""
    stage = stage_of(session)
    marks = session.exec(select(Mark.name).where(col(Mark.name).in_([each.value for each in MARKED]))).all()
    if list(marks) != [stage.value] * (not stage.is_real):
        listed = "、".join(marks) or "无"
        raise StageError(
            what_zh=f"日志表明是 {stage.value}，标记为：{listed}",
            what_en=f"by its log it is {stage.value}, its marks are {list(marks)}",
        )
    foreign = next((each for each in session.exec(select(DrawCommitment.draw_id)) if not stage.bears(each)), None)
    if foreign is not None:
        raise StageError(
            what_zh=f"日志表明是 {stage.value}，抽取 {foreign} 的编号不是",
            what_en=f"by its log it is {stage.value}, the draw {foreign} by its number is not",
        )
    return stage


def refuse_foreign(session: Session, *numbers: str) -> None:
    """Refuse numbers that were not made in this database's stage. Raises ForeignNumberError."""
    stage = stage_of(session)
    for number in numbers:
        if not stage.bears(number):
            raise ForeignNumberError(number=number)


def marked_title(session: Session, title: str) -> str:
    """Return a title with the mark of the stage, once; a title with another stage's mark is refused.

    Raises FieldError.
    """
    stage, text = stage_of(session), nfc(title)
    for other in MARKED:
        if stage.is_real and other.heading in text:
            raise FieldError(
                ("title",),
                (
                    f"标题含有“{other.heading}”，而这里办理的是真实的抽查。",
                    f"The title bears the mark {other.heading}, and this is no {other.marking.word[1]}.",
                ),
                ("请去掉该标记；演练请另建演练库。", "Leave it out; a rehearsal needs a database of its own."),
            )
    return text if not text or text.startswith(stage.title_mark) else stage.title_mark + text
