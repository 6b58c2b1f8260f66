"""Hidden words (已遮盖词语) looked for in a text: at every place the longest of them that stands there.

One look-up a place whatever the number of words and of their lengths: the words are sorted, and the greatest that does
not come after what stands at a place is the one, or begins with the one.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator


class Hidden:
    """Words, sorted, each with the longest other that it begins with."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._longest = max(map(len, self._words), default=0)
        self._shorter: list[int] = []
        for at, word in enumerate(self._words):
            before = at - 1
            while before >= 0 and not word.startswith(self._words[before]):
                before = self._shorter[before]
            self._shorter.append(before)

    def longest_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a word begins and ends (exclusive), by place; at one place the longest alone.

        >>> list(Hidden(["示例", "赵示例", "赵示"]).longest_in("由赵示例和赵示"))
        [(1, 4), (2, 4), (5, 7)]
        """
        for begins in range(len(text) if self._words else 0):
            at = bisect_right(self._words, text[begins : begins + self._longest]) - 1
            while at >= 0 and not text.startswith(self._words[at], begins):
                at = self._shorter[at]
            if at >= 0:
                yield begins, begins + len(self._words[at])
