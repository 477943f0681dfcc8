"""Numbers in words, for the alternative texts of the laboratory's figures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from aegan.analysis.study_schema import WHOLE, Study
from aegan.figures.decomposition import FACTORS, decades
from aegan.figures.depth import moments, networks
from aegan.figures.dynamics import spectrum
from aegan.figures.gradients import select
from aegan.figures.laboratory import at_accuracy
from aegan.figures.numbers import listed, plural, short, signed
from aegan.figures.stages import last_stage

NONE = "none recorded"


def laboratory_facts(study: Study) -> dict[str, str]:
    """Gather the numbers that alternative texts of the laboratory quote, by name."""
    norms = select(study.probe, layer=WHOLE, quantity="minimax_gradient_norm")
    equal = at_accuracy(study.probe)
    angles = last_stage(select(study.dynamics, quantity="path_angle"))
    return {
        "depths": _depths(study.gradients),
        "fresh_norms": _each(last_stage(norms), _fresh),
        "equal": _each(equal[equal["place"] == equal.groupby("dataset")["place"].transform("max")], _equal),
        "decades": _each(select(decades(study.probe), loss="minimax"), _decades),
        "spectra": _each(spectrum(study.dynamics), _spectrum),
        "paths": _each(angles, _path),
    }


def _each(rows: pd.DataFrame, say: Callable[[pd.DataFrame], str]) -> str:
    groups = rows.groupby(["dataset", "method"], sort=False, observed=True)
    return "; ".join(f"{method} on {dataset} {say(own)}" for (dataset, method), own in groups) or NONE


def _depths(gradients: pd.DataFrame) -> str:
    ends = [
        select(moments(rows), moment="end").assign(dataset=dataset)
        for dataset, network, rows in networks(gradients)
        if network == "generator"
    ]
    return _each(pd.concat(ends), _depth) if ends else NONE


def _depth(rows: pd.DataFrame) -> str:
    medians = rows["value"].fillna(np.inf).groupby(rows["step"]).median()
    return f"{short(medians.iloc[0])} at the input, {short(medians.iloc[-1])} at the output"


def _fresh(rows: pd.DataFrame) -> str:
    medians = rows.groupby("step")["value"].median()
    return f"from {short(medians.iloc[0])} to {short(medians.iloc[-1])} at step {medians.index[-1]}"


def _equal(rows: pd.DataFrame) -> str:
    medians = rows.groupby("goal")["value"].median()
    names = [f"at {goal}" if goal < 1 else "at the last step" for goal in medians.index]
    words = ["never" if np.isnan(value) else short(value) for value in medians]
    return listed([f"{word} {name}" for word, name in zip(words, names, strict=True)])


def _decades(rows: pd.DataFrame) -> str:
    medians = rows[["total", *FACTORS]].median()
    if np.isnan(medians["total"]):
        return "stopped before"
    return f"{signed(medians['total'])} ({listed([f'{part} {signed(medians[part])}' for part in FACTORS])})"


def _spectrum(rows: pd.DataFrame) -> str:
    rows = rows.dropna(subset="real")
    out, turning = int((rows["real"] < 0).sum()), int((rows["imaginary"] != 0).sum())
    return f"{plural(len(rows), 'eigenvalue')}, {turning} off the real axis, {out} pushing out"


def _path(rows: pd.DataFrame) -> str:
    medians = rows.groupby("index")["value"].median()
    places = [medians.index[0], min(medians.index, key=lambda place: abs(place - 100)), medians.index[-1]]
    return listed([signed(medians[place]) for place in places])
