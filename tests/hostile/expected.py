"""What the service says to each hostile or dirty file: ``expected.toml``, read."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

EXPECTED: Final[Mapping[str, Mapping[str, Any]]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
"""File → its roster, and one of: the sentence that refuses it, the cells that are wrong, the rows that are taken."""
