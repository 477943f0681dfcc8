"""The rules of the house, read from the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "aegan"

#: who may import whom, besides the modules that belong to nobody
COMMON = {"errors", "seeding", "storage", "tables", "catalogue", "provenance"}
ALLOWED: dict[str, set[str]] = {
    "data": set(),
    "networks": set(),
    "objectives": set(),
    "probes": set(),
    "metrics": set(),
    "statistics": set(),
    "figures": set(),
    "games": {"networks", "objectives"},
    "training": {"games", "objectives", "probes", "data", "networks"},
    "report": {"figures", "statistics"},
    "reproductions": {"games", "networks", "objectives", "training", "probes", "metrics", "statistics", "figures"},
}
SCRIPTS = sorted((ROOT / "workflow" / "scripts").glob("*.py"))
PACKAGES = sorted(path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__")


def imported(path: Path) -> set[str]:
    return {name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for name in named_in(node)}


def named_in(node: ast.AST) -> set[str]:
    """Return the modules that a statement imports; none for one that is no import."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "aegan" else {node.module}
    return set()


def test_every_package_has_its_rule() -> None:
    assert set(PACKAGES) == set(ALLOWED)


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_what_they_may(package: str) -> None:
    for path in (PACKAGE / package).glob("**/*.py"):
        siblings = {name.split(".")[1] for name in imported(path) if name.startswith("aegan.")} - {package}
        assert siblings <= ALLOWED[package] | COMMON, f"{path} imports {siblings - ALLOWED[package] - COMMON}"


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
HEAVY = {"torch", "pandas", "scipy", "sklearn", "statsmodels", "torchmetrics", "matplotlib", "seaborn", "rocrate"}
#: script -> those of them that it waits for, whatever it is given to do
WAITED_FOR = {
    "fetch": set(),
    "prepare": set(),
    "train_features": {"torch", "scipy"},
    "train_autoencoder": {"torch", "pandas"},
    "encode": {"torch"},
    "train_gan": {"torch", "pandas"},
    "sample_gan": {"torch"},
    "exhibit_gan": {"torch"},
    "diagnose_gan": {"torch", "pandas"},
    "measure_floor": {"torch", "pandas", "scipy", "sklearn"},
    "measure_ladder": {"torch", "pandas", "scipy", "sklearn"},
    "evaluate_gan": {"torch", "pandas", "scipy", "sklearn"},
    "evaluate_autoencoder": {"torch", "pandas", "scipy", "sklearn"},
    "measure_spread": {"pandas"},
    "reproduce": {"torch", "pandas"},
    "grade": {"torch", "pandas", "matplotlib"},
    "tabulate": {"pandas", "scipy", "statsmodels"},
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


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_waits_for_no_library_that_it_does_not_need(script: Path) -> None:
    found, waiting, heavy = set(), {script}, set()
    while waiting:
        path = waiting.pop()
        found.add(path)
        names = {name for node in waited_for(path) for name in named_in(node)}
        heavy |= {name.split(".")[0] for name in names} & HEAVY
        files = (ROOT / "src" / f"{name.replace('.', '/')}.py" for name in names if name.startswith("aegan."))
        waiting |= {file for file in files if file.is_file()} - found
    assert heavy == WAITED_FOR[script.stem]


def test_scripts_are_thin() -> None:
    for path in SCRIPTS:
        assert len(path.read_text("utf-8").splitlines()) <= 52, path
    assert len((ROOT / "Snakefile").read_text("utf-8").splitlines()) <= 40


def test_no_file_is_more_than_one_thing() -> None:
    for path in PACKAGE.glob("**/*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 250, path


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


def test_figures_and_metrics_agree_on_what_is_better() -> None:
    from aegan.figures.quality import METRICS
    from aegan.metrics.registry import BETTER

    assert {name: better for name, (_, better) in METRICS.items()} == BETTER


def test_figures_and_probes_agree_on_the_name_of_a_whole_network() -> None:
    from aegan.analysis import study_schema as study
    from aegan.probes import names

    assert study.WHOLE == names.WHOLE
