"""Cards of the catalogue: images beside the norms of whole networks."""

import numpy as np
import pandas as pd
import pytest

from aegan.figures.catalogue_card import describe_norms, draw_card
from aegan.figures.images import make_mosaic


@pytest.fixture
def history():
    rows = [
        (step, network, layer, "gradient_norm", value * (10 if layer == "(all)" else 1))
        for step, value in ((0, 0.1), (5, 0.02), (10, 0.0))
        for network in ("generator", "discriminator")
        for layer in ("(all)", "linear1")
    ]
    return pd.DataFrame(rows, columns=["step", "network", "layer", "quantity", "value"])


def test_a_card_has_every_pixel_and_a_line_per_network(history):
    images = np.arange(2 * 3 * 4 * 4, dtype=np.uint8).reshape(2, 3, 4, 4, 1)
    shown, curves = draw_card(images, history).axes
    np.testing.assert_array_equal(shown.images[0].get_array(), make_mosaic(images))
    assert [line.get_label() for line in curves.lines] == ["generator", "discriminator"]
    assert curves.lines[0].get_ydata().tolist() == [1.0, 0.2, 0.0]
    assert curves.get_yscale() == "log"


def test_norms_are_described_from_first_to_last(history):
    assert describe_norms(history) == "generator 1 → 0; discriminator 1 → 0"
