"""Section on the data that were read."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec

SPEC = SectionSpec(
    "data",
    "The data",
    "What the study was trained on, as it was read. A wrong reading of the files shows here first.",
)
