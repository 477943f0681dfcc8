"""Share of zero gradients of every layer over the steps."""

from __future__ import annotations

from aegan.figures.layer_curves import make_layer_spec

SPEC = make_layer_spec(
    {"zero_fraction": ("share of zero gradients", "fraction")},
    title="Share of zero gradients",
    caption="Share of a layer's weights whose gradient is exactly zero: dead units, or an underflow.",
    subject="Share of exactly zero gradients of every layer",
)
