"""What no code of the house may do, read from its syntax; and what names that attack a report come to."""

import ast
import dataclasses
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent
CODE = [path for top in ("src", "workflow/scripts", "benchmarks") for path in sorted((ROOT / top).glob("**/*.py"))]

#: modules that run what they read
RUNNING = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "code", "imp"}
FORBIDDEN = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
LOADERS = {"read_pickle", "to_pickle", "unsafe_load", "full_load", "mktemp", "Markup"}
#: where the network is asked, and what it says is checked
FETCHING = ROOT / "src" / "aegan" / "data" / "fetching.py"


def dangers(path: Path, tree: ast.AST) -> Iterator[str]:
    """Yield what a file must not do, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            roots = {name.split(".")[0] for name in names}
            if found := roots & RUNNING:
                yield f"{node.lineno}: imports {found}"
            if roots & {"urllib", "http", "socket", "requests", "ftplib"} and path != FETCHING:
                yield f"{node.lineno}: reaches for the network"
        elif isinstance(node, ast.Call) and (wrong := _call(node)):
            yield f"{node.lineno}: {wrong}"


def _call(node: ast.Call) -> str | None:
    """Say what is wrong with a call."""
    name = ast.unparse(node.func)
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    first, _, last = name.rpartition(".")
    listed = bool(node.args) and isinstance(node.args[0], ast.List | ast.Name)
    wrong = {
        f"calls {name}": name in FORBIDDEN or last in LOADERS or (last == "load" and first in {"torch", "yaml"}),
        "np.load without allow_pickle=False": name == "np.load" and given.get("allow_pickle") != "False",
        "an archive unpacked without a filter": last == "extractall" and given.get("filter") != "'data'",
        "templates without autoescape": "loader" in given and given.get("autoescape") != "True",
        "a command that a shell reads": first == "subprocess" and not listed,
        "a shell": given.get("shell", "False") != "False",
    }
    return next((words for words, is_so in wrong.items() if is_so), None)


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_runs_what_it_reads_or_trusts_what_it_fetches(path: Path) -> None:
    assert list(dangers(path, ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from joblib import load",
        "eval(text)",
        "exec(text)",
        "torch.load(path)",
        "yaml.load(text, yaml.Loader)",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "pd.read_pickle(path)",
        "os.system(f'rm {name}')",
        "subprocess.run(f'git {name}', shell=True)",
        "subprocess.run(['sh'], shell=True)",
        "subprocess.run('git status')",
        "archive.extractall(folder)",
        "Environment(loader=loader)",
        "Markup(name)",
        "from urllib.request import urlopen",
    ],
)
def test_each_danger_is_seen(code: str) -> None:
    assert list(dangers(Path("some.py"), ast.parse(code)))


def test_rules_interpolate_nothing_into_a_shell() -> None:
    for path in [ROOT / "workflow" / "Snakefile", *(ROOT / "workflow" / "rules").glob("*.smk")]:
        text = path.read_text("utf-8")
        assert not re.search(r"\bshell\s*[:(]|os\.system|subprocess|\beval\(|\bexec\(", text), path


def test_templates_mark_as_safe_only_what_the_house_wrote() -> None:
    for path in (ROOT / "src").glob("**/*.j2"):
        assert set(re.findall(r"\{\{([^}]*)\|\s*safe", path.read_text("utf-8"))) <= {" css ", " script "}, path


def test_what_is_fetched_is_verified_before_it_appears() -> None:
    """In `fetch_file` nothing gets the name of the target before `_verify_sha256`."""
    tree = ast.parse(FETCHING.read_text("utf-8"))
    fetch = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "fetch_file")
    calls = [ast.unparse(node.func) for node in ast.walk(fetch) if isinstance(node, ast.Call)]
    lines = {ast.unparse(node.func): node.lineno for node in ast.walk(fetch) if isinstance(node, ast.Call)}
    assert calls.count("part.replace") == 1
    assert lines["_copy_or_download"] < lines["_verify_sha256"] < lines["part.replace"]


#: as long as a name may be
EVIL = """<script>alert(1)</script>"{{7*7}}{%raw%}"""


@pytest.mark.slow
def test_a_report_escapes_every_name_in_its_figures_too() -> None:
    """Data set, method, study and class of that name, through every figure and the page."""
    from aegan.config.verdicts import Verdicts
    from aegan.figures.registry import FIGURES
    from aegan.figures.style import to_svg
    from aegan.report.page import render_report

    study = runpy.run_path(str(ROOT / "tests" / "figures" / "synthetic.py"))["build"]()
    names = {"gan": EVIL, study.datasets[0]: EVIL[:-1] + "2"}
    shown = {field.name: getattr(study, field.name) for field in dataclasses.fields(study)}
    changed = {key: _renamed(value, names) for key, value in shown.items()}
    named = dataclasses.replace(study, **changed | {"name": EVIL})
    figures = {name: to_svg(FIGURES[name].draw_study(named)) for name in FIGURES}
    assert not [name for name, svg in figures.items() if re.search("<script", svg)]
    config = {
        "study": {"title": EVIL},
        "methods": {method: {"role": {"name": "none"}} for method in named.methods},
        "verdicts": Verdicts().to_params(),
        "report": {
            "alpha": 0.05, "confidence": 0.95, "gradient_margin": 0.25, "quality_margin": 0.1, "coverage_margin": 0.05,
            "conditioning_margin": 0.5, "cost_margin": 0.1,
            "false_discovery_rate": 0.1,
        },
    }  # fmt: skip
    html = render_report(named, figures, {EVIL: EVIL}, config, [EVIL])
    assert html.count("<script") == 1  # the page's own
    assert "{{7*7}}" in html  # shown, and not worked out


def _renamed(value: object, names: dict[str, str]) -> object:
    """Give methods and data sets other names, wherever they stand."""
    if isinstance(value, pd.DataFrame):
        return value.replace(names)
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, tuple):
        return tuple(_renamed(item, names) for item in value)
    if isinstance(value, dict):
        return {_renamed(key, names): item for key, item in value.items()}
    return value
