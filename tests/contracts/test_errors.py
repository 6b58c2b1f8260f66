"""Every error of every package has a status, a code of its own, and a sentence in both languages that can be filled."""

import ast
import importlib
import pkgutil
import string
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import app
import publicity
import registry
import sampling
from app.errors import STATUS, code_of, status_of
from publicity.errors import PublicityError
from publicity.tlog.errors import NoteError, ProofError, ReceiptError, TlogError
from registry.errors import FieldError, RegistryError
from sampling.errors import RefusedError, SamplingError
from sampling.faults import Fault
from sampling.wording import Bilingual

ROOT = Path(app.__file__).parents[1]
PACKAGES = (app, publicity, registry, sampling)
ROOTS = {SamplingError, RegistryError, PublicityError, TlogError, ProofError, NoteError, ReceiptError}
"""What others build on: without a sentence, and never raised."""

SIDES = ("_zh", "_en")


def load(package: ModuleType) -> None:
    """Import every module of a package, so that its classes are there to be found."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


def subclasses(root: type[Bilingual]) -> Iterator[type[Bilingual]]:
    for each in root.__subclasses__():
        yield each
        yield from subclasses(each)


def every_error() -> list[type[Bilingual]]:
    for package in PACKAGES:
        load(package)
    names = tuple(package.__name__ for package in PACKAGES)
    return [each for each in dict.fromkeys(subclasses(Bilingual)) if each.__module__.partition(".")[0] in names]


ERRORS = [each for each in every_error() if each not in ROOTS]
SENTENCES = [each for each in ERRORS if each is not RefusedError]
"""RefusedError takes its sentences from the list of faults."""


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def neutral(names: set[str]) -> set[str]:
    """Return field names without the language at their end: a sentence may be filled with words of its own."""
    return {name[:-3] if name.endswith(SIDES) else name for name in names}


def names_of(error: object) -> str:
    return getattr(error, "__name__", str(error))


def test_walk_finds_the_errors() -> None:
    assert len(SENTENCES) >= 25
    assert {each.__module__.partition(".")[0] for each in ERRORS} == {"app", "publicity", "registry", "sampling"}


@pytest.mark.parametrize("error", ERRORS, ids=names_of)
def test_error_has_a_status(error: type[Bilingual]) -> None:
    nature = getattr(error, "nature", "invalid")
    assert nature in STATUS
    made = error.__new__(error)
    assert status_of(made) in {401, 403, 404, 409, 410, 422, 503}


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [code_of(each) for each in ERRORS]
    assert sorted(set(codes)) == sorted(codes)
    assert all(each.__name__.endswith("Error") for each in ERRORS)
    assert all(each.__doc__ for each in ERRORS)


@pytest.mark.parametrize("error", SENTENCES, ids=names_of)
def test_error_speaks_both_languages_about_the_same(error: type[Bilingual]) -> None:
    assert error.zh.strip()
    assert error.en.strip()
    assert any("一" <= letter <= "鿿" for letter in error.zh) or error is FieldError  # whose callers bring the words
    assert not any("一" <= letter <= "鿿" for letter in error.en)
    assert error.zh.endswith(("。", "}"))
    assert error.en.endswith((".", "}"))
    assert not {name for name in fields(error.zh) if name.endswith("_en")}
    assert not {name for name in fields(error.en) if name.endswith("_zh")}
    assert neutral(fields(error.zh)) == neutral(fields(error.en))


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_fault_speaks_both_languages_about_the_same(fault: Fault) -> None:
    zh, en = fault.value
    assert zh.strip()
    assert en.strip()
    assert fields(zh) == fields(en)


def code() -> Iterator[tuple[Path, ast.AST]]:
    """Yield every piece of code of the packages, with its file."""
    for package in PACKAGES:
        for path in sorted((ROOT / package.__name__).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_bytes())):
                yield path.relative_to(ROOT), node


def name_called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield (place, call) for every call whose name is that of an error."""
    names = {each.__name__ for each in ERRORS}
    for path, node in code():
        if isinstance(node, ast.Call) and name_called(node) in names:
            yield f"{path}:{node.lineno}", node


def given(call: ast.Call) -> set[str] | None:
    """Return the names of a call's keywords, or None where some come from a mapping."""
    names = {keyword.arg for keyword in call.keywords}
    return None if None in names else {name for name in names if name}


def own_init(error: type[Bilingual]) -> bool:
    """Return whether an error fills its sentences itself."""
    return any(
        "__init__" in vars(each)
        for each in error.__mro__
        if each.__module__ != Bilingual.__module__ and issubclass(each, Bilingual)
    )


def test_every_sentence_is_filled_where_it_is_raised() -> None:
    filled_by_callers = {each.__name__: each for each in SENTENCES if not own_init(each)}
    checked = set()
    wrong = []
    for place, call in calls():
        error = filled_by_callers.get(name_called(call))
        names = given(call)
        if error is None or names is None:
            continue
        checked.add(error)
        lacking = (fields(error.zh) | fields(error.en)) - names
        if lacking or call.args:
            wrong.append(f"{place}: {error.__name__} lacks {lacking}")
    assert wrong == []
    assert len(checked) >= 15


def test_every_fault_is_filled_where_it_is_refused() -> None:
    wrong = []
    checked = set()
    for place, call in calls():
        first = ast.unparse(call.args[0]) if call.args else ""
        names = given(call)
        if not first.startswith("Fault.") or names is None:
            continue
        fault = Fault[first.removeprefix("Fault.")]
        checked.add(fault)
        if names - {"file", "row"} != fields(fault.value[0]):
            wrong.append(f"{place}: {fault.name} is given {names}")
    assert wrong == []
    assert len(checked) >= 20


def test_error_without_data_is_raised_only_where_its_sentence_needs_none() -> None:
    bare = {each.__name__ for each in SENTENCES if fields(each.zh) and not own_init(each)}
    raised = [node.exc for _, node in code() if isinstance(node, ast.Raise)]
    names = {node.id for node in raised if isinstance(node, ast.Name)}
    assert "UnauthenticatedError" in names
    assert not names & bare
    made = {name_called(node) for node in raised if isinstance(node, ast.Call)}
    assert "AbsentError" in made
    assert not (names | made) & {each.__name__ for each in ROOTS}


def test_errors_that_fill_themselves_do() -> None:
    wrong = FieldError(("name",), ("空。", "Empty."), ("请填。", "Fill it."))
    assert wrong.text("zh") == "空。请填。"
    assert wrong.text("en") == "Empty. Fill it."
    assert str(wrong) == wrong.text("en")
