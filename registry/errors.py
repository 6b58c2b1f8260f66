"""The root of what the registry refuses. Each module states its own errors beside the rule they belong to.

An error knows nothing of HTTP: its *nature* (absent, conflict, forbidden, gone, invalid, unready) is a word of the
domain, and the edge decides what status that is.
"""

from typing import ClassVar, Literal

from sampling.wording import Bilingual, Words

Nature = Literal["absent", "conflict", "forbidden", "gone", "invalid", "unready"]


class RegistryError(Bilingual):
    """Something the registry refuses; nothing was changed."""

    nature: ClassVar[Nature] = "invalid"


class FieldError(RegistryError):
    """A value that cannot stand; ``field`` is a path of names and positions within what was handed in.

    ``withheld`` when the value must not be said again, because it should never have been handed in.
    """

    zh = "{problem_zh}{mend_zh}"
    en = "{problem_en} {mend_en}"

    def __init__(self, field: tuple[str | int, ...], problem: Words, mend: Words, *, withheld: bool = False) -> None:
        super().__init__(problem_zh=problem[0], problem_en=problem[1], mend_zh=mend[0], mend_en=mend[1])
        self.field = field
        self.problem = problem
        self.mend = mend
        self.withheld = withheld


class AbsentError(RegistryError):
    """What was named does not exist, or not for whoever asks."""

    nature = "absent"
    zh = "没有{what_zh} {key}。请核对编号。"
    en = "There is no {what_en} {key}. Check the number."
