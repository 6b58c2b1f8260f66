"""Redaction (遮盖): what of a decision's text may have to be removed is proposed; what was decided is applied.

``propose`` finds identity numbers, telephones, bank cards, homes, names and addresses on the network of natural
persons. It changes nothing. ``project`` applies a review over all texts of one penalty: confirmed and added stretches,
and every proposal that nobody decided, are removed; ``carry`` adds where else the same words stand. Only a stretch that
somebody rejected stays. ``MARK`` stands in the place of each, always of one length, so that it tells nothing of what it
hides.

Sources: 市场监督管理行政处罚信息公示规定 (45号令) articles 6 and 7; 行政处罚法 50; 个人信息保护法 28 (sensitive data).
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain

from publicity.hidden_words import Hidden
from publicity.private_names import private_names
from publicity.private_numbers import private_numbers
from publicity.private_places import private_places
from publicity.proposals import Known, Proposal, Why
from registry.redactions import NUMBERS, PrivateKind, Span, Verdict

MARK = "×××"
"""Never another: what was published is computed again with it."""
CARRIED = 2
"""Characters that words must have at least to be removed wherever else they stand."""

_RANK = {kind: rank for rank, kind in enumerate(PrivateKind)}


def propose(text: str, known: Known | None = None) -> list[Proposal]:
    """Return what may have to be removed from a text, in order; nothing that lies within something else."""
    known = known or Known()
    found = chain(private_numbers(text), private_places(text, known), private_names(text, known), _known(text, known))
    return list(_outermost(sorted(found, key=lambda each: (each.start, -each.end, _RANK[each.kind]))))


def carry(texts: Mapping[str, str], spans: Sequence[Span]) -> list[Span]:
    """Return a span for every other place where words stand that are hidden somewhere.

    Not within a stretch that is hidden already, nor within one that somebody decided to keep.
    """
    hidden = {texts[e.place][e.begins : e.ends]: e.kind for e in spans if e.verdict is not Verdict.KEPT}
    words = Hidden(word for word in hidden if len(word) >= CARRIED)
    found: list[Span] = []
    for place, text in texts.items():
        reach, reached = _reach(place, len(text), spans), 0
        for begins, ends in words.longest_in(text):
            reached = max(reached, reach[begins])
            if ends > reached:
                found.append(_carried(place, begins, ends, hidden[text[begins:ends]]))
                reached = ends
    return found


def project(texts: Mapping[str, str], spans: Sequence[Span]) -> dict[str, str]:
    """Return the texts of a penalty, by place, as the spans of its review leave them."""
    return {place: _redacted(text, _hidden(place, spans)) for place, text in texts.items()}


def text_digest(text: str) -> str:
    """Return the digest of a published text: SHA-256 of its UTF-8, in hex.

    >>> text_digest("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def _known(text: str, known: Known) -> Iterator[Proposal]:
    for words, kind in known.hidden:
        for found in re.finditer(re.escape(words), text):
            yield Proposal(start=found.start(), end=found.end(), kind=kind, why=Why.REGISTER)


def _outermost(found: Sequence[Proposal]) -> Iterator[Proposal]:
    """Yield each proposal but for what lies within another of its kind, or within a number.

    What lies within an address or a name stands beside it: whoever rejects the one has not rejected the other.
    """
    reached: dict[PrivateKind, int] = {}
    for each in found:
        covering = [end for kind, end in reached.items() if kind in NUMBERS or kind is each.kind]
        if each.end > max(covering, default=0):
            yield each
            reached[each.kind] = each.end


def _carried(place: str, begins: int, ends: int, kind: PrivateKind) -> Span:
    return Span(
        place=place, begins=begins, ends=ends, kind=kind, why=Why.AGAIN.value, verdict=Verdict.CARRIED, reason=""
    )


def _reach(place: str, length: int, spans: Sequence[Span]) -> list[int]:
    """Return, for every character of a text, where the span ends that reaches farthest of those begun by then."""
    reach = [0] * (length + 1)
    for each in spans:
        if each.place == place:
            reach[each.begins] = max(reach[each.begins], each.ends)
    return list(accumulate(reach, max))


def _hidden(place: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return the stretches of a text that are removed, in order and apart."""
    merged: list[tuple[int, int]] = []
    for begins, ends in sorted((e.begins, e.ends) for e in spans if e.place == place and e.verdict is not Verdict.KEPT):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return merged


def _redacted(text: str, hidden: Sequence[tuple[int, int]]) -> str:
    """Return a text with a mark for each stretch; one that was erased has no stretches any more."""
    pieces, at = [], 0
    for begins, ends in hidden if text else ():
        pieces += [text[at:begins], MARK]
        at = ends
    return "".join((*pieces, text[at:]))
