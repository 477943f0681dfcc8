"""A card of a catalogue entry: what it made in a short training, beside the gradients of its networks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from aegan.analysis.study_schema import WHOLE
from aegan.figures.images import mosaic
from aegan.figures.panels import bare, log_ticks, over_steps
from aegan.figures.style import looks, styled

#: inches
SIZE = (6.4, 1.5)


@styled
def card(pictures: np.ndarray, history: pd.DataFrame) -> Figure:
    """Draw a grid of pictures, and the gradient norm of each whole network over the steps on a log scale.

    Args:
        pictures: uint8 (rows, columns, H, W, C).
        history: step, network, layer, quantity, value.
    """
    figure = Figure(figsize=SIZE, layout="constrained")
    shown, curves = figure.subplots(1, 2, width_ratios=[1, 1])
    bare(shown)
    shown.imshow(mosaic(pictures), interpolation="none")
    norms = _norms(history)
    curves.set_yscale("log")
    for network, look in looks(list(norms["network"].unique())).items():
        own = norms[norms["network"] == network]
        curves.plot(own["step"], own["value"], color=look.colour, label=network.replace("_", " "), lw=1.4)
    drawn = norms.loc[norms["value"] > 0, "value"]
    if len(drawn):
        log_ticks(curves.yaxis, (drawn.min(), drawn.max()))
    over_steps(curves)
    curves.set_title("gradient norm over steps", fontsize=7)
    curves.legend(fontsize=6, loc="upper left", bbox_to_anchor=(1, 1), handlelength=1.2, borderaxespad=0.2)
    curves.tick_params(labelsize=6)
    return figure


def in_words(history: pd.DataFrame) -> str:
    """Describe the curves of a card: the norm of each network at the first and at the last probed step."""
    ends = _norms(history).sort_values("step").groupby("network", sort=False)["value"].agg(["first", "last"])
    return "; ".join(f"{network} {first:.2g} → {last:.2g}" for network, first, last in ends.itertuples())


def _norms(history: pd.DataFrame) -> pd.DataFrame:
    return history[(history["layer"] == WHOLE) & (history["quantity"] == "gradient_norm")]
