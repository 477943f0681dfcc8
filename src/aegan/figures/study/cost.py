"""Time, arithmetic and parameters of each method, the training of its autoencoder included."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from aegan.figures.descriptions import describe_each
from aegan.figures.families import DECISIVE
from aegan.figures.numbers import format_count, format_duration
from aegan.figures.panels import draw_message, make_rows, name_rows
from aegan.figures.selection import order_methods, select_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.style import MUTED, PAPER, Look, apply_theme, assign_looks
from aegan.tables import list_distinct

PHASES = {"autoencoder": ("autoencoder, trained beforehand", "////"), "gan": ("GAN", "")}
UNITS: dict[str, tuple[str, Callable[[float], str]]] = {
    "seconds": ("time per seed", format_duration),
    "flops": ("arithmetic per seed", lambda value: format_count(value, "FLOP")),
    "parameters": ("parameters trained", format_count),
}


def compute_median_cost(cost: pd.DataFrame) -> pd.DataFrame:
    """Compute the median over seeds.

    Args:
        cost: dataset, method, seed, phase, seconds, rounds, flops, parameters.

    Returns:
        dataset, method, phase, seconds, rounds, flops, parameters.
    """
    keys = ["dataset", "method", "phase"]
    numbers = ["seconds", "rounds", "flops", "parameters"]
    return cost.groupby(keys, sort=False, observed=True)[numbers].median().reset_index()


@apply_theme
def draw(cost: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw stacked bars per method: time, arithmetic and parameters, of the autoencoder and of the GAN.

    Args:
        cost: dataset, method, seed, phase, seconds, rounds, flops, parameters.
        methods: the methods, in order.
    """
    datasets = list_distinct(cost["dataset"])
    if not datasets:
        return draw_message("cost was not recorded")
    blocks = {dataset: select_rows(compute_median_cost(cost), dataset=dataset) for dataset in datasets}
    present = [order_methods(own, methods) for own in blocks.values()]
    figure, all_axes = make_rows([0.6 + 0.3 * len(names) for names in present], len(UNITS), extra=0.4)
    for row, (dataset, own), names in zip(all_axes, blocks.items(), present, strict=True):
        for axes, unit in zip(row, UNITS, strict=True):
            _draw_bars(axes, own, names, unit, assign_looks(methods))
        row[0].set_title(f"{dataset} · {UNITS['seconds'][0]}")
    patches = [Patch(facecolor="none", edgecolor=MUTED, hatch=hatch, label=words) for words, hatch in PHASES.values()]
    figure.legend(handles=patches, loc="outside upper left", ncols=2)
    return figure


def _draw_bars(axes: Axes, table: pd.DataFrame, methods: list[str], unit: str, looks: dict[str, Look]) -> None:
    title, write = UNITS[unit]
    colours = [looks[method].colour for method in methods]
    left = pd.Series(0.0, index=methods)
    for phase, (_, hatch) in PHASES.items():
        part = table[table["phase"] == phase].set_index("method")[unit].reindex(methods).fillna(0.0)
        axes.barh(
            range(len(methods)),
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
    name_rows(axes, methods, labels=unit == next(iter(UNITS)))
    axes.set_xlim(0, (left.max() or 1) * 1.42)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axes.set_title(title)


def describe(cost: pd.DataFrame) -> str:
    """Describe the seconds per seed of each method in words."""
    totals = compute_median_cost(cost).groupby(["dataset", "method"], sort=False)["seconds"].sum().reset_index()
    seconds = describe_each(
        totals, lambda row: f"{row['method']} on {row['dataset']} {format_duration(row['seconds'])}"
    )
    return f"Time per seed, the autoencoder's training included. {seconds}."


SPEC = FigureSpec(
    draw,
    "Cost of each method",
    "Median over seeds. The training of an autoencoder is charged to the method that uses it.",
    describe,
    "cost",
    shows=("cost",),
    families=DECISIVE,
)
