"""Homes of natural persons in a text, and addresses of theirs on the network.

A home is recognised by the word before it (住址, 户籍地, 家住) or by its form: an area, and a unit and room of a
dwelling. The domicile and the premises of a business are public, and are not proposed.
"""

import re
from collections.abc import Iterator
from functools import cache

from publicity.number_runs import plain_text
from publicity.proposals import Known, Proposal, Why, private_words
from registry.redactions import PrivateKind

LONGEST = 60
NO_HOME = len("山西省")
"""Characters of a place, at most, that names an area and no home."""
_END = re.compile(r"[，。；;,\n（(、！？“”\"]|\s{2}")
_JOINT = re.compile(r"[^\S\n]{0,2}[：:]?[^\S\n]{0,2}(?:为|是|在|于)?[^\S\n]{0,2}")
_PLACE = re.compile(r"[省市区县旗镇乡村街道路巷弄号栋幢楼单元室组苑园]")
_DWELLING = re.compile(
    r"(?:[0-9一二三四五六七八九十甲乙丙A-Za-z]{1,4}(?:号楼|单元|栋|幢|#楼|门)){1,3}"
    r"[0-9一二三四五六七八九十A-Za-z层\-]{0,8}(?:室|户|号)?"
    r"|(?:村|屯|庄)[0-9一二三四五六七八九十东西南北第]{0,6}(?:组|社|队)?[0-9]{1,5}号|(?:小区|家属院|宿舍|公寓)[0-9A-Za-z\-]{1,12}(?:室|号)"
)
_PART = re.compile(r"[\u4e00-\u9fff0-9A-Za-z#\-·]")
_AREA = re.compile(r"[\u4e00-\u9fff]{1,7}?(?:省|自治区|市|自治州|盟|区|县|旗|镇|乡)")
_BEFORE_AREA = re.compile(r".*[在于至到为往住从由是将向对经系位址]")
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")
_CHAT = re.compile(
    r"(?:微信号?|WeChat|wechat|VX|vx|wx)(?:账号|昵称|名)?[^\S\n]{0,2}[：:为是]?[^\S\n]{0,2}(?P<id>[A-Za-z][-_A-Za-z0-9]{5,19})"
)
_QQ = re.compile(r"(?:QQ|qq)号?码?[^\S\n]{0,2}[：:为是]?[^\S\n]{0,2}(?P<id>[1-9][0-9]{4,10})(?![0-9])")


def private_places(text: str, known: Known) -> Iterator[Proposal]:
    """Yield every stretch that may be a natural person's home or an address of theirs on the network."""
    plain = plain_text(text)
    found = [*_labelled(text, known), *_formed(text)]
    for start, end, why in found:
        if not _is_public(text[start:end], known):
            yield Proposal(start=start, end=end, kind=PrivateKind.ADDRESS, why=why)
    for pattern in (_MAIL, _CHAT, _QQ):
        for match in pattern.finditer(plain):
            name = "id" if "id" in pattern.groupindex else 0
            yield Proposal(start=match.start(name), end=match.end(name), kind=PrivateKind.ONLINE, why=Why.FORM)


def _labelled(text: str, known: Known) -> Iterator[tuple[int, int, Why]]:
    for label in _labels(masked=known.masked).finditer(text):
        joint = _JOINT.match(text, label.end())
        start = joint.end() if joint else label.end()
        end = _end(text, start)
        if _PLACE.search(text, start, end) and end - start > NO_HOME:
            yield start, end, Why.LABEL


def _formed(text: str) -> Iterator[tuple[int, int, Why]]:
    """Yield what ends like a dwelling and begins with an area, unless a word of business stands beside or in it."""
    for tail in _DWELLING.finditer(text):
        least = max(0, tail.start() - LONGEST)
        first = tail.start()
        while first > least and _PART.fullmatch(text[first - 1]):
            first -= 1
        area = _AREA.search(text, first, tail.end())
        if area is None:
            continue
        cut = _BEFORE_AREA.match(text[first : area.end()])
        start = first + (cut.end() if cut and cut.end() < area.end() - first else 0)
        beside = text[max(0, start - 8) : start]
        if not _business().search(text[start : tail.end()]) and not _premises().search(beside):
            yield start, tail.end(), Why.FORM


def _end(text: str, start: int) -> int:
    found = _END.search(text, start, start + LONGEST)
    return found.start() if found else min(len(text), start + LONGEST)


def _is_public(address: str, known: Known) -> bool:
    told = [each for each in known.public if len(each) > NO_HOME]
    return not known.masked and any(address in each or each in address for each in told)


@cache
def _labels(*, masked: bool) -> re.Pattern[str]:
    words = private_words()["addresses"]
    listed = [*words["private"], *(words["public"][:1] if masked else ())]
    alone = r"(?<![入居常暂现租家])住(?![所宿院房户建址进着客宅在于])(?=[\u4e00-\u9fff]{2,12}[省市区县镇乡村])"
    public = r"(?<!住所（)(?<!住所\()" if not masked else ""
    return re.compile(f"{public}(?:{'|'.join(sorted(listed, key=len, reverse=True))})[）)]?|{alone}")


@cache
def _business() -> re.Pattern[str]:
    return re.compile("|".join(private_words()["addresses"]["business"]))


@cache
def _premises() -> re.Pattern[str]:
    return re.compile("|".join(private_words()["addresses"]["public"]))
