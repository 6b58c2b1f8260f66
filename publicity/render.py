"""Turns a page object into HTML; the only module that knows a template language.

It chooses the template by the class of the page and words the values: dates, instants, money, digests. It decides
nothing else. Whatever a page shows is text or a whole number: ``None``, a float or a truth value that reaches the
output is a mistake of a template and is refused, not printed. Every text is escaped; characters that are invisible
or turn the direction of the text (a name may hold them) are shown by their number instead of taking effect.

A result stands under the anchor ``result-<result_id>``, a penalty under ``penalty-<penalty_id>``, wherever shown.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from itertools import groupby
from types import MappingProxyType
from typing import Final

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from publicity.operator_receipts import OperatorReceipt
from publicity.pages.caps import CapsPage
from publicity.pages.certificate import Certificate
from publicity.pages.counts import CountsPage
from publicity.pages.door import DoorPage
from publicity.pages.drawn import AlternatesPage, DrawnPage, ReplacementsPage
from publicity.pages.draws import DrawPage, DrawsPage
from publicity.pages.front import HomePage, SearchPage
from publicity.pages.items import ItemsPage
from publicity.pages.log import EntryPage, LogPage
from publicity.pages.operators import OperatorPage
from publicity.pages.outcomes import SentInspector
from publicity.pages.petitions import PetitionFormPage, PetitionsPage, PetitionTakenPage
from publicity.pages.plans import PlanPage, PlansPage
from publicity.pages.record import RecordPage
from publicity.pages.records import PenaltiesPage, ResultsPage
from publicity.pages.restrictions import AnswerSheet
from publicity.pages.site import MissingPage
from publicity.pages.terms import SeatLine
from publicity.pages.verifying import VerifyPage
from publicity.pages.witnesses import HeadSheet, WitnessesPage
from registry.base import SHANGHAI
from registry.notices import Notice
from sampling.stages import Stage

Page = (
    HomePage
    | SearchPage
    | OperatorPage
    | PlansPage
    | PlanPage
    | ItemsPage
    | CapsPage
    | DrawsPage
    | DrawPage
    | DrawnPage
    | AlternatesPage
    | ReplacementsPage
    | VerifyPage
    | CountsPage
    | DoorPage
    | WitnessesPage
    | RecordPage
    | ResultsPage
    | PenaltiesPage
    | LogPage
    | EntryPage
    | PetitionFormPage
    | PetitionTakenPage
    | PetitionsPage
    | MissingPage
)

TEMPLATES: Final[Mapping[type, str]] = MappingProxyType(
    {
        HomePage: "home.html",
        SearchPage: "search.html",
        OperatorPage: "operator.html",
        ItemsPage: "items.html",
        CapsPage: "caps.html",
        PlansPage: "plans.html",
        PlanPage: "plan.html",
        DrawsPage: "draws.html",
        DrawPage: "draw.html",
        DrawnPage: "drawn.html",
        AlternatesPage: "alternates.html",
        ReplacementsPage: "replacements.html",
        VerifyPage: "verify.html",
        CountsPage: "counts.html",
        DoorPage: "door.html",
        WitnessesPage: "witnesses.html",
        RecordPage: "record.html",
        ResultsPage: "results.html",
        PenaltiesPage: "penalties.html",
        LogPage: "log.html",
        EntryPage: "entry.html",
        PetitionFormPage: "petition_form.html",
        PetitionTakenPage: "petition_taken.html",
        PetitionsPage: "petitions.html",
        MissingPage: "missing.html",
    }
)

FEN_PER_YUAN: Final = 100
DIGEST_GROUP: Final = 8
"""Hex digits between two gaps, so that two digests can be compared by eye; a copy carries no gaps."""

COMMITMENT_DIGITS: Final = 16
"""How many digits of a commitment the code of a certificate holds, and are printed under it to be compared by eye."""

QR_BYTES: Final = 1_000
"""The longest text that a printed code holds so that a telephone still reads it."""

_STYLE: Final = files("publicity") / "static" / "site.css"
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def render(page: Page) -> str:
    """Return the whole HTML document of a page, beginning with its doctype."""
    template = _ENVIRONMENT.get_template(TEMPLATES[type(page)])
    return template.render(page=page, site=page.site)


def render_notice(notice: Notice, *, authority: str, stage: Stage, door: str | None) -> str:
    """Return a notice of inspection as a document to print; it is for the operator and the bureau, never public.

    ``door`` is the whole address of the proof of a drawn visit, which the notice bears as a QR code.
    """
    code = None if door is None else qr_code(door)
    template = _ENVIRONMENT.get_template("notice.html")
    return template.render(notice=notice, authority=authority, stage=stage, door=door, code=code)


def render_receipt(receipt: OperatorReceipt, *, authority: str, stage: Stage, address: str, keys: Sequence[str]) -> str:
    """Return an operator's receipt as a document to print; ``address`` is the whole one, which it bears as a code."""
    template = _ENVIRONMENT.get_template("receipt.html")
    return template.render(
        receipt=receipt, authority=authority, stage=stage, address=address, keys=keys, code=qr_code(address)
    )


def render_answer(sheet: AnswerSheet) -> str:
    """Return a signed answer as a document to print; its code holds the signed text whole, where that is short."""
    whole = len(sheet.note.encode()) <= QR_BYTES
    code = qr_code(sheet.note if whole else sheet.address or sheet.digest)
    return _ENVIRONMENT.get_template("answer.html").render(sheet=sheet, code=code, whole=whole)


def render_head_sheet(sheet: HeadSheet, *, alone: bool = False) -> str:
    """Return a signed head as a document to print; ``alone``, with its style sheet in it, for a file without a site."""
    style = Markup(_STYLE.read_text(encoding="utf-8")) if alone else None  # noqa: S704 - a file of this package
    template = _ENVIRONMENT.get_template("head.html")
    return template.render(sheet=sheet, style=style, code=qr_code(sheet.note))


def render_certificate(sheet: Certificate, *, address: str) -> str:
    """Return the certificate of a draw to print and sign; its code leads to ``address`` and names the commitment."""
    start = sheet.draw.commitment_digest[:COMMITMENT_DIGITS]
    template = _ENVIRONMENT.get_template("certificate.html")
    return template.render(sheet=sheet, address=address, code=qr_code(f"{address}#{start}"), start=start)


def qr_code(text: str) -> Markup:
    """Return a QR code (ISO/IEC 18004, a seventh of it may be lost) as an SVG of one path, without style or size."""
    code = segno.make_qr(text, error="m")
    drawn = code.svg_inline(svgclass="qr", lineclass=None, omitsize=True, svgid=None, border=4)
    return Markup(drawn)  # noqa: S704 - drawn by segno from numbers; the text is in it as squares alone


def chinese_date(day: date) -> str:
    """Word a legal date as official documents do.

    >>> chinese_date(date(2020, 9, 1))
    '2020年9月1日'
    """
    if isinstance(day, datetime):
        msg = "an instant is not a legal date"
        raise TypeError(msg)
    return f"{day.year}年{day.month}月{day.day}日"


def instant(at: datetime) -> str:
    """Show an instant to the minute in the legal time of China, cut and not rounded.

    >>> from datetime import UTC
    >>> instant(datetime(2020, 9, 1, 2, 0, 59, tzinfo=UTC))
    '2020年9月1日 10:00'
    """
    there = _in_shanghai(at)
    return f"{chinese_date(there.date())} {there:%H:%M}"


def machine_instant(at: datetime) -> str:
    """Show an instant to the second for the ``datetime`` attribute.

    >>> from datetime import UTC
    >>> machine_instant(datetime(2020, 9, 1, 2, 0, 59, tzinfo=UTC))
    '2020-09-01T10:00:59+08:00'
    """
    return _in_shanghai(at).isoformat(timespec="seconds")


def yuan(fen: int) -> str:
    """Word an amount exactly, in whole numbers only; fen are shown when there are any.

    >>> yuan(2_000_000), yuan(123_456_705), yuan(7)
    ('20,000元', '1,234,567.05元', '0.07元')
    """
    if type(fen) is not int or fen < 0:
        msg = f"an amount is a whole number of fen, zero or more, not {fen!r}"
        raise ValueError(msg)
    whole, rest = divmod(fen, FEN_PER_YUAN)
    return f"{whole:,}.{rest:02d}元" if rest else f"{whole:,}元"


def thousands(number: int) -> str:
    """Separate thousands.

    >>> thousands(265000)
    '265,000'
    """
    return f"{number:,d}"


def percent(ratio: str) -> str:
    """Word a sampling fraction of the protocol as announcements do, exactly.

    >>> percent("0.5"), percent("0.03"), percent("0.033333"), percent("1")
    ('50%', '3%', '3.3333%', '100%')
    """
    return f"{(Decimal(ratio) * 100).normalize():f}%"


def groups(digest: str, size: int = DIGEST_GROUP) -> list[str]:
    """Cut a digest into groups; put together again they are the digest.

    >>> groups("0123456789abcdef0123"), groups("0123456789", 4)
    (['01234567', '89abcdef', '0123'], ['0123', '4567', '89'])
    """
    return [digest[start : start + size] for start in range(0, len(digest), size)]


def paragraphs(text: str) -> list[str]:
    r"""Cut a text into its paragraphs, without empty ones.

    >>> paragraphs("一\n\n 二 ")
    ['一', '二']
    """
    return [line.strip() for line in text.split("\n") if line.strip()]


def digits(value: str) -> list[str]:
    """Cut a public value into its characters; a space is printed as the sign for one.

    >>> digits("4 07")
    ['4', '␠', '0', '7']
    """
    return ["␠" if character == " " else character for character in value]


def hash_title(hash_name: str) -> str:
    """Name a hash of the protocol as its standard does.

    >>> hash_title("sha256"), hash_title("sm3")
    ('SHA-256', 'SM3')
    """
    return {"sha256": "SHA-256", "sm3": "SM3"}[hash_name]


def hash_tool(hash_name: str) -> str:
    """Name the shell command that prints this hash of its input.

    >>> hash_tool("sha256"), hash_tool("sm3")
    ('sha256sum', 'openssl dgst -sm3')
    """
    return {"sha256": "sha256sum", "sm3": "openssl dgst -sm3"}[hash_name]


def by_department(team: Iterable[SentInspector], seats: Iterable[SeatLine]) -> list[tuple[str, list[SentInspector]]]:
    """Gather a team by department, in the order in which it stands, under the department's name."""
    names = {seat.department: seat.name for seat in seats}
    gathered = groupby(team, key=lambda sent: sent.department)
    return [(names.get(department, department), list(members)) for department, members in gathered]


def _in_shanghai(at: datetime) -> datetime:
    if at.utcoffset() is None:
        msg = f"an instant without an offset has no place in time: {at!r}"
        raise ValueError(msg)
    return at.astimezone(SHANGHAI)


def _shown(value: object) -> object:
    """Let text and whole numbers through to the output, and nothing else."""
    if isinstance(value, (Markup, StrictUndefined)) or type(value) is int:
        return value
    if isinstance(value, str):
        return _UNSEEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", value)
    msg = f"a page shows text and whole numbers, not {value!r}"
    raise TypeError(msg)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("publicity", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (chinese_date, instant, machine_instant, yuan, thousands, percent, groups, digits, hash_title, hash_tool)
    environment.filters.update({each.__name__: each for each in filters})
    environment.filters |= {"by_department": by_department, "paragraphs": paragraphs}
    return environment


_ENVIRONMENT: Final = _environment()
