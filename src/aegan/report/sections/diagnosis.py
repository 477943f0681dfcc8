"""Section on the probe of a frozen generator against a fresh discriminator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aegan.analysis.study_schema import Study
from aegan.report.section_spec import SectionSpec


def note_switch(study: Study, config: Mapping[str, Any]) -> str:  # noqa: ARG001 - the signature of `SectionSpec.note`
    """Say that the diagnosis was switched off; empty if it was not."""
    return "" if "diagnosis" in config else "Not measured: the config has `diagnosis: off`."


SPEC = SectionSpec(
    "diagnosis",
    "Frozen-generator probe",
    "The gradient that a generator receives from a well-trained discriminator: the generator is frozen at the "
    "training stages that the configuration names, and a new discriminator learns to tell its samples from real data.",
    note=note_switch,
)
