"""Update-to-weight ratio of every layer over the steps."""

from __future__ import annotations

from aegan.figures.layer_curves import make_layer_spec

SPEC = make_layer_spec(
    {"update_ratio": ("size of update / size of weights", "log")},
    title="Update-to-weight ratio",
    caption="Size of one optimiser step relative to the size of the layer's weights.",
    subject="Update-to-weight ratio of every layer",
)
