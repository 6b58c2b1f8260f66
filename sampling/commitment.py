"""The commitment of a draw (锁定): ``commitment.json``, published and logged before anyone can know the seed.

It fixes the four tables by their digests, and the rules. :func:`commit` makes one, :meth:`Commitment.from_bytes`
reads one strictly, :meth:`Commitment.check_inputs` holds one against the tables; all three refuse the same things.
That a ``draw_id`` or a digest of a secret was not used before is for the log to say, not for this module.
"""

from dataclasses import dataclass
from typing import Final, Self

from sampling import canonical
from sampling.eligibility import check_staffable
from sampling.errors import Fault, RefusedError, within
from sampling.frame import Inputs, RowT, Sheet
from sampling.names import COMMITMENT, EXCLUSIONS, FRAME, INSPECTORS, RECUSALS, DrawId
from sampling.rules import RULE_KEYS, Rules, read_rules
from sampling.seals import Register, Seal, read_register, read_seal
from sampling.shape import Node

PROTOCOL: Final = "double-random/1"
SHEETS: Final = {"frame": FRAME, "exclusions": EXCLUSIONS, "inspectors": INSPECTORS, "recusals": RECUSALS}
"""The keys of the four tables, and their files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What ``commitment.json`` says.

    Raises:
        RefusedError: when register rows are not frame and exclusions together.
    """

    rules: Rules
    register: Register
    frame: Seal
    exclusions: Seal
    inspectors: Seal
    recusals: Seal

    def __post_init__(self) -> None:
        """Check the one sum."""
        frame, exclusions, rows = self.frame.rows, self.exclusions.rows, self.register.rows
        if rows != frame + exclusions:
            place, values = ("register", "rows"), {"frame": frame, "exclusions": exclusions, "value": rows}
            raise RefusedError(Fault.REGISTER_ROWS, place, file=COMMITMENT, **values)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read ``commitment.json``.

        Raises:
            RefusedError: at the key that is wrong; the tables are not looked at.
        """
        document = Node(canonical.parse_jcs(data, file=COMMITMENT))
        with within(file=COMMITMENT):
            protocol, register, *rest = document.members("protocol", "register", *SHEETS, *RULE_KEYS)
            if protocol.text() != PROTOCOL:
                raise RefusedError(Fault.PROTOCOL, protocol.path, value=protocol.text())
            seals = [read_seal(node) for node in rest[: len(SHEETS)]]
            return cls(
                rules=read_rules(dict(zip(RULE_KEYS, rest[len(SHEETS) :], strict=True))),
                register=read_register(register),
                **dict(zip(SHEETS, seals, strict=True)),
            )

    def to_bytes(self) -> bytes:
        """Return ``commitment.json``: canonical form, without a last line end."""
        return canonical.jcs(self.value())

    @property
    def draw_id(self) -> DrawId:
        """Return the draw's identifier."""
        return self.rules.draw_id

    @property
    def hash_name(self) -> str:
        """Return which hash this draw uses: ``sha256`` or ``sm3``."""
        return self.rules.hash_name

    @property
    def digest(self) -> str:
        """Return C, the digest of the file."""
        return canonical.digest(self.to_bytes(), self.hash_name)

    def value(self) -> dict[str, object]:
        """Return the commitment as a JSON object."""
        rules = self.rules
        return {
            "protocol": PROTOCOL,
            "hash": rules.hash_name,
            "draw_id": rules.draw_id,
            "title": rules.title,
            "replaces": rules.replaces,
            "register": self.register.value(),
            **{key: getattr(self, key).value() for key in SHEETS},
            "quotas": rules.quotas.value(),
            "team": [entry.value() for entry in rules.team],
            "secrets": [entry.value() for entry in rules.secrets],
            "public_source": rules.public_source and rules.public_source.value(),
            "committed_at": rules.committed_at,
            "execute_by": rules.execute_by,
            "open_by": rules.open_by,
        }

    def check_inputs(self, inputs: Inputs) -> None:
        """Hold the commitment against the four tables.

        Raises:
            RefusedError: for a table with another digest or number of rows; a quota for a stratum that is not in the
                frame; a unit that cannot be staffed.
        """
        with within(file=COMMITMENT):
            for key in SHEETS:
                self._check_seal(key, getattr(self, key), getattr(inputs, key))
            _check_rules(self.rules, inputs)

    def _check_seal(self, key: str, seal: Seal, sheet: Sheet[RowT]) -> None:
        found = sheet.digest(self.hash_name)
        if found != seal.digest:
            raise RefusedError(Fault.DIGEST, (key, "digest"), of=sheet.file, found=found, committed=seal.digest)
        if len(sheet.rows) != seal.rows:
            raise RefusedError(Fault.ROWS, (key, "rows"), of=sheet.file, found=len(sheet.rows), committed=seal.rows)


def commit(inputs: Inputs, rules: Rules, *, log_size: int) -> Commitment:
    """Fix tables and rules in a commitment; ``log_size`` is the length of the log that made the register's units.

    Raises:
        RefusedError: for everything that a reader of the commitment would refuse.
    """
    with within(file=COMMITMENT):
        seals = {key: Seal.of(getattr(inputs, key), rules.hash_name) for key in SHEETS}
        with within("register"):
            register = Register(len(inputs.frame.rows) + len(inputs.exclusions.rows), log_size)
        _check_rules(rules, inputs)
        return Commitment(rules=rules, register=register, **seals)


def _check_rules(rules: Rules, inputs: Inputs) -> None:
    strata = {unit.stratum for unit in inputs.frame.rows}
    for stratum in sorted(rules.quotas.strata):
        if stratum not in strata:
            raise RefusedError(Fault.UNKNOWN_STRATUM, ("quotas", "strata", stratum), value=stratum)
    check_staffable(inputs, rules.team)
