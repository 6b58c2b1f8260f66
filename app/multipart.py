"""Forms with files (multipart/form-data), read strictly: what a browser sends, and nothing else.

The whole body is in memory and bounded before it comes here. A part is a text in UTF-8 or a file; a field that was left
without a file is none.

Source: RFC 7578 (multipart/form-data), RFC 2046 section 5.1 (boundaries).
"""

import re
from dataclasses import dataclass
from typing import Final

from registry.errors import RegistryError

PARTS: Final = 64
"""Parts of a form at most."""
_BOUNDARY: Final = re.compile(
    r"""multipart/form-data\s*;\s*boundary="?([0-9A-Za-z'()+_,./:=?-]{1,70})"?\s*""", re.IGNORECASE
)
_NAME: Final = re.compile(r'form-data;\s*name="([^"]{1,100})"(?:;\s*filename="([^"]*)")?', re.IGNORECASE)


class FormError(RegistryError):
    """The body is no form as a browser sends one."""

    zh = "提交的内容不是完整的表单。未收取任何内容；请从公示页面重新打开表单填写。"
    en = "What was sent is no whole form. Nothing was taken in; open the form again from the record's page."


class BusyFormError(RegistryError):
    """The files of as many forms as may be are being looked at."""

    nature = "unready"
    zh = "正在接收的申请太多，未收取任何内容。请过几分钟再提交，或者以信函、到窗口提出。"
    en = "Too many forms are being taken in. Nothing was; send it again in some minutes, or write to the bureau."


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """One file as it came: the name that the browser gave, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class SentForm:
    """A form: texts by name, the last one of a name, and files in order."""

    texts: dict[str, str]
    files: tuple[SentFile, ...]


def read_form(content_type: str, body: bytes) -> SentForm:
    r"""Return what a form holds. Raises FormError.

    >>> body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--'
    >>> read_form("multipart/form-data; boundary=x", body)
    SentForm(texts={'a': '1'}, files=())
    """
    found = _BOUNDARY.fullmatch(content_type.strip())
    if found is None:
        raise FormError
    first, *parts = (b"\r\n" + body).split(b"\r\n--" + found[1].encode(), PARTS + 1)
    if first or not parts or not parts[-1].startswith(b"--") or len(parts) > PARTS:
        raise FormError
    texts: dict[str, str] = {}
    files = []
    for part in parts[:-1]:
        head, gap, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name, file = _named(head)
        if not gap or not part.startswith(b"\r\n"):
            raise FormError
        if file is None:
            texts[name] = _text(data).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        elif file or data:
            files.append(SentFile(name=file, data=data))
    return SentForm(texts=texts, files=tuple(files))


def _named(head: bytes) -> tuple[str, str | None]:
    """Return the name of a part, and that of its file if it is one."""
    for line in _text(head).split("\r\n"):
        field, _, value = line.partition(":")
        if field.strip().lower() == "content-disposition":
            found = _NAME.match(value.strip())
            if found is not None:
                return found[1], found[2]
    raise FormError


def _text(data: bytes) -> str:
    """Return a text; one with a NUL is none that a browser sends, and no database takes it."""
    if b"\0" in data:
        raise FormError
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise FormError from None
