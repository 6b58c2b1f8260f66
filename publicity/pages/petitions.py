"""What of petitions stands beside a published record."""

from dataclasses import dataclass
from datetime import date

from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class PetitionMark:
    """That a record is disputed; ``answer_by`` is the last day of the answer, None where no rule says it.

    ``pledged_on`` is the day on which an application for repair was received whose rules ask for a public credit
    pledge (信用承诺) and that holds one.
    """

    kind: str
    words: str
    received_on: date
    answer_by: date | None
    late: bool
    pledged_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class OperatorReply:
    """A reply of the operator, its own word and not the bureau's."""

    text: str
    released_on: date


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice of a form, in both languages."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class FormFault:
    """What is wrong with one field of a form, and how to mend it; ``field`` is empty for the whole."""

    field: str
    problem: str
    mend: str


@dataclass(frozen=True, kw_only=True)
class PetitionFormPage:
    """The form by which anybody asks about a record; ``token`` makes a second sending the first, and follows it.

    ``filled`` is what was filled in before something was wrong with it; ``needs`` are the conditions of a repair,
    without any there is none, and ``no_repair`` says why.
    """

    site: Site
    record_id: str
    operator_name: str
    record_path: str
    kinds: list[Choice]
    askers: list[Choice]
    needs: list[Choice]
    no_repair: str
    max_files: int
    max_megabytes: int
    token: str
    filled: dict[str, str]
    faults: list[FormFault]


@dataclass(frozen=True, kw_only=True)
class PetitionTakenPage:
    """That a petition was received; ``token`` is the word that follows it, shown this once."""

    site: Site
    petition_id: str
    kind: str
    token: str
    files: int
    record_path: str


@dataclass(frozen=True, kw_only=True)
class PetitionProgress:
    """How far a petition is, for who asked: the reason or the written answer, once there is one."""

    petition_id: str
    kind: str
    record_path: str
    received_on: date
    state: str
    answer_by: date | None
    answer: str
    remedy: str
    again_on: date | None


@dataclass(frozen=True, kw_only=True)
class PetitionsPage:
    """How a record is corrected, and where who asked follows the answer; ``missed`` when number and word do not fit."""

    site: Site
    progress: PetitionProgress | None
    missed: bool
