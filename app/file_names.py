"""Names of files that are handed in and handed out (附件名称): a name ends as its content is, or the file is not taken.

A program that opens a file goes by the end of its name, so an end that lies about the content is how a file is made to
run on the desk of whoever is handed it. One without an end is given that of its type. Whatever stands on record from
before, what is handed out ends as its type does.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from fastapi import Response

from registry.base import nfc
from registry.errors import FieldError

JPEG, PNG, PDF, TEXT = "image/jpeg", "image/png", "application/pdf", "text/plain"
NAME_LENGTH: Final = 120
NAME_WORDS: Final = "What the file is called; it ends as its content is, or has no ending."
NAMELESS: Final = "附件"
ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    PNG: (".png",),
    PDF: (".pdf",),
    TEXT: (".txt", ".text", ".log"),
}
"""What the name of a file may end in, by its type; the first is given to one that has none."""

_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_ENDING = re.compile(r"\.(?=[0-9]*[A-Za-z])[0-9A-Za-z_-]{1,16}\Z")
"""What a file system takes for an ending: a number of a page or a date after a dot is none."""


def safe_name(name: str) -> str:
    """Return a name that is only a name: no path, no sign that a file system, a header or a reader gives a meaning.

    >>> safe_name("../../etc/首页 截图.png")
    '.._.._etc_首页 截图.png'
    """
    plain = "".join("_" if unicodedata.category(sign) == "Cf" else sign for sign in nfc(name))
    return _UNFIT.sub("_", plain)[:NAME_LENGTH] or NAMELESS


def name_for(name: str, media_type: str) -> str:
    """Return the name under which a file of a type is kept. Raises FieldError where it ends as another type does.

    >>> name_for("营业执照", "application/pdf"), name_for("首页.JPG", "image/jpeg")
    ('营业执照.pdf', '首页.JPG')
    """
    ending = _ending(name)
    fit = ENDINGS[media_type]
    if ending and ending.lower() not in fit:
        raise FieldError(
            ("name",),
            (
                f"附件名称以“{ending}”结尾，内容却是 {media_type}。未保存。",
                f"The file's name ends in {ending!r}, and its content is {media_type}. Nothing was kept.",
            ),
            (
                f"请核对是否选错文件；确认无误的，请改名为以 {' 或 '.join(fit)} 结尾后再传。",
                f"Check that it is the right file; if it is, let its name end in {' or '.join(fit)}.",
            ),
        )
    return _ended(name, ending, media_type)


def handed_out(data: bytes, *, name: str, media_type: str) -> Response:
    """Return a file as a download, which nothing opens as anything but its type."""
    ending = _ending(name)
    honest = ending if ending.lower() in ENDINGS[media_type] else ""
    disposition = f"attachment; filename*=UTF-8''{quote(_ended(name, honest, media_type), safe='')}"
    return Response(data, media_type=media_type, headers={"Content-Disposition": disposition})


def _ending(name: str) -> str:
    """Return what a name ends in, dots and blanks behind it aside, which some file systems drop; or nothing."""
    found = _ENDING.search(nfc(name).rstrip(". "))
    return found[0] if found else ""


def _ended(name: str, ending: str, media_type: str) -> str:
    """Return a safe name that ends in what it may end in, cut so that the ending stays."""
    stem = safe_name(nfc(name).rstrip(". ").removesuffix(ending) if ending else name)
    ending = ending or ENDINGS[media_type][0]
    return stem[: NAME_LENGTH - len(ending)] + ending
