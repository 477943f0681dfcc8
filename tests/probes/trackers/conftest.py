"""One run, of which each tracker must give the same back."""

import math

import pytest

from aegan.probes.trackers.registry import TRACKERS

#: series -> [(step, value), …]; steps need not follow each other
SERIES = {
    "generator/gradient_norm": [(0, 0.5), (3, 1e-9), (100, math.inf)],
    "generator/layers/body.0/update_ratio": [(0, 0.25), (3, math.nan)],
}


@pytest.fixture
def give_back(beside, read_tracker, tmp_path):
    """Write the series with a tracker, and return them as its library reads them, and its folder."""

    def write_and_read(tracker):
        beside(tracker)
        folder = tmp_path / tracker
        for name in ("digits/gan/0", "digits/gan/1"):
            run = TRACKERS[tracker].open_run(folder, name)
            for step in (0, 3, 100):
                run.log(step, {key: dict(points)[step] for key, points in SERIES.items() if step in dict(points)})
            run.close()
        return {name: read_tracker(tracker, folder, name) for name in ("digits/gan/0", "digits/gan/1")}, folder

    return write_and_read


@pytest.fixture
def check(give_back):
    """Check that a tracker gives back what it was given, and return its folder."""

    def run(tracker):
        runs, folder = give_back(tracker)
        for found in runs.values():
            assert {name: [step for step, _ in points] for name, points in found.items()} == {
                name: [step for step, _ in points] for name, points in SERIES.items()
            }
            for name, points in SERIES.items():
                expected = [value for _, value in points]
                assert [value for _, value in found[name]] == pytest.approx(expected, rel=1e-6, nan_ok=True)
        return folder

    return run
