"""Fréchet against kernel distance: whether both rank the members alike."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.descriptions import describe_each
from aegan.figures.metric_names import MetricLabels, name_metric
from aegan.figures.numbers import format_number
from aegan.figures.panels import draw_message, make_grid
from aegan.figures.spec import FigureSpec
from aegan.figures.style import apply_theme, assign_looks

PAIR = ["fd", "kid"]


def pair_metrics(quality: pd.DataFrame) -> pd.DataFrame:
    """Put both distances of each member side by side: dataset, space, method, seed, fd, kid."""
    rows = quality[quality["metric"].isin(PAIR)]
    table = rows.pivot_table(index=["dataset", "space", "method", "seed"], columns="metric", values="value", sort=False)
    return table.reindex(columns=PAIR).dropna().reset_index()


@apply_theme
def draw(quality: pd.DataFrame, methods: Sequence[str], metric_labels: MetricLabels) -> Figure:
    """Draw a point per member, a panel per data set and feature space (compare Bińkowski 2018, section 4).

    Args:
        quality: dataset, method, seed, space, metric, value.
        methods: the methods, in order.
        metric_labels: metric -> its label and which direction is better.
    """
    groups = list(pair_metrics(quality).groupby(["dataset", "space"], sort=False))
    if not groups:
        return draw_message("the Fréchet and the kernel distance were not measured")
    figure, ((*all_axes,),) = make_grid(1, len(groups), 3.0)
    for axes, ((dataset, space), own) in zip(all_axes, groups, strict=True):
        for method, look in assign_looks(methods).items():
            points = own[own["method"] == method]
            axes.plot(points["fd"], points["kid"], "o", color=look.colour, label=method)
        labels = [name_metric(metric, metric_labels, str(space)) for metric in PAIR]
        axes.set(title=f"{dataset} · {space}", xlabel=labels[0], ylabel=labels[1])
    all_axes[0].legend()
    return figure


def describe(quality: pd.DataFrame) -> str:
    """Describe the rank correlation of both distances in words."""
    groups = pair_metrics(quality).groupby(["dataset", "space"], sort=False)
    rows = [(*names, own["fd"].rank().corr(own["kid"].rank())) for names, own in groups]
    table = pd.DataFrame(rows, columns=["dataset", "space", "correlation"])
    words = describe_each(table, lambda row: f"{row['dataset']} in {row['space']} {format_number(row['correlation'])}")
    return f"Fréchet against kernel distance. Rank correlation: {words}."


SPEC = FigureSpec(
    draw,
    "Agreement of two distances",
    "A point is a seed. Points on a rising line mean that both distances rank the samples alike.",
    describe,
    "quality",
)
