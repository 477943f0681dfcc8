"""The model of the config's section `verdicts`."""

from __future__ import annotations

from pydantic import PositiveFloat

from aegan.config.types import Section
from aegan.option_types import Fraction


class Verdicts(Section):
    """Thresholds, on log10 of gradient norms, of the verdict on each run and network; reasons: docs/verdicts.md."""

    vanishing_decades: PositiveFloat = 1.0
    """Decrease of the whole network's gradient norm from start to end, in decades, that counts as vanishing."""
    exploding_decades: PositiveFloat = 1.5
    """Increase of the whole network's gradient norm from start to end, in decades, that counts as exploding."""
    depth_decades: PositiveFloat = 2.0
    """Decades by which the first layer's gradient norm must be below the last layer's at the end to count as vanishing,
    or above it to count as exploding. Networks of fewer than three layers have no verdict over depth."""
    window: Fraction = 0.2
    """Share of the probed steps whose median is the start (the first ones) and the end (the last ones)."""
