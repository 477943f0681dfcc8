"""The registry of published results, and the functions that measure, grade and draw its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from aegan.data.sufficiency import DataNeeds
from aegan.progress import name_task, track
from aegan.registry import build
from aegan.reproductions.conditioning import conditioning
from aegan.reproductions.critic_depth import critic_depth
from aegan.reproductions.critic_field import critic_field
from aegan.reproductions.dirac import dirac
from aegan.reproductions.energy import energy
from aegan.reproductions.grading import Result
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.instability import instability
from aegan.reproductions.packing import packing
from aegan.reproductions.rotation import rotation
from aegan.reproductions.setting import describe_setting
from aegan.reproductions.spectral_bound import spectral_bound
from aegan.reproductions.stacked_modes import stacked_modes
from aegan.reproductions.vanishing import vanishing
from aegan.tables import GRADE_COLUMNS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

IMAGES: dict[str, Any] = {"accepts": lambda outline: len(outline.shape) == 3, "wanted": "images"}

#: name -> its entry, one file each
REPRODUCTIONS: dict[str, Result] = {
    "vanishing": Result(vanishing, data=DataNeeds(), **IMAGES),
    "instability": Result(instability, data=DataNeeds(), **IMAGES),
    "critic_depth": Result(critic_depth, data=DataNeeds()),
    "dirac": Result(
        dirac, data=DataNeeds(), accepts=lambda outline: outline.shape == (1,), wanted="the points of the source dirac"
    ),
    "energy": Result(energy, data=DataNeeds(labels=True), **IMAGES),
    "stacked_modes": Result(
        stacked_modes,
        data=DataNeeds(labels=True),
        # sizes of the user's own files are not known before they are read
        accepts=lambda outline: len(outline.shape) == 3 and (outline.shape[0] == 3 or not outline.sized),
        wanted="images of three channels",
    ),
    "packing": Result(
        packing, data=DataNeeds(labels=True), accepts=lambda outline: len(outline.shape) == 1, wanted="points"
    ),
    "spectral_bound": Result(spectral_bound),
    "critic_field": Result(critic_field),
    # a Fréchet distance needs two test images
    "conditioning": Result(conditioning, data=DataNeeds(test=2, labels=True), **IMAGES),
    "rotation": Result(rotation, data=DataNeeds()),
}


def measure_by_seed(
    reproduction: Mapping[str, Any], seeds: Sequence[int], data: ReproductionData | None
) -> pd.DataFrame:
    """Measure a result for every seed.

    Args:
        reproduction: the resolved result, {name, options}.
        seeds: the seeds.
        data: the data, for a result that needs some.

    Returns:
        seed, and the result's own columns.
    """
    result = build(REPRODUCTIONS, reproduction)
    with name_task(reproduction["name"]):
        if result.measure_together:
            tables = result.measure_together(seeds, data)
        else:
            tables = [result.measure(seed, data) for seed in track(seeds, "seeds")]
    return pd.concat(
        [table.assign(seed=seed)[["seed", *table]] for seed, table in zip(seeds, tables, strict=True)],
        ignore_index=True,
    )


def grade_reproductions(
    reproductions: Mapping[str, Mapping[str, Any]],
    measurements: Mapping[str, Sequence[pd.DataFrame]],
    sources: Mapping[str, Mapping[str, Any]],
) -> pd.DataFrame:
    """Grade every criterion of every result: result, paper, claim, criterion, value, low, high, n, grade, setting.

    Args:
        reproductions: name of the entry in the config -> its resolved result, {name, options}.
        measurements: name of the entry -> the tables of `measure_by_seed`, one per block of seeds.
        sources: name of the entry -> the resolved source of its data, {name, options}; absent for one without data.
    """
    rows = []
    for name, reproduction in reproductions.items():
        result = build(REPRODUCTIONS, reproduction)
        source = {"result": name, "paper": result.paper, "claim": result.claim}
        setting = describe_setting(result, REPRODUCTIONS, reproduction, sources.get(name))
        for grade in result.grade(pd.concat(measurements[name], ignore_index=True)):
            numbers = {key: value for key, value in grade._asdict().items() if key in GRADE_COLUMNS}
            rows.append(source | numbers | {"grade": grade.word, "setting": setting})
    return pd.DataFrame(rows, columns=GRADE_COLUMNS)


def draw_reproduction(reproduction: Mapping[str, Any], measurements: Sequence[pd.DataFrame]) -> Figure:
    """Draw a result, in the style of the report.

    Args:
        reproduction: the resolved result, {name, options}.
        measurements: the tables of `measure_by_seed`, one per block of seeds.
    """
    from aegan.figures.style import apply_theme  # matplotlib takes a second to import; the config imports this file

    return apply_theme(build(REPRODUCTIONS, reproduction).draw)(pd.concat(measurements, ignore_index=True))
