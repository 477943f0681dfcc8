"""The parts of a reproduction of a published result, and the grade of a criterion.

A reproduction measures one seed at a time, so that blocks of seeds can run as separate jobs. Its criteria are options
of its entry in the config and are fixed there before the confirmatory seeds run. The defaults of the other options are
the paper's setting; what differs from the paper is listed with the grade.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from aegan.data.raw_dataset import DataOutline
from aegan.data.sufficiency import DataNeeds
from aegan.registry import Entry
from aegan.reproductions.inputs import ReproductionData
from aegan.statistics.paired import bootstrap_interval
from aegan.statistics.stratified import interquartile_mean
from aegan.tables import GRADES

if TYPE_CHECKING:  # matplotlib takes a second to import, and the config imports this file
    from matplotlib.figure import Figure

#: level and resamples of the bootstrap intervals of the grades
CONFIDENCE, RESAMPLES = 0.95, 2000


class Grade(NamedTuple):
    """The grade of one criterion: its value over the seeds, the interval, and whether the whole interval passes."""

    criterion: str  #: in words, with the threshold and the unit
    value: float  #: interquartile mean over the seeds
    low: float  #: lower end of the interval
    high: float  #: upper end of the interval
    n: int  #: number of seeds
    passed: bool
    measured: bool = True  #: whether the runs, and those of the control that it depends on, were measured

    @property
    def word(self) -> str:
        """The grade in words, one of `GRADES`."""
        return GRADES[0 if self.passed else 1 if self.measured else 2]


@dataclass(frozen=True)
class Reproduction:
    """A published result.

    Args:
        paper: authors, year and figure, table or theorem.
        claim: the published claim, in a sentence.
        measure: (seed, data) -> tidy rows of that seed; data is None for a result without data.
        grade: rows of all seeds, with a column `seed` -> one grade per criterion.
        draw: rows of all seeds -> the paper's figure, with a band over the seeds.
        data: the paper's data: sources that provide them, or in words; () for a result without data.
        differences: what differs from the paper whatever the options, such as the normalisation; short phrases.
        exact: whether the result is a theorem, which holds for every seed, and not an experiment.
        measure_together: (seeds, data) -> what `measure` gives for each seed, for a result whose seeds take less time
            together; None to measure one after the other.
    """

    paper: str
    claim: str
    measure: Callable[[int, ReproductionData | None], pd.DataFrame]
    grade: Callable[[pd.DataFrame], Sequence[Grade]]
    draw: Callable[[pd.DataFrame], Figure]
    data: Sequence[str] = ()
    differences: Sequence[str] = ()
    exact: bool = field(default=False)
    measure_together: Callable[[Sequence[int], ReproductionData | None], list[pd.DataFrame]] | None = None


class Result(Entry[Reproduction]):
    """The registry entry of a published result, which states what data the result needs.

    Args:
        function: options -> reproduction.
        data: rows and labels that it needs; None for a result that needs no data.
        accepts: whether it can be measured on data of an outline.
        wanted: the data that it accepts, in words.
    """

    def __init__(
        self,
        function: Callable[..., Reproduction],
        *,
        data: DataNeeds | None = None,
        accepts: Callable[[DataOutline], bool] = lambda _outline: True,
        wanted: str = "data",
    ) -> None:
        super().__init__(function)
        self.data, self.accepts, self.wanted = data, accepts, wanted


def grade_criterion(
    criterion: str,
    values: Sequence[float] | np.ndarray,
    *,
    at_least: float = -np.inf,
    at_most: float = np.inf,
    control: Sequence[float] | np.ndarray | None = None,
) -> Grade:
    """Grade a criterion on one value per seed: it passes if the whole interval lies within the bounds.

    A criterion that its control passes as well says nothing of what is claimed, and does not pass; nor does one whose
    control was not measured, which is no evidence that the control fails it.

    Args:
        criterion: the criterion in words, with its threshold.
        values: (seeds,) one number per seed; NaN for a failed run, which fails the criterion.
        at_least: lower bound, inclusive.
        at_most: upper bound, inclusive.
        control: the same numbers of runs without what is claimed to act, (seeds,), NaN for one that was not measured or
            failed; None without such runs.
    """
    if control is not None:
        own, other = (
            grade_criterion(criterion, runs, at_least=at_least, at_most=at_most) for runs in (values, control)
        )
        measured = not (np.isnan(other.value) and own.passed)  # what fails by itself needs no control
        return own._replace(passed=own.passed and measured and not other.passed, measured=own.measured and measured)
    values = np.asarray(values, dtype=np.float64)
    if not len(values) or np.isnan(values).any():
        return Grade(criterion, np.nan, np.nan, np.nan, len(values), False, measured=bool(len(values)))
    low, high = bootstrap_interval(values, confidence=CONFIDENCE, resamples=RESAMPLES, rng=np.random.default_rng(0))
    return Grade(
        criterion, float(interquartile_mean(values)), low, high, len(values), bool(at_least <= low and high <= at_most)
    )
