"""Section on the probe of a frozen generator against a fresh discriminator."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec

SPEC = SectionSpec(
    "diagnosis",
    "Frozen-generator probe",
    "The gradient that a generator receives from a well-trained discriminator: the generator is frozen at several "
    "stages of training, and a new discriminator learns to tell its samples from real data.",
)
