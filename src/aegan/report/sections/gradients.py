"""Section on the gradients of every layer."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec

SPEC = SectionSpec(
    "gradients",
    "Gradients, layer by layer",
    "Gradient norms through the layers and into the weights, and the discriminator and losses that they come from.",
)
