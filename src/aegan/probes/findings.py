"""What verdicts are made of: their words, their limits, and the findings of single criteria."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from aegan.errors import InputError
from aegan.tables import TRENDS

#: verdicts that name a fault of a player, a codebook or a prior
FAULTS = ("blind judge", "frozen", "swapped labels", "leak", "codebook collapse", "prior hole")

#: all verdicts, from the mildest to the worst
VERDICTS = (*TRENDS, *FAULTS, "vanishing", "exploding", "diverged")


class Windows(NamedTuple):
    """The shares of the probed steps' range whose medians are compared."""

    reference: float  #: the first steps
    end: float  #: the last steps


class Limits(NamedTuple):
    """The thresholds of verdicts, the config's section `verdicts`, which explains them."""

    shrinking_decades: float
    growing_decades: float
    exploding_decades: float
    exploding_norm: float
    exploding_update: float
    depth_decades: float
    vanishing_per_layer: float
    exploding_per_layer: float
    reference_window: float
    window: float
    stalled_share: float
    stalled_improvement: float
    separable_accuracy: float
    blind_margin: float
    blind_errors: float
    swapped_accuracy: float
    fresh_vanishing_decades: float
    fresh_growing_decades: float
    codebook_perplexity: float
    hole_similarity: float
    hole_precision: float

    @property
    def windows(self) -> Windows:
        """The windows of the change over time."""
        return Windows(self.reference_window, self.window)


#: limits that are shares
SHARES = {name for name in Limits._fields if name.endswith(("window", "share", "improvement", "accuracy", "precision"))}


def require_limits(limits: Limits) -> None:
    """Raise an InputError unless all limits are positive and shares are at most 1."""
    for name, value in limits._asdict().items():
        if not 0 < value <= (1 if name in SHARES else np.inf):
            raise InputError(f"limits.{name}", f"is {value}", "Give a positive number, a share of at most 1")


class Verdict(NamedTuple):
    """The verdict on one network."""

    verdict: str  #: one of `VERDICTS`
    step: int | None  #: the first probed step from which it holds to the end
    layer: str | None  #: the layer with the largest change; (all) for the whole network
    evidence: str  #: the numbers, as a sentence


class Finding(NamedTuple):
    """The result of one criterion."""

    excess: float  #: the change as a multiple of its limit; the criterion is met from 1 on
    verdict: Verdict  #: the verdict if the criterion is met


def choose_worst(findings: Sequence[Finding]) -> Finding:
    """Return the finding with the largest excess, with the evidence of all."""
    worst = max(findings, key=lambda finding: finding.excess)
    told = [worst, *(finding for finding in findings if finding is not worst)]
    evidence = "; ".join(finding.verdict.evidence for finding in told if finding.verdict.evidence)
    return worst._replace(verdict=worst.verdict._replace(evidence=evidence))
