"""What takes long to make and never changes, kept by a process for those who ask next, up to a limit."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Kept(Generic[Key, Made]):
    """What was asked for last. One is made at a time; who asks for one that is kept waits for nobody.

    ``most``: what all that is kept may weigh together, by ``weigh``; the newest is kept whatever it weighs.
    """

    def __init__(self, most: int, weigh: Callable[[Made], int]) -> None:
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._looking = Lock()
        self._making = Lock()
        self._kept: OrderedDict[Key, Made] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """Return what is kept under a key, or make it."""
        if (found := self._find(key)) is not None:
            return found
        with self._making:
            if (found := self._find(key)) is not None:  # somebody made it meanwhile
                return found
            made = make()
            self._keep(key, made)
            return made

    def _find(self, key: Key) -> Made | None:
        with self._looking:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: Key, made: Made) -> None:
        with self._looking:
            self._kept[key] = made
            self._weight += self._weigh(made)
            while len(self._kept) > 1 and self._weight > self._most:
                _, left = self._kept.popitem(last=False)
                self._weight -= self._weigh(left)
