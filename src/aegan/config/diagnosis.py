"""The model of the config's section `diagnosis`, which can be switched off."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PositiveInt

from aegan.config.types import Section
from aegan.option_types import Repetitions
from aegan.probes.schedules import SCHEDULES
from aegan.registry import choice
from aegan.tables import CROSS_ENTROPY_LEVELS


class Diagnosis(Section):
    """What is measured on trained games: a new discriminator against frozen generators, and the game's dynamics.

    `diagnosis: off` leaves the phase out; the report says so.
    """

    discriminator_steps: PositiveInt = 4000
    """Training steps of the new discriminator, at most."""
    until_cross_entropy: Annotated[float, Field(gt=0, le=min(CROSS_ENTROPY_LEVELS))] | None = None
    """Held-out cross-entropy of the new discriminator, the sum of its terms of real data and of fakes in nats (guessing
    has 1.386), at which its training ends early, at a step of the schedule. At most 0.05, the lowest level at which
    methods are compared. Absent, or for a method whose logits are no log-odds: all steps."""
    penalty: bool = False
    """Whether the new discriminator is trained with what regularises the method's own: penalty, constraint,
    augmentations, spectral normalisation. A method whose logits are no log-odds keeps them, because without them a
    critic is unbounded."""
    schedule: choice(SCHEDULES) = "logarithmic"  # type: ignore[valid-type]
    """Steps of the new discriminator at which the generator's gradients are measured."""
    batches: Annotated[Repetitions, Field(ge=2)] = 8
    """Batches whose median is the gradient norm, and from which its variance is estimated."""
    eigenvalues: Annotated[int, Field(ge=0, le=10_000)] = 10
    """Number of eigenvalues of the game's Jacobian, those of largest modulus. 0 leaves out the game's dynamics, which
    take most of the time with large networks: eigenvalues, rotation, and the path between the stages."""
    stages: Literal["last", "all"] = "last"
    """Training stages that are diagnosed: the last of a method's `stages`, which endpoints are read from, or all."""


def _read_switch(value: Any) -> Any:
    """Read `off` as no diagnosis, and `on` as one with the defaults."""
    return None if value is False else {} if value is True else value


#: `diagnosis: off`, to YAML a boolean, leaves the phase out
OptionalDiagnosis = Annotated[
    Diagnosis | None, BeforeValidator(_read_switch, json_schema_input_type=Diagnosis | bool | None)
]
