"""The catalogue of published results, and how their measurements become grades."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from aegan.analysis.study_schema import GRADES
from aegan.registry import build
from aegan.reproductions.conditioning import conditioning
from aegan.reproductions.critic_depth import critic_depth
from aegan.reproductions.critic_field import critic_field
from aegan.reproductions.dirac import dirac
from aegan.reproductions.energy import energy
from aegan.reproductions.grading import Reproduction, World, setting
from aegan.reproductions.instability import instability
from aegan.reproductions.packing import packing
from aegan.reproductions.rotation import rotation
from aegan.reproductions.spectral_bound import spectral_bound
from aegan.reproductions.stacked_modes import stacked_modes
from aegan.reproductions.vanishing import vanishing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: options to a published result; one file each.
REPRODUCTIONS: dict[str, Callable[..., Reproduction]] = {
    "vanishing": vanishing,
    "instability": instability,
    "critic_depth": critic_depth,
    "dirac": dirac,
    "energy": energy,
    "stacked_modes": stacked_modes,
    "packing": packing,
    "spectral_bound": spectral_bound,
    "critic_field": critic_field,
    "conditioning": conditioning,
    "rotation": rotation,
}


def measured_by_seed(chosen: Mapping[str, Any], seeds: Sequence[int], world: World | None) -> pd.DataFrame:
    """Measure a result for every seed: seed, and the result's own columns."""
    result = build(REPRODUCTIONS, chosen)
    tables = []
    for seed in seeds:
        table = result.measure(seed, world)
        table.insert(0, "seed", seed)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def grades_of(chosen: Mapping[str, Mapping[str, Any]], measured: Mapping[str, Sequence[pd.DataFrame]]) -> pd.DataFrame:
    """Grade every criterion of every result: result, paper, claim, criterion, value, low, high, n, grade, setting.

    Args:
        chosen: name of the entry -> its `result`, resolved.
        measured: name of the entry -> what `measured_by_seed` gave for each block of seeds.
    """
    rows = []
    for name, options in chosen.items():
        result = build(REPRODUCTIONS, options)
        about = {"result": name, "paper": result.paper, "claim": result.claim}
        smaller = setting(options["name"], REPRODUCTIONS[options["name"]], options)
        for grade in result.grade(pd.concat(measured[name], ignore_index=True)):
            verdict = "reproduced" if grade.passed else "not reproduced"
            numbers = {key: value for key, value in grade._asdict().items() if key != "passed"}
            rows.append(about | numbers | {"grade": verdict, "setting": smaller})
    return pd.DataFrame(rows, columns=GRADES)


def drawn(chosen: Mapping[str, Any], measured: Sequence[pd.DataFrame]) -> Figure:
    """Draw a result from the measurements of all blocks of seeds."""
    return build(REPRODUCTIONS, chosen).draw(pd.concat(measured, ignore_index=True))
