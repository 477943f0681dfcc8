"""Section on the autoencoders themselves."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec

SPEC = SectionSpec(
    "autoencoders",
    "Autoencoders",
    "Reconstructions, codes and gradients of each autoencoder.",
)
