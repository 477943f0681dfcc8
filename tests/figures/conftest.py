"""A made-up study for the tests of figures, small tables, and what is written and drawn in a figure."""

import re
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aegan.analysis.study_schema import QualitativeSamples
from aegan.figures.style import to_svg

BUILD = runpy.run_path(str(Path(__file__).with_name("synthetic.py")))["build"]


@pytest.fixture(scope="session")
def build():
    return BUILD


@pytest.fixture(scope="session")
def study():
    return BUILD()


@pytest.fixture(scope="session")
def small():
    return BUILD(methods=("gan", "latent"), seeds=[0, 4], steps=4, slim=True)


def find_texts(figure):
    return re.findall(r"<text[^>]*>([^<]*)</text>", to_svg(figure))


@pytest.fixture(scope="session")
def texts():
    """A function: figure -> its texts."""
    return find_texts


@pytest.fixture(scope="session")
def words():
    """A function: figure -> all its texts in one."""
    return lambda figure: " ".join(find_texts(figure))


@pytest.fixture(scope="session")
def titles():
    """A function: figure -> the titles of its axes."""
    return lambda figure: [axes.get_title(loc="left") for axes in figure.axes]


@pytest.fixture(scope="session")
def make_frame():
    """A function: values (seeds, steps) -> method, seed, step, value."""

    def make(values, method="a"):
        rows = [(method, s, t, v) for s, line in enumerate(values) for t, v in enumerate(line)]
        return pd.DataFrame(rows, columns=["method", "seed", "step", "value"])

    return make


@pytest.fixture(scope="session")
def make_history():
    """A function: seed -> layer -> values over steps 0, 10, … -> a table of gradient norms."""

    def make(seeds, method="gan", network="generator"):
        rows = [
            ("digits", method, seed, 10 * place, network, layer, "gradient_norm", value)
            for seed, layers in enumerate(seeds)
            for layer, values in layers.items()
            for place, value in enumerate(values)
        ]
        columns = ["dataset", "method", "seed", "step", "network", "layer", "quantity", "value"]
        return pd.DataFrame(rows, columns=columns)

    return make


@pytest.fixture(scope="session")
def make_probe():
    """A function: (method, seed) -> (held-out cross-entropies, minimax norms) at steps 0, 1, 10, … -> a table."""

    def make(runs, stage=5, dataset="digits", fakes="training"):
        rows = [
            (dataset, method, seed, stage, fakes, [0, 1, 10, 100][place], network, "(all)", quantity, value)
            for (method, seed), curves in runs.items()
            for (network, quantity), values in zip(
                [("discriminator", "held_out_cross_entropy"), ("generator", "minimax_gradient_norm")],
                curves,
                strict=True,
            )
            for place, value in enumerate(values)
        ]
        columns = ["dataset", "method", "seed", "stage", "fakes", "step", "network", "layer", "quantity", "value"]
        return pd.DataFrame(rows, columns=columns)

    return make


def grey(*values):
    """One image of 2 × 2 equal pixels per value."""
    return np.broadcast_to(np.uint8(values)[:, None, None, None], (len(values), 2, 2, 1))


@pytest.fixture(scope="session")
def make_greys():
    return grey


@pytest.fixture(scope="session")
def samples_of_images():
    """Two samples, what is nearest to them, and what comes next."""
    return QualitativeSamples(
        rounds=np.array([0, 40, 2000]),
        film=np.stack([grey(1, 2), grey(3, 4), grey(5, 6)]),
        paths=np.stack([grey(1, 2, 3)]),
        neighbours=np.stack([grey(0, 100), grey(51, 100), grey(255, 0)]),
        usual=np.array([0.125], np.float32),
    )
