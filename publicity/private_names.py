"""Names of natural persons in a text, recognised by what stands beside them: a role, a sex, a form of address.

Chinese has no spaces, so a name ends where its characters stop looking like one: after one or two characters that
follow a surname. Names behind 法定代表人, 负责人 or 经营者 are those of the register, which is public for whoever has a
licence; of a natural person without one they are private as well. What is masked already (张某) is left.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from publicity.proposals import Known, Proposal, Why, private_words
from registry.redactions import PrivateKind

_JOIN = re.compile(r"\s{0,2}(?:[、，,/和与及]|以及)\s{0,2}")
_AFTER_ROLE = re.compile(
    r"(?:（[^（）\n]{0,12}）|\([^()\n]{0,12}\))?\s{0,2}(?P<colon>[：:])?(?:均?为|是|系|名叫|叫)?\s{0,2}"
)
_SEXED = re.compile(r"(?=[\s，,（(、]{1,2}(?:性别[：:]?)?[男女](?:性)?[\s，,。；;）)、])")
_NUMBERED = re.compile(r"(?=[\s，,（(、]{1,2}(?:居民|公民)?身份(?:证|号码))")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
_MINORITY = re.compile(r"[\u4e00-\u9fff]{2,8}(?:[·•・‧．][\u4e00-\u9fff]{2,8}){1,3}")
_FOREIGN = re.compile(r"[A-Z][a-z]{1,15}(?: [A-Z][a-z]{0,15}){1,3}")
_MASKED = "某×*XＸ▇"
SHORTEST, LONGEST = 2, 4


def private_names(text: str, known: Known) -> Iterator[Proposal]:
    """Yield every stretch of a text that may be a natural person's name, wherever it stands."""
    registered = {found for _, found in _after(text, _words("registered"))} | set(known.public)
    places = [*_after(text, _words("roles")), *_before(text)]
    found = {name for _, name in places}
    if known.masked:
        found |= {name for _, name in _after(text, _words("registered"))}
    else:
        found -= registered
        found = {name for name in found if not any(name in other for other in known.public)}
    first = {start for start, _ in places}
    for length in sorted({len(name) for name in found}):
        for start in range(len(text) - length + 1):
            if text[start : start + length] in found:
                why = Why.LABEL if start in first else Why.AGAIN
                yield Proposal(start=start, end=start + length, kind=PrivateKind.NAME, why=why)


def _after(text: str, roles: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield the names that follow a role, and those that follow them in a list."""
    for role in roles.finditer(text):
        joint = _AFTER_ROLE.match(text, role.end())
        if joint is None:
            continue
        place, firm = joint.end(), joint["colon"] is not None
        while names := _names_at(text, place, firm=firm):
            yield from ((place, name) for name in names)
            joins = [_JOIN.match(text, place + len(name)) for name in names]
            place = next((join.end() for join in joins if join), len(text))


def _before(text: str) -> Iterator[tuple[int, str]]:
    """Yield the names that stand before a sex, an identity number or a form of address."""
    for pattern in (_SEXED, _NUMBERED, _honoured()):
        for found in pattern.finditer(text):
            for length in (LONGEST, 3, SHORTEST):
                start = found.start() - length
                name = text[start : found.start()]
                left = text[start - 1 : start] if start > 0 else ""
                fits = start >= 0 and _is_name(name) and (pattern is not _honoured() or not _IDEOGRAPH.fullmatch(left))
                if fits or (start >= 0 and _is_name(name) and left in _leading()):
                    yield start, name
                    break


def _names_at(text: str, place: int, *, firm: bool) -> list[str]:
    """Return what may be the name that begins at a place, the longest first; ``firm`` when a colon announces one.

    Whether 张三对 is a name or one with a word after it the text alone does not say: then both are returned.
    """
    found = _MINORITY.match(text, place) or _FOREIGN.match(text, place)
    if found is not None:
        return [found[0]]
    run = text[place : place + LONGEST + 1]
    length = next((at for at, each in enumerate(run) if not _IDEOGRAPH.fullmatch(each)), len(run))
    surname = _surname(run)
    long = surname + 2
    if surname == 0 or length <= surname or run[:2] in _listed("ordinary") or any(c in _MASKED for c in run[:long]):
        return []
    if length <= long:
        return [run[:length]]
    ends = run[surname + 1] in _letters("follow") or run[surname + 1 : surname + 3] in _listed("ordinary")
    goes_on = run[long] in _letters("follow")
    fits = goes_on or firm or run[0] not in _letters("weak")  # else an ordinary word that begins like a name
    return [run[:end] for end, holds in ((long, goes_on if ends else fits), (long - 1, ends)) if holds]


def _is_name(text: str) -> bool:
    surname = _surname(text)
    return (
        0 < surname < len(text) <= surname + 2
        and all(_IDEOGRAPH.fullmatch(each) and each not in _MASKED for each in text)
        and text[:2] not in _listed("ordinary")
    )


def _surname(text: str) -> int:
    """Return the length of the surname that a text begins with, 0 when there is none."""
    return 2 if text[:2] in _listed("compound") else int(text[:1] in _letters("surnames"))


@cache
def _letters(kind: str) -> frozenset[str]:
    return frozenset("".join(private_words()["names"][kind].split()))


@cache
def _listed(kind: str) -> frozenset[str]:
    return frozenset(private_words()["names"][kind])


@cache
def _leading() -> frozenset[str]:
    """Return what may stand before a name within a sentence: the ends of roles, and words that lead to a person."""
    names: Mapping[str, list[str]] = private_words()["names"]
    return frozenset(each[-1] for each in (*names["roles"], *names["registered"])) | frozenset("由向对与和及为是被经对")


@cache
def _words(kind: str) -> re.Pattern[str]:
    listed = sorted(private_words()["names"][kind], key=len, reverse=True)
    ahead = "(?<!现场)(?<!门店)(?<!店铺)(?<!财务)(?<!质量)(?<!安全)" if kind == "registered" else ""
    return re.compile(f"{ahead}(?:{'|'.join(listed)})")


@cache
def _honoured() -> re.Pattern[str]:
    return re.compile(f"(?={'|'.join(private_words()['names']['honorifics'])})")
