"""How often verdicts are right on other people's kinds of loop, watched by `aegan.watch` as its users would.

From the repository's root, `python -m benchmarks.watched_loops` writes `results/watched_loops.csv`, and the part of
docs/verdicts.md between its two marks. The criteria were fixed on pilot seeds; other seeds are reported.
"""

from __future__ import annotations

import argparse
import os
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import torch
from benchmarks.foreign_loops import FAULTS, list_builds, train_loop

from aegan.probes.findings import TRENDS
from aegan.progress import track
from aegan.storage import write_text
from aegan.tables import write_table
from aegan.watching.watch_report import judge_history

PILOTS = range(3)
#: seeds of runs with a fault, and of healthy ones
SICK, HEALTHY = range(10, 12), range(10, 18)
MARKS = ("<!-- watched loops: written by benchmarks/watched_loops.py -->", "<!-- end of watched loops -->")
RESULTS = Path("benchmarks/results/watched_loops.csv")


def judge_run(task: tuple[str, str, int]) -> pd.DataFrame:
    """Train and judge one run of a loop, with a fault and a seed: a row per network."""
    loop, fault, seed = task
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    with TemporaryDirectory() as folder:
        train_loop(loop, fault, seed, Path(folder) / "run")
        verdicts = judge_history(Path(folder) / "run")
    table = verdicts[["network", "verdict", "step", "layer", "evidence"]]
    about = {"loop": loop, "fault": fault or "none", "seed": seed}
    return pd.concat([pd.DataFrame(about, index=table.index), table], axis=1)


def is_found(fault: str, verdicts: set[str]) -> bool:
    """Return whether the verdicts on the networks of a run find its fault."""
    return not verdicts.isdisjoint(FAULTS[fault])


def summarise_runs(table: pd.DataFrame) -> pd.DataFrame:
    """Summarise each run: loop, fault, seed, the faults that its verdicts name, and whether that is right."""
    rows = []
    for (loop, fault, seed), own in table.groupby(["loop", "fault", "seed"], sort=False):
        named = set(own["verdict"]) - set(TRENDS)
        right = not named if fault == "none" else is_found(fault, named)
        rows.append((loop, fault, seed, ", ".join(sorted(named)) or "none", right))
    return pd.DataFrame(rows, columns=["loop", "fault", "seed", "named", "right"])


def render_summary(table: pd.DataFrame) -> str:
    """Render the reported runs as Markdown: shares, a row per fault, and a row per loop."""
    runs = summarise_runs(table)
    sick, healthy = runs[runs["fault"] != "none"], runs[runs["fault"] == "none"]
    networks = table[table["fault"] == "none"]
    false = networks[~networks["verdict"].isin(TRENDS)]
    lines = [
        f"Of {len(sick)} runs with a planted fault (seeds {SICK[0]}–{SICK[-1]}), "
        f"{sick['right'].sum()} were found ({sick['right'].mean():.0%}). Of {len(healthy)} healthy ones "
        f"(seeds {HEALTHY[0]}–{HEALTHY[-1]}), called sick: {len(healthy) - healthy['right'].sum()} "
        f"({1 - healthy['right'].mean():.0%}), {len(false)} of their {len(networks)} networks "
        f"({len(false) / len(networks):.0%}).",
        "",
        "| planted fault ↓, faults named → |" + "".join(f" {name} |" for name in sorted(set(runs["named"]))),
        "| --- |" + " --- |" * runs["named"].nunique(),
    ]
    counts = pd.crosstab(runs["fault"], runs["named"])
    lines += [
        f"| {fault} |" + "".join(f" {counts.loc[fault, name] or ''} |" for name in sorted(set(runs["named"])))
        for fault in ("none", *FAULTS)
        if fault in counts.index
    ]
    lines += ["", "| loop | faults found | healthy runs called healthy |", "| --- | --- | --- |"]
    for loop in runs["loop"].unique():
        shares = [part.loc[part["loop"] == loop, "right"] for part in (sick, healthy)]
        lines.append(f"| {loop} | " + " | ".join(f"{own.sum()} of {len(own)}" for own in shares) + " |")
    return "\n".join(lines)


def main(page: Path = Path("docs/verdicts.md")) -> None:
    """Train and judge all runs; write the table, and unless only pilots are asked for, the part of the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pilots", action="store_true", help="run the pilot seeds alone, and print what is wrong")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    given = parser.parse_args()
    tasks = [
        (loop, fault, seed)
        for loop, fault in list_builds()
        for seed in (PILOTS if given.pilots else SICK if fault else HEALTHY)
    ]
    with ProcessPoolExecutor(given.processes, mp_context=get_context("spawn")) as pool:
        table = pd.concat(track(pool.map(judge_run, tasks), "runs", len(tasks)), ignore_index=True)
    if given.pilots:
        runs = summarise_runs(table)
        print(runs[~runs["right"]].to_string())  # noqa: T201 - its output is its purpose
        return
    write_table(RESULTS, table)
    before, rest = page.read_text(encoding="utf-8").split(MARKS[0])
    write_text(page, f"{before}{MARKS[0]}\n{render_summary(table)}\n{MARKS[1]}{rest.split(MARKS[1])[1]}")


if __name__ == "__main__":
    main()
