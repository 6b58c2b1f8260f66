"""Mutants of a classic script, made from its tokens: one operator, bound, constant, condition, call or refusal another.

Words are left out. A string or template is words if it has a Chinese sign, if it follows such a one in the same
brackets (the English beside the Chinese), or if it is bound to ``zh``, ``en`` or ``broken``. So is everything inside.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.verifiers.mutants.mutant import Mutant

OTHERS: Final = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "===": "!==",
    "!==": "===",
    "&&": "||",
    "||": "&&",
    "??": "&&",
    "+": "-",
    "-": "+",
    "*": "/",
    "/": "*",
    "%": "*",
    "**": "*",
    "<<": ">>",
    ">>": "<<",
    ">>>": ">>",
    "&": "|",
    "|": "&",
    "^": "&",
    "+=": "-=",
    "-=": "+=",
    "*=": "/=",
    "/=": "*=",
    "|=": "&=",
    "^=": "&=",
    "!": "",
    "~": "",
    "true": "false",
    "false": "true",
    "continue": "break",
}
NAMES: Final = {
    "min": "max",
    "max": "min",
    "floor": "ceil",
    "some": "every",
    "every": "some",
    "startsWith": "endsWith",
    "endsWith": "startsWith",
    "indexOf": "lastIndexOf",
    "lastIndexOf": "indexOf",
    "toLowerCase": "toUpperCase",
    "padStart": "padEnd",
    "padEnd": "padStart",
    "refuse": "valueOf",
}
"""Methods, and which is called instead: a refusal becomes a call that refuses nothing."""

_KEYWORDS: Final = frozenset(
    {"break", "case", "catch", "class", "const", "continue", "do", "else", "export", "extends", "finally", "for"}
    | {"function", "if", "import", "in", "let", "new", "of", "return", "static", "super", "switch", "throw", "try"}
    | {"typeof", "var", "void", "while", "yield", "async", "await", "delete", "instanceof"}
)
_BEFORE_A_VALUE: Final = _KEYWORDS | {"(", "[", "{", "}", ",", ";", ":", "?", "=>", "=", *OTHERS} - {
    "true",
    "false",
    "super",
}
_PUNCTUATORS: Final = sorted(
    ["=>", "...", ">>>=", "<<=", ">>=", "**=", "??=", "&&=", "||=", "%=", "&=", "=", "?.", "++", "--", "==", "!="]
    + [each for each in OTHERS if not each.isalpha()]
    + list("(){}[];,.:?"),
    key=len,
    reverse=True,
)
_TOKEN: Final = re.compile(
    r"(?P<space>\s+|//[^\n]*|/\*.*?\*/)"
    r"|(?P<number>0[xXoObB][0-9a-fA-F]+n?|(?:[0-9]+\.?[0-9]*)n?)"
    r"|(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)"
    r"""|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"|(?P<sign>" + "|".join(map(re.escape, _PUNCTUATORS)) + ")",
    re.DOTALL,
)
_REGEX: Final = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_CHINESE: Final = re.compile("[\u3001-\u9fff\uff00-\uffef]")
_WORDS_BOUND_TO: Final = frozenset({"zh", "en", "broken"})
_OPENING: Final = {"(": ")", "[": "]", "{": "}"}


@dataclass
class Token:
    """A token that is no space: its kind, its text, where it begins, and whether it is words."""

    kind: str
    text: str
    start: int
    words: bool = False

    @property
    def end(self) -> int:
        """Return where it ends."""
        return self.start + len(self.text)


def mutants_of(path: Path) -> list[Mutant]:
    """Return every mutant of a script, in the order of its places."""
    text = path.read_text(encoding="utf-8")
    tokens = list(tokens_of(text))
    _mark_words(tokens)
    bytes_before = [0]
    for sign in text:
        bytes_before.append(bytes_before[-1] + len(sign.encode()))
    unique = {
        (start, end, new): Mutant(path, text.encode(), bytes_before[start], bytes_before[end], new.encode(), how)
        for start, end, new, how in _changes(tokens)
        if text[start:end] != new
    }
    return [unique[key] for key in sorted(unique)]


def tokens_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Yield the tokens of a script; a template is one token, and then those of the expressions in it."""
    at, before = start, ""
    stop = len(text) if end is None else end
    while at < stop:
        if text[at] == "`":
            token = Token("template", text[at : _end_of_template(text, at)], at)
            yield token
            yield from _inside_template(text, token)
            at, before = token.end, "value"
            continue
        if text[at] == "/" and text[at : at + 2] not in ("//", "/*") and (before in _BEFORE_A_VALUE or not before):
            found = _REGEX.match(text, at)
            assert found is not None, text[at : at + 40]
            yield Token("regex", found.group(), at)
            at, before = found.end(), "value"
            continue
        found = _TOKEN.match(text, at)
        assert found is not None, text[at : at + 40]
        at = found.end()
        if found.lastgroup != "space":
            before = found.group()
            yield Token(str(found.lastgroup), before, found.start())


def _end_of_template(text: str, at: int) -> int:
    at += 1
    while text[at] != "`":
        if text[at] == "\\":
            at += 2
        elif text.startswith("${", at):
            at = _end_of_hole(text, at) + 1
        else:
            at += 1
    return at + 1


def _end_of_hole(text: str, at: int) -> int:
    """Return where the brace is that closes what ``${`` opens."""
    depth, at = 1, at + 2
    while True:
        if text[at] == "`":
            at = _end_of_template(text, at)
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
        at += 1


def _inside_template(text: str, token: Token) -> Iterator[Token]:
    at = token.start + 1
    while at < token.end - 1:
        if text[at] == "\\":
            at += 2
        elif text.startswith("${", at):
            end = _end_of_hole(text, at)
            yield from tokens_of(text, at + 2, end)
            at = end + 1
        else:
            at += 1


def _mark_words(tokens: list[Token]) -> None:
    stack = [False]
    bound = ""
    inside = -1
    for number, token in enumerate(tokens):
        if token.start < inside:
            token.words = True
            continue
        if token.kind == "sign" and token.text in _OPENING:
            stack.append(False)
        elif token.kind == "sign" and token.text in _OPENING.values():
            stack.pop()
        elif token.text == ";":
            bound, stack[-1] = "", False
        elif token.text == "=" and number:
            bound = tokens[number - 1].text
        elif token.kind in {"string", "template"}:
            token.words = stack[-1] or bound in _WORDS_BOUND_TO or _CHINESE.search(token.text) is not None
            stack[-1] = stack[-1] or _CHINESE.search(token.text) is not None
            if token.words and token.kind == "template":
                inside = token.end


Change = tuple[int, int, str, str]


def _changes(tokens: list[Token]) -> Iterator[Change]:
    partners = _partners(tokens)
    for at, token in enumerate(tokens):
        if token.words:
            continue
        before = tokens[at - 1].text if at else ";"
        yield from _of_token(tokens, at, before, partners)
        if at in partners and token.text == "(" and before in {"if", "while"}:
            yield from _of_condition(tokens, at, partners[at], before)
        if before in {";", "{", "}"} and token.kind == "name" and token.text not in _KEYWORDS:
            yield from _of_statement(tokens, at, partners)
    yield from _of_operands(tokens, partners)


def _of_token(tokens: list[Token], at: int, before: str, partners: dict[int, int]) -> Iterator[Change]:
    token = tokens[at]
    match token.kind:
        case "sign":
            yield from _of_sign(tokens, at, before)
        case "number":
            yield from _of_number(token)
        case "string" | "template":
            if token.text != '"use strict"' and not (before == "{" and tokens[at + 1].text == ":"):
                yield token.end - 1, token.end, "X" + token.text[-1], "another text"
        case "regex":
            yield from _of_regex(token)
        case "name":
            yield from _of_name(tokens, at, before, partners)


def _partners(tokens: list[Token]) -> dict[int, int]:
    """Return for each opening bracket where its closing one is. Those in templates stand among themselves."""
    found: dict[int, int] = {}
    stack: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind == "sign" and token.text in _OPENING:
            stack.append(at)
        elif token.kind == "sign" and token.text in _OPENING.values():
            found[stack.pop()] = at
    return found


def _of_sign(tokens: list[Token], at: int, before: str) -> Iterator[Change]:
    token = tokens[at]
    if token.text not in OTHERS:
        return
    is_prefix = before in _BEFORE_A_VALUE and token.text in {"+", "-"}
    yield token.start, token.end, "" if is_prefix else OTHERS[token.text], f"{OTHERS[token.text]} for {token.text}"


def _of_number(token: Token) -> Iterator[Change]:
    if "." in token.text:
        return
    end = "n" if token.text.endswith("n") else ""
    value = int(token.text.removesuffix("n"), 0)
    yield token.start, token.end, f"{value + 1}{end}", "one more"
    if value > 0:
        yield token.start, token.end, f"{value - 1}{end}", "one less"


def _of_regex(token: Token) -> Iterator[Change]:
    for found in re.finditer(r"\{([0-9]+)(?:,([0-9]+))?\}", token.text):
        for group in (1, 2):
            if found.group(group):
                start, end = (token.start + each for each in found.span(group))
                yield start, end, str(int(found.group(group)) + 1), "one more"
                yield start, end, str(max(0, int(found.group(group)) - 1)), "one less"
    if token.text.startswith("/^"):
        yield token.start + 1, token.start + 2, "", "any beginning"
    last = token.text.rindex("/")
    if token.text[last - 1] == "$":
        yield token.start + last - 1, token.start + last, "", "any end"


def _of_name(tokens: list[Token], at: int, before: str, partners: dict[int, int]) -> Iterator[Change]:
    token = tokens[at]
    called = at + 1 < len(tokens) and tokens[at + 1].text == "("
    if token.text in {"true", "false", "continue"}:
        yield token.start, token.end, OTHERS[token.text], f"{OTHERS[token.text]} for {token.text}"
    elif before == "." and called and token.text in NAMES:
        yield token.start, token.end, NAMES[token.text], f"{NAMES[token.text]} for {token.text}"
    elif (
        token.text in {"refuse", "broken"}
        and called
        and before not in {".", "function"}
        and _is_call(tokens, at, partners)
    ):
        yield token.start, token.end, "Boolean", "refusal left out"
    elif token.text == "throw":
        yield token.start, token.end, "void ", "refusal left out"
    elif before == "." and token.text == "sort" and called:
        yield token.start, token.end, "slice", "not sorted"


def _is_call(tokens: list[Token], at: int, partners: dict[int, int]) -> bool:
    """Return whether ``name(`` is a call; a method is followed by its body."""
    closed = partners[at + 1]
    return closed + 1 >= len(tokens) or tokens[closed + 1].text != "{"


def _of_condition(tokens: list[Token], opened: int, closed: int, keyword: str) -> Iterator[Change]:
    start, end = tokens[opened].end, tokens[closed].start
    yield start, end, "false", "condition never holds"
    if keyword == "if":
        yield start, end, "true", "condition always holds"


def _of_statement(tokens: list[Token], at: int, partners: dict[int, int]) -> Iterator[Change]:
    """A call that stands alone is left out: ``each.text();`` asks for a text and does nothing else."""
    end = at
    while end < len(tokens) and tokens[end].text != ";":
        token = tokens[end]
        if token.text in {"=", "{", "}", ")", "=>", ":"} or (token.text in _KEYWORDS and token.kind == "name"):
            return
        end = partners.get(end, end) + 1
    if end < len(tokens) and tokens[end - 1].text == ")":
        yield tokens[at].start, tokens[end - 1].end, "", "statement left out"


_EDGES: Final = frozenset({"(", "[", "{", "}", ")", "]", ",", ";", "?", ":", "=>", "=", "&&", "||", "return", "${"})


def _of_operands(tokens: list[Token], partners: dict[int, int]) -> Iterator[Change]:
    """Each operand of && and || is left out in turn."""
    closing = {end: start for start, end in partners.items()}
    for at, token in enumerate(tokens):
        if token.kind != "sign" or token.text not in {"&&", "||"} or token.words:
            continue
        neutral = "true" if token.text == "&&" else "false"
        last = at + 1
        while last < len(tokens) and (tokens[last].text not in _EDGES or last in partners):
            last = partners.get(last, last) + 1
        first = at - 1
        while first >= 0 and (tokens[first].text not in _EDGES or first in closing):
            first = closing.get(first, first) - 1
        yield tokens[at + 1].start, tokens[last - 1].end, neutral, "operand left out"
        yield tokens[first + 1].start, tokens[at - 1].end, neutral, "operand left out"
