import json
import runpy
from pathlib import Path

import pytest

from aegan.config.verdicts import Verdicts
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_svg
from aegan.report.page import render_report
from aegan.tables import name_table, name_table_file, write_table

# The made-up study belongs to the figures' tests; test folders are no packages, so it is run from its path.
DRIVER = runpy.run_path(str(Path(__file__).with_name("driver.py")))
BUILD = runpy.run_path(str(Path(__file__).parents[1] / "figures" / "synthetic.py"))["build"]


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A browser, one for all tests; each opens a page of its own."""
    if DRIVER["BROWSER"] is None:
        pytest.skip("no Chromium or Chrome is installed")
    with DRIVER["browser"](tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture(scope="session")
def study():
    return BUILD()


@pytest.fixture(scope="session")
def figures(study, shared):
    """All figures of the study, drawn once for all of a test run."""
    with shared("figures.json") as drawn:
        if not drawn.exists():
            drawn.write_text(json.dumps({name: to_svg(FIGURES[name].draw_study(study)) for name in FIGURES}), "utf-8")
        return json.loads(drawn.read_text("utf-8"))


@pytest.fixture(scope="session")
def config(study):
    return {
        "study": {"title": "Does it cure <them>?"},
        "methods": {"article": {"role": {"name": "reconstruction"}}},
        "diagnosis": {"eigenvalues": 10},
        "verdicts": Verdicts().to_params(),
        "report": {
            "alpha": 0.05,
            "false_discovery_rate": 0.1,
            "confidence": 0.95,
            "gradient_margin": 0.25,
            "quality_margin": 0.1,
            "coverage_margin": 0.05,
            "conditioning_margin": 0.5,
            "cost_margin": 0.1,
        },
    }


@pytest.fixture(scope="session")
def downloads(study, tmp_path_factory):
    """Three tables of the study as files, each of another kind: name -> bytes."""
    folder = tmp_path_factory.mktemp("tables")
    files = [folder / name_table_file(name) for name in ("decisions", "verdicts", "gradients")]
    for file in files:
        write_table(file, getattr(study, name_table(file)))
    return {file.name: file.read_bytes() for file in files}


@pytest.fixture(scope="session")
def html(study, figures, config, downloads):
    provenance = {"commits": ["4f2c9d1e3ab7" + 28 * "0"], "dates": ["2026-11-28"], "versions": {"torch": "2.11.0"}}
    provenance["freeze"] = {"state": "frozen", "sentence": "It was frozen."}
    return render_report(study, figures, provenance, config, ["make report"], downloads=downloads)
