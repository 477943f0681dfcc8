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


#: what atheris found, once: no config entry, labels of no row, and a checkpoint without its rounds
FOUND = [
    ("config", b"methods: {a: }\ngan: {rounds: 5}\n"),
    (
        "labels",
        b"\x93NUMPY\x01\x00\x46\x00" + b"{'descr': '<U3', 'fortran_order': False, 'shape': (0,)}".ljust(69) + b"\n",
    ),
    ("tensors", SEEDS["tensors"][1].replace(b"step", b"stop")),
]


@pytest.mark.parametrize(("name", "content"), FOUND)
def test_what_was_found_stays_mended(place, name, content):
    TARGETS[name](content, place)


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
