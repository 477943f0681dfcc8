"""Section on the rotation of the training dynamics."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec

SPEC = SectionSpec(
    "dynamics",
    "Rotation of the training dynamics",
    "A game of several players need not converge to a point that minimises each player's loss: it may rotate. Measured "
    "by the eigenvalues of the game's Jacobian and by the angle between the gradients and the path of training.",
)
