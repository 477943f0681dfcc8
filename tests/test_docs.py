"""The documents quote the code as it is: snippets, functions and the titles of figures."""

import re
import runpy
from itertools import chain
from pathlib import Path

import pandas as pd
import pytest
import yaml

from aegan.figures.registry import FIGURES
from aegan.storage import read_json
from aegan.strict_yaml import read_yaml

ROOT = Path(__file__).parent.parent
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
#: `path` · `name`: a name that is defined in a file
HOPS = re.findall(r"`((?:src|workflow)/[\w/.]+)` · `(\w+)`", ARCHITECTURE)
QUOTES = re.findall(r"```python\n(.*?)```", ARCHITECTURE, re.DOTALL)


def lines_of(code: str) -> list[str]:
    """Split code into its lines, without docstrings, indentation and empty lines."""
    bare = re.sub(r'"""(?s:.*?)"""', "", code)
    return [line.strip() for line in bare.splitlines() if line.strip()]


def test_the_page_of_published_results_says_what_was_measured() -> None:
    page = (ROOT / "docs" / "reproductions.md").read_text("utf-8")
    rows = [
        f"| {row.criterion} | {row.value:.3g} | {row.low:.3g} … {row.high:.3g} | {row.n} | {row.grade} |"
        for row in pd.read_csv(ROOT / "docs" / "reproductions.csv").itertuples()
    ]
    assert re.findall(r"^\| .*reproduced \|$", page, re.MULTILINE) == rows


def test_the_benchmarks_page_says_what_was_measured_of_a_quickstart() -> None:
    page = " ".join((ROOT / "benchmarks" / "README.md").read_text("utf-8").split())
    studies = read_json(ROOT / "benchmarks" / "results" / "quickstart.json")["studies"]
    many, few = studies["0-11"], studies["0-4"]
    assert (
        f"with 12 seeds all jobs take {many['ratio']:.2f} times their bare training ({many['ratio_to_gans']:.2f} times "
        f"that of the GANs alone), {many['wall']:.0f} s in all; with 5 seeds {few['ratio']:.2f} times "
        f"({few['ratio_to_gans']:.2f}), {few['wall']:.0f} s"
    ) in page


@pytest.mark.parametrize("name", ["answer", "quickstart"])
def test_a_committed_report_is_small(name: str) -> None:
    sizes = [path.stat().st_size for path in (ROOT / "reports" / name).rglob("*") if path.is_file()]
    assert 1_000_000 < sum(sizes) <= 10_000_000


@pytest.mark.parametrize(("path", "name"), HOPS)
def test_the_architecture_names_what_is_defined(path: str, name: str) -> None:
    code = (ROOT / path).read_text("utf-8")
    assert re.search(rf"^ *(def|class|rule) {name}\b|^ *{name}\b.*[:=]", code, re.MULTILINE)


def test_each_walk_passes_a_package_once() -> None:
    walks = ARCHITECTURE.split("## Walk: ")[1:]
    assert len(walks) == 2
    for walk in walks:
        rooms = re.findall(r"^\d+\. \*\*(\w+)\.\*\*", walk, re.MULTILINE)
        assert len(rooms) == len(set(rooms)) >= 6


@pytest.mark.parametrize("quote", QUOTES)
def test_the_architecture_quotes_the_code(quote: str) -> None:
    quoted = "\n".join(lines_of(quote))
    sources = chain((ROOT / "src").rglob("training/*.py"), (ROOT / "src").rglob("games/*.py"))
    assert any(quoted in "\n".join(lines_of(path.read_text("utf-8"))) for path in sources)


def test_the_architecture_tells_who_may_import_whom() -> None:
    allowed: dict[str, set[str]] = runpy.run_path(str(ROOT / "tests" / "test_structure.py"))["ALLOWED"]
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", ARCHITECTURE, re.MULTILINE)
    told = {package: set(re.findall(r"`(\w+)`", others)) for package, others in rows}
    assert set(told) == set(allowed)
    assert all(told[package] - {"Batch"} == others for package, others in allowed.items() if package != "cli")


def test_the_check_of_a_report_is_the_overlay_of_the_config() -> None:
    text = (ROOT / "docs" / "running.md").read_text("utf-8")
    (overlay,) = re.findall(r"```yaml\n# config/studies/answer_check.yaml\n(.*?)```", text, re.DOTALL)
    assert yaml.safe_load(overlay) == read_yaml(ROOT / "config" / "studies" / "answer_check.yaml")


def test_the_guide_to_the_report_names_figures_by_their_titles() -> None:
    guide = (ROOT / "docs" / "reading-the-report.md").read_text("utf-8")
    named = re.findall(r"\*\*([^*]+)\*\*\s\(`(\w+)`\)", guide)
    assert {name: title for title, name in named}.items() <= {
        name: figure.title.rstrip("?") for name, figure in FIGURES.items()
    }.items()
