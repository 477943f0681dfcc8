"""How often verdicts are right, on networks built to be healthy or sick, beside two rules that others use.

The thresholds were fixed on pilot seeds; other seeds are reported. From the repository's root, `python -m
benchmarks.verdicts` writes docs/verdicts.csv and the part of docs/verdicts.md between its two marks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from benchmarks.fresh_builds import FRESH_BUILDS, FreshBuild, probe_build
from benchmarks.network_builds import BUILDS, SHALLOW, Build
from benchmarks.published_rules import is_sick_by_autotrainer, is_sick_by_size
from benchmarks.quality_builds import QUALITY_BUILDS, QualityBuild

from aegan.config.verdicts import Verdicts
from aegan.probes.findings import FAULTS, TRENDS, Limits, Verdict
from aegan.probes.norm_series import decades_changed, log_ratio, start_and_end_medians
from aegan.probes.norm_tables import tabulate_layer_norms
from aegan.probes.probe_verdicts import assess_frozen_generators
from aegan.probes.verdicts import FRESH, assess_run
from aegan.storage import write_text
from aegan.tables import WHOLE_NETWORK, write_table
from aegan.training.cohort import train
from aegan.training.outputs import join_histories
from aegan.training.probing import Probing

PILOTS, REPORTED = range(3), range(7, 10)
ROUNDS, POINTS, BATCHES = 200, 20, 8
CLASSES = ["healthy", "vanishing", "exploding", "diverged", *FAULTS]
LIMITS = Limits(**Verdicts().model_dump())
MARKS = ("<!-- matrix: written by benchmarks/verdicts.py -->", "<!-- end of matrix -->")
RULES = {"verdict": "verdicts", "autotrainer": "AUTOTRAINER's rules", "size": "norm below 1e-6 or above 1e3"}

#: the first rounds, all of which are probed, and others evenly
PROBED = frozenset([*range(4), *np.rint(np.linspace(0, ROUNDS - 1, POINTS)).astype(int).tolist()])

AnyBuild = Build | FreshBuild | QualityBuild
ALL_BUILDS: list[AnyBuild] = [*BUILDS, *FRESH_BUILDS, *QUALITY_BUILDS]


def assess_build(build: AnyBuild, shape: tuple[int, int], seed: int) -> Iterator[dict[str, Any]]:
    """Train one run, and yield a row per network with an expected verdict; if it diverged, for that network.

    Args:
        build: what is trained.
        shape: hidden layers and width.
        seed: of all draws.
    """
    about = {"built": build.built, "how": build.how, "depth": shape[0], "width": shape[1], "seed": seed}
    if isinstance(build, QualityBuild):
        found = [Verdict(*row[4:]) for row in build.assess(seed, shape, LIMITS).itertuples(index=False)]
        verdict = found[0] if found else Verdict("stable", None, None, "")
        yield about | {"network": build.network} | verdict._asdict() | {"autotrainer": False, "size": False}
    elif isinstance(build, FreshBuild):
        probe = probe_build(build, shape, seed)
        (row,) = assess_frozen_generators(probe, LIMITS).itertuples(index=False)
        norms = tabulate_layer_norms(probe[probe["network"] == "generator"], "own_gradient_norm")
        yield about | {"network": FRESH} | Verdict(*row[4:])._asdict() | measure(norms, pd.Series(dtype=float))
    else:
        yield from (about | row for row in _assess_trained(build, shape, seed))


def _assess_trained(build: Build, shape: tuple[int, int], seed: int) -> Iterator[dict[str, Any]]:
    member = build.make_member(seed, *shape)
    train(member, ROUNDS, [Probing(PROBED.__contains__, BATCHES)])
    table = join_histories([member])
    verdicts = dict(assess_run(table, LIMITS))
    for network in (member.divergence.network,) if member.divergence else build.networks:
        own = table[table["network"] == network]
        dead = own[(own["quantity"] == "saturation") & own["layer"].str.startswith("relu")]
        norms = tabulate_layer_norms(own, "gradient_norm")
        measured = measure(norms, dead.groupby("step")["value"].max())
        yield {"network": network} | verdicts[network]._asdict() | measured | _find_diverged(bool(member.divergence))


def _find_diverged(diverged: bool) -> dict[str, bool]:
    return {"autotrainer": True, "size": True} if diverged else {}


def measure(norms: pd.DataFrame, dead: pd.Series) -> dict[str, Any]:
    """Measure changes over time and depth in decades, and apply the other rules.

    Args:
        norms: gradient norms, steps × layers.
        dead: largest share of dead ReLUs of a layer, by step.
    """
    if norms.empty:
        return {"over_time": np.nan, "over_depth": np.nan, "autotrainer": False, "size": False}
    layers = norms.drop(columns=WHOLE_NETWORK)
    first, last = (start_and_end_medians(layers.iloc[:, place], LIMITS.windows)[1] for place in (0, -1))
    return {
        "over_time": round(decades_changed(norms[WHOLE_NETWORK], LIMITS.windows), 2),
        "over_depth": round(float(log_ratio(first, last)), 2),
        "autotrainer": is_sick_by_autotrainer(norms, dead, LIMITS),
        "size": is_sick_by_size(norms, LIMITS),
    }


def list_shapes(build: AnyBuild) -> list[tuple[int, int]]:
    """List the hidden layers and widths that a build is trained with."""
    return build.shapes if isinstance(build, Build) else SHALLOW


def assess_task(task: tuple[int, tuple[int, int], int]) -> list[dict[str, Any]]:
    """Assess one run, named by the number of its build, its shape and its seed; in a process of its own."""
    torch.set_num_threads(1)
    number, shape, seed = task
    return list(assess_build(ALL_BUILDS[number], shape, seed))


def assess_all() -> pd.DataFrame:
    """Train and assess all builds with all seeds, on all cores."""
    tasks = [
        (number, shape, seed)
        for seeds in (PILOTS, REPORTED)
        for number, build in enumerate(ALL_BUILDS)
        for shape in list_shapes(build)
        for seed in seeds
    ]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        rows = [row for rows in pool.map(assess_task, tasks, chunksize=4) for row in rows]
    return pd.DataFrame(rows).astype({"step": "Int64"})


def classify(verdicts: pd.Series) -> pd.Series:
    """Call the verdicts about trends healthy."""
    return verdicts.mask(verdicts.isin(TRENDS), "healthy")


def render_summary(table: pd.DataFrame) -> str:
    """Render the results of the reported seeds and of the pilots, as Markdown."""
    pilots, reported = (table[table["seed"].isin(seeds)] for seeds in (PILOTS, REPORTED))
    judged = classify(reported["verdict"])
    right = int((reported["built"] == judged).sum())
    runs = len(reported.drop_duplicates(["how", "depth", "width", "seed"]))
    matrix = pd.crosstab(reported["built"], judged).reindex(index=CLASSES, columns=CLASSES, fill_value=0)
    return "\n".join(
        [
            describe_pilots(pilots),
            "",
            f"Seeds {_span(REPORTED)}, {len(reported)} networks of {runs} runs, of which {right} were judged as built. "
            "Found as sick or left in peace, by verdicts and by two rules that others use:",
            "",
            *_markdown(
                ["rule", "sick networks found", "healthy networks called healthy"], list(compare_rules(reported))
            ),
            "",
            *_markdown(["built to be ↓, judged →", *CLASSES], [[name, *matrix.loc[name]] for name in CLASSES]),
            "",
            "By how they were built, on the same seeds:",
            "",
            *_markdown(
                ["built to be", "how", "networks", "judged", "AUTOTRAINER", "size"], list(count_verdicts(reported))
            ),
        ]
    )


def flag_sick(table: pd.DataFrame) -> dict[str, pd.Series]:
    """Tell by each rule which networks are sick."""
    ours = classify(table["verdict"]) != "healthy"
    return {"verdict": ours} | {rule: table[rule].astype(bool) for rule in ("autotrainer", "size")}


def compare_rules(table: pd.DataFrame) -> Iterator[list[str]]:
    """Yield a row for each rule: the shares of sick and of healthy networks that it tells as such."""
    healthy = table["built"] == "healthy"
    for rule, sick in flag_sick(table).items():
        found, left = int(sick[~healthy].sum()), int((~sick[healthy]).sum())
        shares = [f"{k} of {n}, {k / n:.0%}" for k, n in ((found, (~healthy).sum()), (left, healthy.sum()))]
        yield [RULES[rule], *shares]


def describe_pilots(pilots: pd.DataFrame) -> str:
    """Describe the pilots: on the networks, and between what values their thresholds lie."""
    trained = pilots[~pilots["network"].isin([FRESH, "prior", "codebook"])]
    healthy, fresh = trained[trained["built"] == "healthy"], pilots[pilots["network"] == FRESH]
    deep, growing = healthy[healthy["depth"] >= 6], trained[trained["how"].str.contains("WGAN, ")]
    tanh = trained[trained["how"].str.startswith("deep tanh") & (trained["built"] == "exploding")]
    sigmoid = trained[trained["how"] == "deep sigmoid generator"]
    lost = -fresh["over_time"]
    per_layer = {name: rows["over_depth"] / rows["depth"] for name, rows in (("d", deep), ("t", tanh), ("s", sigmoid))}
    return (
        f"Pilot seeds {_span(PILOTS)}. Healthy networks gained at most {healthy['over_time'].max():.2f} decades over "
        f"time, exploding critics at least {growing['over_time'].min():.2f}. From one layer to the next, deep healthy "
        f"networks lost at most {-per_layer['d'].min():.2f} decades on the way back and gained at most "
        f"{per_layer['d'].max():.2f}; deep sigmoid generators lost at least {-per_layer['s'].max():.2f}, deep tanh "
        f"networks of variance 1 gained at least {per_layer['t'].min():.2f}. Before a fresh discriminator, generators "
        f"built to vanish lost at least {lost[fresh['built'] == 'vanishing'].min():.2f} decades since its start, "
        f"healthy ones at most {max(lost[fresh['built'] == 'healthy'].max(), 0):.2f}."
    )


def count_verdicts(reported: pd.DataFrame) -> Iterator[list[Any]]:
    """Count the verdicts of each build, and how many of its networks the other rules call sick."""
    for (built, how), rows in reported.groupby(["built", "how"], sort=False):
        counts = rows["verdict"].value_counts()
        said = ", ".join(f"{count} {name}" for name, count in counts.items())
        others = [f"{int(rows[rule].sum())} sick" for rule in ("autotrainer", "size")]
        yield [built, how, len(rows), said, *others]


def _markdown(head: list[str], rows: list[list[Any]]) -> list[str]:
    return [f"| {' | '.join(map(str, row))} |" for row in [head, ["---"] * len(head), *rows]]


def _span(seeds: range) -> str:
    return f"{seeds[0]}–{seeds[-1]}" if len(seeds) > 1 else f"{seeds[0]}"


def main(docs: Path = Path("docs")) -> None:
    """Train and assess all builds, and write both files."""
    table = assess_all()
    write_table(docs / "verdicts.csv", table)
    write_summary(docs, pd.read_csv(docs / "verdicts.csv"))


def write_summary(docs: Path, table: pd.DataFrame) -> None:
    """Write the part of docs/verdicts.md between the marks."""
    page = docs / "verdicts.md"
    before, rest = page.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    write_text(page, f"{before}{MARKS[0]}\n{render_summary(table)}\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
