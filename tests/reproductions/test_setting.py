"""What differs from a paper: data, normalisation, options."""

import pytest

from aegan.registry import build
from aegan.reproductions.registry import REPRODUCTIONS
from aegan.reproductions.setting import describe_setting

WITHOUT_NORMALISATION = "networks without BatchNorm, pixels in [0, 1] instead of [−1, 1]"


@pytest.mark.parametrize(
    ("selection", "source", "said"),
    [
        ({"name": "dirac", "rounds": 500}, {"name": "dirac"}, ""),
        ({"name": "spectral_bound"}, None, ""),
        ({"name": "spectral_bound", "cases": 9}, None, "cases 9 instead of 10000"),
        ({"name": "critic_depth", "width": 9}, {"name": "swiss_roll"}, "width 9 instead of 512"),
        (
            {"name": "critic_depth"},
            {"name": "swiss_roll", "noise": 1.0},
            "data with noise 1.0 instead of 0.25",
        ),
        (
            {"name": "rotation"},
            {"name": "ring", "modes": 4},
            "data ring instead of a mixture of two Gaussians on a line, data with modes 4 instead of 8",
        ),
        (
            {"name": "vanishing", "channels": 4, "looks": 5},
            {"name": "digits"},
            f"data digits instead of images that its captions do not name, {WITHOUT_NORMALISATION}, "
            "channels 4 instead of 64, looks 5 instead of 30",
        ),
    ],
)
def test_every_difference_is_named(selection, source, said):
    assert describe_setting(build(REPRODUCTIONS, selection), REPRODUCTIONS, selection, source) == said


@pytest.mark.parametrize(("name", "source"), [("packing", "ring"), ("packing", "grid"), ("energy", "fashion_mnist")])
def test_data_are_named_only_if_they_are_not_the_papers(name, source):
    said = describe_setting(build(REPRODUCTIONS, {"name": name}), REPRODUCTIONS, {"name": name}, {"name": source})
    assert said.startswith("data fashion_mnist instead of MNIST, ") == (name == "energy")
    assert "without BatchNorm" in said
