"""What CONTRIBUTING.md says of adding each kind of entry, done to one copy of the library and run there."""

import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from tests.contributing.additions import ADDITIONS, Addition

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "tests" / "contributing"
#: what the library, its tests and its config need
COPIED = ("src", "tests", "config", "docs", "workflow", "pyproject.toml")

#: tests of all modules, which hold for the additions, too
MODULE_RULES = ("test_structure", "test_docstrings")

#: what the test that CONTRIBUTING.md shows imports
TEST_HEAD = """import torch
from torch.nn.functional import softplus
from torch.testing import assert_close

from aegan.objectives.losses import relativistic_average

"""


class Case(NamedTuple):
    """A test that ran in the copy."""

    file: str  #: below the folder tests/
    name: str
    outcome: str  #: passed, skipped, or the words of its failure


class Outcome(NamedTuple):
    """What became of the additions."""

    touched: dict[str, set[str]]  #: kind -> files that its addition wrote
    cases: list[Case]
    output: str


def read_document() -> tuple[str, str]:
    """Return the loss and its test as CONTRIBUTING.md shows them."""
    loss, test = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)[:2]
    return loss, TEST_HEAD + test


def read_code(kind: str, addition: Addition) -> tuple[str, str]:
    """Return the code of an addition and its test."""
    if kind == "loss":
        loss, test = read_document()
        code, _, shown = loss.partition("LOSSES = {..., ")
        assert shown.strip().removesuffix("}") + "," == addition.line, "CONTRIBUTING.md has another line than the test"
        return code, test
    folder = EXAMPLES / kind
    code, test = (folder / name for name in (f"{addition.name}.py", f"test_{addition.name}.py"))
    return code.read_text("utf-8") if code.exists() else "", test.read_text("utf-8")


def add_line(text: str, addition: Addition) -> str:
    """Add the import and the line of an addition to the text of its registry's file."""
    head, opening, rest = re.split(rf"^({addition.variable}\b.*[{{(\[])$", text, maxsplit=1, flags=re.MULTILINE)
    next_line = re.escape(f"    {addition.before}") if addition.before else r"[})\]]"
    rest = re.sub(rf"^({next_line})", lambda end: f"    {addition.line}\n{end[1]}", rest, count=1, flags=re.MULTILINE)
    if addition.imported:
        head = re.sub(r"^from aegan", f"{addition.imported}\nfrom aegan", head, count=1, flags=re.MULTILINE)
    return head + opening + rest


def add(copy: Path, kind: str, addition: Addition) -> set[str]:
    """Make an addition in the copy and return the files that it wrote."""
    code, test = read_code(kind, addition)
    source, registry = (copy / "src" / "aegan" / name for name in (addition.source, addition.registry))
    before = {path: path.read_text("utf-8") for path in {source, registry} if path.exists()}
    if source == registry and code:
        marker = re.search(rf"^(#: .*\n)*{addition.variable}\b", before[registry], re.MULTILINE)
        assert marker
        at = marker.start()
        function = code[code.index("def ") :]  # the file has the imports that its example needs to be read alone
        source.write_text(f"{before[source][:at]}{function}\n\n{before[source][at:]}", "utf-8")
    elif code:
        assert source not in before, f"{addition.source} exists"
        source.write_text(code, "utf-8")
    registry.write_text(add_line(registry.read_text("utf-8"), addition), "utf-8")
    tests = copy / "tests" / addition.test / f"test_{addition.name}.py"
    assert not tests.exists()
    tests.write_text(test, "utf-8")
    return {str(path.relative_to(copy)) for path in (source, registry, tests) if path.read_text() != before.get(path)}


def select_tests(copy: Path) -> list[str]:
    """Return the arguments of pytest: the new tests, what follows, and of generic tests those of the additions."""
    additions = ADDITIONS.values()
    own = [f"tests/{addition.test}/test_{addition.name}.py" for addition in additions]
    generic = dict.fromkeys(f"tests/{test.partition('::')[0]}" for addition in additions for test in addition.generic)
    words = ["contributed", *MODULE_RULES, *(f"test_{addition.name}" for addition in additions)]
    words += [test.partition("::")[2] or addition.entry for addition in additions for test in addition.generic]
    assert all((copy / file).exists() for file in generic), "a test file has another name now: see additions.py"
    rules = [f"tests/{name}.py" for name in MODULE_RULES]
    return ["tests/contributed", *own, *generic, *rules, "-k", " or ".join(dict.fromkeys(words)), "-m", "not slow"]


def read_cases(report: Path) -> Iterator[Case]:
    """Yield the tests of a report in JUnit's format."""
    for node in ElementTree.parse(report).iter("testcase"):
        file = "/".join(node.get("classname", "").split(".")[1:]) + ".py"
        wrong = next((child for child in node if child.tag in {"failure", "error", "skipped"}), None)
        words = "passed" if wrong is None else "skipped" if wrong.tag == "skipped" else str(wrong.text)
        yield Case(file, node.get("name", ""), words)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Make every addition in one copy and run its tests in one process, which imports torch once."""
    copy = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__", ".hypothesis", "*.egg-info")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=ignored, symlinks=True)
        else:
            shutil.copy(ROOT / name, copy / name)
    touched = {kind: add(copy, kind, addition) for kind, addition in ADDITIONS.items()}
    checks = copy / "tests" / "contributed"
    checks.mkdir()
    shutil.copy(EXAMPLES / "checks.py", checks)
    shutil.copy(copy / "tests" / "config" / "conftest.py", checks)
    for kind in ADDITIONS:
        shutil.copy(EXAMPLES / kind / "consequences.py", checks / f"test_{kind}.py")
    options = ["-o", "addopts=--import-mode=importlib", "-p", "no:cacheprovider", "-q", "--junitxml=report.xml"]
    run = [sys.executable, "-m", "pytest", *options, "--continue-on-collection-errors", *select_tests(copy)]
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(run, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    report = copy / "report.xml"
    assert report.exists(), done.stdout + done.stderr
    return Outcome(touched, list(read_cases(report)), done.stdout + done.stderr)


def test_the_document_names_every_kind_and_who_may_import_whom() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    kinds = re.findall(r"^\| (?:\[([\w ]+)\]\(tests/contributing/(\w+)/(\w+)\.py\)|(loss)) \|", text, re.MULTILINE)
    assert {loss or folder for _, folder, _, loss in kinds} == set(ADDITIONS)
    assert all(loss or (EXAMPLES / folder / f"{name}.py").is_file() for _, folder, name, loss in kinds)
    allowed: dict[str, set[str]] = runpy.run_path(str(ROOT / "tests" / "test_structure.py"))["ALLOWED"]
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|$", text, re.MULTILINE))
    assert set(rows) == set(allowed)
    for package, others in rows.items():
        assert package == "cli" or set(re.findall(r"`(\w+)`", others)) - {"Batch"} == allowed[package]


def check_cases(cases: list[Case], outcome: Outcome) -> None:
    """Check that there are tests and that all of them passed."""
    failures = [f"{case.file}::{case.name}\n{case.outcome}" for case in cases if case.outcome != "passed"]
    assert not failures, "\n\n".join(failures)
    assert cases, outcome.output


@pytest.mark.slow
@pytest.mark.parametrize("kind", ADDITIONS)
def test_an_addition_is_one_file_one_line_and_one_test(outcome: Outcome, kind: str) -> None:
    addition = ADDITIONS[kind]
    source, registry = (f"src/aegan/{name}" for name in (addition.source, addition.registry))
    assert outcome.touched[kind] == {source, registry, f"tests/{addition.test}/test_{addition.name}.py"}
    own = f"{addition.test}/test_{addition.name}.py"
    check_cases([case for case in outcome.cases if case.file == own], outcome)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ADDITIONS)
def test_other_packages_need_no_edit(outcome: Outcome, kind: str) -> None:
    check_cases([case for case in outcome.cases if case.file == f"contributed/test_{kind}.py"], outcome)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind, addition in ADDITIONS.items() if addition.generic])
def test_tests_that_iterate_over_the_registry_test_the_addition(outcome: Outcome, kind: str) -> None:
    for test in ADDITIONS[kind].generic:
        file, _, name = test.partition("::")
        word = name or ADDITIONS[kind].entry
        check_cases([case for case in outcome.cases if case.file == file and word in case.name], outcome)


@pytest.mark.slow
@pytest.mark.parametrize("rules", MODULE_RULES)
def test_the_rules_for_all_modules_hold_with_all_additions(outcome: Outcome, rules: str) -> None:
    check_cases([case for case in outcome.cases if case.file == f"{rules}.py"], outcome)
