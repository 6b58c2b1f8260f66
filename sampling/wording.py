"""Errors that say the same thing in Chinese and in English.

Every package has one root error that builds on :class:`Bilingual`. A subclass states its two sentences as templates
and is raised with the data that fills them; it knows nothing of HTTP or of the terminal.
"""

from typing import ClassVar, Literal

Language = Literal["zh", "en"]
Words = tuple[str, str]
"""One sentence in Chinese and in English."""


class Bilingual(Exception):  # noqa: N818 - a base for the roots, which do end in Error
    """An error with data and a sentence in each language; ``str()`` is the English one."""

    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **data: object) -> None:
        self.data = data
        super().__init__(data)

    def text(self, language: Language) -> str:
        """Return the sentence: what happened, what to do."""
        return (self.zh if language == "zh" else self.en).format(**self.data)

    def __str__(self) -> str:
        return self.text("en")
