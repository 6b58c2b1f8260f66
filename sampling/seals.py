"""What a commitment says of its tables: one seal a table, and the register that the units come from."""

from dataclasses import dataclass
from typing import Self

from sampling.errors import within
from sampling.frame import RowT, Sheet
from sampling.names import check_hex64
from sampling.shape import Node
from sampling.values import check_range


@dataclass(frozen=True, slots=True)
class Seal:
    """What is committed of one table: the digest of its file, and its rows without the header."""

    digest: str
    rows: int

    def __post_init__(self) -> None:
        """Check form and range."""
        check_hex64(self.digest, "digest")
        check_range(self.rows, 0, "rows")

    @classmethod
    def of(cls, sheet: Sheet[RowT], hash_name: str) -> Self:
        """Seal a table."""
        return cls(sheet.digest(hash_name), len(sheet.rows))

    def value(self) -> dict[str, object]:
        """Return the seal as it stands in the commitment."""
        return {"digest": self.digest, "rows": self.rows}


@dataclass(frozen=True, slots=True)
class Register:
    """Where the units come from: ``rows`` in the plan's scope, made by the first ``log_size`` entries of the log."""

    rows: int
    log_size: int

    def __post_init__(self) -> None:
        """Check the ranges."""
        check_range(self.rows, 0, "rows")
        check_range(self.log_size, 1, "log_size")

    def value(self) -> dict[str, object]:
        """Return the register as it stands in the commitment."""
        return {"rows": self.rows, "log_size": self.log_size}


def read_seal(node: Node) -> Seal:
    """Read ``{"digest": …, "rows": …}``."""
    digest, rows = node.members("digest", "rows")
    values = digest.text(), rows.integer()
    with within(*node.path):
        return Seal(*values)


def read_register(node: Node) -> Register:
    """Read ``{"rows": …, "log_size": …}``."""
    rows, log_size = node.members("rows", "log_size")
    values = rows.integer(), log_size.integer()
    with within(*node.path):
        return Register(*values)
