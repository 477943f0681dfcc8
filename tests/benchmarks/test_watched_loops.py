"""The benchmark of watched loops: what counts as found, and that the page tells what was measured."""

from pathlib import Path

import pandas as pd
import pytest
import torch
from benchmarks.foreign_loops import FAULTS, LOOPS, Plan, list_builds
from benchmarks.watched_loops import MARKS, RESULTS, render_summary, summarise_runs

from aegan.watching.history_file import read_history

ROOT = Path(__file__).parents[2]


def test_a_run_is_right_if_its_fault_is_named_and_a_healthy_one_if_none_is():
    rows = [
        ("DCGAN", "none", 1, "growing"),
        ("DCGAN", "none", 2, "leak"),
        ("DCGAN", "frozen player", 1, "frozen"),
        ("DCGAN", "frozen player", 2, "blind judge"),
    ]
    runs = summarise_runs(pd.DataFrame(rows, columns=["loop", "fault", "seed", "verdict"]))
    assert runs["right"].tolist() == [True, False, True, False]
    assert runs["named"].tolist() == ["none", "leak", "frozen", "blind judge"]


def test_the_page_tells_what_was_measured_on_every_build():
    table = pd.read_csv(ROOT / RESULTS)
    assert set(zip(table["loop"], table["fault"], strict=True)) == {
        (loop, fault or "none") for loop, fault in list_builds()
    }
    page = (ROOT / "docs" / "verdicts.md").read_text("utf-8")
    assert page.split(MARKS[0])[1].split(MARKS[1])[0].strip() == render_summary(table)
    runs = summarise_runs(table)
    sick = runs["fault"] != "none"
    assert runs.loc[sick, "right"].mean() >= 0.9
    assert runs.loc[~sick, "right"].mean() >= 0.95


@pytest.mark.filterwarnings("ignore")  # the process that collects results cannot import the classes of Lightning's
@pytest.mark.parametrize("loop", LOOPS)
def test_every_loop_runs_healthy_and_with_a_fault(loop, tmp_path, request):
    if loop == "Lightning":
        request.getfixturevalue("beside")("lightning")
    for fault in ("", "sigmoid stack", "leak"):
        torch.manual_seed(0)
        LOOPS[loop][0](Plan(tmp_path / (fault or "none"), 0, fault, 5))
        history = read_history(tmp_path / (fault or "none"))[0]
        assert (history.loc[history["quantity"] == "leaked_tensors", "value"].max() > 0) == (fault == "leak")
    assert set(FAULTS) > {"sigmoid stack", "leak"}
