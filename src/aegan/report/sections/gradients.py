"""Section on the gradients of every layer."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec

SPEC = SectionSpec(
    "gradients",
    "Gradients, layer by layer",
    "Gradient norms, updates and saturation of every layer, and the discriminator's outputs and losses behind them.",
)
