"""Data of the page's explorer: curves that answer to the pointer and the keyboard, and runs side by side.

Everything that the explorer shows stands in the figures and tables of the page, too, which need no script.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from aegan.analysis.study_schema import Study
from aegan.figures.metric_names import name_metric
from aegan.figures.numbers import format_number
from aegan.figures.stages import select_last_stage
from aegan.figures.style import assign_looks
from aegan.tables import HELD_OUT_CROSS_ENTROPY, TRAINING_FAKES, WHOLE_NETWORK

#: quantity of a whole network in training -> its words, and whether its axis is logarithmic
IN_TRAINING = {
    "gradient_norm": ("gradient norm", True),
    "update_ratio": ("update relative to the weights", True),
    "loss": ("loss", False),
    "accuracy": ("accuracy", False),
}
#: likewise, of a frozen generator before a fresh discriminator
BEFORE_FRESH = {
    "minimax_gradient_norm": ("minimax gradient norm before a fresh discriminator", True),
    HELD_OUT_CROSS_ENTROPY: ("held-out cross-entropy of a fresh discriminator", True),
}


#: data set -> method -> seed -> what -> in words
Runs = dict[str, dict[str, dict[str, dict[str, str]]]]


class Curves(NamedTuple):
    """The curves of one quantity, of all runs on a data set."""

    dataset: str
    label: str
    log: bool  #: whether the vertical axis is logarithmic
    log_steps: bool  #: whether the steps grow by factors
    steps: list[int]
    #: method -> seed -> values at `steps`, with four digits; None where there is none or the axis cannot show it
    runs: dict[str, dict[str, list[float | None]]]


def pack_explorer(study: Study) -> str:
    """Pack the data of the explorer: JSON, gzipped, in base64; "" for a study without curves.

    Args:
        study: the study, with the methods that are shown.
    """
    curves = list(collect_curves(study))
    if not curves:
        return ""
    looks = {
        name: [look.colour, [] if look.dash == "solid" else list(look.dash[1])]
        for name, look in assign_looks(study.methods).items()
    }
    content = {"looks": looks, "curves": [own._asdict() for own in curves], "runs": describe_runs(study)}
    text = json.dumps(content, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def collect_curves(study: Study) -> Iterator[Curves]:
    """Collect the curves of training and of the last stage of the frozen-generator probe, data set by data set."""
    whole = study.gradients[study.gradients["layer"] == WHOLE_NETWORK]
    probed = study.probe[(study.probe["layer"] == WHOLE_NETWORK) & (study.probe["fakes"] == TRAINING_FAKES)]
    fresh = select_last_stage(probed) if len(probed) else probed
    for dataset in study.datasets:
        for rows, quantities, log_steps in ((whole, IN_TRAINING, False), (fresh, BEFORE_FRESH, True)):
            own = rows[rows["dataset"] == dataset]
            for quantity, (words, log) in quantities.items():
                for network, part in own[own["quantity"] == quantity].groupby("network", sort=False, observed=True):
                    label = words if log_steps else f"{words} of {network}"
                    yield _collect(dataset, label, part, log, log_steps)


def _collect(dataset: str, label: str, rows: pd.DataFrame, log: bool, log_steps: bool) -> Curves:
    steps = sorted(map(int, rows["step"].unique()))
    runs: dict[str, dict[str, list[float | None]]] = {}
    for (method, seed), own in rows.groupby(["method", "seed"], sort=False, observed=True):
        values = dict(zip(own["step"], own["value"], strict=True))
        runs.setdefault(str(method), {})[str(seed)] = [_round(values.get(step, math.nan), log) for step in steps]
    return Curves(dataset, label, log, log_steps, steps, runs)


def _round(value: float, log: bool) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) and (value > 0 or not log) else None


def describe_runs(study: Study) -> Runs:
    """Describe every run by its verdicts and the quality of its samples, in words."""
    runs: Runs = {}
    row: Any
    for row in study.verdicts.itertuples():
        _find_run(runs, row)[f"verdict on {row.network}"] = str(row.verdict)
    for row in study.quality.itertuples():
        name = name_metric(str(row.metric), study.metric_labels, str(row.space))
        _find_run(runs, row)[f"{name}, space {row.space}"] = format_number(row.value)
    return runs


def _find_run(runs: Runs, row: Any) -> dict[str, str]:
    return runs.setdefault(row.dataset, {}).setdefault(row.method, {}).setdefault(str(row.seed), {})
