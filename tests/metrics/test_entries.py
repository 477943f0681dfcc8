"""The kinds of metrics: labels with units, defaults of the entries."""

import numpy as np

from aegan.metrics.entries import CodeEntry, DistributionEntry, Metric, ReconstructionEntry


def test_the_unit_stands_behind_the_label():
    assert Metric("rate", unit="nat").label_with_unit == "rate / nat"
    assert Metric("FD", "lower").label_with_unit == "FD"


def test_entries_measure_the_subset_and_images_unless_they_say_so():
    metric = Metric("mean")
    assert not DistributionEntry(
        lambda _real, fake, _rng: {"mean": fake.drawn.mean()}, {"mean": metric}
    ).needs_all_samples
    assert not ReconstructionEntry(lambda original, decoded: float((original - decoded).max()), metric).points
    assert CodeEntry(lambda codes: float(codes.mean()), metric).measure(np.full((3, 2), 4.0)) == 4
