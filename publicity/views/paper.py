"""How much of a draw goes on one sheet of A4, so that a certificate is one page and says what it left out.

Nobody but a browser knows where a line breaks; here it is reckoned, always rather too much: a character is as wide as
its script, and whatever begins a line takes it. ``tests/browser`` prints the sheets and counts their pages.

Heights are in tenths of a millimetre, widths in halves of a Chinese character of the sheet's own size, as
``static/site.css`` sets them for print.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from unicodedata import east_asian_width

from publicity.pages.draws import DrawPage
from publicity.pages.outcomes import DrawnUnit

SHEET: Final = 2_730
"""Between the margins of 12 mm."""
SLACK: Final = 60
"""For other fonts than those it was tried with."""
LINE: Final = 36
DIGEST_LINE: Final = 38
LIST_LINE: Final = 30
GAP: Final = 10
NOTE: Final = 46
"""One line with room after it."""
HEADING: Final = 45
HEAD: Final = 345
"""Title, dates and the code beside them, where the title takes two lines at most."""
BANNER: Final = 100
SIGN: Final = 140
WIDE: Final = 130
TITLE: Final = 78
HALF: Final = 71
"""What a line holds: over the whole sheet, in the title, in one of the two columns of the list."""
RULES: Final = 6
"""How many rules are printed at most: a draw may have a stratum for every county."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What of a draw there is room for: so many rules, so many of those drawn, and who was sent if ``teams``."""

    rules: int
    listed: int
    teams: bool


def room_for(draw: DrawPage, *, cosigners: Iterable[str], marked: bool) -> Room:
    """Return what of a draw goes on its certificate: everybody drawn with their teams, else without, else the first."""
    rules = min(RULES, len(draw.quotas))
    drawn = [] if draw.outcome is None else draw.outcome.drawn
    whole = draw.outcome is None or draw.outcome.drawn_paging.next_path is None
    left = SHEET - SLACK - _rest(draw, rules, cosigners=cosigners) - (BANNER if marked else 0)
    with_teams, alone = ([_list_lines(unit, teams=teams) for unit in drawn] for teams in (True, False))
    if whole and _columns(with_teams) <= left:
        return Room(rules=rules, listed=len(drawn), teams=True)
    left -= NOTE  # which says where the teams are
    if whole and _columns(alone) <= left:
        return Room(rules=rules, listed=len(drawn), teams=False)
    left -= NOTE  # which says how many are left out
    listed = next(
        count for count in reversed(range(len(drawn) + (not whole))) if not count or _columns(alone[:count]) <= left
    )
    return Room(rules=rules, listed=listed, teams=False)


def width(text: str) -> int:
    """Return the width of a text in halves of a Chinese character.

    >>> width("抽取 26 户")
    10
    """
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def _lines(text: str, line: int = WIDE) -> int:
    return max(1, -(-width(text) // line))


def _rest(draw: DrawPage, rules: int, *, cosigners: Iterable[str]) -> int:
    """Return the height of all but the list."""
    head = HEAD + 48 * max(0, _lines(draw.title, TITLE) - 2)
    reasons = "、".join(f"{line.text} {line.count}" for line in draw.exclusions)
    team = "、".join(f"{seat.name} {seat.seats} 人" for seat in draw.team)
    quotas = "".join(
        f"组 {line.stratum}：{line.units} 户，{line.rule}，{line.drawn} 户；" for line in draw.quotas[:rules]
    )
    said = [
        " " * 90 + reasons,
        quotas + " " * 60 + team,
        " " * 60 + draw.source.what,
        " " * 30 + "、".join(f"{name}（2020年12月31日 23:59）" for name in cosigners),
        " " * 20 + draw.level.used + draw.level.proves + draw.level.leaves_open,
        "".join(draw.level.caveats),
        " " * (WIDE + 20),  # how to check, at the foot
    ]
    parties = "、".join(line.party for line in draw.secrets)
    beside = max(_lines(" " * 12 + text, WIDE // 2) for text in (parties, "、".join(draw.source.witnesses)))
    state = NOTE if draw.outcome is None or draw.outcome.replacements else 0
    value = draw.source.value or (draw.source.beacon.randomness if draw.source.beacon else None) or ""
    gaps = GAP * 9
    digests = DIGEST_LINE * (7 + _more_digests(draw)) + HEADING
    digits = LINE + GAP if value else 0
    digits += LINE * (len(value) // 60)
    return head + LINE * (sum(map(_lines, said)) + beside) + state + gaps + digests + digits + 2 * HEADING + SIGN


def _more_digests(draw: DrawPage) -> int:
    """Return how many digests stand beside the commitment's, the log's and the verifier's."""
    outcome = draw.outcome
    if outcome is None:
        return 1 if draw.outcome_root else 0
    files = sum(file.name in ("drawn.csv", "teams.csv") for file in outcome.files)
    return 1 + files + (outcome.seed is not None) + (outcome.subject_key is not None)


def _list_lines(unit: DrawnUnit, *, teams: bool) -> int:
    rank = "" if unit.rank is None else f"{unit.rank} {unit.stratum or ''} "
    ticket = "" if unit.ticket is None else " 0123 4567"
    after = " 候补" * unit.alternate + " 已由候补替补" * (unit.outcome == "replaced")
    own = _lines(f"{rank}{unit.name} {unit.code}{ticket}{after}", HALF)
    if not teams:
        return own
    return own + _lines("、".join(f"{one.name}{'（主办）' if one.lead else ''}" for one in unit.team), HALF - 4)


def _columns(lines: list[int]) -> int:
    """Return the height of two columns, filled one after the other and of which the taller one is as low as can be."""
    if not lines:
        return 0
    whole = sum(lines)
    return LIST_LINE * min(max(first, whole - first) for first in accumulate(lines)) + GAP
