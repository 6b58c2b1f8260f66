"""The rules of one draw: what the bureau decides, before anything is known of the outcome.

Quotas, team, parties, public source and times, each checked when it is made. Together with the digests of the four
tables they make the commitment (``sampling.commitment``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sampling.canonical import hash_function
from sampling.errors import Fault, RefusedError, within
from sampling.names import Department, DrawId, Party, check_hex64, check_identifier, check_no_twins
from sampling.quotas import Quotas, read_quotas
from sampling.shape import Node
from sampling.sources import PublicSource, read_source
from sampling.times import parse_time
from sampling.values import check_prose, check_range

MAX_SEATS: Final = 9

RULE_KEYS: Final = (
    *("draw_id", "title", "quotas", "team", "secrets", "committed_at", "execute_by", "open_by"),
    *("public_source", "replaces", "hash"),
)
"""The keys of the commitment that state rules."""


@dataclass(frozen=True, slots=True)
class Seats:
    """How many inspectors of one department go to each unit: 1 to 9."""

    department: Department
    seats: int

    def __post_init__(self) -> None:
        """Check name and number."""
        check_identifier(self.department, "department")
        check_range(self.seats, 0, "seats")
        if not 1 <= self.seats <= MAX_SEATS:
            raise RefusedError(Fault.SEATS, ("seats",), value=self.seats)

    def value(self) -> dict[str, object]:
        """Return the entry as it stands in the commitment."""
        return {"department": self.department, "seats": self.seats}


@dataclass(frozen=True, slots=True)
class SecretDigest:
    """A party to the seed, and the digest of the secret that it has chosen."""

    party: Party
    digest: str

    def __post_init__(self) -> None:
        """Check name and form."""
        check_identifier(self.party, "party")
        check_hex64(self.digest, "digest")

    def value(self) -> dict[str, object]:
        """Return the entry as it stands in the commitment."""
        return {"party": self.party, "digest": self.digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything that a commitment says and that does not follow from the four tables.

    ``team``: the first department leads (主办). ``secrets``: their order is the order in the seed. Times are texts in
    the form of ``sampling.times``.

    Raises:
        RefusedError: at the key of the commitment that would be wrong.
    """

    draw_id: DrawId
    title: str
    quotas: Quotas
    team: tuple[Seats, ...]
    secrets: tuple[SecretDigest, ...]
    committed_at: str
    execute_by: str
    open_by: str
    public_source: PublicSource | None = None
    replaces: DrawId | None = None
    hash_name: str = "sha256"

    def __post_init__(self) -> None:
        """Check each value, then what they say about each other."""
        hash_function(self.hash_name)
        check_identifier(self.draw_id, "draw_id")
        check_prose(self.title, "title")
        self._check_replaces()
        _check_entries([entry.department for entry in self.team], "team", "department")
        _check_entries([entry.party for entry in self.secrets], "secrets", "party")
        _check_entries([entry.digest for entry in self.secrets], "secrets", "digest")
        self._check_times()

    def _check_replaces(self) -> None:
        if self.replaces is None:
            return
        check_identifier(self.replaces, "replaces")
        if self.replaces == self.draw_id:
            raise RefusedError(Fault.REPLACES_ITSELF, ("replaces",))
        check_no_twins([self.draw_id, self.replaces], "replaces")

    def _check_times(self) -> None:
        committed_at = parse_time(self.committed_at, "committed_at")
        execute_by = parse_time(self.execute_by, "execute_by")
        open_by = parse_time(self.open_by, "open_by")
        if not committed_at < execute_by:
            raise RefusedError(Fault.TIME_ORDER, ("execute_by",), later="execute_by", earlier="committed_at")
        if not execute_by <= open_by:
            raise RefusedError(Fault.TIME_BEFORE, ("open_by",), later="open_by", earlier="execute_by")
        if self.public_source:
            with within("public_source"):
                self.public_source.check_times(committed_at, execute_by)


def read_rules(nodes: dict[str, Node]) -> Rules:
    """Read the members of ``commitment.json`` called :data:`RULE_KEYS`.

    Raises:
        RefusedError: at the key that is wrong.
    """
    replaces = nodes["replaces"].text_or_none()
    texts = {key: nodes[key].text() for key in ("title", "committed_at", "execute_by", "open_by")}
    return Rules(
        draw_id=DrawId(nodes["draw_id"].text()),
        quotas=read_quotas(nodes["quotas"]),
        team=tuple(map(_read_seats, nodes["team"].entries())),
        secrets=tuple(map(_read_secret, nodes["secrets"].entries())),
        public_source=read_source(nodes["public_source"]),
        replaces=None if replaces is None else DrawId(replaces),
        hash_name=nodes["hash"].text(),
        **texts,
    )


def _read_seats(node: Node) -> Seats:
    department, seats = node.members("department", "seats")
    values = Department(department.text()), seats.integer()
    with within(*node.path):
        return Seats(*values)


def _read_secret(node: Node) -> SecretDigest:
    party, digest = node.members("party", "digest")
    values = Party(party.text()), digest.text()
    with within(*node.path):
        return SecretDigest(*values)


def _check_entries(names: Iterable[str], *path: str) -> None:
    """Refuse an empty list, a name that is there twice, and names that differ in case only."""
    listed = list(names)
    where, member = path
    if not listed:
        raise RefusedError(Fault.EMPTY_LIST, (where,))
    seen: set[str] = set()
    for at, name in enumerate(listed):
        if name in seen:
            raise RefusedError(Fault.TWICE, (where, at, member), value=name)
        seen.add(name)
    check_no_twins(listed, where)
