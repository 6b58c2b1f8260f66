"""What errors say that have no sentence of their own, and in which language a caller is answered."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import Request

from sampling.wording import Language, Words

REASONS: Mapping[int, Words] = {
    400: (
        "请求无法解析。请按接口说明检查请求体。",
        "The request cannot be parsed. Check the body against the API page.",
    ),
    404: ("没有这个地址，或者没有可以公开的内容。", "There is nothing at this address, or nothing public."),
    405: ("该地址不接受这种请求方法。", "This address does not take that method."),
    413: (
        "请求体过大。请分批提交，或请管理员调大限额。",
        "The body is too large. Split it, or ask for a higher limit.",
    ),
    415: (
        "请求体的类型不对。请按接口说明设置 Content-Type。",
        "Wrong type of body. Set Content-Type as the API page says.",
    ),
    500: (
        "服务器内部错误，未作任何改动。请稍后再试并告知管理员。",
        "An error of ours; nothing was changed. Try later and tell us.",
    ),
    503: (
        "服务器正忙，未作任何改动。请稍后用同一个键重试。",
        "The service is busy; nothing was changed. Retry with the same key.",
    ),
}

DAY, INSTANT = "2020-09-01", "2020-09-01T10:00:00+08:00"
_NO_DAY: tuple[Words, Words] = (
    ("不是日期。", "It is no date."),
    (f"请填有效的日期，写成 {DAY}。", f"Give a date that exists, as {DAY}."),
)
_NO_INSTANT: tuple[Words, Words] = (
    ("不是带时区的时间。", "It is no time with a time zone."),
    (f"请写成 {INSTANT}。", f"Write it as {INSTANT}."),
)
_NO_TEXT: tuple[Words, Words] = (("不是文本。", "It is no text."), ("请填文本。", "Give a text."))
_NO_WHOLE: tuple[Words, Words] = (
    ("不是整数。", "It is no whole number."),
    ("请填不带前导零的整数。", "Give a whole number without leading zeros."),
)
_NO_YES: tuple[Words, Words] = (
    ("既不是 true 也不是 false。", "It is neither true nor false."),
    ("请填 true 或者 false。", "Give true or false."),
)
_NO_LIST: tuple[Words, Words] = (("不是列表。", "It is no list."), ("请填 JSON 列表。", "Give a JSON list."))
_NO_OBJECT: tuple[Words, Words] = (
    ("不是 JSON 对象。", "It is no JSON object."),
    ("请填 JSON 对象。", "Give a JSON object."),
)
_NONE_OF_THEM: tuple[Words, Words] = (
    ("不是可以填的值。", "It is none of the values."),
    ("只能填：{expected_zh}。", "Give one of: {expected_en}."),
)
UNTOLD: tuple[Words, Words] = (
    ("不合要求。", "It is not as it has to be."),
    ("请按接口说明改正。", "Mend it as the API page says."),
)
"""Said of what has no sentence below."""
WORDS: Mapping[str, tuple[Words, Words]] = {
    "missing": (("缺少必填项。", "It is missing."), ("请补上。", "Add it.")),
    "extra_forbidden": (
        ("没有这个字段。", "There is no such field."),
        ("请删除或改正名称。", "Leave it out, or mend its name."),
    ),
    "json_invalid": (
        ("请求体不是有效的 JSON。", "The body is no valid JSON."),
        ("请检查引号、逗号与括号。", "Check quotes, commas and brackets."),
    ),
    "string_type": _NO_TEXT,
    "string_unicode": (
        ("不是有效的 Unicode 文本。", "It is no valid Unicode text."),
        ("请用 UTF-8 编码重新填写。", "Give it again in UTF-8."),
    ),
    "string_too_short": (
        ("太短。", "It is too short."),
        ("至少填 {min_length} 个字符。", "Give {min_length} characters at least."),
    ),
    "string_too_long": (
        ("太长。", "It is too long."),
        ("至多填 {max_length} 个字符。", "Give {max_length} characters at most."),
    ),
    "string_pattern_mismatch": (
        ("格式不对。", "It has the wrong form."),
        ("须符合 {pattern}。", "It must match {pattern}."),
    ),
    "int_type": _NO_WHOLE,
    "int_parsing": _NO_WHOLE,
    "int_parsing_size": (("数太大。", "It is too large."), ("请填小一些的整数。", "Give a smaller whole number.")),
    "int_from_float": _NO_WHOLE,
    "finite_number": _NO_WHOLE,
    "not_whole": _NO_WHOLE,
    "bool_type": _NO_YES,
    "bool_parsing": _NO_YES,
    "list_type": _NO_LIST,
    "tuple_type": _NO_LIST,
    "too_short": (("太少。", "They are too few."), ("至少填 {min_length} 项。", "Give {min_length} at least.")),
    "too_long": (("太多。", "They are too many."), ("至多填 {max_length} 项。", "Give {max_length} at most.")),
    "enum": _NONE_OF_THEM,
    "literal_error": _NONE_OF_THEM,
    "greater_than_equal": (("太小。", "It is too small."), ("不得小于 {ge}。", "Give {ge} at least.")),
    "less_than_equal": (("太大。", "It is too large."), ("不得大于 {le}。", "Give {le} at most.")),
    "greater_than": (("太小。", "It is too small."), ("须大于 {gt}。", "Give more than {gt}.")),
    "less_than": (("太大。", "It is too large."), ("须小于 {lt}。", "Give less than {lt}.")),
    "date_type": _NO_DAY,
    "date_parsing": _NO_DAY,
    "date_from_datetime_parsing": _NO_DAY,
    "datetime_type": _NO_INSTANT,
    "datetime_parsing": _NO_INSTANT,
    "datetime_from_date_parsing": _NO_INSTANT,
    "timezone_aware": _NO_INSTANT,
    "control_character": (
        (
            "含有控制字符、看不见的字符或自造字（U+{code}）。",
            "It holds U+{code}: a control character, one that is not seen, or one of private use.",
        ),
        ("请删除；生僻字请改用国家标准编码的字。", "Remove it; write a rare character as the standard codes it."),
    ),
    "twice": (("同一项出现两次。", "Something is named twice."), ("请只保留一项。", "Name it once.")),
    "year_range": (
        ("年份超出范围。", "The year is out of range."),
        ("年份须在 2000 至 2999 之间。", "Give a year from 2000 to 2999."),
    ),
    "model_attributes_type": _NO_OBJECT,
    "model_type": _NO_OBJECT,
    "dict_type": _NO_OBJECT,
}
"""Kind of a value that the edge refuses → what is wrong, what to do; names in braces are of the error's context."""
_A_DAY = re.compile(r"datetime\.date\((\d+), (\d+), (\d+)\)")
_A_VALUE = re.compile(r"'([^']*)'")


def explain(error: Mapping[str, Any]) -> tuple[Words, Words]:
    """Return what is wrong with a value and what to do, in both languages, of an error as pydantic lists it."""
    kind = error["type"]
    if kind in ("too_short", "too_long") and isinstance(error.get("input"), str):
        kind = f"string_{kind}"
    problem, mend = WORDS.get(kind, UNTOLD)
    context = {name: _A_DAY.sub(_written, str(value)) for name, value in error.get("ctx", {}).items()}
    values = _A_VALUE.findall(context.get("expected", ""))
    context |= {"expected_zh": "、".join(values), "expected_en": ", ".join(values)}
    said = [(zh.format(**context), en.format(**context)) for zh, en in (problem, mend)]
    return said[0], said[1]


def _written(day: re.Match[str]) -> str:
    return date(*map(int, day.groups())).isoformat()


def language_of(request: Request) -> Language:
    """Return the language a caller prefers; Chinese unless English is asked for with more weight."""
    weights = {"zh": 0.0, "en": 0.0}
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, weight = part.partition(";q=")
        name = tag.strip().lower()[:2]
        if name in weights and re.fullmatch(r"[01](\.[0-9]{1,3})?", weight.strip() or "1"):
            weights[name] = max(weights[name], float(weight.strip() or 1))
    return "en" if weights["en"] > weights["zh"] else "zh"
