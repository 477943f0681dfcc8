"""What docstrings of public functions must say, read from the code: each of many arguments, and shapes of arrays."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "aegan"
MODULES = sorted(PACKAGE.glob("**/*.py"))

#: from so many parameters on, a docstring lists each
MANY = 3
ARRAY = re.compile(r"\b(Tensor|ndarray)\b")
#: (N, D), (seeds, n, …), (…, layers); a scalar or a number per row says its shape, too
SHAPE = re.compile(r"\((?:…|\.\.\.|\w+)(?:, ?[^()]*)?,?\)|\bscalars?\b|\bshapes?\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def public_functions(path: Path) -> Iterator[tuple[str, Function]]:
    """Yield the functions of a module and the methods of its classes whose names do not begin with an underscore."""
    for node in ast.parse(path.read_text("utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else [node]
        for one in inside:
            if isinstance(one, Function) and not one.name.startswith("_") and not _is_command(one):
                yield f"{node.name}.{one.name}" if one is not node else one.name, one


def _is_command(function: Function) -> bool:
    """Tell whether typer documents the arguments of a function, each beside its type."""
    return any("app." in ast.unparse(decorator) for decorator in function.decorator_list)


def parameters(function: Function) -> list[ast.arg]:
    """List the parameters that a caller sees."""
    own = function.args
    every = [*own.posonlyargs, *own.args, *own.kwonlyargs]
    return [one for one in every if one.arg not in {"self", "cls"} and not one.arg.startswith("_")]


def documented(docstring: str) -> set[str]:
    """Name the arguments that the section "Args:" of a docstring lists."""
    section = re.search(r"^Args:\n((?:    .*\n?|\n)+)", f"{docstring}\n", re.MULTILINE)
    return set(re.findall(r"^    \*{0,2}(\w+):", section.group(1), re.MULTILINE)) if section else set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_docstrings_list_arguments_and_shapes(path: Path) -> None:
    for name, function in public_functions(path):
        docstring, taken = ast.get_docstring(function) or "", parameters(function)
        if len(taken) >= MANY:
            assert {one.arg for one in taken} <= documented(docstring), f"{path}: Args of {name}"
        if any(one.annotation and ARRAY.search(ast.unparse(one.annotation)) for one in taken):
            assert SHAPE.search(docstring), f"{path}: shapes of {name}"
