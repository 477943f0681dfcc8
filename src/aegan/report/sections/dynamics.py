"""Section on the rotation of the training dynamics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aegan.analysis.study_schema import Study
from aegan.report.section_spec import SectionSpec
from aegan.report.sections.diagnosis import note_switch


def note_dynamics(study: Study, config: Mapping[str, Any]) -> str:
    """Say that the dynamics were switched off, with the diagnosis or alone; empty if they were not."""
    if config.get("diagnosis", {}).get("eigenvalues") == 0:
        return "Not measured: the config has `diagnosis: {eigenvalues: 0}`."
    return note_switch(study, config)


SPEC = SectionSpec(
    "dynamics",
    "Rotation of the training dynamics",
    "A game of several players need not converge to a point that minimises each player's loss: it may rotate. Measured "
    "by the eigenvalues of the game's Jacobian and by the angle between the gradients and the path of training.",
    note=note_dynamics,
)
