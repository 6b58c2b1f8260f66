"""What may be inside an .xlsx before anybody parses it: a look at every part of the package, a piece at a time.

Refused here: archives that are no workbook, bombs (too many parts, too large, too well packed), parts that run code,
point outside or hold other files, document type declarations (XXE, entity bombs), and formulas. An attacker who knows
this module can at most get a workbook past it that the process which opens workbooks then has not the memory for.

Source: ECMA-376 part 2 (Open Packaging Conventions).
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from registry.lines import MIB, Limits, unreadable
from sampling.wording import Words

WORKBOOK: Final = "xl/workbook.xml"
CHUNK: Final = MIB
_TAIL: Final = 4096
"""Of a chunk, what the next is read with: a cell's start tag is shorter."""

_OTHERS: Final[tuple[tuple[str, Words], ...]] = (
    (
        r"xl/workbook\.bin",
        ("这是二进制工作簿（.xlsb）。请另存为 .xlsx。", "It is a binary workbook (.xlsb). Save it as .xlsx."),
    ),
    (
        r"content\.xml",
        ("这是 OpenDocument 文件（.ods）。请另存为 .xlsx。", "It is an OpenDocument file (.ods). Save it as .xlsx."),
    ),
    (
        r"word/document\.xml",
        (
            "这是 Word 文档。请把表格复制到工作簿并另存为 .xlsx。",
            "It is a Word document. Copy the table to a workbook and save it as .xlsx.",
        ),
    ),
)
_ARCHIVE: Final = (
    "这是压缩包，不是工作簿。请解压后导入其中的表格。",
    "It is an archive, not a workbook. Unpack it and import the sheet inside.",
)
_PARTS: Final[tuple[tuple[str, Words], ...]] = (
    (
        r".*vbaProject\.bin|xl/(?:macrosheets|dialogsheets)/.*",
        ("工作簿含有宏。请另存为不含宏的 .xlsx。", "The workbook holds macros. Save it as .xlsx without macros."),
    ),
    (
        r"xl/(?:externalLinks/.*|connections\.xml|queryTables/.*)",
        (
            "工作簿链接到其他文件或数据源。请断开链接、粘贴为数值后另存。",
            "The workbook links to other files or data sources. Break the links, paste values and save it again.",
        ),
    ),
    (
        r"xl/(?:embeddings|activeX|ctrlProps)/.*|.*\.(?:zip|rar|7z|gz|exe|dll|js|vbs|xlsx|xlsm|xls|docx?)",
        (
            "工作簿内嵌其他文件或控件。请删除后另存。",
            "Other files or controls are embedded in the workbook. Remove them and save it again.",
        ),
    ),
)
_BOMB: Final = (
    "解压后过大，疑似压缩炸弹。请把数据粘贴到新建的工作簿，或分成几个文件导入。",
    "It unpacks to far too much, as a zip bomb does. Paste the data into a new workbook, or import several files.",
)
BROKEN: Final = (
    "工作簿已损坏或不完整。请用表格软件打开并重新另存为 .xlsx。",
    "The workbook is damaged or incomplete. Open it in a spreadsheet program and save it as .xlsx again.",
)
LOCKED: Final = (
    "文件已加密。请取消打开密码后另存。",
    "The file is encrypted. Remove the password and save it again.",
)
_DECLARES: Final = (
    "工作簿中有文档类型声明（DTD），可能引用外部文件。请把数据粘贴到新建的工作簿。",
    "The workbook holds a document type declaration, which can point at other files. Paste the data into a new one.",
)
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_XML = re.compile(r".*\.(?:xml|rels|vml)", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FORMULA = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?f[\s/>]")
_ERROR = re.compile(rb'<(?:[A-Za-z_][\w.-]*:)?c\s[^>]*?\bt="e"')
_CELL = re.compile(rb'<(?:[A-Za-z_][\w.-]*:)?c\s[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"')
_FILLED = re.compile(rb'<c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')


def inspect_package(path: Path, limits: Limits) -> None:
    """Look at every part of a package. Raises SheetError for the first that may not be there."""
    try:
        with zipfile.ZipFile(path) as package:
            _inspect_directory(package, limits)
            for entry in package.infolist():
                if _XML.fullmatch(entry.filename):
                    _inspect_part(package, entry)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, UnicodeDecodeError, ValueError, zlib.error):
        raise unreadable(BROKEN) from None


def farthest_cells(path: Path) -> tuple[str, str]:
    """Return the filled cells furthest to the right and furthest down; of any sheet, for none was told apart yet."""
    right: tuple[int, bytes, bytes] = (0, b"", b"")
    down: tuple[int, bytes, bytes] = (0, b"", b"")
    with zipfile.ZipFile(path) as package:
        for entry in package.infolist():
            if SHEET.fullmatch(entry.filename):
                for chunk in _chunks(package, entry):
                    for column, row in _FILLED.findall(chunk):
                        right = max(right, (column_number(column.decode()), column, row))
                        down = max(down, (int(row), column, row))
    return (right[1] + right[2]).decode(), (down[1] + down[2]).decode()


def column_number(letters: str) -> int:
    """Return a column's number from 1.

    >>> column_number("A"), column_number("XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column's number.

    >>> column_letters(1), column_letters(16384)
    ('A', 'XFD')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def content_without_heading(column: int, row: int) -> Words:
    """Say that a cell stands in a column without a heading."""
    cell = f"{column_letters(column)}{row}"
    return (
        f"单元格 {cell} 有内容，而该列没有表头。请补上表头，或清空该列。",
        f"Cell {cell} has content under no heading. Add the heading, or empty the column.",
    )


def _inspect_directory(package: zipfile.ZipFile, limits: Limits) -> None:
    entries = package.infolist()
    names = [entry.filename for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise unreadable(LOCKED)
    if len(set(names)) < len(names):
        raise unreadable(BROKEN)
    if (
        len(entries) > limits.entries
        or sum(entry.file_size for entry in entries) > limits.unpacked
        or any(entry.file_size > max(limits.small, limits.ratio * entry.compress_size) for entry in entries)
    ):
        raise unreadable(_BOMB)
    if WORKBOOK not in names:
        raise unreadable(_first_of(_OTHERS, names) or _ARCHIVE)
    if problem := _first_of(_PARTS, names):
        raise unreadable(problem)


def _first_of(patterns: tuple[tuple[str, Words], ...], names: list[str]) -> Words | None:
    for pattern, problem in patterns:
        if any(re.fullmatch(pattern, name, re.IGNORECASE) for name in names):
            return problem
    return None


def _inspect_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    is_sheet = SHEET.fullmatch(entry.filename) is not None
    for number, chunk in enumerate(_chunks(package, entry)):
        if number == 0 and (b"\x00" in chunk[:64] or not chunk.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")):
            raise unreadable(BROKEN)
        if b"!" in chunk and _DECLARATION.search(chunk):
            raise unreadable(_DECLARES)
        if is_sheet:
            _refuse_computed(chunk)


def _refuse_computed(chunk: bytes) -> None:
    """Refuse a cell whose value is a program's and not the bureau's: a formula, an error."""
    if (b"<f" in chunk or b":f" in chunk) and (found := _FORMULA.search(chunk)):
        cell = _cell_before(chunk, found.start())
        raise unreadable(
            (
                f"单元格 {cell} 是公式。请复制整张表，用“选择性粘贴—数值”粘贴后另存。",
                f"Cell {cell} holds a formula. Copy the sheet, paste it as values and save it again.",
            )
        )
    if b't="e"' in chunk and (found := _ERROR.search(chunk)):
        cell = _cell_before(chunk, found.end())
        raise unreadable(
            (
                f"单元格 {cell} 是错误值（如 #N/A）。请改正后另存。",
                f"Cell {cell} holds an error such as #N/A. Correct it and save the file again.",
            )
        )


def _cell_before(chunk: bytes, end: int) -> str:
    """Return the name of the last cell that begins before a place; a cell without a name is "?"."""
    cells = _CELL.findall(chunk, max(0, end - _TAIL), end)
    return cells[-1].decode() if cells else "?"


def _chunks(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part in pieces that overlap, so that what crosses an edge is seen."""
    tail = b""
    with package.open(entry) as part:
        while chunk := part.read(CHUNK):
            yield tail + chunk
            tail = chunk[-_TAIL:]
