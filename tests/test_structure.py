"""The rules of the house, read from the code itself."""

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "aegan"

#: who may import whom, besides the modules that belong to nobody: errors, seeding, storage, catalogue, provenance
COMMON = {"errors", "seeding", "storage", "catalogue", "provenance"}
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
PACKAGES = sorted(path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= (
                {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "aegan" else {node.module}
            )
    return names


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
    scripts = {path.stem for path in (ROOT / "workflow" / "scripts").glob("*.py")}
    assert set(rules()) == scripts
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


def test_scripts_are_thin() -> None:
    for path in (ROOT / "workflow" / "scripts").glob("*.py"):
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
    from aegan.metrics.catalogue import BETTER

    assert {name: better for name, (_, better) in METRICS.items()} == BETTER


def test_figures_and_probes_agree_on_the_name_of_a_whole_network() -> None:
    from aegan.figures import study
    from aegan.probes import quantities

    assert study.WHOLE == quantities.WHOLE
