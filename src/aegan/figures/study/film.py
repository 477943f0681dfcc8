"""Samples from the same codes at several times of training: a row per time, for points a panel per time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aegan.figures.clouds import PANELS
from aegan.figures.numbers import join_words
from aegan.figures.panels import format_step
from aegan.figures.qualitative import QualitativeSamples, make_member_spec


def _select_frames(samples: QualitativeSamples) -> tuple[np.ndarray, Sequence[str], Sequence[str]]:
    times = [f"round {format_step(rounds)}" for rounds in samples.rounds]
    if samples.film.ndim == 3:  # points: a panel per time, the last ones if there is no room for all
        return samples.film[-PANELS:], (), times[-PANELS:]
    return samples.film, times, ()


def _describe_times(samples: QualitativeSamples) -> str:
    return f"after {join_words([format_step(rounds) for rounds in samples.rounds])} rounds"


SPEC = make_member_spec(
    _select_frames,
    _describe_times,
    message="no method kept its weights on the way",
    title="Samples over training",
    caption="Samples of the first seed's generator from the same codes at every time: read a column downwards to "
    "follow a code. At round 0 nothing but the autoencoder, if any, has been trained. Not selected. For data that are "
    "points, each panel is a time.",
    subject="Samples from the same codes over training",
)
