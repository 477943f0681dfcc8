"""The figures of docs/statistics.md are those that benchmarks/simulated_studies.py measured."""

import json
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aegan.statistics.comparison import Outcome
from aegan.statistics.decisions import decide
from aegan.statistics.families import Hypothesis, Plan
from aegan.statistics.pairs import Pairs

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


def test_no_kind_of_decision_is_false_too_often():
    found = json.loads((ROOT / "docs" / "statistics.json").read_text(encoding="utf-8"))
    chance = 3 * np.sqrt(0.05 * 0.95 / found["studies"])  # three standard errors of a share of 5 %
    columns = {"errors": ["share"], "divergence": ["share"], "replications": ["share", "with_primary"]}
    shares = [row[column] for check, names in columns.items() for row in found[check] for column in names]
    assert max(shares) <= 0.05 + chance
    assert {row["n"] for row in found["errors"]} == {5, 8, 12, 20}
    assert max(row["share"] for row in found["discoveries"]) <= 0.1


def test_the_simulated_studies_are_decided_like_real_ones(benchmark):
    rng = np.random.default_rng(0)
    baseline = rng.normal(size=(1, 3, 12))
    arm = baseline + np.array([3.0, 0.0, 0.0])[:, None] + [[0.3], [0.3], [3.0]] * rng.normal(size=(1, 3, 12))
    studies = benchmark["Studies"](arm, baseline, 0.9)
    outcomes = {"x": Outcome("x", "", "higher", 0.9)}
    hypotheses = [Hypothesis("digits", f"m{i}", "gan", "x") for i in range(3)]
    values = zip(hypotheses, arm[0], baseline[0], strict=True)
    pairs = [Pairs(*own, pd.DataFrame({"value": a, "baseline_value": b})) for own, a, b in values]
    settings = {"alpha": 0.05, "false_discovery_rate": 0.1, "confidence": 0.95, "resamples": 500, "seed": 0}
    table = decide(pairs, outcomes=outcomes, plan=Plan(hypotheses), **settings)
    assert table["decision"].tolist() == studies.decide(rng)[0].tolist() == ["helps", "equivalent", "undecided"]
    assert studies.adjusted[0] == pytest.approx(table[["p_adjusted", "p_equivalence_adjusted"]].to_numpy())
