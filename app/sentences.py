"""What errors say that have no sentence of their own, and in which language a caller is answered."""

import re
from collections.abc import Mapping

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

WORDS: Mapping[str, str] = {
    "missing": "缺少必填项。请补上。",
    "extra_forbidden": "没有这个字段。请删除或改正名称。",
    "json_invalid": "请求体不是有效的 JSON。请检查引号、逗号与括号。",
    "string_type": "须为文本。",
    "string_too_short": "太短，至少 {min_length} 个字符。",
    "string_too_long": "太长，至多 {max_length} 个字符。",
    "string_pattern_mismatch": "格式不对，须符合 {pattern}。",
    "int_type": "须为整数。",
    "int_parsing": "须为整数。",
    "int_from_float": "须为整数。",
    "bool_type": "须为 true 或 false。",
    "bool_parsing": "须为 true 或 false。",
    "list_type": "须为列表。",
    "tuple_type": "须为列表。",
    "too_short": "至少要有 {min_length} 项。",
    "too_long": "至多 {max_length} 项。",
    "enum": "只能取 {expected} 之一。",
    "literal_error": "只能取 {expected} 之一。",
    "greater_than_equal": "不得小于 {ge}。",
    "less_than_equal": "不得大于 {le}。",
    "greater_than": "须大于 {gt}。",
    "date_type": "须为日期，写成 2020-09-01。",
    "date_parsing": "须为日期，写成 2020-09-01。",
    "date_from_datetime_parsing": "须为日期，写成 2020-09-01。",
    "datetime_parsing": "须为带时区的时间，写成 2020-09-01T10:00:00+08:00。",
    "datetime_from_date_parsing": "须为带时区的时间，写成 2020-09-01T10:00:00+08:00。",
    "timezone_aware": "时间须带时区，写成 2020-09-01T10:00:00+08:00。",
    "control_character": "含有控制字符、看不见的字符或自造字（U+{code}）。请删除；生僻字请改用国家标准编码的字。",
    "not_whole": "须为不带前导零的整数。",
    "twice": "同一项出现两次。请只保留一项。",
    "year_range": "年份须在 2000 至 2999 之间。",
    "model_attributes_type": "须为 JSON 对象。",
    "dict_type": "须为 JSON 对象。",
}


def language_of(request: Request) -> Language:
    """Return the language a caller prefers; Chinese unless English is asked for with more weight."""
    weights = {"zh": 0.0, "en": 0.0}
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, weight = part.partition(";q=")
        name = tag.strip().lower()[:2]
        if name in weights and re.fullmatch(r"[01](\.[0-9]{1,3})?", weight.strip() or "1"):
            weights[name] = max(weights[name], float(weight.strip() or 1))
    return "en" if weights["en"] > weights["zh"] else "zh"
