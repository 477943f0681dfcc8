"""How well the discriminator tells real data from generated data: its accuracy and its mean logits."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.curve_panels import Block, draw_visible_panels
from aegan.figures.curves import CURVE_CAPTION
from aegan.figures.descriptions import describe_last_values, describe_size
from aegan.figures.layer_curves import make_panels
from aegan.figures.panels import NOT_RECORDED
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.tables import WHOLE_NETWORK, list_distinct

#: quantity -> title and scale of its panel
QUANTITIES = {
    "accuracy": ("accuracy", "fraction"),
    "logit_real": ("logit on real", "linear"),
    "logit_fake": ("logit on fake", "linear"),
}


def draw(gradients: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw accuracy and mean logits over the steps: a block per data set, a panel per quantity.

    Args:
        gradients: dataset, method, seed, step, network, layer, quantity, value.
        methods: the methods, in order.
    """
    rows = gradients[gradients["quantity"].isin(list(QUANTITIES))]
    blocks = [
        Block(f"{dataset} · over steps", make_panels(select_rows(rows, dataset=dataset), "quantity", QUANTITIES))
        for dataset in list_distinct(rows["dataset"])
    ]
    return draw_visible_panels(blocks, methods, 3, NOT_RECORDED.format("accuracy or logit"))


def describe(gradients: pd.DataFrame, methods: Sequence[str], datasets: Sequence[str]) -> str:
    """Describe the last accuracies in words.

    Args:
        gradients: as `draw` takes it.
        methods: the methods.
        datasets: the data sets.
    """
    accuracies = select_rows(gradients, layer=WHOLE_NETWORK, quantity="accuracy")
    return (
        "Accuracy and mean logits of the discriminator against the step, "
        f"{describe_size(methods, datasets, gradients)}. Last median accuracy: {describe_last_values(accuracies)}."
    )


SPEC = FigureSpec(
    draw,
    "Discriminator accuracy and logits",
    "At accuracy 1 the discriminator separates real from generated data, and a generator with the minimax loss gets "
    f"almost no gradient. {CURVE_CAPTION}",
    describe,
    "gradients",
)
