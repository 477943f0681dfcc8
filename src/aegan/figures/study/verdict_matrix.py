"""Figure of verdicts: methods × networks, how many seeds ended in which state."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from aegan.analysis.study_schema import ordered
from aegan.figures.panels import name_rows, nothing, sheet
from aegan.figures.style import CALM, CALM_INK, GRAVE, PAPER, styled

# Colour, the text on it, and a mark that survives without colour.
VERDICTS = {
    "healthy": (CALM, CALM_INK, "●"),
    "vanishing": ("#2f6fb0", "#ffffff", "▼"),
    "exploding": ("#d9541e", "#ffffff", "▲"),
    "diverged": (GRAVE, "#ffffff", "✕"),
}


def verdict_counts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Count seeds: dataset, method, network, then a column per verdict; every row sums to its seeds."""
    keys = [verdicts[column] for column in ("dataset", "method", "network")]
    table = pd.crosstab(keys, verdicts["verdict"])
    return table.reindex(columns=list(VERDICTS), fill_value=0).reset_index()


@styled
def verdict_matrix(verdicts: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw a bar per method and network, split by how many seeds got each verdict.

    Args:
        verdicts: dataset, method, seed, network, verdict.
        methods: the methods, in order.
    """
    datasets, networks = ordered(verdicts["dataset"]), ordered(verdicts["network"])
    if not datasets:
        return nothing("Nothing to show: no run was judged.")
    shown = [method for method in methods if method in set(verdicts["method"])]
    figure = sheet(len(datasets) * (0.42 * len(shown) + 0.5) + 0.45)
    all_axes = figure.subplots(len(datasets), len(networks), squeeze=False)
    counts = verdict_counts(verdicts)
    for row, dataset in zip(all_axes, datasets, strict=True):
        for place, (axes, network) in enumerate(zip(row, networks, strict=True)):
            own = counts[(counts["dataset"] == dataset) & (counts["network"] == network)].set_index("method")
            _cells(axes, own[list(VERDICTS)], shown, labels=place == 0)
            axes.set_title(network if len(datasets) == 1 else f"{network} · {dataset}", fontweight="bold")
    patches = [Patch(color=colour, label=f"{mark} {word}") for word, (colour, _, mark) in VERDICTS.items()]
    figure.legend(handles=patches, loc="outside upper right", ncols=4, handlelength=1.2)
    return figure


def _cells(axes: Axes, counts: pd.DataFrame, shown: list[str], labels: bool) -> None:
    name_rows(axes, shown, labels)
    for place, method in enumerate(shown):
        if method not in counts.index:
            axes.text(0.5, place, "–", ha="center", va="center")
            continue
        _split(axes, place, counts.loc[[method]].iloc[0])
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)


def _split(axes: Axes, place: int, seeds: pd.Series) -> None:
    left = 0.0
    for verdict, (colour, ink, mark) in VERDICTS.items():
        share = seeds[verdict] / seeds.sum()
        if share:
            axes.barh(place, share, left=left, height=0.8, color=colour, edgecolor=PAPER, linewidth=1.5)
            words = f"{mark} {seeds[verdict]} {verdict}" if share >= 0.55 else f"{mark} {seeds[verdict]}"
            axes.text(left + share / 2, place, words, ha="center", va="center", color=ink, fontsize=8.5)
        left += share
