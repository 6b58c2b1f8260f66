"""The public form of petitions, and what who asked may read of the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from publicity.disclosure import Disclosure, content_of
from publicity.pages.petitions import (
    Choice,
    FormFault,
    PetitionFormPage,
    PetitionProgress,
    PetitionsPage,
    PetitionTakenPage,
)
from publicity.pages.site import Site
from publicity.repairs import NoRepairError, refuse_hopeless
from publicity.term_rules import NEED_WORDS
from publicity.terms import TermBook
from publicity.views.records import record_path
from registry.petitions import (
    CLOSED,
    PETITION_WORDS,
    STATE_WORDS,
    Asker,
    Petition,
    PetitionAcceptance,
    PetitionKind,
    PetitionState,
    Remedy,
    latest_proposal,
    petition_state,
)

ASKER_WORDS = {
    Asker.OPERATOR: ("本公示所载的经营者", "the operator of this record"),
    Asker.OTHER: ("其他公民、法人或者组织", "somebody else"),
}
REMEDY_WORDS = {Remedy.CORRECT: "公示机关将更正该公示", Remedy.WITHDRAW: "公示机关将撤下该公示"}


@dataclass(frozen=True, kw_only=True)
class Entered:
    """A form as it is opened, or as it came back: its word, what was filled in, and what was wrong with it."""

    token: str
    filled: Mapping[str, str] = field(default_factory=dict)
    faults: Sequence[FormFault] = ()


@dataclass(frozen=True, kw_only=True)
class Takes:
    """What a form takes: by which terms repairs are judged, and how many files and megabytes at most."""

    book: TermBook
    files: int
    megabytes: int


def form_page(session: Session, site: Site, disclosure: Disclosure, takes: Takes, entered: Entered) -> PetitionFormPage:
    """Return the form about a record that stands."""
    needs, no_repair = _needs(session, disclosure, takes.book)
    kinds = [each for each in PetitionKind if each is not PetitionKind.REPAIR or needs]
    return PetitionFormPage(
        site=site,
        record_id=disclosure.disclosure_id,
        operator_name=content_of(disclosure)["operator_name"],
        record_path=record_path(disclosure),
        kinds=[_choice(each, PETITION_WORDS[each]) for each in kinds],
        askers=[_choice(each, ASKER_WORDS[each]) for each in Asker],
        needs=needs,
        no_repair=no_repair,
        max_files=takes.files,
        max_megabytes=takes.megabytes,
        token=entered.token,
        filled=dict(entered.filled),
        faults=list(entered.faults),
    )


def taken_page(site: Site, petition: Petition, disclosure: Disclosure, *, token: str, files: int) -> PetitionTakenPage:
    """Return the page that says a petition was received."""
    return PetitionTakenPage(
        site=site,
        petition_id=petition.petition_id,
        kind=PETITION_WORDS[PetitionKind(petition.kind)][0],
        token=token,
        files=files,
        record_path=record_path(disclosure),
    )


def petitions_page(
    session: Session, site: Site, petition: Petition | None = None, *, missed: bool = False
) -> PetitionsPage:
    """Return how to ask, and how far a petition is whose asker has named its word."""
    progress = None if petition is None else _progress(session, petition)
    return PetitionsPage(site=site, progress=progress, missed=missed)


def _progress(session: Session, petition: Petition) -> PetitionProgress:
    """Return how far a petition is; a proposed answer is told once it is the decision."""
    key, state = petition.petition_id, petition_state(session, petition.petition_id)
    acceptance, proposal = session.get(PetitionAcceptance, key), latest_proposal(session, key)
    decided = proposal if state in CLOSED and state is not PetitionState.DECLINED else None
    shown = PetitionState.ACCEPTED if state is PetitionState.PROPOSED else state
    declined = acceptance.text if acceptance and not acceptance.accepted else ""
    return PetitionProgress(
        petition_id=key,
        kind=PETITION_WORDS[PetitionKind(petition.kind)][0],
        record_path=f"/records/{petition.disclosure_id}",
        received_on=petition.received_on,
        state=STATE_WORDS[shown][0],
        answer_by=acceptance.due_on if acceptance else None,
        answer=decided.text if decided else declined,
        remedy=REMEDY_WORDS[Remedy(decided.remedy)] if decided and decided.remedy else "",
        again_on=decided.again_on if decided else None,
    )


def _needs(session: Session, disclosure: Disclosure, book: TermBook) -> tuple[list[Choice], str]:
    try:
        return [_choice(each, NEED_WORDS[each]) for each in refuse_hopeless(session, disclosure, book)], ""
    except NoRepairError as refused:
        return [], str(refused.data["problem_zh"])


def _choice(value: str, words: tuple[str, str]) -> Choice:
    return Choice(value=str(value), zh=words[0], en=words[1])
