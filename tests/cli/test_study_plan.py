"""The plan of a new study: its size for a budget, and what is printed of it."""

from pathlib import Path

import pytest
import yaml
from tests.cli.invented_times import invent_times

from aegan.cli import study_plan
from aegan.cli.study_jobs import compute_makespan
from aegan.cli.study_plan import plan_study
from aegan.cli.study_size import DataDescription, choose_default_size, render_overlay
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files, merge_mappings
from aegan.errors import InputError

ROOT = Path(__file__).parents[2]
CONFIG = merge_config_files([ROOT / "config" / "config.yaml"])
FOUND = DataDescription({"name": "npy", "path": "x.npy"}, 1000, (8, 8, 1), 10)


def configure(size):
    return load_config(merge_mappings(CONFIG, yaml.safe_load(render_overlay("mine", FOUND, Path("x.yaml"), size))))


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(study_plan, "count_cores", lambda: 2)


def plan(minutes=None):
    return plan_study(FOUND, configure, minutes, invent_times)


@pytest.mark.parametrize("minutes", [2.0, 6.0, 12.0])
def test_the_largest_size_that_fits_is_taken(minutes):
    planned = plan(minutes)
    assert 0.5 * minutes < compute_makespan(planned.jobs, 2) / 60 <= minutes


def test_without_a_budget_the_size_is_the_default_and_much_time_doubles_the_seeds():
    default = choose_default_size(FOUND)
    assert (plan().size, plan().changes) == (default, [])
    assert plan(1000).size == default._replace(seeds=10)
    assert plan(1000).changes == ["seeds: 10 instead of 5"]


def test_a_budget_that_cannot_be_met_says_the_least():
    with pytest.raises(InputError, match=r"about 1\.\d minutes on this machine, not 0\.5"):
        plan(0.5)


def test_the_tutorial_counts_the_jobs_of_its_pictures():
    pictures = DataDescription({"name": "folder", "path": "x"}, 1797, (8, 8, 1), 10)
    lines = plan_study(pictures, configure, None, invent_times).describe(2)
    counts = [(line.split()[0], *line.split()[2:]) for line in lines if line.endswith((" job", " jobs"))]
    shown = (ROOT / "docs" / "tutorial.md").read_text("utf-8").partition("minutes on this machine:")[2]
    told = [(line.split()[0], *line.split()[2:]) for line in shown.splitlines() if line.endswith((" job", " jobs"))]
    assert told == counts


def test_the_table_has_every_phase_and_their_sum():
    lines = list(plan().describe())
    table = dict(line.split()[:2] for line in lines if line.startswith("  ") and "--" not in line)
    assert list(table) == ["data", "autoencoder", "latents", "gan", "diagnosis", "evaluation", "report", "total"]
    *phases, total = map(float, table.values())
    assert sum(phases) == pytest.approx(total, abs=0.4)
    cores = [line.split() for line in lines if "--cores" in line]
    assert [count for _, count, _ in cores] == ["2", "4", "8"]
    assert float(cores[0][2]) == pytest.approx(compute_makespan(plan().jobs, 2) / 60, abs=0.05)
    assert "Timed on noise" in lines[-1]
