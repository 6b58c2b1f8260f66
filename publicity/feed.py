"""Changes as a feed (RFC 4287, Atom): the same lines as ``publicity.following``, the newest first, for any reader.

An entry names the record by its number, never its operator or text: what a reader keeps outlives the record. Its id is
made of the log's first entry, so that it stays the same wherever the feed is read. Older lines follow on further pages
(RFC 5005, paged feeds).
"""

from datetime import UTC, datetime
from typing import Final
from uuid import NAMESPACE_OID, uuid5
from xml.etree import ElementTree as ET

from publicity.following import FEED
from publicity.pages.following import Change, ChangeFeed, PublicChange
from publicity.pages.site import Site

ATOM: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"

CHANGE_WORDS: Final[dict[Change, str]] = {
    "published": "公示",
    "changed": "更正",
    "marked": "标明申诉",
    "unmarked": "取消申诉标注",
    "replied": "附上经营者答复",
    "erased": "删除部分内容",
    "ended": "停止公示",
    "withdrawn": "撤回公示",
    "listed": "列入名单",
    "delisted": "移出名单",
}
SUBJECT_WORDS: Final = {"result": "检查结果", "penalty": "行政处罚", "list": "名单"}
TITLE: Final = "双随机、一公开：公示变更"


def write_feed(site: Site, page: ChangeFeed, *, log_id: str, base: str) -> bytes:
    """Return a page of changes as an Atom document.

    ``log_id`` names the log for ever: the hash of its first entry, in hex. ``base`` is the public address of the site.
    """
    ET.register_namespace("", ATOM)
    feed = ET.Element(_name("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": "zh-CN"})
    _text(feed, "id", _urn(log_id))
    _text(feed, "title", f"{site.stage.heading}{TITLE} - {site.authority}")
    if site.stage.word:
        _text(feed, "subtitle", site.stage.marking.says[0])
    _text(feed, "updated", _instant(page.updated))
    ET.SubElement(ET.SubElement(feed, _name("author")), _name("name")).text = site.authority
    _link(feed, "self", f"{base}{page.path}", MEDIA_TYPE)
    _link(feed, "alternate", f"{base}/", "text/html")
    _link(feed, "first", f"{base}{FEED}", MEDIA_TYPE)
    if page.older_path is not None:
        _link(feed, "next", f"{base}{page.older_path}", MEDIA_TYPE)
    for each in page.changes:
        _entry(feed, each, log_id=log_id, base=base)
    data: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return data


def _entry(feed: ET.Element, change: PublicChange, *, log_id: str, base: str) -> None:
    entry = ET.SubElement(feed, _name("entry"))
    said = f"{CHANGE_WORDS[change.change]}：{SUBJECT_WORDS[change.subject]} {change.record_id}"
    _text(entry, "id", _urn(f"{log_id}/{change.log_index}/{change.change}/{change.record_id}"))
    _text(entry, "title", said)
    _text(entry, "updated", _instant(change.at))
    ET.SubElement(entry, _name("category"), {"term": change.change, "label": CHANGE_WORDS[change.change]})
    _link(entry, "alternate", f"{base}{change.path or f'/log/entries/{change.log_index}'}")
    replaced = "" if change.replaces is None else f"取代 {change.replaces}。"
    gone = "" if change.path is not None else "该条目前不公示，请删除您保存的内容。"
    _text(entry, "content", f"{said}。{replaced}{gone}日志第 {change.log_index} 条。")


def _name(tag: str) -> str:
    return f"{{{ATOM}}}{tag}"


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, _name(tag)).text = text


def _link(parent: ET.Element, relation: str, address: str, media_type: str = "") -> None:
    kind = {"type": media_type.partition(";")[0]} if media_type else {}
    ET.SubElement(parent, _name("link"), {"rel": relation, "href": address} | kind)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_OID, name).urn
