"""From the tables of single runs to the study that figures and report show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.figures.study import Study
from aegan.probes.quantities import WHOLE
from aegan.probes.verdicts import ends, judge_runs
from aegan.statistics.decisions import Outcome, decide
from aegan.storage import names_of, read_array, read_json, read_table, read_tensors

#: columns of the tables that runs write
HISTORY = ["dataset", "method", "seed", "step", "network", "layer", "quantity", "value"]
QUALITY = ["dataset", "method", "seed", "space", "metric", "value", "floor", "n"]

#: pictures per seed that the sample grids can show, and pairs of an image and its reconstruction
SAMPLES, PAIRS = 24, 12


class Runs(NamedTuple):
    """The files of all cohorts of one phase."""

    histories: Sequence[Path]
    records: Sequence[Path]
    quality: Sequence[Path]


def tabulate(
    gans: Runs,
    autoencoders: Runs,
    projections: Sequence[Path],
    verdicts: Mapping[str, float],
    report: Mapping[str, Any],
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Make the tables of a study from the files of its runs, and its headline numbers.

    Args:
        gans: the files of the GANs.
        autoencoders: the files of the autoencoders they use; empty where no method uses one.
        projections: projection.csv of the autoencoders.
        verdicts: the config's section `verdicts`.
        report: the config's section `report`.

    Returns:
        The tables of `Study` by name, and the content of metrics.json.
    """
    gradients, quality = joined(gans.histories, HISTORY), joined(gans.quality, QUALITY)
    judged, measured = judge_runs(gradients, **verdicts), outcomes(gradients, quality, verdicts["window"])
    tables = {
        "gradients": gradients,
        "verdicts": judged,
        "quality": quality,
        "cost": costs([read_json(path) for path in gans.records], [read_json(path) for path in autoencoders.records]),
        "decisions": decisions(measured, report),
        "autoencoders": joined(autoencoders.histories, _of_autoencoder(HISTORY)),
        "autoencoder_quality": joined(autoencoders.quality, ["dataset", "autoencoder", "seed", "metric", "value", "n"]),
        "latents": joined(projections, ["dataset", "autoencoder", "seed", "x", "y", "label"]),
    }
    return tables, headline(measured, judged)


def _of_autoencoder(columns: Sequence[str]) -> list[str]:
    return ["autoencoder" if column == "method" else column for column in columns]


def load_study(
    name: str, datasets: Sequence[str], methods: Sequence[str], tables: Sequence[Path], pictures: Path
) -> Study:
    """Load what `tabulate` wrote: its tables, named by their files, and its pictures."""
    arrays: dict[str, Any] = {"samples": {}, "originals": {}, "reconstructions": {}}
    for key, array in read_tensors(pictures).items():
        kind, dataset, entry = key.split("/")
        arrays[kind][dataset, entry] = array
    loaded: dict[str, Any] = {path.stem: read_table(path) for path in tables}
    return Study(name=name, datasets=tuple(datasets), methods=tuple(methods), **loaded, **arrays)


def joined(paths: Sequence[Path], columns: list[str]) -> pd.DataFrame:
    """Join the tables of several runs; of none, an empty table of those columns."""
    tables = [read_table(path) for path in paths]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def costs(methods: Sequence[Mapping[str, Any]], autoencoders: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Tabulate what each member cost: dataset, method, seed, phase, seconds, rounds, flops, parameters.

    A method that is played with an autoencoder is charged its training, in rows of the phase "autoencoder".

    Args:
        methods: run.json of the GANs.
        autoencoders: run.json of the autoencoders.
    """
    trained = {(run["dataset"], run["autoencoder"], m["seed"]): m for run in autoencoders for m in run["members"]}
    rows = []
    for run in methods:
        for member in run["members"]:
            who = {"dataset": run["dataset"], "method": run["method"], "seed": member["seed"]}
            used = run["config"].get("autoencoder")
            if used:
                rows.append(who | {"phase": "autoencoder"} | _price(trained[run["dataset"], used, member["seed"]]))
            rows.append(who | {"phase": "gan"} | _price(member))
    return pd.DataFrame(rows)


def _price(member: Mapping[str, Any]) -> dict[str, Any]:
    whole = {key: member[key] for key in ("seconds", "rounds", "flops")}
    return whole | {"parameters": sum(member["parameters"].values())}


#: what the decision table decides on; margins come from the config
OUTCOMES = {
    "lost": Outcome("generator's gradient lost", "decades", "lower", None),
    "grown": Outcome("generator's gradient grown", "decades", "lower", None),
    "fd": Outcome("FD-cls", "decades", "lower", None),
    "coverage": Outcome("coverage", "fraction", "higher", None),
}


def outcomes(gradients: pd.DataFrame, quality: pd.DataFrame, window: float) -> pd.DataFrame:
    """Reduce each member to the numbers that decisions are about: dataset, method, seed, outcome, value.

    Of the generator's gradient norm, with its reference and its end as the verdicts have them (medians over a window):
    lost is log10(peak / end), a measure of vanishing; grown is log10(peak / reference), a measure of explosion. fd is
    log10 of FD-cls. A member that diverged has NaN, not a gap.
    """
    who = ["dataset", "method", "seed"]
    whole = gradients[(gradients["network"] == "generator") & (gradients["layer"] == WHOLE)]
    norms = whole[whole["quantity"] == "gradient_norm"].sort_values("step")
    moved = {run: _moved(member["value"], window) for run, member in norms.groupby(who, sort=False)}
    table = pd.DataFrame.from_dict(moved, orient="index", columns=["lost", "grown"])
    table.index = pd.MultiIndex.from_tuples(table.index, names=who)
    spaces = quality.groupby("dataset")["space"].agg(lambda of: "classifier" if "classifier" in set(of) else "random")
    chosen = quality[quality["space"] == quality["dataset"].map(spaces)]
    measured = chosen.pivot_table(index=who, columns="metric", values="value", sort=False)
    table = table.assign(fd=np.log10(measured["fd"]), coverage=measured["coverage"])
    fallen = gradients[gradients["quantity"] == "diverged"].set_index(who).index.unique()
    table.loc[table.index.isin(fallen)] = np.nan
    return table.reset_index().melt(who, var_name="outcome", value_name="value")


def _moved(norms: pd.Series, window: float) -> tuple[float, float]:
    reference, end = ends(norms, window)
    with np.errstate(divide="ignore", invalid="ignore"):
        lost, grown = np.log10(norms.max() / np.array([end, reference]))
    return float(lost), float(grown)


def decisions(measured: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Decide whether each method helps against its baseline, by outcome; `settings` is the section `report`."""
    run = set(measured["method"])
    pairs = {method: base for method, base in settings["baselines"].items() if {method, base} <= run}
    margins = {
        "lost": "gradient_margin",
        "grown": "gradient_margin",
        "fd": "quality_margin",
        "coverage": "coverage_margin",
    }
    return decide(
        measured,
        baselines=pairs,
        outcomes={name: outcome._replace(margin=settings[margins[name]]) for name, outcome in OUTCOMES.items()},
        alpha=settings["alpha"],
        confidence=settings["confidence"],
        resamples=settings["resamples"],
        seed=0,
    )


def headline(measured: pd.DataFrame, verdicts: pd.DataFrame) -> dict[str, Any]:
    """Pick the numbers for `dvc metrics diff`: medians of each outcome, and counts of the generator's verdicts."""
    counts = verdicts[verdicts["network"] == "generator"].value_counts(["dataset", "method", "verdict"])
    record: dict[str, Any] = {}
    for row in measured.groupby(["dataset", "method", "outcome"], as_index=False)["value"].median().itertuples():
        value = round(row.value, 6) if np.isfinite(row.value) else None
        record.setdefault(row.dataset, {}).setdefault(row.method, {})[row.outcome] = value
    for dataset, method, verdict in sorted(counts.index):
        record[dataset][method][verdict] = int(counts[dataset, method, verdict])
    return record


def pictures(
    samples: Sequence[Path], reconstructions: Sequence[Path], originals: Mapping[str, Path]
) -> dict[str, np.ndarray]:
    """Pick the pictures that the report shows: the first samples of every seed, the first seed's reconstructions.

    Args:
        samples: samples.npy of every cohort.
        reconstructions: reconstructions.npy of every cohort of autoencoders.
        originals: data set -> its test split.
    """
    blocks: dict[str, list[np.ndarray]] = {}
    for path in samples:
        blocks.setdefault("/".join(("samples", *names_of(path))), []).append(read_array(path)[:, :SAMPLES])
    chosen = {key: np.concatenate(arrays) for key, arrays in blocks.items()}
    for path in reversed(reconstructions):  # the first block of seeds comes last, and stays
        dataset, autoencoder = names_of(path)
        chosen[f"originals/{dataset}/{autoencoder}"] = np.array(read_array(originals[dataset])[:PAIRS])
        chosen[f"reconstructions/{dataset}/{autoencoder}"] = np.array(read_array(path)[0, :PAIRS])
    return chosen


def provenance(
    datasets: Sequence[str],
    manifests: Sequence[Mapping[str, Any]],
    features: Sequence[Mapping[str, Any]],
    runs: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Sum up where a report comes from: data, feature nets, versions, machines and code.

    Args:
        datasets: the data sets.
        manifests: manifest.json of each.
        features: features.json of each.
        runs: run.json of every cohort.
    """
    record: dict[str, Any] = {"versions": runs[0]["versions"]}
    for dataset, manifest, nets in zip(datasets, manifests, features, strict=True):
        record[f"data set {dataset}"] = {"source": manifest["source"]["name"], **manifest["shards"]}
        record[f"feature nets of {dataset}"] = nets
    for key in ("machine", "code"):
        record[key] = sorted({str(run[key]) for run in runs})
    return record
