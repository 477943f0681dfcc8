"""Share of saturated activations of every layer over the steps."""

from __future__ import annotations

from aegan.figures.layer_curves import make_layer_spec

SPEC = make_layer_spec(
    {"saturation": ("share saturated", "fraction")},
    title="Saturated activations",
    caption="Share of a layer's units that are dead or saturated and pass no gradient.",
    subject="Share of saturated units of every activation layer",
)
