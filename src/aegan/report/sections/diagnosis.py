"""Section on the probe of a frozen generator against a fresh discriminator."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec

SPEC = SectionSpec(
    "diagnosis",
    "Frozen-generator probe",
    "How much gradient a generator receives when its discriminator is as good as it gets: the generator is taken from "
    "training and frozen, and a new discriminator learns to tell its samples from real data.",
)
