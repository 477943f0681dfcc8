"""From the tables of single runs to those of the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from aegan.analysis.diagnosis_summary import diagnosed
from aegan.analysis.member_outcomes import decisions, headline, outcomes
from aegan.analysis.performance_profiles import profiles
from aegan.analysis.study_schema import DYNAMICS, HISTORY, LADDER, PROBE
from aegan.probes.probe_verdicts import judge_probes
from aegan.probes.verdicts import Limits, judge_runs
from aegan.storage import names_of, read_array, read_json, read_tensors
from aegan.tables import read_table

#: columns of the tables of quality that runs write
QUALITY = ["dataset", "method", "seed", "space", "metric", "value", "floor", "n"]

#: pictures per seed that the sample grids can show, pairs of an image and its reconstruction, and either of points
SAMPLES, PAIRS, POINTS = 24, 12, 1000


class Runs(NamedTuple):
    """The files of all cohorts of one phase; only GANs are diagnosed."""

    histories: Sequence[Path]
    records: Sequence[Path]
    quality: Sequence[Path]
    probes: Sequence[Path] = ()
    dynamics: Sequence[Path] = ()


def tabulate(
    gans: Runs,
    autoencoders: Runs,
    projections: Sequence[Path],
    ladders: Sequence[Path],
    verdicts: Mapping[str, float],
    report: Mapping[str, Any],
    methods: Mapping[str, Mapping[str, Any]],
    baselines: Mapping[str, str],
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Make the tables of a study from the files of its runs, and its headline numbers.

    Args:
        gans: the files of the GANs.
        autoencoders: the files of the autoencoders they use; empty where no method uses one.
        projections: projection.csv of the autoencoders.
        ladders: ladder.csv of the data sets.
        verdicts: the config's section `verdicts`.
        report: the config's section `report`.
        methods: the resolved methods of the study.
        baselines: what each method is compared with.

    Returns:
        The tables of `Study` by name, and the content of metrics.json.
    """
    gradients, quality = joined(gans.histories, HISTORY), joined(gans.quality, QUALITY)
    probe, dynamics = joined(gans.probes, PROBE), joined(gans.dynamics, DYNAMICS)
    diagnosis = diagnosed(probe, dynamics)
    limits = Limits(**verdicts)
    judged = pd.concat([judge_runs(gradients, limits), judge_probes(probe, limits)], ignore_index=True)
    cost = costs([read_json(path) for path in gans.records], [read_json(path) for path in autoencoders.records])
    measured = outcomes(gradients, quality, diagnosis, cost, verdicts["window"])
    tables = {
        "probe": probe,
        "dynamics": dynamics,
        "diagnosis": diagnosis,
        "gradients": gradients,
        "verdicts": judged,
        "quality": quality,
        "ladder": joined(ladders, LADDER),
        "cost": cost,
        "decisions": decisions(measured, cost, methods, baselines, report),
        "profiles": profiles(measured, quality, report),
        "autoencoders": joined(autoencoders.histories, _of_autoencoder(HISTORY)),
        "autoencoder_quality": joined(autoencoders.quality, ["dataset", "autoencoder", "seed", "metric", "value", "n"]),
        "latents": joined(projections, ["dataset", "autoencoder", "seed", "x", "y", "label"]),
    }
    return tables, headline(measured, judged)


def _of_autoencoder(columns: Sequence[str]) -> list[str]:
    return ["autoencoder" if column == "method" else column for column in columns]


def joined(paths: Sequence[Path], columns: list[str]) -> pd.DataFrame:
    """Join the tables of several runs; of none, an empty table of those columns, as numbers, which can be drawn."""
    tables = [table for table in map(read_table, paths) if len(table)]  # a CSV without rows has columns of no type
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns, dtype=float)


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


def pictures(
    samples: Sequence[Path],
    reconstructions: Sequence[Path],
    originals: Mapping[str, Path],
    exhibits: Sequence[Path] = (),
) -> dict[str, np.ndarray]:
    """Pick what the report shows: the first samples of every seed, the first seed's reconstructions, real data.

    Of the reconstructions of pictures these are the first, and the worst with their originals.

    Args:
        samples: samples.npy of every cohort.
        reconstructions: reconstructions.npy of every cohort of autoencoders.
        originals: data set -> its test split.
        exhibits: exhibit.safetensors of the first cohort of every method.
    """
    blocks: dict[str, list[np.ndarray]] = {}
    for path in samples:
        made = read_array(path)
        blocks.setdefault("/".join(("samples", *names_of(path))), []).append(made[:, : shown(made, SAMPLES)])
    chosen = {key: np.concatenate(arrays) for key, arrays in blocks.items()}
    for path in reversed(reconstructions):  # the first block of seeds comes last, and stays
        decoded, (dataset, name) = read_array(path), names_of(path)
        chosen[f"reconstructions/{dataset}/{name}"] = np.array(decoded[0, : shown(decoded, PAIRS)])
        if decoded.dtype == np.uint8:
            chosen[f"worst/{dataset}/{name}"] = worst(read_array(originals[dataset]), decoded[0])
    for dataset, path in originals.items():
        real = read_array(path)
        chosen[f"originals/{dataset}"] = np.array(real[: shown(real, PAIRS)])
    for path in exhibits:
        chosen |= {"/".join(("exhibits", *names_of(path), key)): part for key, part in read_tensors(path).items()}
    return chosen


def worst(originals: np.ndarray, decoded: np.ndarray) -> np.ndarray:
    """Pick the pictures with the largest squared error, the worst first, and their reconstructions: (2, n, H, W, C)."""
    pairs = zip(originals, decoded, strict=False)  # one at a time, for both may be larger than memory
    errors = [np.square(real / 255.0 - made / 255.0).sum() for real, made in pairs]
    rows = np.argsort(errors, kind="stable")[::-1][:PAIRS]
    return np.stack([originals[rows], decoded[rows]])


def shown(data: np.ndarray, pictures: int) -> int:
    """Return how many rows of data a figure can show: a point takes less room than a picture."""
    return pictures if data.dtype == np.uint8 else POINTS
