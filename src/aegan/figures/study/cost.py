"""Figure of cost: what each arm spends, with the training of its autoencoder charged to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from aegan.analysis.study_schema import ordered
from aegan.figures.numbers import counted, duration
from aegan.figures.panels import grid, name_rows, nothing
from aegan.figures.style import MUTED, PAPER, Look, looks, styled

PHASES = {"autoencoder": ("autoencoder, trained beforehand", "////"), "gan": ("GAN", "")}
UNITS: dict[str, tuple[str, Callable[[float], str]]] = {
    "seconds": ("time per seed", duration),
    "flops": ("arithmetic per seed", lambda value: counted(value, "FLOP")),
    "parameters": ("parameters trained", counted),
}


def typical_cost(cost: pd.DataFrame) -> pd.DataFrame:
    """Take the median over seeds: dataset, method, phase, seconds, rounds, flops, parameters."""
    keys = ["dataset", "method", "phase"]
    numbers = ["seconds", "rounds", "flops", "parameters"]
    return cost.groupby(keys, sort=False, observed=True)[numbers].median().reset_index()


@styled
def cost_bars(cost: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw stacked bars per method: time, arithmetic and parameters, of the autoencoder and of the GAN.

    Args:
        cost: dataset, method, seed, phase, seconds, rounds, flops, parameters.
        methods: the methods, in order.
    """
    datasets = ordered(cost["dataset"])
    if not datasets:
        return nothing("Nothing to show: cost was not recorded.")
    shown = [method for method in methods if method in set(cost["method"])]
    figure, all_axes = grid(len(datasets), len(UNITS), 0.6 + 0.3 * len(shown), extra=0.4)
    table = typical_cost(cost)
    for row, dataset in zip(all_axes, datasets, strict=True):
        for axes, unit in zip(row, UNITS, strict=True):
            _bars(axes, table[table["dataset"] == dataset], shown, unit, looks(methods))
        row[0].set_title(f"{dataset} · {UNITS['seconds'][0]}")
    patches = [Patch(facecolor="none", edgecolor=MUTED, hatch=hatch, label=words) for words, hatch in PHASES.values()]
    figure.legend(handles=patches, loc="outside upper left", ncols=2)
    return figure


def _bars(axes: Axes, table: pd.DataFrame, shown: list[str], unit: str, looks: dict[str, Look]) -> None:
    title, write = UNITS[unit]
    colours = [looks[method].colour for method in shown]
    left = pd.Series(0.0, index=shown)
    for phase, (_, hatch) in PHASES.items():
        part = table[table["phase"] == phase].set_index("method")[unit].reindex(shown).fillna(0.0)
        axes.barh(
            range(len(shown)),
            part,
            left=left,
            color=colours,
            hatch=hatch,
            height=0.6,
            edgecolor=PAPER,
            linewidth=0.5,
        )
        left += part
    for place, total in enumerate(left):
        axes.annotate(write(float(total)), (total, place), (4, 0), textcoords="offset points", va="center", fontsize=8)
    name_rows(axes, shown, labels=unit == next(iter(UNITS)))
    axes.set_xlim(0, (left.max() or 1) * 1.42)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axes.set_title(title)
