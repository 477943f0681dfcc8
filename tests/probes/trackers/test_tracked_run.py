"""Names of series: readable, different, and no way out of a folder."""

from pathlib import PurePosixPath

import pytest

from aegan.probes.trackers.tracked_run import name_series, name_values


def test_names_of_series():
    assert name_series("generator", "(all)", "gradient_norm") == "generator/gradient_norm"
    assert name_series("generator", "body.0", "update_ratio") == "generator/layers/body.0/update_ratio"
    assert name_series("..", "term x/y", "diverged") == "_2e__2e_/layers/term x_2f_y/diverged"


@pytest.mark.parametrize(("network", "layer"), [("..", "."), ("/", "a/../../b"), ("é a", "\\:\n"), (". .", "/..")])
def test_no_name_leaves_its_folder(network, layer):
    name = name_series(network, layer, "loss")
    parts = PurePosixPath(name).parts
    assert len(parts) == 4
    assert "/".join(parts) == name
    assert not {".", ".."} & set(parts)


def test_values_by_name():
    rows = [("d", "(all)", "loss", 0.5), ("d", "0", "saturation", 0.25)]
    assert name_values(rows) == {"d/loss": 0.5, "d/layers/0/saturation": 0.25}
