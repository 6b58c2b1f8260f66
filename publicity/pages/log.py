"""The pages of the transparency log: what it is, who signed its head, what its entries say."""

from dataclasses import dataclass
from datetime import datetime

from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class EntryLine:
    """One entry in words: its place, its instant, what happened."""

    index: int
    path: str
    at: datetime
    kind: str
    words_zh: str
    words_en: str


@dataclass(frozen=True, kw_only=True)
class SignedLine:
    """The newest signed head; ``note`` is the checkpoint, byte for byte."""

    size: int
    root: str
    at: datetime
    held: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True)
class AnswersKey:
    """A key that signs answers about restrictions, and the page of the entry that declares it, with its proof.

    Of one that was revoked: when, the page of that entry, and the file that tells an offline reader.
    """

    key: str
    path: str
    revoked_at: datetime | None = None
    revoked_path: str | None = None
    revocation_path: str | None = None


@dataclass(frozen=True, kw_only=True)
class LogPage:
    """The log as a whole: its head, who signed it, what that is worth, the newest entries.

    ``answers_keys`` are all that the log ever declared, the newest first.
    """

    site: Site
    origin: str
    keys: list[str]
    answers_keys: list[AnswersKey]
    size: int
    root: str
    at: datetime
    signed: SignedLine | None
    worth: Sentence
    entries: list[EntryLine]


@dataclass(frozen=True, kw_only=True)
class PublicField:
    """One thing that an entry says in clear, as JSON."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class EntryPage:
    """One entry: what it says, its bytes, and its proof under a head; ``signed`` when that head is signed."""

    site: Site
    entry: EntryLine
    text: str
    digest: str
    public: list[PublicField]
    leaf_hash: str
    size: int
    root: str
    signed: bool
    proof: list[str]
    previous_path: str | None
    next_path: str | None
