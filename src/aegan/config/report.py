"""The model of the config's section `report`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, NonNegativeFloat, PositiveFloat

from aegan.analysis.endpoints import ENDPOINTS
from aegan.config.types import Section
from aegan.option_types import Fraction
from aegan.probes.trackers.registry import TRACKERS

_expand_baseline = BeforeValidator(
    lambda value: [value] if isinstance(value, str) else value, json_schema_input_type=list[str] | str
)
_Baselines = Annotated[list[str], Field(min_length=1), _expand_baseline]


class Report(Section):
    """How the results of the study are compared."""

    baselines: dict[str, _Baselines] = {}
    """Method → baseline, or a list of baselines, compared seed by seed, instead of the default: the plain GAN with the
    same loss and regulariser or, for a plain GAN with a regulariser, the one without. So `{reconstruction: [gan,
    warm_start]}` compares it with both. Those of methods that the study does not run are ignored."""
    outcomes: Annotated[list[Literal[tuple(ENDPOINTS)]], Field(min_length=1)] = list(ENDPOINTS)  # type: ignore[valid-type]
    """Endpoints of the decision table."""
    alpha: Fraction = 0.05
    """Family-wise level of the tests of `study.primary`, of superiority and of equivalence, after Holm's correction
    with Shaffer's multipliers. Replications are a family of their own: each is tested at alpha / (2 × the number of
    primary comparisons), in a fixed sequence. The level holds for each of the two families, not for both together."""
    false_discovery_rate: Fraction = 0.1
    """False discovery rate of all other comparisons, the secondary ones (Benjamini and Hochberg)."""
    confidence: Fraction = 0.95
    """Coverage of the confidence intervals."""
    resamples: Annotated[int, Field(gt=0, le=1_000_000)] = 2000
    """Bootstrap resamples per interval."""
    gradient_margin: PositiveFloat = 0.25
    """Difference in gradient norm or in the steps of the overlap, in decades, within which two methods count as
    equivalent."""
    quality_margin: NonNegativeFloat = 0.1
    """Difference in FD-cls, in decades, within which two methods count as equivalent."""
    coverage_margin: NonNegativeFloat = 0.05
    """Difference in coverage within which two methods count as equivalent."""
    conditioning_margin: PositiveFloat = 0.5
    """Difference in the generator's condition number, in decades, within which two methods count as equivalent."""
    cost_margin: PositiveFloat = 0.1
    """Difference in floating-point operations, in decades, within which two methods count as equally costly."""
    trackers: Annotated[list[Literal[tuple(TRACKERS)]], Field(min_length=1)] | None = None  # type: ignore[valid-type]
    """Trackers of experiments that the history of each member is exported to, in results/trackers/{study}/{tracker}
    (docs/adapters.md). Each needs its extra, such as `pip install 'aegan[tensorboard]'`."""

    def to_params(self) -> dict[str, Any]:
        """Return the section without `trackers`, on which no comparison depends."""
        return {key: value for key, value in super().to_params().items() if key != "trackers"}
