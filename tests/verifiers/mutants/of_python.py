"""Mutants of a file of Python, made from its syntax tree: an operator, bound, constant, condition or statement another.

Words are left out. A string is words if it is a docstring; if it has a Chinese sign; if it follows such a string among
the arguments of a call or the parts of a tuple (the English beside the Chinese); if it is bound to ``zh``, ``en``,
``where`` or ``place`` or is the first argument of a function whose first parameter is ``where`` (it names the place of
a refusal); or if it is the ``help``, ``metavar``, ``description`` or ``prog`` of the command line. So is all inside.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from tests.verifiers.mutants.mutant import Mutant

OTHERS: Final[dict[type[ast.AST], tuple[str, str]]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"),
    ast.Pow: ("**", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}
"""Operator -> how it is written, and what is written instead."""

NAMES: Final = {
    "min": "max",
    "max": "min",
    "all": "any",
    "any": "all",
    "sorted": "list",
    "fullmatch": "match",
    "startswith": "endswith",
    "endswith": "startswith",
    "partition": "rpartition",
    "rpartition": "partition",
    "lower": "upper",
}
"""Functions and methods, and which is called instead."""

WORDS_BOUND_TO: Final = frozenset({"zh", "en", "where", "place"})
WORDS_OF_OPTIONS: Final = frozenset({"help", "metavar", "description", "prog"})
_CHINESE: Final = re.compile("[\u3001-\u9fff\uff00-\uffef]")
_BRACES: Final = re.compile(rb"\{([0-9]*)(?:,([0-9]*))?\}")


def mutants_of(path: Path) -> list[Mutant]:
    """Return every mutant of a file, in the order of its places."""
    made = _Making(path)
    made.read()
    unique = {(mutant.start, mutant.end, mutant.new): mutant for mutant in made.found}
    return sorted(unique.values(), key=lambda mutant: (mutant.start, mutant.end, mutant.new))


class _Making:
    def __init__(self, path: Path) -> None:
        self.path, self.data = path, path.read_bytes()
        self.tree = ast.parse(self.data)
        starts = [0]
        for line in self.data.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        self._starts = starts
        self.found: list[Mutant] = []
        self._words = _words_of(self.tree)
        self._lines: tuple[int, int] | None = None

    def read(self) -> None:
        self._inside(self.tree)

    def _at(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.lineno - 1] + node.col_offset, self._starts[node.end_lineno - 1] + node.end_col_offset

    def _add(self, start: int, end: int, new: str | bytes, how: str) -> None:
        text = new.encode() if isinstance(new, str) else new
        if self.data[start:end] != text:
            self.found.append(Mutant(self.path, self.data, start, end, text, how, self._lines))

    def _inside(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if id(child) in self._words or self._is_a_type(node, child):
                continue
            before = self._lines
            if isinstance(child, ast.stmt):
                self._lines = self._lines_of(node, child)
                self._statement(child)
            elif isinstance(child, ast.expr):
                self._expression(child)
            elif isinstance(child, ast.comprehension):
                self._filters(child)
            if not isinstance(child, ast.JoinedStr):
                self._inside(child)
            self._lines = before

    def _is_a_type(self, node: ast.AST, child: ast.AST) -> bool:
        return child in (getattr(node, "annotation", None), getattr(node, "returns", None))

    def _lines_of(self, parent: ast.AST, statement: ast.stmt) -> tuple[int, int] | None:
        if isinstance(parent, ast.Module | ast.ClassDef):
            return None
        if self._lines is None and not isinstance(parent, ast.FunctionDef):
            return None
        assert statement.end_lineno is not None
        body = getattr(statement, "body", None)
        last = body[0].lineno - 1 if isinstance(body, list) else statement.end_lineno
        return statement.lineno, max(statement.lineno, last)

    def _statement(self, statement: ast.stmt) -> None:
        start, end = self._at(statement)
        match statement:
            case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign():
                self._add(start, end, "pass", "statement left out")
            case ast.Return(value=ast.expr() as value) if not _is_none(value):
                self._add(*self._at(value), "None", "nothing returned")
            case ast.Continue():
                self._add(start, end, "break", "break for continue")
            case ast.Break():
                self._add(start, end, "pass", "break left out")
            case ast.If(test=test):
                self._condition(test)
            case ast.While(test=test):
                self._add(*self._at(test), "False", "condition never holds")
        if isinstance(statement, ast.AugAssign):
            old, new = OTHERS[type(statement.op)]
            start, end = self._at(statement.target)[1], self._at(statement.value)[0]
            self._between(start, end, (f"{old}=", f"{new}="))

    def _condition(self, test: ast.expr) -> None:
        for value, how in (("True", "condition always holds"), ("False", "condition never holds")):
            self._add(*self._at(test), value, how)

    def _filters(self, comprehension: ast.comprehension) -> None:
        for test in comprehension.ifs:
            self._add(*self._at(test), "True", "condition always holds")

    def _between(self, start: int, end: int, change: tuple[str, str]) -> None:
        """Change the operator that stands between two operands."""
        old, new = change
        found = re.search(re.escape(old).replace("\\ ", r"\s+").encode(), self.data[start:end])
        assert found is not None, (self.data[start:end], old)
        self._add(start + found.start(), start + found.end(), new, f"{new} for {found.group().decode()}")

    def _expression(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(value=value):
                self._constant(node, value)
            case ast.JoinedStr():
                _start, end = self._at(node)
                self._add(end - 1, end, b"X" + self.data[end - 1 : end], "another text")
            case ast.BoolOp(op=both, values=operands):
                neutral = "True" if isinstance(both, ast.And) else "False"
                for operand in operands:
                    self._add(*self._at(operand), neutral, "operand left out")
                self._operators([both] * (len(operands) - 1), operands)
            case ast.Compare(left=left, ops=compared, comparators=others):
                self._operators(compared, [left, *others])
            case ast.BinOp(left=left, op=operator, right=right):
                self._operators([operator], [left, right])
            case ast.IfExp(test=test):
                self._condition(test)
            case _:
                self._name_or_sign(node)

    def _constant(self, node: ast.expr, value: object) -> None:
        start, end = self._at(node)
        if isinstance(value, bool):
            self._add(start, end, str(not value), "the other truth")
        elif isinstance(value, int):
            self._add(start, end, str(value + 1), "one more")
            if value > 0:
                self._add(start, end, str(value - 1), "one less")
        elif isinstance(value, str | bytes):
            self._text(start, end)

    def _operators(self, operators: Sequence[ast.AST], operands: list[ast.expr]) -> None:
        for operator, (one, other) in zip(operators, pairwise(operands), strict=True):
            old, new = OTHERS[type(operator)]
            self._between(self._at(one)[1], self._at(other)[0], (old, new))

    def _name_or_sign(self, node: ast.expr) -> None:
        start, end = self._at(node)
        match node:
            case ast.UnaryOp(op=ast.Not()):
                self._add(start, start + len("not"), "", "sign left out")
            case ast.UnaryOp(op=ast.USub() | ast.Invert()):
                self._add(start, start + 1, "", "sign left out")
            case ast.Call(func=ast.Name(id=name)) if name in NAMES:
                self._add(start, start + len(name), NAMES[name], f"{NAMES[name]} for {name}")
            case ast.Attribute(attr=name) if name in NAMES:
                self._add(end - len(name), end, NAMES[name], f"{NAMES[name]} for {name}")

    def _text(self, start: int, end: int) -> None:
        quote = 3 if self.data[start:end].endswith(b'"""') else 1
        self._add(end - quote, end, b"X" + self.data[end - quote : end], "another text")
        for found in _BRACES.finditer(self.data, start, end):
            for group in (1, 2):
                digits = found.group(group)
                if digits and int(digits) < 2**16:
                    at, to = found.span(group)
                    self._add(at, to, str(int(digits) + 1), "one more")
                    self._add(at, to, str(max(0, int(digits) - 1)), "one less")


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _words_of(tree: ast.Module) -> set[int]:
    """Return the ids of the nodes that are words, as the head of this module defines them."""
    placed = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _first_parameter(node) == "where"
    }
    found: set[int] = set()
    for node in ast.walk(tree):
        for each in _words_in(node, placed):
            found.update(id(inner) for inner in ast.walk(each))
    return found


def _first_parameter(function: ast.FunctionDef) -> str:
    names = [argument.arg for argument in function.args.args]
    return next((name for name in names if name != "self"), "")


def _words_in(node: ast.AST, placed: set[str]) -> Iterator[ast.AST]:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            yield node.value
        case ast.Constant() | ast.JoinedStr() if _is_chinese(node):
            yield node
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() | ast.JoinedStr()) if name in WORDS_BOUND_TO:
            yield node.value
        case ast.keyword(arg=name) if name in WORDS_OF_OPTIONS:
            yield node.value
        case ast.Call(func=function, args=arguments):
            yield from _after_chinese(arguments)
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            if (name in placed or name == "RefusedError") and arguments and _is_text(arguments[0]):
                yield arguments[0]
        case ast.Tuple(elts=parts):
            yield from _after_chinese(parts)


def _after_chinese(parts: list[ast.expr]) -> Iterator[ast.expr]:
    seen = False
    for part in parts:
        if seen and _is_text(part):
            yield part
        seen = seen or _is_chinese(part)


def _is_text(node: ast.AST) -> bool:
    """Return whether a node is a string, or a string that is filled in."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _is_text(node.func.value)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_chinese(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and _is_chinese(node.func.value)
    if not isinstance(node, ast.Constant | ast.JoinedStr):
        return False
    parts = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return any(isinstance(part, str) and _CHINESE.search(part) is not None for part in parts)
