"""Samples from codes between two others: a row per pair of codes, or a panel of points."""

from __future__ import annotations

from aegan.figures.numbers import count_noun
from aegan.figures.qualitative import QualitativeSamples, make_member_spec


def _describe_paths(samples: QualitativeSamples) -> str:
    return f"{count_noun(len(samples.paths), 'path')} of {samples.paths.shape[1]} places"


SPEC = make_member_spec(
    lambda samples: (samples.paths, (), ()),
    _describe_paths,
    message="no method left its codes",
    title="Interpolations between codes",
    caption="Each row: samples generated from codes between two others. A generator that has learned "
    "the data passes through images that could be data; one that has memorised images jumps. Normal codes are "
    "interpolated on great circles, those of a prior fitted to an autoencoder's codes linearly. Not selected.",
    subject="Samples between pairs of codes",
)
