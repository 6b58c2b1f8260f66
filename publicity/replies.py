"""Replies (经营者答复): the operator's own word beside a record, as it may be published.

It is short and plain, and no word of the bureau's. What it holds of persons is proposed for removal as in a penalty's
document; who proposes its publication confirms, adds or keeps, but never keeps a number of a person. What nobody
decided stays hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from publicity.redaction import project, propose
from registry.errors import FieldError
from registry.redactions import NUMBERS, PrivateKind, Span, Verdict

REPLY_LENGTH = 500
"""Characters of a reply at most."""
TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What is decided of one stretch, its start and end in characters: remove it, or keep what was proposed."""

    start: int
    end: int
    remove: bool


def shown_reply(text: str, cuts: Sequence[Cut]) -> str:
    """Return a reply as it is published. Raises FieldError."""
    proposals = {(each.start, each.end): each for each in propose(text)}
    spans: dict[tuple[int, int], Span] = {
        place: _span(*place, each.kind, Verdict.UNDECIDED) for place, each in proposals.items()
    }
    for at, cut in enumerate(cuts):
        if not 0 <= cut.start < cut.end <= len(text):
            raise _wrong(at, "end", (f"起止不在 {len(text)} 字之内。", f"It is not within {len(text)} characters."))
        place = (cut.start, cut.end)
        proposal = proposals.get(place)
        if not cut.remove and (proposal is None or proposal.kind in NUMBERS):
            raise _wrong(
                at,
                "remove",
                (
                    "此处没有可以保留的拟遮盖内容；个人的号码不得保留。",
                    "Nothing is proposed here that may be kept; numbers of persons never are.",
                ),
            )
        kind = PrivateKind.NAME if proposal is None else proposal.kind
        spans[place] = _span(*place, kind, Verdict.REMOVED if cut.remove else Verdict.KEPT)
    return project({TEXT: text}, list(spans.values()))[TEXT]


def _span(begins: int, ends: int, kind: PrivateKind, verdict: Verdict) -> Span:
    return Span(place=TEXT, begins=begins, ends=ends, kind=kind, why="", verdict=verdict, reason="")


def _wrong(at: int, name: str, problem: tuple[str, str]) -> FieldError:
    mend = ("请照拟遮盖内容的起止填写。", "Take start and end from the proposals.")
    return FieldError(("cuts", at, name), problem, mend)
