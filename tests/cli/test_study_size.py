"""The sizes of a new study."""

from itertools import pairwise
from pathlib import Path

import yaml

from aegan.cli.study_size import (
    METHODS,
    DataDescription,
    choose_default_size,
    describe_changes,
    list_sizes,
    render_overlay,
)

FOUND = DataDescription({"name": "npy", "path": "x.npy"}, 1000, (8, 8, 1), 0)
DEFAULT = choose_default_size(FOUND)


def test_sizes_start_above_the_default_and_only_shrink():
    larger, second, *_ = sizes = list(list_sizes(DEFAULT))
    assert (larger, second) == (DEFAULT._replace(seeds=10), DEFAULT)
    for one, other in pairwise(sizes):
        assert one != other
        assert set(other.methods) <= set(one.methods)
        assert all(a >= b for a, b in zip(one[1:], other[1:], strict=True))
    assert sizes[-1] == (("gan", "reconstruction"), 2, 100, 8, 50, 500, 0, False)


def test_no_setting_falls_below_the_least_nor_rises():
    assert DEFAULT.shorten(1e-9)[2:6] == (100, 5, 50, 500)
    small = DEFAULT._replace(rounds=7, epochs=1, steps=2, samples=3)
    assert small.shorten(0.5) == small


def test_changes_are_said_in_words():
    assert describe_changes(DEFAULT, DEFAULT) == []
    changed = DEFAULT._replace(seeds=3, rounds=1000, methods=tuple(METHODS)[:5], steps=250, eigenvalues=0)
    assert describe_changes(DEFAULT, changed) == [
        "seeds: 3 instead of 5",
        "rounds: 1,000 instead of 2,000",
        "methods left out: gan_r1, reconstruction_r1",
        "steps of the fresh discriminators: 250 instead of 500",
        "eigenvalues: 0, so that the game's dynamics are left out",
    ]
    assert describe_changes(DEFAULT, DEFAULT._replace(diagnosis=False, steps=5)) == ["diagnosis: off"]


def test_the_overlay_has_the_size():
    size = DEFAULT._replace(seeds=3, rounds=321, epochs=6, steps=77, samples=500, eigenvalues=0)
    overlay = yaml.safe_load(render_overlay("mine", FOUND, Path("x.yaml"), size))
    assert (overlay["study"]["seeds"], overlay["gan"]["rounds"]) == ("0-2", 321)
    assert {entry["epochs"] for entry in overlay["autoencoders"].values()} == {6}
    assert overlay["diagnosis"] == {"discriminator_steps": 77, "eigenvalues": 0}
    assert overlay["evaluation"]["samples"] == 500
    without = yaml.safe_load(render_overlay("mine", FOUND, Path("x.yaml"), size._replace(diagnosis=False)))
    assert without["diagnosis"] is False
