"""The credit page of one operator."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from publicity.pages.records import Penalty, Result
from publicity.pages.restrictions import ListedLine, RestrictionLine
from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class OperatorReplaced:
    """That an operator fell away and was replaced, or came in as the next alternate for one that did, and why."""

    way: Literal["out", "came"]
    number: int
    reason: str
    text: str
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class OperatorDraw:
    """Why an operator was drawn or not in one opened draw, and the command that recomputes its ticket.

    ``row`` counts from 1, without the header: its row of the ``rows`` of ``frame.csv``, or in ``exclusions.csv``.
    ``replaced`` in order: one that came in may fall away too.
    """

    code: str
    draw_id: str
    title: str
    draw_path: str
    voided: bool
    place: Literal["drawn", "alternate", "excluded"]
    reason: str | None
    row: int | None
    rows: int | None
    stratum: str | None
    stratum_size: int | None
    quota: int | None
    rank: int | None
    ticket: str | None
    cutoff: str | None
    command: str | None
    replaced: list[OperatorReplaced]


@dataclass(frozen=True, kw_only=True)
class PendingDraw:
    """A draw that is committed and not open, in whose kinds and areas an operator is: what can be checked already.

    ``command`` prints the digest of the commitment, once its file was fetched.
    """

    draw_id: str
    title: str
    draw_path: str
    committed_at: datetime
    open_by: datetime
    commitment_digest: str
    commitment_path: str
    command: str
    log_index: int
    proof_path: str


@dataclass(frozen=True, kw_only=True)
class PlaceOfTrade:
    """A site, an app or a shop of an operator; ``platform_name`` is the platform it is, or is on."""

    platform_name: str
    site_name: str
    domain: str
    icp_no: str
    shop_id: str
    shop_url: str


@dataclass(frozen=True, kw_only=True)
class OtherRecord:
    """Another code under which the same operator stands in the register, and its page."""

    code: str
    path: str


@dataclass(frozen=True, kw_only=True)
class OperatorPage:
    """The public credit page of one operator; ``masked`` when it is a natural person without a licence.

    ``merged_into`` is where the record went that was a duplicate; ``earlier`` are the duplicates that came to this one,
    and what was published under their codes stands here too. ``restrictions`` are those in force on ``as_of``, the day
    on which the page was made; ``listed`` the entries on lists that stand.
    """

    site: Site
    code: str
    licensed: bool
    name: str
    masked: bool
    merged_into: OtherRecord | None
    earlier: list[OtherRecord]
    kind: str
    status: str
    trading: bool
    area: str
    address: str
    legal_representative: str
    places: list[PlaceOfTrade]
    as_of: date
    restrictions: list[RestrictionLine]
    listed: list[ListedLine]
    draws: list[OperatorDraw]
    pending: list[PendingDraw]
    results: list[Result]
    penalties: list[Penalty]
