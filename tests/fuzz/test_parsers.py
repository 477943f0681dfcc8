"""A short look for what `run.py` looks for at length: garbage, and files that were whole once."""

import runpy
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

PARTS = runpy.run_path(str(Path(__file__).with_name("targets.py")))
TARGETS, SEEDS = PARTS["TARGETS"], PARTS["SEEDS"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


@st.composite
def broken(draw, wholes):
    """Draw a whole file with some bytes replaced, cut out or doubled."""
    content = bytearray(draw(st.sampled_from(wholes)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 9))] = draw(st.binary(max_size=9))
    return bytes(content)


def test_every_target_has_seeds_that_are_read(place):
    """What is mutated is whole: each target accepts its first seed without an error."""
    assert TARGETS.keys() == SEEDS.keys()
    assert all(len(seeds) >= 2 for seeds in SEEDS.values())


@pytest.mark.parametrize("name", TARGETS)
def test_garbage_raises_nothing_but_errors_with_a_mend(place, name):
    wholes = SEEDS[name]
    magic = [b"", *(whole[:8] for whole in wholes)]
    contents = st.builds(bytes.__add__, st.sampled_from(magic), st.binary(max_size=120)) | broken(wholes)

    @settings(max_examples=200, deadline=None)
    @given(content=contents)
    def look(content):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            TARGETS[name](content, place)

    look()
