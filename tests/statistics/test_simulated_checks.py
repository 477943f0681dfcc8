"""The figures of docs/statistics.md are those that benchmarks/simulated_studies.py measured."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from aegan.statistics.paired import sign_flip_p

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def benchmark():
    return runpy.run_path(str(ROOT / "benchmarks" / "simulated_studies.py"))


def test_the_page_shows_what_was_measured(benchmark):
    found = json.loads((ROOT / "docs" / "statistics.json").read_text(encoding="utf-8"))
    assert (found.pop("seed"), found.pop("studies")) == (benchmark["SEED"], benchmark["STUDIES"])
    assert found.pop("resamples") == benchmark["RESAMPLES"]
    assert set(found) == set(benchmark["CHECKS"])
    start, end = benchmark["MARKS"]
    page = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
    assert page.split(start)[1].split(end)[0].strip() == benchmark["render_summary"](found)


def test_the_simulated_studies_are_tested_like_real_ones(benchmark):
    differences = np.random.default_rng(0).normal(0.5, 1, size=(5, 9))
    expected = [sign_flip_p(study, np.random.default_rng(0)) for study in differences]
    assert benchmark["compute_p_values"](differences) == pytest.approx(expected)
