"""Section on how the game rotates."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec

SPEC = SectionSpec(
    "dynamics",
    "Rotation of the training dynamics",
    "A game of several players need not converge to where each player's loss is minimal: it may rotate. Measured by "
    "the eigenvalues of the game's Jacobian and by the angle between its gradient and the path of training.",
)
