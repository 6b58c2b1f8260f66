"""The case that the samples show, and what stands around every page; every name in it is made up and says so."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from publicity.pages.site import MissingPage, Paging, Site
from publicity.pages.terms import SeatLine
from sampling.stages import Stage

AUTHORITY = "示例省市场监督管理局（虚构）"
DRAW_ID = "1400002020090001"
TITLE = "2020年电子商务平台经营者双随机联合抽查"
START = datetime(2020, 9, 1, 2, 0, tzinfo=UTC)
STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
TEAM = [
    SeatLine(department="scjg", name="示例省市场监督管理局", seats=2),
    SeatLine(department="wx", name="示例省网信办公室", seats=2),
]


def hexadecimal(*words: object) -> str:
    """Return 64 digits that look like a digest, the same for the same words."""
    return sha256(":".join(map(str, words)).encode()).hexdigest()


def code(number: int) -> str:
    """Return an identifier as long as a credit code, without its check digit being right."""
    return f"91140000MA0{number:06d}X"


def company(number: int) -> str:
    """Return a made-up name; numbers differ in the name, too."""
    one, two = divmod(number, len(STEMS))
    return f"示例{STEMS[one]}{STEMS[two]}电子商务有限公司（虚构）"


def site(path: str = "/", *, stage: Stage = Stage.DEMONSTRATION) -> Site:
    """Return what stands around a page at an address."""
    name, mark, query = path.partition("?")
    return Site(
        authority=AUTHORITY,
        stage=stage,
        made_at=START + timedelta(days=90),
        path=name,
        json_path=("/index" if name == "/" else name) + ".json" + mark + query,
        log_size=214,
        log_root=hexadecimal("root"),
    )


def paging(shown: int, *, total: int | None = None, path: str | None = None) -> Paging:
    """Return the only page of a list, or one of several when given the path of the next."""
    return Paging(total=shown if total is None else total, shown=shown, next_path=path, first_path=path)


def missing() -> MissingPage:
    """Return what stands where nothing is."""
    return MissingPage(
        site=site("/nowhere"),
        status=404,
        title="没有这个页面",
        detail="这个地址没有公开的内容。请核对地址，或用名称、代码查询。",
    )
