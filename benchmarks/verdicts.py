"""How often verdicts are right, on networks built to vanish, explode, be healthy or diverge.

Half of the seeds are pilots that set the thresholds; the others are reported. From the repository's root,
`python -m benchmarks.verdicts` writes docs/verdicts.csv and the part of docs/verdicts.md between its two marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from benchmarks.network_builds import BUILDS, Build

from aegan.config.verdicts import Verdicts
from aegan.probes.depth_profile import decades_per_layer
from aegan.probes.norm_tables import tabulate_layer_norms
from aegan.probes.schedules import evenly
from aegan.probes.verdicts import (
    LAYERS_OF_DEPTH,
    Limits,
    assess_network,
    decades_changed,
    log_ratio,
    start_and_end_medians,
)
from aegan.storage import write_text
from aegan.tables import WHOLE_NETWORK, write_table
from aegan.training.cohort import train
from aegan.training.outputs import join_histories
from aegan.training.probing import Probing

PILOTS, REPORTED = range(3), range(3, 6)
ROUNDS, POINTS, BATCHES = 200, 20, 8
CLASSES = ["healthy", "vanishing", "exploding", "diverged"]
LIMITS = Limits(**Verdicts().model_dump())
MARKS = ("<!-- matrix: written by benchmarks/verdicts.py -->", "<!-- end of matrix -->")

#: the ways to measure a change over depth
DEPTHS = {
    "over_depth": "first layer against last",
    "over_hidden": "first layer against last but one",
    "per_layer": "slope per layer",
}


def assess_build(build: Build, shape: tuple[int, int], seed: int) -> Iterator[dict[str, Any]]:
    """Train one run, and yield a row per network with an expected verdict; if it diverged, for that network."""
    member = build.make_member(seed, *shape)
    train(member, ROUNDS, [Probing(evenly(ROUNDS, points=POINTS), BATCHES)])
    table = join_histories([member])
    for network in (member.divergence.network,) if member.divergence else build.networks:
        history = table[table["network"] == network]
        about = {"built": build.built, "how": build.how, "depth": shape[0], "width": shape[1], "seed": seed}
        yield about | {"network": network} | assess_network(history, LIMITS)._asdict() | _measure_changes(history)


def _measure_changes(history: pd.DataFrame) -> dict[str, float]:
    """Measure the changes over time and over depth, in decades; the latter in the three ways of `DEPTHS`."""
    norms = tabulate_layer_norms(history, "gradient_norm")
    if norms.empty:
        return dict.fromkeys(("over_time", *DEPTHS), np.nan)
    at_end = [start_and_end_medians(norms[layer], LIMITS.window)[1] for layer in norms if layer != WHOLE_NETWORK]
    changes = {"over_time": decades_changed(norms[WHOLE_NETWORK], LIMITS.window)} | dict.fromkeys(DEPTHS, np.nan)
    if len(at_end) >= LAYERS_OF_DEPTH:
        first, *_, last_hidden, last = at_end
        slope = decades_per_layer(at_end)
        changes |= dict(
            zip(DEPTHS, map(float, (log_ratio(first, last), log_ratio(first, last_hidden), slope)), strict=True)
        )
    return {name: round(value, 2) for name, value in changes.items()}


def assess_all(seeds: range) -> pd.DataFrame:
    """Train and assess all builds with some seeds."""
    return pd.DataFrame(
        [
            row
            for build in BUILDS
            for shape in build.shapes
            for seed in seeds
            for row in assess_build(build, shape, seed)
        ]
    ).astype({"step": "Int64"})


def render_summary(table: pd.DataFrame) -> str:
    """Render the confusion matrix of the reported seeds and the results of the pilots, as Markdown."""
    pilots, reported = (table[table["seed"].isin(seeds)] for seeds in (PILOTS, REPORTED))
    runs = len(reported.drop_duplicates(["how", "depth", "width", "seed"]))
    right = int((reported["built"] == reported["verdict"]).sum())
    matrix = pd.crosstab(reported["built"], reported["verdict"]).reindex(index=CLASSES, columns=CLASSES, fill_value=0)
    lines = [
        describe_pilots(pilots),
        "",
        "What depth does to gradients on the pilot seeds, in decades, measured in three ways:",
        "",
        *_markdown(
            ["", "deep sigmoid generators", "healthy networks", "deep tanh, variance 1"],
            list(compare_depth_measures(pilots)),
        ),
        "",
        f"Seeds {_span(REPORTED)}, {len(reported)} networks of {runs} runs, of which {right} were judged as built:",
        "",
        *_markdown(["built to be ↓, judged →", *CLASSES], [[name, *matrix.loc[name]] for name in CLASSES]),
        "",
        "By how they were built, on the same seeds:",
        "",
        *_markdown(["built to be", "how", "networks", "judged"], list(count_verdicts(reported))),
    ]
    return "\n".join(lines)


def describe_pilots(pilots: pd.DataFrame) -> str:
    """Describe the largest changes of healthy networks on the pilot seeds, and the thresholds that follow."""
    healthy = pilots[pilots["built"] == "healthy"]
    time, depth = healthy["over_time"], healthy["over_depth"]
    most = {"vanishing": -time.min(), "exploding": time.max(), "depth": depth.abs().max()}
    limits = [f"{np.ceil(value * 2) / 2:.1f}" for value in most.values()]
    return (
        f"The {len(healthy)} healthy networks of the pilot seeds {_span(PILOTS)} lost at most {most['vanishing']:.2f} "
        f"decades over time, gained at most {most['exploding']:.2f}, and their ends lay at most {most['depth']:.2f} "
        f"apart over depth. The next half decades are the thresholds: {', '.join(limits)}."
    )


def compare_depth_measures(pilots: pd.DataFrame) -> Iterator[list[str]]:
    """Yield a row for each way to measure depth: its range on vanishing, healthy and exploding networks."""
    vanishing = pilots["how"] == "deep sigmoid generator"
    exploding = pilots["how"].str.startswith(("deep tanh generator", "deep tanh discriminator"))
    for column, name in DEPTHS.items():
        kinds = [pilots.loc[rows, column] for rows in (vanishing, pilots["built"] == "healthy", exploding)]
        yield [name, *(f"{values.min():+.2f} to {values.max():+.2f}" for values in kinds)]


def count_verdicts(reported: pd.DataFrame) -> Iterator[list[Any]]:
    """Count the verdicts of each build."""
    for (built, how), rows in reported.groupby(["built", "how"], sort=False):
        counts = rows["verdict"].value_counts()
        yield [built, how, len(rows), ", ".join(f"{counts[name]} {name}" for name in CLASSES if name in counts)]


def _markdown(head: list[str], rows: list[list[Any]]) -> list[str]:
    return [f"| {' | '.join(map(str, row))} |" for row in [head, ["---"] * len(head), *rows]]


def _span(seeds: range) -> str:
    return f"{seeds[0]}–{seeds[-1]}"


def main(docs: Path = Path("docs")) -> None:
    """Train and assess all builds, and write both files."""
    torch.set_num_threads(1)
    table = pd.concat([assess_all(PILOTS), assess_all(REPORTED)], ignore_index=True)
    write_table(docs / "verdicts.csv", table)
    page = docs / "verdicts.md"
    before, rest = page.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    write_text(page, f"{before}{MARKS[0]}\n{render_summary(table)}\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
