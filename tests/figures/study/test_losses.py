"""Losses have a panel per network and method."""

import numpy as np

from aegan.figures.study.losses import draw


def test_losses_have_their_panels(small, titles):
    figure = draw(small.gradients, small.methods)
    assert len(figure.axes) == 4  # two networks of two methods
    assert titles(figure) == ["gan", "latent"] * 2
    rows = small.gradients.query("quantity == 'loss' and method == 'latent' and network == 'discriminator'")
    (line,) = [line for line in figure.axes[3].lines if line.get_label() == "latent"]
    np.testing.assert_allclose(line.get_ydata(), rows.groupby("step")["value"].median())
