"""The page of the browser's check: of an open draw, a sealed one and one whose files are withheld."""

from dataclasses import replace
from datetime import timedelta

from publicity.pages.verifying import VerifyPage
from tests.publicity.samples.case import DRAW_ID, START, TITLE, site

PATH = f"/draws/{DRAW_ID}"


def verifying() -> VerifyPage:
    """Return the page of an open draw with a public round, and nobody replaced."""
    return VerifyPage(
        site=site(f"{PATH}/verify"),
        draw_id=DRAW_ID,
        draw_path=PATH,
        title=TITLE,
        withheld=False,
        open_by=START + timedelta(days=120),
        bundle_path=f"{PATH}/bundle.zip",
        replacements_path=None,
        cosigned_path=f"{PATH}/files/cosigned.json",
        curves=True,
    )


def verifying_sealed() -> VerifyPage:
    """Return the page before the draw is open."""
    return replace(verifying(), bundle_path=None, cosigned_path=None, curves=False)


def verifying_withheld() -> VerifyPage:
    """Return the page of a draw whose files are for supervisors."""
    return replace(verifying_sealed(), withheld=True)
