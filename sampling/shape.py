"""Taking a JSON document apart by its expected shape, so that every refusal names the key where it stands."""

from dataclasses import dataclass
from typing import Self

from sampling.errors import Fault, Path, RefusedError

__all__ = ["Node"]


@dataclass(frozen=True, slots=True)
class Node:
    """A value inside a document, and the path that leads to it."""

    value: object
    path: Path = ()

    def members(self, *keys: str) -> tuple[Self, ...]:
        """Return the members called ``keys``, in that order.

        Raises:
            RefusedError: when this is no object, or has one key more or less.
        """
        found = self.mapping()
        for key in sorted(found.keys() ^ set(keys)):
            fault = Fault.KEY_UNKNOWN if key in found else Fault.KEY_MISSING
            raise RefusedError(fault, self.path, key=key)
        return tuple(found[key] for key in keys)

    def mapping(self) -> dict[str, Self]:
        """Return the members of an object that may have any keys."""
        if not isinstance(self.value, dict):
            raise RefusedError(Fault.NOT_OBJECT, self.path)
        return {key: type(self)(value, (*self.path, key)) for key, value in self.value.items()}

    def entries(self) -> tuple[Self, ...]:
        """Return the entries of a list."""
        if not isinstance(self.value, list):
            raise RefusedError(Fault.NOT_LIST, self.path)
        return tuple(type(self)(value, (*self.path, at)) for at, value in enumerate(self.value))

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            raise RefusedError(Fault.NOT_TEXT, self.path)
        return self.value

    def text_or_none(self) -> str | None:
        """Return a text, or None for null."""
        return None if self.value is None else self.text()

    def integer(self) -> int:
        """Return an integer; true and false are none."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise RefusedError(Fault.NOT_INTEGER, self.path)
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise RefusedError(Fault.NOT_FLAG, self.path)
        return self.value
