"""The rules of the house, read from the code itself."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "aegan"

#: modules at the root, which every package may import and which import only each other
ROOT_MODULES = {
    "errors",
    "option_types",
    "progress",
    "provenance",
    "registry",
    "seeding",
    "storage",
    "strict_yaml",
    "tables",
}
LEAVES = ("data", "networks", "objectives", "probes", "metrics", "statistics", "figures", "pipeline")
#: package -> the packages that it may import, besides the root's modules
ALLOWED: dict[str, set[str]] = {
    **{leaf: set() for leaf in LEAVES},
    "games": {"data", "networks", "objectives"},
    "training": {"data", "games", "probes"},
    "evaluation": {"data", "games", "metrics", "networks", "objectives", "probes", "training"},
    "analysis": {"probes", "statistics"},
    "report": {"analysis", "figures", "statistics"},
    "watching": {"config", "figures", "probes", "report"},
    "reproductions": {
        "data", "evaluation", "figures", "games", "metrics", "networks", "objectives", "probes", "statistics",
        "training",
    },
    "config": {
        "analysis", "data", "evaluation", "games", "networks", "objectives", "probes", "reproductions", "training",
    },
}  # fmt: skip
ALLOWED["cli"] = {*ALLOWED, "cli"} - {"cli"}
SCRIPTS = sorted((ROOT / "workflow" / "scripts").glob("*.py"))
#: neither a package nor its door, `python -m aegan`, is a module that others import
MODULES = sorted(path for path in PACKAGE.glob("**/*.py") if path.name not in {"__init__.py", "__main__.py"})


def imported(path: Path) -> set[str]:
    return {name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for name in named_in(node)}


def named_in(node: ast.AST) -> set[str]:
    """Return the modules that a statement imports; none for one that is no import."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        package = PACKAGE.joinpath(*node.module.split(".")[1:])
        return {f"{node.module}.{alias.name}" for alias in node.names} if package.is_dir() else {node.module}
    return set()


def room(path: Path) -> str:
    """Return the package of a module, or its own name if it stands at the root."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Return the packages and root modules of aegan that a module imports, its own left out."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("aegan.")} - {room(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_import_only_what_they_may(path: Path) -> None:
    allowed = ROOT_MODULES if room(path) in ROOT_MODULES else ALLOWED[room(path)] | ROOT_MODULES
    assert imported_rooms(path) <= allowed


def test_games_know_batches_and_nothing_else_of_the_data() -> None:
    known = {name for path in (PACKAGE / "games").glob("*.py") for name in imported(path) if "aegan.data" in name}
    assert known <= {"aegan.data.batch"}


def test_the_house_has_few_rooms_and_no_cycle() -> None:
    rooms = {room(path) for path in MODULES}
    assert rooms == ROOT_MODULES | set(ALLOWED)
    assert len(rooms) <= 26
    graph = {name: set[str]() for name in rooms}
    for path in MODULES:
        graph[room(path)] |= imported_rooms(path)
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError


def test_modules_of_a_package_import_each_other_in_one_direction() -> None:
    names = {f"aegan.{'.'.join(path.relative_to(PACKAGE).with_suffix('').parts)}": path for path in MODULES}
    graph = {
        name: {node for each in waited_for(path) for node in named_in(each)} & set(names)
        for name, path in names.items()
    }
    tuple(TopologicalSorter(graph).static_order())


def test_every_module_has_its_test_file() -> None:
    expected = {ROOT / "tests" / path.relative_to(PACKAGE).with_name(f"test_{path.name}") for path in MODULES}
    assert not sorted(str(path.relative_to(ROOT)) for path in expected if not path.is_file())


def test_the_library_knows_no_workflow_tool() -> None:
    for path in PACKAGE.glob("**/*.py"):
        roots = {name.split(".")[0] for name in imported(path)}
        assert not roots & {"snakemake", "dvc", "workflow", "pickle"}, path


def rules() -> dict[str, str]:
    """Return the text of every rule that runs a script, by the name of the script."""
    texts = [text for file in (ROOT / "workflow" / "rules").glob("*.smk") for text in _split(file.read_text("utf-8"))]
    return {re.search(r"scripts/(\w+)\.py", text)[1]: text for text in texts if "script:" in text}  # type: ignore[index]


def _split(text: str) -> list[str]:
    return re.split(r"\n\s*rule\b", text)


def test_each_rule_has_one_script_of_its_name_and_each_script_its_rule() -> None:
    assert set(rules()) == {path.stem for path in SCRIPTS}
    for name, text in rules().items():
        named = re.match(rf"\s+{name}:", text) or re.search(rf'f"{name}_', text)
        assert named, f"the rule of {name}.py has another name"


@pytest.mark.parametrize(("name", "text"), rules().items(), ids=lambda value: value if value.isidentifier() else "")
def test_each_rule_declares_what_it_uses(name: str, text: str) -> None:
    for directive in (
        "provenance=",
        "log:",
        "benchmark:",
        "threads:",
        "resources:",
        "gpu=",
        "mem_mb=",
        "runtime=",
        "code=code(",
    ):
        assert directive in text, f"{name} lacks {directive}"
    assert f'code=code("{name}")' in text


#: libraries that take from a tenth of a second to more than one to import; jobs are many, and some last no longer
HEAVY = {"torch", "pandas", "scipy", "sklearn", "statsmodels", "matplotlib", "seaborn", "rocrate"}
#: script -> those of them that it waits for, whatever it is given to do
WAITED_FOR = {
    "fetch": set(),
    "prepare": set(),
    "train_features": {"torch"},
    "train_autoencoder": {"torch", "pandas"},
    "encode": {"torch"},
    "train_gan": {"torch", "pandas"},
    "sample_gan": {"torch"},
    "diagnose_gan": {"torch", "pandas"},
    "measure_real_data": {"torch", "pandas", "scipy"},
    "evaluate_gan": {"torch", "pandas"},
    "evaluate_autoencoder": {"torch", "pandas"},
    "measure_spread": {"pandas"},
    "reproduce": {"torch", "pandas"},
    "grade": {"torch", "pandas", "matplotlib"},
    "export_histories": set(),
    "tabulate": {"pandas"},
    "draw": {"pandas", "matplotlib"},
    "write_report": {"pandas", "matplotlib"},
    "write_crate": {"rocrate"},
}


def waited_for(path: Path) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports that run when a file is imported: none for types, and none of the functions' own."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif not isinstance(node, ast.FunctionDef) and not (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        ):
            waiting += ast.iter_child_nodes(node)


def heavy_libraries(paths: set[Path]) -> set[str]:
    """Return the heavy libraries that some files wait for, by themselves or through modules of aegan."""
    found, waiting, heavy = set(), set(paths), set()
    while waiting:
        path = waiting.pop()
        found.add(path)
        names = {name for node in waited_for(path) for name in named_in(node)}
        heavy |= {name.split(".")[0] for name in names} & HEAVY
        files = (ROOT / "src" / f"{name.replace('.', '/')}.py" for name in names if name.startswith("aegan."))
        waiting |= {file for file in files if file.is_file()} - found
    return heavy


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_waits_for_no_library_that_it_does_not_need(script: Path) -> None:
    assert heavy_libraries({script}) == WAITED_FOR[script.stem]


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("cli/main.py", set()),
        ("cli/catalogue_listing.py", set()),
        ("cli/check.py", set()),
        ("cli/doctor.py", {"pandas"}),
        ("cli/report_archive.py", {"pandas", "matplotlib"}),
        ("pipeline/clean.py", set()),
        ("pipeline/run.py", set()),
        ("pipeline/verify.py", set()),
    ],
)
def test_a_command_that_trains_nothing_does_not_wait_for_torch(module: str, expected: set[str]) -> None:
    assert heavy_libraries({PACKAGE / module}) == expected


def test_snakemake_waits_for_no_heavy_library_to_read_the_workflow() -> None:
    texts = [file.read_text("utf-8") for file in (ROOT / "workflow" / "rules").glob("*.smk")]
    names = {name for text in texts for name in re.findall(r"^\s*from (aegan\.[\w.]+) import", text, re.MULTILINE)}
    assert "aegan.config.resolved" in names
    assert heavy_libraries({ROOT / "src" / f"{name.replace('.', '/')}.py" for name in names}) == set()


def test_scripts_are_thin() -> None:
    for path in SCRIPTS:
        assert len(path.read_text("utf-8").splitlines()) <= 54, path
    assert len((ROOT / "workflow" / "Snakefile").read_text("utf-8").splitlines()) <= 40


def test_no_file_is_more_than_one_thing() -> None:
    for path in PACKAGE.glob("**/*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 200, path


def test_there_are_no_rule_bodies_that_cannot_be_imported() -> None:
    for file in (ROOT / "workflow" / "rules").glob("*.smk"):
        text = file.read_text("utf-8")
        assert not re.search(r"^\s+(run|shell):", text, re.MULTILINE), file
        assert "lambda" not in text, file


@pytest.mark.parametrize("name", ["slurm", "kubernetes"])
def test_profiles_judge_staleness_alike(name: str) -> None:
    """A profile replaces the default one, so what decides which jobs run must be said again."""
    folder = ROOT / "workflow" / "profiles"
    default, other = (yaml.safe_load((folder / each / "config.yaml").read_text("utf-8")) for each in ("default", name))
    shared = ("rerun-triggers", "max-checksum-file-size", "rerun-incomplete", "scheduler")
    assert {key: other[key] for key in shared} == {key: default[key] for key in shared}
    assert set(default["default-resources"]) <= set(other["default-resources"])
