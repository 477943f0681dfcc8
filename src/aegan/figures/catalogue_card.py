"""A card of a catalogue entry: samples after a short training, beside the gradient norms of its networks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from aegan.figures.images import make_mosaic
from aegan.figures.panels import format_step_axis, hide_axes, set_log_ticks
from aegan.figures.style import apply_theme, assign_looks
from aegan.tables import WHOLE_NETWORK

#: width and height in inches
SIZE = (6.4, 1.5)


@apply_theme
def draw_card(images: np.ndarray, history: pd.DataFrame) -> Figure:
    """Draw a grid of images, and the gradient norm of each whole network over the steps on a log scale.

    Args:
        images: uint8 (R, K, H, W, C) images, K in each of R rows.
        history: step, network, layer, quantity, value.
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    image_axes, curves = figure.subplots(1, 2, width_ratios=[1, 1])
    hide_axes(image_axes)
    image_axes.imshow(make_mosaic(images), interpolation="none")
    norms = _select_norms(history)
    curves.set_yscale("log")
    for network, look in assign_looks(list(norms["network"].unique())).items():
        rows = norms[norms["network"] == network]
        curves.plot(rows["step"], rows["value"], color=look.colour, label=network.replace("_", " "), lw=1.4)
    drawn = norms.loc[norms["value"] > 0, "value"]
    if len(drawn):
        set_log_ticks(curves.yaxis, (drawn.min(), drawn.max()))
    format_step_axis(curves)
    curves.set_title("gradient norm over steps", fontsize=7)
    curves.legend(fontsize=6, loc="upper left", bbox_to_anchor=(1, 1), handlelength=1.2, borderaxespad=0.2)
    curves.tick_params(labelsize=6)
    return figure


def describe_norms(history: pd.DataFrame) -> str:
    """Describe the curves of a card: the norm of each network at the first and at the last probed step."""
    ends = _select_norms(history).sort_values("step").groupby("network", sort=False)["value"].agg(["first", "last"])
    return "; ".join(f"{network} {first:.2g} → {last:.2g}" for network, first, last in ends.itertuples())


def _select_norms(history: pd.DataFrame) -> pd.DataFrame:
    return history[(history["layer"] == WHOLE_NETWORK) & (history["quantity"] == "gradient_norm")]
