"""The certificate of a draw (抽取记录单): one sheet of A4 to be signed, filed and held against the page later."""

from dataclasses import dataclass

from publicity.pages.cosigners import WatchedLine
from publicity.pages.draws import DrawPage
from publicity.pages.site import Site


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """A draw as its page shows it, with what paper needs beside that.

    ``rules``: the rules of how many strata are printed; ``listed``: how many of those drawn; ``teams``: whether there
    is room for who was sent. ``watched``: the first head of the log over the commitment that witnesses cosigned.
    ``verifier_digest``: the SHA-256 of the ``verify.py`` that is served.
    """

    site: Site
    draw: DrawPage
    rules: int
    listed: int
    teams: bool
    watched: WatchedLine | None
    verifier_digest: str
