"""Section on the autoencoders themselves."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec

SPEC = SectionSpec(
    "autoencoders",
    "Autoencoders",
    "What each autoencoder reconstructs, how it arranges its codes, and its own gradients.",
)
