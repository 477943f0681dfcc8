"""Section on generated samples."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec

SPEC = SectionSpec(
    "samples",
    "Generated samples",
    "Healthy gradients do not imply good samples.",
)
